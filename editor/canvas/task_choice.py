"""Which task of a fan-out a card shows: all of them together, or one of 1…n. Pure, no Qt.

The choice is of the canvas alone: it changes nothing of what is looked at elsewhere, and is gone with the fan-out.
"""

from __future__ import annotations

from dataclasses import replace

from editor.canvas.node_shape import LANE_WIDTH, STRIP_HEIGHT, NodeShape
from editor.canvas.shapes import Rect
from editor.debugger.run_picture import NodeMoment

ALL = 0
"""The number that stands for all tasks together; 1 is the first one."""
PICKER_WIDTH = 92.0
ARROW_WIDTH = 24.0


def has_choice(moment: NodeMoment | None) -> bool:
    return moment is not None and len(moment.tasks) > 1


def moment_of_task(moment: NodeMoment | None, number: int) -> NodeMoment | None:
    """The moment of the card if this task is chosen. ``ALL``, and a number there is none for, leave it as it is."""
    if moment is None or not 1 <= number <= len(moment.tasks):
        return moment
    task = moment.tasks[number - 1]
    return replace(
        moment,
        look=task.look,
        duration_s=task.duration_s,
        started_at_s=task.started_at_s,
        error_line=task.error_line,
        usage=task.usage,
        result_from=task.result_from,
        task_shown=number,
    )


def next_number(moment: NodeMoment, number: int, step: int) -> int:
    """One further or back, round and round; all of them together come between the last one and the first."""
    return (number + step) % (len(moment.tasks) + 1)


def picker_text(moment: NodeMoment) -> str:
    """Between the arrows; empty for a node without a choice."""
    if not has_choice(moment):
        return ""
    return f"{moment.task_shown} of {len(moment.tasks)}" if moment.task_shown else f"all {len(moment.tasks)}"


def picker_rect(shape: NodeShape) -> Rect:
    """Where the picker stands: at the right end of the strip below the card."""
    width = min(PICKER_WIDTH, shape.card.width - LANE_WIDTH)
    return Rect(shape.card.right - width, shape.card.bottom, width, STRIP_HEIGHT)
