"""Nodes that did not run because their result was in the cache: told as done, and where the result is from."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner.engine_kit import kit_named
from engine.runner.run_events import CheckpointSaved, TaskChanged, TaskFacts
from engine.runner.run_history import RunHistory
from tests.runner.small_graphs import Drive, write_graph

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "cached", "state": "STATE:State",
  "nodes": {"count": {"fn": "NODES:count"}, "slow": {"fn": "NODES:slow", "cache": {"key": "NODES:key"}}},
  "edges": [{"from": "__start__", "to": "count"}, {"from": "slow", "to": "count"}],
  "routers": {"count": {"fn": "NODES:again", "branches": {"more": "slow", "end": "__end__"}}}
}"""
NODES = """
def count(state):
    return {"tries": state.get("tries", 0) + 1}

def key(state):
    return "the same"

def slow(state):
    return {"log": ["slow"]}

def again(state):
    return "more" if state["tries"] < 3 else "end"
"""


def told_of(drive: Drive, node: str) -> list[TaskFacts]:
    return [event.task for event in drive.told if isinstance(event, TaskChanged) and event.task.node == node]


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_a_result_from_the_cache_is_told_as_such(engine: str, tmp_path: Path) -> None:
    kit = kit_named(engine)
    drive = Drive(write_graph(tmp_path, GRAPH, NODES, kit), kit)

    drive.driver.run({"topic": "t"}, "t", stepping=False)

    ends = [task for task in told_of(drive, "slow") if task.state == "done"]
    assert [task.result_from for task in ends] == ["", "cache"]
    assert ends[0].duration_s is not None
    assert ends[1].duration_s is None
    rows = [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)]
    assert [row.ran for row in rows if "slow" in row.ran] == [("slow",), ("slow",)]
    assert [row.changed_keys for row in rows if "slow" in row.ran] == [("log",), ("log",)]
    past = RunHistory(drive.facts).read("t", drive.saver)
    told = [task.result_from for row in past.checkpoints.values() for task in row.tasks if task.node == "slow"]
    assert told == ["", "cache"]


DECIDING = """{
  "format": "stategraph", "format_version": "1.0", "name": "deciding", "state": "STATE:State",
  "nodes": {"count": {"fn": "NODES:count"}, "slow": {"fn": "NODES:slow", "cache": {"key": "NODES:key"}}},
  "edges": [{"from": "__start__", "to": "slow"}],
  "routers": {
    "slow": {"fn": "NODES:always", "branches": {"on": "count", "stop": "__end__"}},
    "count": {"fn": "NODES:again", "branches": {"more": "slow", "end": "__end__"}}
  }
}"""


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_the_decision_that_comes_with_a_result_from_the_cache_is_told(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kit = kit_named(engine)
    nodes = NODES + "\ndef always(state):\n    print('asked')\n    return 'on'\n"
    drive = Drive(write_graph(tmp_path, DECIDING, nodes, kit), kit)

    drive.driver.run({"topic": "t"}, "t", stepping=False)

    rows = [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)]
    decided = [[(route.node, route.label) for route in row.routes] for row in rows if row.ran != ("__start__",)]
    again, slow = [("count", "more")], [("slow", "on")]
    assert decided[1:] == [slow, again, slow, again, slow, [("count", "end")]]
    assert capsys.readouterr().out.count("asked") == 1, "the router itself was not asked again"


FAN_OUT = """{
  "format": "stategraph", "format_version": "1.0", "name": "fan", "state": "STATE:State",
  "nodes": {"split": {"fn": "NODES:split"}, "work": {"fn": "NODES:work", "cache": {}}},
  "edges": [{"from": "__start__", "to": "split"}],
  "routers": {"split": {"fn": "NODES:spread", "branches": {"work": "work"}}}
}"""
FAN_OUT_NODES = """
from ENGINE import Send

def split(state):
    return {}

def spread(state):
    return [Send("work", {"topic": topic}) for topic in state["topic"]]

def work(state):
    return {"log": [state["topic"]]}
"""


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_of_a_fan_out_only_the_tasks_that_did_not_run_are_from_the_cache(engine: str, tmp_path: Path) -> None:
    kit = kit_named(engine)
    drive = Drive(write_graph(tmp_path, FAN_OUT, FAN_OUT_NODES, kit), kit)
    drive.driver.run({"topic": "bd"}, "first", stepping=False)
    drive.told.clear()

    drive.driver.run({"topic": "abcd"}, "t", stepping=False)

    last = {task.id: task for task in told_of(drive, "work")}
    assert [(task.state, task.result_from) for task in last.values()] == [
        ("done", ""),
        ("done", "cache"),
        ("done", ""),
        ("done", "cache"),
    ]
