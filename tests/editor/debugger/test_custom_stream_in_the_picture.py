"""What a node writes to the custom stream is shown in it while it runs, and gone with its end."""

from __future__ import annotations

from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import NodeLook, NodeMoment, picture_of
from editor.debugger.run_state import RunState
from engine.graph.spec import EdgeSpec, GraphSpec, NodeSpec
from engine.runner.run_events import (
    CheckpointFacts,
    CheckpointSaved,
    OutputLine,
    OutputReceived,
    RunStarted,
    TaskChanged,
    TaskFacts,
)

GRAPH = GraphSpec(nodes={"a": NodeSpec(fn="nodes:a")}, edges=(EdgeSpec("__start__", "a"),))


def moment(state: RunState) -> NodeMoment:
    return picture_of(state, Focus(), GRAPH).nodes["a"]


def test_the_last_line_is_in_the_node_for_as_long_as_it_runs() -> None:
    state = reduce(RunState(), RunStarted("t"))
    state = reduce(state, CheckpointSaved("t", CheckpointFacts("c", None, 0, "loop", ("a",))))
    state = reduce(state, TaskChanged("t", "c", TaskFacts("1", "a", "running")))
    lines = tuple(
        OutputLine(text, stream, "a", 1, "1")
        for text, stream in (("one", "custom"), ("two", "custom"), ("printed", "stdout"))
    )

    state = reduce(state, OutputReceived(lines))
    assert (moment(state).look, moment(state).said) == (NodeLook.RUNNING, "two")
    assert reduce(state, OutputReceived(lines[2:])) is state, "what is printed is no news for the picture"

    state = reduce(state, TaskChanged("t", "c", TaskFacts("1", "a", "done", 0.1)))
    assert moment(state).said == ""
    assert reduce(state, OutputReceived(lines)) is state, "a line that comes late changes nothing"
