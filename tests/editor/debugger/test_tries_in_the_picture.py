"""A node that its retry policy lets begin again: which try it is, while it runs and after its step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import NodeLook, NodeMoment, picture_of
from editor.debugger.run_state import RunState, TaskRow
from engine.graph.graph_file import parse_graph
from engine.runner.engine_kit import kit_named
from engine.runner.run_events import TaskChanged
from tests.runner.small_graphs import Drive, write_graph
from tests.runner.test_task_times import RETRYING_GRAPH, RETRYING_NODES


def test_the_tries_of_a_real_run_are_shown(tmp_path: Path) -> None:
    drive = Drive(write_graph(tmp_path, RETRYING_GRAPH, RETRYING_NODES), kit_named("stepgraph"))
    drive.driver.run({}, "t", stepping=False)
    graph = parse_graph(RETRYING_GRAPH, where="")
    state = RunState()
    shown: list[NodeMoment] = []

    for event in drive.told:
        state = reduce(state, event)
        if isinstance(event, TaskChanged):
            shown.append(picture_of(state, Focus(), graph).nodes["flaky"])

    running = [moment.tries for moment in shown if moment.look is NodeLook.RUNNING]
    assert running[-1] == 3
    assert picture_of(state, Focus(), graph).nodes["flaky"].tries == 3, "of the step that is over"


def test_an_answered_node_is_no_other_try() -> None:
    answered = TaskRow("t", "ask", "running", attempt=3, asked=((0.0, 1.0), (2.0, 1.0)))

    assert answered.tries == 1
    assert replace(answered, attempt=4).tries == 2
