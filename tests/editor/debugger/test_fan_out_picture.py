"""A fan-out by ``Send`` in the picture of a real run: how many tasks, how many failed, also after its step."""

from __future__ import annotations

import json
from pathlib import Path

from editor.canvas.geometry import RouteKind
from editor.canvas.line_look import line_look
from editor.canvas.node_look import card_look
from editor.debugger.focus import Focus
from editor.debugger.reduce import reduce
from editor.debugger.run_picture import NodeLook, RunPicture, picture_of
from editor.debugger.run_state import RunState
from engine.graph.graph_file import parse_graph
from engine.graph.spec import BranchOutlet, EdgeId
from engine.runner.engine_kit import own_kit
from tests.runner.small_graphs import Drive

GRAPH = json.dumps(
    {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "fan",
        "state": "nodes:State",
        "nodes": {"split": {"fn": "nodes:split"}, "work": {"fn": "nodes:work"}, "end": {"fn": "nodes:end"}},
        "edges": [
            {"from": "__start__", "to": "split"},
            {"from": "work", "to": "end"},
            {"from": "end", "to": "__end__"},
        ],
        "routers": {"split": {"fn": "nodes:fan", "branches": {"work": "work"}}},
    }
)
NODES = """
import operator
from typing import Annotated, TypedDict

from engine.types import Send


class State(TypedDict, total=False):
    bad: int
    log: Annotated[list, operator.add]


def split(state):
    return {}


def fan(state):
    return [Send("work", {"n": n, "bad": state.get("bad", 0)}) for n in range(1, 4)]


def work(state):
    if state["n"] == state["bad"]:
        raise ValueError("no such n")
    return {"log": [state["n"]]}


def end(state):
    return {}
"""
LINE = EdgeId(BranchOutlet("split", "", "work"), "work")


def pictures(tmp_path: Path, values: dict[str, object]) -> list[RunPicture]:
    """At each stop of the run."""
    path = tmp_path / "fan.graph.json"
    module = f"fan_nodes_{len(values)}"  # Python knows one module of a name
    text = GRAPH.replace("nodes:", f"{module}:")
    path.write_text(text, encoding="utf-8")
    (tmp_path / f"{module}.py").write_text(NODES, encoding="utf-8")
    spec = parse_graph(text, where="test")
    drive = Drive(path, own_kit())
    state, seen = RunState(), []
    drive.driver.run(values, "t", stepping=True)
    for _ in range(5):
        for event in drive.told:
            state = reduce(state, event)
        drive.told.clear()
        seen.append(picture_of(state, Focus(), spec))
        if state.phase.value not in ("paused",):
            break
        drive.driver.go_on("t", stepping=True)
    return seen


def test_a_fan_out_keeps_its_number_after_its_step(tmp_path: Path) -> None:
    seen = pictures(tmp_path, {})

    due = next(picture for picture in seen if picture.nodes["work"].look is NodeLook.NEXT)
    assert (due.nodes["work"].tasks_now, due.nodes["work"].tasks_together) == (3, 3)
    after = seen[-1].nodes["work"]
    assert (after.look, after.tasks_now, after.tasks_together, after.tasks_failed) == (NodeLook.DONE, 0, 3, 0)
    assert seen[-1].nodes["split"].tasks_together == 0
    assert [task.look for task in after.tasks] == [NodeLook.DONE] * 3
    times = [task.duration_s or 0.0 for task in after.tasks]
    assert after.duration_s is not None and 0 < max(times) <= after.duration_s <= sum(times) + 1e-6
    assert seen[-1].nodes["split"].tasks == ()
    spec = parse_graph(GRAPH, where="test")
    look = card_look(spec, "work", after, has_run=True)
    assert look.stack == 3
    assert "3 tasks" in look.says
    assert f"at work for {look.strip}, its longest task for " in look.says
    line = line_look(LINE, RouteKind.FORWARD, seen[-1].edges[LINE], fan_out=after.tasks_together)
    assert line.counter == "⋔×3"


def test_a_fan_out_of_which_one_failed_says_how_many(tmp_path: Path) -> None:
    moment = pictures(tmp_path, {"bad": 2})[-1].nodes["work"]

    assert (moment.look, moment.tasks_together, moment.tasks_failed) == (NodeLook.FAILED, 3, 1)
    assert [task.look for task in moment.tasks] == [NodeLook.KEPT, NodeLook.FAILED, NodeLook.KEPT]
    assert moment.tasks[1].error_line == "ValueError: no such n"
    look = card_look(parse_graph(GRAPH, where="test"), "work", moment, has_run=True)
    assert (look.failed_of_stack, look.stack) == (1, 3)
    assert "1 of 3 tasks failed" in look.says


def test_an_edge_that_was_not_taken_has_no_comb() -> None:
    assert line_look(LINE, RouteKind.FORWARD, None, fan_out=3).counter == ""
