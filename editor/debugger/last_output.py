"""Where a node ran last, up to the shown moment: the checkpoint its tasks ran from, and these tasks. Pure, no Qt."""

from __future__ import annotations

from editor.debugger.focus import Focus
from editor.debugger.run_state import RunState, TaskRow

MOST_STEPS_BACK = 2_000
"""Who points at a node that ran longer ago is not told what it wrote; a walk over 100,000 steps would be felt."""


def last_tasks_of(run_state: RunState, focus: Focus, node: str) -> tuple[str, tuple[TaskRow, ...]] | None:
    """(checkpoint, tasks that finished), of the newest step in which one did; None if there is none near."""
    row = focus.shown(run_state)
    if row is None:
        return None
    if not focus.in_past(run_state) and (finished := _finished(row.tasks, node)):
        return row.id, finished
    for _ in range(MOST_STEPS_BACK):
        parent = run_state.checkpoints.get(row.parent_id or "")
        if parent is None:
            return None
        if node in row.ran and (finished := _finished(parent.tasks, node)):
            return parent.id, finished
        row = parent
    return None


def _finished(tasks: tuple[TaskRow, ...], node: str) -> tuple[TaskRow, ...]:
    return tuple(task for task in tasks if task.node == node and task.state == "done")
