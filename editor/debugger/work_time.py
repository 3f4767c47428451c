"""How long tasks worked that ran in one step: the time in which at least one of them did. Pure, no Qt.

Neither the slowest task nor the sum of all is what a fan-out of fifty took, and from the first start to the last end
there may lie the hour in which somebody mended the one that failed. Read by the cards, the timeline and the Gantt.
"""

from __future__ import annotations

from collections.abc import Sequence

from editor.debugger.run_state import TaskRow


def worked_s(tasks: Sequence[TaskRow]) -> float | None:
    """Of tasks of one step; None if no time is known. Where a start is not known: as long as the slowest one."""
    timed = [(task.started_at_s, task.duration_s) for task in tasks if task.duration_s is not None]
    spans = [(start_s, start_s + took_s) for start_s, took_s in timed if start_s is not None]
    if len(timed) < 2 or len(spans) < len(timed):
        return max((took_s for _, took_s in timed), default=None)
    return union_s(sorted(spans))


def union_s(spans: Sequence[tuple[float, float]]) -> float:
    """The length of all spans (start, end), which are sorted; where several overlap it counts once."""
    total, reached = 0.0, float("-inf")
    for start, end in spans:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
