"""What the verbs of the debugger could be done to."""

from __future__ import annotations

import pytest

from editor.app.debug_facts import due_tasks
from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import CheckpointRow, Phase, RunState, TaskRow


@pytest.mark.parametrize(
    ("states", "due"),
    [(("done", "failed", "waiting"), 2), (("planned", "planned"), 2), (("done", "failed"), 1), ((), 3)],
)
def test_a_step_that_is_tried_again_runs_only_what_has_not_finished(states: tuple[str, ...], due: int) -> None:
    tasks = tuple(TaskRow(str(number), "w", state) for number, state in enumerate(states))
    row = CheckpointRow("c", None, 1, "loop", ("w",) * (len(states) or 3), (), "", tasks=tasks)
    rows = CheckpointLog[CheckpointRow]().with_row(row)

    assert due_tasks(RunState(Phase.FAILED, "t", rows, "c")) == due


def test_without_a_run_nothing_is_due() -> None:
    assert due_tasks(RunState()) == 0
