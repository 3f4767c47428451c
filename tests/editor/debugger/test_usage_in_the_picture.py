"""Tokens of a node, and where the result of one is from that did not run: as a real run told them."""

from __future__ import annotations

from pathlib import Path

from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture, picture_of
from editor.debugger.run_state import RunState, UsageFacts
from engine.graph.graph_file import parse_graph
from engine.graph.spec import GraphSpec
from engine.runner.engine_kit import kit_named
from tests.runner.small_graphs import Drive, write_graph
from tests.runner.test_cached_results import GRAPH as CACHED_GRAPH
from tests.runner.test_cached_results import NODES as CACHED_NODES
from tests.runner.test_usage import GRAPH, NODES, STATE


def told(drive: Drive, graph: GraphSpec, run_state: RunState | None = None) -> tuple[RunState, RunPicture]:
    state = run_state or RunState()
    for event in drive.told:
        state = reduce(state, event)
    return state, picture_of(state, Focus(), graph)


def test_tokens_of_the_last_visit_are_in_the_picture_and_come_back_with_the_past(tmp_path: Path) -> None:
    kit = kit_named("stepgraph")
    path = write_graph(tmp_path, GRAPH, NODES.replace("WRITER", "engine"), kit, STATE)
    drive = Drive(path, kit)
    drive.driver.run({"topic": "t"}, "t", stepping=False)
    graph = parse_graph(GRAPH, where="")

    _, picture = told(drive, graph)

    known = {name: moment.usage for name, moment in picture.nodes.items() if moment.usage is not None}
    assert known == {"ask": UsageFacts(10, 4, 14), "left": UsageFacts(200, 2, 202, 0.75)}
    assert picture.tells_usage
    again = drive.again(path)
    again.driver.go_on("t", stepping=False)
    assert told(again, graph)[1].nodes["left"].usage == UsageFacts(200, 2, 202, 0.75)


def test_a_node_that_was_given_a_cached_result_is_done_without_a_time(tmp_path: Path) -> None:
    kit = kit_named("stepgraph")
    drive = Drive(write_graph(tmp_path, CACHED_GRAPH, CACHED_NODES, kit), kit)
    drive.driver.run({"topic": "t"}, "t", stepping=False)
    graph = parse_graph(CACHED_GRAPH, where="")

    state, picture = told(drive, graph)

    assert picture.nodes["slow"] == NodeMoment(NodeLook.DONE, 2, None, result_from="cache")
    assert picture.nodes["count"].result_from == ""
    assert not picture.tells_usage
    rows = list(state.checkpoints.values())
    first = next(row for row in rows if "slow" in row.ran)
    before = picture_of(state, Focus(first.id), graph).nodes["slow"]
    assert (before.result_from, before.visits) == ("", 1), "there it had run"
    assert before.duration_s is not None
