"""While a step is open, a line leads only to what of it has not finished."""

from __future__ import annotations

import pytest

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.run_picture import EdgeLook, picture_of
from editor.debugger.run_state import CheckpointRow, Phase, RunState, TaskRow
from engine.graph.spec import EdgeId, EdgeSpec, GraphSpec, NodeSpec, PlainOutlet


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.PAUSED])
def test_no_line_leads_next_to_a_node_of_the_open_step_that_has_finished(phase: Phase) -> None:
    graph = GraphSpec(
        nodes={name: NodeSpec() for name in ("split", "good", "bad")},
        edges=(EdgeSpec("__start__", "split"), EdgeSpec("split", "good"), EdgeSpec("split", "bad")),
    )
    tasks = (TaskRow("a", "good", "done"), TaskRow("b", "bad", "failed" if phase is Phase.FAILED else "planned"))
    rows = [
        CheckpointRow("0", None, 0, "loop", ("split",), (), "", ran=("__start__",)),
        CheckpointRow("1", "0", 1, "loop", ("bad", "good"), (), "", ran=("split",), tasks=tasks),
    ]

    picture = picture_of(RunState(phase, "t", CheckpointLog(rows), "1"), Focus(), graph)

    assert picture.edges[EdgeId(PlainOutlet("split"), "good")].look is EdgeLook.TAKEN
    assert picture.edges[EdgeId(PlainOutlet("split"), "bad")].look is EdgeLook.NEXT
