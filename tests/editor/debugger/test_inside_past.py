"""Which run of a subgraph is shown where a step has several of it."""

from __future__ import annotations

import pytest

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.inside_past import by_urgency
from editor.debugger.run_state import CheckpointRow, InsideRun, TaskRow


def run(state: str | None) -> InsideRun:
    """Stopped before one node, whose task is in that state; None: at its end."""
    tasks = (TaskRow("t", "last", state),) if state is not None else ()
    row = CheckpointRow("c", None, 1, "loop", ("last",) if tasks else (), (), "", tasks=tasks)
    return InsideRun(CheckpointLog[CheckpointRow]().with_row(row), "c")


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (("waiting", None), 0),
        ((None, "waiting", None), 1),
        (("failed", "waiting"), 0),
        (("waiting", "running", "planned"), 0),
        (("planned", None), 0),
        ((None, None), 1),
        (("waiting", "waiting"), 1),
    ],
)
def test_of_several_runs_the_most_urgent_is_shown_and_else_the_last(states: tuple[str | None, ...], shown: int) -> None:
    runs = {(f"sub:{number}",): run(state) for number, state in enumerate(states)}

    assert by_urgency(runs)[-1] == (f"sub:{shown}",)
