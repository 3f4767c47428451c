"""A run that is held inside subgraphs: what is around the node that is next does not look as if it ran."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.run_picture import NodeLook, picture_of
from editor.debugger.run_state import CheckpointRow, InsideRun, Namespace, Phase, RunState, TaskRow
from engine.graph.spec import START, EdgeSpec, GraphSpec, NodeSpec

DEEP = GraphSpec(nodes={"write": NodeSpec("m:write")}, edges=(EdgeSpec(START, "write"),))
INNER = GraphSpec(nodes={"polish": NodeSpec(graph=DEEP)}, edges=(EdgeSpec(START, "polish"),))
GRAPH = GraphSpec(nodes={"produce": NodeSpec(graph=INNER)}, edges=(EdgeSpec(START, "produce"),))
PRODUCE: Namespace = ("produce:1",)
POLISH: Namespace = ("produce:1", "polish:2")


def row(node: str, state: str) -> CheckpointRow:
    return CheckpointRow("c", None, 0, "loop", (node,), (), "", tasks=(TaskRow("t", node, state),))


def log(node: str, state: str) -> CheckpointLog[CheckpointRow]:
    return CheckpointLog[CheckpointRow]().with_row(row(node, state))


RUNNING = RunState(
    phase=Phase.RUNNING,
    checkpoints=log("produce", "running"),
    head="c",
    inside={PRODUCE: InsideRun(log("polish", "running"), "c"), POLISH: InsideRun(log("write", "running"), "c")},
)


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.WAITING, Phase.STOPPED])
def test_subgraphs_around_where_it_is_held_are_next_and_do_not_run(phase: Phase) -> None:
    held = replace(
        RUNNING,
        phase=phase,
        inside={**RUNNING.inside, POLISH: InsideRun(log("write", "planned"), "c")},
        stopped_inside=(POLISH,),
    )

    picture = picture_of(held, Focus(), GRAPH)

    assert picture.nodes["produce"].look is NodeLook.NEXT
    assert picture.inside[("produce",)].nodes["polish"].look is NodeLook.NEXT
    assert picture.inside[("produce", "polish")].nodes["write"].look is NodeLook.NEXT


def test_they_run_while_the_run_does() -> None:
    picture = picture_of(RUNNING, Focus(), GRAPH)

    assert picture.nodes["produce"].look is NodeLook.RUNNING
    assert picture.inside[("produce",)].nodes["polish"].look is NodeLook.RUNNING
