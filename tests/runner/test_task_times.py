"""When tasks worked, and how long they lay waiting for a person."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.runner.engine_kit import kit_named
from engine.runner.run_events import RunWaiting, TaskChanged, TaskFacts
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph

HOUR_S = 3600.0


@pytest.fixture(params=["stepgraph", "langgraph"])
def drive(request: pytest.FixtureRequest, tmp_path: Path) -> Drive:
    kit = kit_named(request.param)
    return Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)


def last_of(drive: Drive, node: str) -> TaskFacts:
    return [event.task for event in drive.told if isinstance(event, TaskChanged) and event.task.node == node][-1]


def test_the_hour_until_an_answer_is_told_apart_from_the_work(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    drive.driver.run({"topic": "human"}, "t", stepping=False)
    asked = last_of(drive, "ask")
    (question,) = next(event for event in drive.told if isinstance(event, RunWaiting)).questions
    now_s = time.time() + HOUR_S
    monkeypatch.setattr("engine.runner.driven_thread.time", SimpleNamespace(time=lambda: now_s))

    drive.driver.answer("t", {question.id: "because"}, stepping=False)

    answered = last_of(drive, "ask")
    assert (asked.state, answered.state) == ("waiting", "done")
    assert asked.waited_s == 0.0
    assert HOUR_S - 60 < answered.waited_s <= HOUR_S + 60
    assert answered.started_at_s == now_s
    assert answered.asked == ((asked.started_at_s, asked.duration_s),)
    assert (answered.duration_s or 0.0) < 60


RETRYING_GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "again", "state": "STATE:State",
  "nodes": {"flaky": {"fn": "NODES:flaky", "retry": {"max_attempts": 3, "initial_interval": 0.001, "jitter": false}}},
  "edges": [{"from": "__start__", "to": "flaky"}]
}"""
RETRYING_NODES = """
TRIES = []

def flaky(state):
    TRIES.append(1)
    if len(TRIES) < 3:
        raise ConnectionError("busy")
    return {"topic": "done"}
"""


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_each_new_try_is_told_while_the_node_runs(engine: str, tmp_path: Path) -> None:
    kit = kit_named(engine)
    drive = Drive(write_graph(tmp_path, RETRYING_GRAPH, RETRYING_NODES, kit), kit)

    drive.driver.run({}, "t", stepping=False)

    told = [(event.task.state, event.task.attempt) for event in drive.told if isinstance(event, TaskChanged)]
    running = [attempt for state, attempt in told if state == "running"]
    assert running == sorted(running), "never back to an earlier try"
    assert running[-1] == 3
    assert told[-1] == ("done", 3)
