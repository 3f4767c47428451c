"""What a node wrote last, in the words that appear when the pointer rests on its card. Asked of the runner then.

``connect_hover`` is called once by ``inspector_joints``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from editor.debugger.last_output import last_tasks_of
from editor.debugger.reports import StepWrites, TaskWrites
from editor.debugger.run_state import TaskRow

if TYPE_CHECKING:
    from editor.app.wiring import Editor

MOST_KEYS = 5
MOST_TASKS = 4
MOST_LETTERS = 90
"""Of one value."""


def connect_hover(editor: Editor) -> None:
    editor.canvas.hover_tip.rested.connect(partial(_ask, editor))


def _ask(editor: Editor, node: str) -> None:
    if editor.history.path:  # what runs inside a subgraph has checkpoints of its own
        return
    session, tip = editor.session, editor.canvas.hover_tip
    found = last_tasks_of(session.run_state, session.focus, node)
    if found is None:
        return
    checkpoint, tasks = found
    chosen = editor.canvas.fan_outs.chosen_task(node)
    told = [task for task in tasks if chosen in ("", task.id)]
    session.read_writes(checkpoint, lambda writes: tip.add(node, output_words(writes, told)), lambda _problem: None)


def output_words(writes: StepWrites, tasks: Sequence[TaskRow]) -> str:
    """What these tasks wrote, a line for each key; of several tasks a line for each."""
    written = {each.task_id: each for each in writes.tasks}
    if len(tasks) == 1:
        lines = _lines(written.get(tasks[0].id))
        return "\n".join(["Wrote last:", *(f"   {line}" for line in lines)]) if lines else "Wrote nothing."
    shown = [
        f"   {number}.  {', '.join(_lines(written.get(task.id))) or 'nothing'}"
        for number, task in enumerate(tasks[:MOST_TASKS], start=1)
    ]
    more = [f"   … and {len(tasks) - MOST_TASKS} more"] if len(tasks) > MOST_TASKS else []
    return "\n".join([f"Its {len(tasks)} tasks wrote:", *shown, *more]) if tasks else ""


def _lines(task: TaskWrites | None) -> list[str]:
    writes = task.writes if task is not None else ()
    lines = [f"{key} = {_short(str(tree.get('text', '')))}" for key, tree in writes[:MOST_KEYS]]
    return lines + ([f"… and {len(writes) - MOST_KEYS} more"] if len(writes) > MOST_KEYS else [])


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
