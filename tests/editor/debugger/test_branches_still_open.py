"""A branch that may still be taken is not shown as skipped, nor is what lies behind it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.run_picture import EdgeLook, NodeLook, picture_of
from editor.debugger.run_state import CheckpointRow, Phase, RouteTaken, RunState
from editor.debugger.way_tally import WayTallies
from engine.graph.spec import (
    BranchOutlet,
    BranchSpec,
    EdgeId,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    Outlet,
    RouterSpec,
    drawn_edges,
)

RETRY_LOOP = GraphSpec(
    nodes={name: NodeSpec() for name in ("ask", "answer", "give_up", "done")},
    edges=(EdgeSpec("__start__", "ask"), EdgeSpec("answer", "done"), EdgeSpec("give_up", "done")),
    routers={
        "ask": (
            RouterSpec(
                "nodes:route",
                (BranchSpec("again", "ask"), BranchSpec("found", "answer"), BranchSpec("never", "give_up")),
            ),
        )
    },
)


def state_after(label: str, target: str) -> RunState:
    rows = [
        CheckpointRow("0", None, 0, "loop", ("ask",), (), "", ran=("__start__",)),
        CheckpointRow(
            "1", "0", 1, "loop", (target,), (), "", ran=("ask",), routes=(RouteTaken("ask", "", label, target),)
        ),
    ]
    return RunState(Phase.PAUSED, "t", CheckpointLog(rows), "1")


def test_a_router_that_decides_again_has_skipped_nothing_yet() -> None:
    picture = picture_of(state_after("again", "ask"), Focus(), RETRY_LOOP)

    assert picture.edges[EdgeId(BranchOutlet("ask", "", "found"), "answer")].look is EdgeLook.IDLE
    assert {name: picture.nodes[name].look for name in ("ask", "answer", "give_up", "done")} == {
        "ask": NodeLook.NEXT,
        "answer": NodeLook.NOT_REACHED,
        "give_up": NodeLook.NOT_REACHED,
        "done": NodeLook.NOT_REACHED,
    }


def test_what_no_way_leads_to_any_more_is_skipped() -> None:
    picture = picture_of(state_after("found", "answer"), Focus(), RETRY_LOOP)

    assert picture.edges[EdgeId(BranchOutlet("ask", "", "never"), "give_up")].look is EdgeLook.SKIPPED
    assert picture.nodes["give_up"].look is NodeLook.SKIPPED
    assert picture.nodes["done"].look is NodeLook.NOT_REACHED


def two_chains(length: int) -> GraphSpec:
    """A branch that is taken and one that is not, each with so many nodes one after the other behind it."""
    names = [[f"{side}_{number}" for number in range(length)] for side in ("taken", "left")]
    branches = (BranchSpec("found", "taken_0"), BranchSpec("never", "left_0"))
    return GraphSpec(
        nodes={name: NodeSpec() for name in ("ask", *names[0], *names[1])},
        edges=(EdgeSpec("__start__", "ask"), *(EdgeSpec(a, b) for side in names for a, b in pairwise(side))),
        routers={"ask": (RouterSpec("nodes:route", branches),)},
    )


def test_the_work_for_a_picture_grows_no_faster_than_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = 0
    true_hash = EdgeId.__hash__

    def counting_hash(line: EdgeId) -> int:
        nonlocal lookups
        lookups += 1
        return true_hash(line)

    def lookups_for(length: int) -> int:
        nonlocal lookups
        graph, lookups = two_chains(length), 0
        picture = picture_of(state_after("found", "taken_0"), Focus(), graph)
        looks = [picture.nodes[name].look for name in graph.nodes]
        assert looks.count(NodeLook.SKIPPED) == length and looks.count(NodeLook.NOT_REACHED) == length - 1
        return lookups

    monkeypatch.setattr(EdgeId, "__hash__", counting_hash)

    assert 0 < lookups_for(200) < 4.4 * lookups_for(50)


def test_who_follows_a_run_goes_over_the_drawing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    true_init = EdgeId.__init__

    def counting_init(line: EdgeId, outlet: Outlet, target: str) -> None:
        nonlocal made
        made += 1
        true_init(line, outlet, target)

    monkeypatch.setattr(EdgeId, "__init__", counting_init)
    tallies, state = WayTallies(), state_after("found", "answer")
    first = picture_of(state, Focus("0"), RETRY_LOOP, tallies)
    lines, made = made, 0
    second = picture_of(state, Focus("1"), RETRY_LOOP, tallies)
    again = made
    of_another = picture_of(state_after("found", "taken_0"), Focus(), two_chains(3), tallies)

    assert (lines, again) == (6, 0)
    assert tuple(first.edges) == tuple(second.edges) == drawn_edges(RETRY_LOOP)
    assert tuple(of_another.edges) == drawn_edges(two_chains(3))
