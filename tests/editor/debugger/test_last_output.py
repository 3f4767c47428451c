"""Where a node ran last: up to the shown moment, with all tasks of a fan-out."""

from __future__ import annotations

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.last_output import last_tasks_of
from editor.debugger.run_state import CheckpointRow, RunState, TaskRow


def row(id: str, parent: str | None, ran: str, *tasks: TaskRow) -> CheckpointRow:
    return CheckpointRow(id, parent, 0, "loop", (), (), "", ran=tuple(ran.split()), tasks=tasks)


def run_of(*rows: CheckpointRow) -> RunState:
    log: CheckpointLog[CheckpointRow] = CheckpointLog()
    for each in rows:
        log = log.with_row(each)
    return RunState(checkpoints=log, head=rows[-1].id)


TWICE = run_of(
    row("0", None, "", TaskRow("t0", "a", "done")),
    row("1", "0", "a", TaskRow("t1", "w", "done"), TaskRow("t2", "w", "done")),
    row("2", "1", "w", TaskRow("t3", "a", "done")),
    row("3", "2", "a", TaskRow("t4", "w", "done"), TaskRow("t5", "b", "failed")),
)


def test_the_newest_step_in_which_it_finished_is_found() -> None:
    assert last_tasks_of(TWICE, Focus(), "a") == ("2", (TaskRow("t3", "a", "done"),))
    assert last_tasks_of(TWICE, Focus("2"), "a") == ("0", (TaskRow("t0", "a", "done"),))


def test_what_finished_in_the_open_step_counts_but_not_while_the_past_is_shown() -> None:
    assert last_tasks_of(TWICE, Focus(), "w") == ("3", (TaskRow("t4", "w", "done"),))
    found = last_tasks_of(TWICE, Focus("2"), "w")
    assert found is not None
    assert (found[0], [task.id for task in found[1]]) == ("1", ["t1", "t2"])


def test_a_node_that_did_not_finish_has_none() -> None:
    assert last_tasks_of(TWICE, Focus(), "b") is None
    assert last_tasks_of(TWICE, Focus(), "nobody") is None
    assert last_tasks_of(RunState(), Focus(), "a") is None
