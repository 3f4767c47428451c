"""A thread that was made by replaying another one: listed, with its branches, and told as not having run."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import EdgeLook, NodeLook, picture_of
from editor.debugger.run_state import RunState
from engine.cli import main
from engine.graph.graph_file import parse_graph
from engine.graph.spec import BranchOutlet, EdgeId
from engine.runner.engine_kit import kit_named
from engine.runner.run_database import open_database
from engine.runner.run_events import RunEvent
from engine.runner.told_past import events_of
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph


def test_a_kept_replay_is_in_the_list_of_runs_and_its_nodes_are_hatched(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit_named("stepgraph"))
    with ExitStack() as resources:
        saver, history = open_database(path, "stepgraph", resources)
        drive = Drive(path, kit_named("stepgraph"), saver, history._facts)  # type: ignore[arg-type] # the real ones
        drive.driver.run({"topic": "left"}, "t", stepping=False)

    assert main(["replay", str(path), "--thread", "t", "--into", "again"]) == 0

    with ExitStack() as resources:
        saver, history = open_database(path, "stepgraph", resources)
        assert [row["thread_id"] for row in history.threads()] == ["again", "t"]
        listed = history.threads()[0]
        assert (listed["input"], listed["name"], listed["outcome"]) == ("left", "again", "finished")
        assert listed["checkpoints"] == history.threads()[1]["checkpoints"]
        events: list[RunEvent] = list(events_of("again", history.read("again", saver)))
    state = RunState()
    for event in events:
        state = reduce(state, event)
    picture = picture_of(state, Focus(), parse_graph(ASKING_GRAPH, where=""))
    done = {name: each.result_from for name, each in picture.nodes.items() if each.look is NodeLook.DONE}
    assert done == {"__start__": "", "__end__": "", "classify": "record", "left": "record", "finish": "record"}
    assert picture.edges[EdgeId(BranchOutlet("classify", "", "left"), "left")].look is EdgeLook.TAKEN
    assert picture.nodes["right"].look is NodeLook.SKIPPED
