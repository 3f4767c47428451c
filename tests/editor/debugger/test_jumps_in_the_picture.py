"""Jumps by ``Command(goto=...)`` in the picture of a real run: told by what the function returned, on both engines."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from editor.canvas.geometry import RouteKind
from editor.canvas.line_look import line_look
from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import EdgeLook, RunPicture, picture_of
from editor.debugger.run_state import RunState
from engine.graph.graph_file import parse_graph
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import END, EdgeId
from engine.runner.engine_kit import EngineKit, kit_named
from tests.runner.small_graphs import Drive, write_graph

GRAPH = json.dumps(
    {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "jumps",
        "state": "STATE:State",
        "nodes": {
            "a": {"fn": "NODES:a", "destinations": ["__end__", "b", "c"]},
            "b": {"fn": "NODES:b", "destinations": ["c"]},
            "c": {"fn": "NODES:c"},
        },
        "edges": [{"from": "__start__", "to": "a"}, {"from": "c", "to": "__end__"}],
    }
)
NODES = """
from ENGINE import Command, Send

def a(state):
    ways = {"end": "__end__", "both": ["b", "c"], "three": [Send("c", state)] * 3}
    return Command(goto=ways.get(state["topic"], state["topic"]))

def b(state):
    return [Command(update={"log": ["b"]}), Command(goto="c")]

def c(state):
    return {"log": ["c"]}
"""
_threads = itertools.count()


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


def pictures(folder: Path, kit: EngineKit, topic: str) -> list[RunPicture]:
    """At each stop of the run."""
    drive = Drive(write_graph(folder, GRAPH, NODES, kit), kit)
    spec = parse_graph(GRAPH, where="test")
    thread, state, seen = f"t{next(_threads)}", RunState(), []
    drive.driver.run({"topic": topic}, thread, stepping=True)
    while True:
        for event in drive.told:
            state = reduce(state, event)
        drive.told.clear()
        seen.append(picture_of(state, Focus(), spec))
        if state.phase.value != "paused":
            return seen
        drive.driver.go_on(thread, stepping=True)


def looks(picture: RunPicture) -> dict[str, EdgeLook]:
    """Of the jumps: "ab"."""
    return {
        line.outlet.node + line.target.replace(END, "$"): moment.look
        for line, moment in picture.edges.items()
        if isinstance(line.outlet, JumpOutlet)
    }


def test_a_jump_leads_next_and_is_taken_then(tmp_path: Path, kit: EngineKit) -> None:
    seen = pictures(tmp_path, kit, "b")

    assert looks(seen[0]) == dict.fromkeys(("a$", "ab", "ac", "bc"), EdgeLook.IDLE)
    assert looks(seen[1]) == {"a$": EdgeLook.IDLE, "ab": EdgeLook.NEXT, "ac": EdgeLook.IDLE, "bc": EdgeLook.IDLE}
    assert looks(seen[-1]) == {"a$": EdgeLook.IDLE, "ab": EdgeLook.TAKEN, "ac": EdgeLook.IDLE, "bc": EdgeLook.TAKEN}


def test_several_jumps_and_one_to_end_are_told(tmp_path: Path, kit: EngineKit) -> None:
    assert looks(pictures(tmp_path, kit, "end")[-1])["a$"] is EdgeLook.TAKEN
    both = looks(pictures(tmp_path, kit, "both")[1])
    assert (both["ab"], both["ac"]) == (EdgeLook.NEXT, EdgeLook.NEXT)


def test_what_is_sent_by_a_jump_has_its_number_on_the_line(tmp_path: Path, kit: EngineKit) -> None:
    last = pictures(tmp_path, kit, "three")[-1]
    line = EdgeId(JumpOutlet("a"), "c")

    look = line_look(line, RouteKind.JUMP, last.edges[line], fan_out=last.nodes["c"].tasks_together)

    assert (look.counter, look.dashes, look.colour) == ("⋔×3", (), "edge_taken")
    assert line_look(line, RouteKind.JUMP, None).counter == "goto"
