"""What the verbs of the debugger could be done to."""

from __future__ import annotations

import pytest

from editor.app.debug_facts import due_together
from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import CheckpointRow, Phase, RunState, TaskRow


@pytest.mark.parametrize(
    ("states", "due"),
    [
        (("done", "failed", "waiting"), "2 tasks"),
        (("planned", "planned"), "2 tasks"),
        (("done", "failed"), ""),
        ((), "3 tasks"),
    ],
)
def test_a_step_that_is_tried_again_runs_only_what_has_not_finished(states: tuple[str, ...], due: str) -> None:
    tasks = tuple(TaskRow(str(number), "w", state) for number, state in enumerate(states))
    row = CheckpointRow("c", None, 1, "loop", ("w",) * (len(states) or 3), (), "", tasks=tasks)
    rows = CheckpointLog[CheckpointRow]().with_row(row)

    assert due_together(RunState(Phase.FAILED, "t", rows, "c")) == due


def test_without_a_run_nothing_is_due() -> None:
    assert due_together(RunState()) == ""


def test_two_nodes_of_one_step_are_told_as_nodes() -> None:
    rows = CheckpointLog[CheckpointRow]().with_row(CheckpointRow("c", None, 1, "loop", ("a", "b"), (), ""))

    assert due_together(RunState(Phase.PAUSED, "t", rows, "c")) == "2 nodes"
