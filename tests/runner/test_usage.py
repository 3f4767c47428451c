"""Tokens and cost of tasks, as nodes tell them: in the messages they return, or on the custom stream."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner.engine_kit import kit_named
from engine.runner.run_events import InsideTaskChanged, TaskChanged, TaskFacts, UsageFacts
from engine.runner.run_history import RunHistory
from engine.runner.usage import told_usage, usage_of_result
from tests.runner.small_graphs import Drive, write_graph

STATE = """
import operator
from typing import Annotated, TypedDict

class State(TypedDict, total=False):
    topic: str
    messages: Annotated[list, operator.add]
"""
GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "spends", "state": "STATE:State",
  "nodes": {"ask": {"fn": "NODES:ask"}, "left": {"fn": "NODES:left"}, "right": {"fn": "NODES:right"},
            "free": {"fn": "NODES:free"}},
  "edges": [{"from": "__start__", "to": "ask"}, {"from": "ask", "to": "left"}, {"from": "ask", "to": "right"},
            {"from": ["left", "right"], "to": "free"}]
}"""
NODES = """
import threading
from WRITER import get_stream_writer

both = threading.Barrier(2, timeout=30)

def ask(state):
    return {"messages": [{"role": "ai", "id": "m1", "usage_metadata": {"input_tokens": 10, "output_tokens": 4}}]}

def left(state):
    both.wait()
    get_stream_writer()({"usage_metadata": {"prompt_tokens": 100, "completion_tokens": 1, "cost_usd": 0.25}})
    get_stream_writer()("half way")
    get_stream_writer()({"usage_metadata": {"prompt_tokens": 100, "completion_tokens": 1, "cost_usd": 0.5}})
    both.wait()

def right(state):
    both.wait()
    both.wait()
    return {"messages": [{"role": "ai", "id": "m1", "usage_metadata": {"input_tokens": 10, "output_tokens": 4}}]}

def free(state):
    return {"topic": "done"}
"""


def drive_of(folder: Path, engine: str, graph: str, nodes: str) -> Drive:
    kit = kit_named(engine)
    writer = "langgraph.config" if engine == "langgraph" else "engine"
    return Drive(write_graph(folder, graph, nodes.replace("WRITER", writer), kit, STATE), kit)


def last_of(drive: Drive, node: str) -> TaskFacts:
    return [event.task for event in drive.told if isinstance(event, TaskChanged) and event.task.node == node][-1]


def test_each_task_has_what_it_told_also_beside_another_one(tmp_path: Path) -> None:
    drive = drive_of(tmp_path, "stepgraph", GRAPH, NODES)

    drive.driver.run({"topic": "t"}, "t", stepping=False)

    assert last_of(drive, "ask").usage == UsageFacts(10, 4, 14)
    assert last_of(drive, "left").usage == UsageFacts(200, 2, 202, 0.75)
    assert last_of(drive, "right").usage is None  # the message that it hands on was paid for by another node
    assert last_of(drive, "free").usage is None


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_messages_are_counted_on_either_engine_and_read_back(engine: str, tmp_path: Path) -> None:
    drive = drive_of(tmp_path, engine, GRAPH, NODES)

    drive.driver.run({"topic": "t"}, "t", stepping=False)

    past = RunHistory(drive.facts).read("t", drive.saver)
    tasks = {task.node: task for row in past.checkpoints.values() for task in row.tasks}
    assert tasks["ask"].usage == UsageFacts(10, 4, 14)
    assert tasks["free"].usage is None


ALONE = """{
  "format": "stategraph", "format_version": "1.0", "name": "alone", "state": "STATE:State",
  "nodes": {"ask": {"fn": "NODES:ask", "retry": {"max_attempts": 2, "initial_interval": 0.001, "jitter": false}}},
  "edges": [{"from": "__start__", "to": "ask"}]
}"""
ALONE_NODES = """
from WRITER import get_stream_writer

TRIES = []

def ask(state):
    TRIES.append(1)
    get_stream_writer()({"usage_metadata": {"input_tokens": 7, "output_tokens": 3}})
    if len(TRIES) < 2:
        raise ConnectionError("busy")
"""


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_what_a_failed_try_has_used_counts_as_well(engine: str, tmp_path: Path) -> None:
    drive = drive_of(tmp_path, engine, ALONE, ALONE_NODES)

    drive.driver.run({"topic": "t"}, "t", stepping=False)

    assert last_of(drive, "ask").state == "done"
    assert last_of(drive, "ask").usage == UsageFacts(14, 6, 20)


NESTED = """{
  "format": "stategraph", "format_version": "1.0", "name": "nested", "state": "STATE:State",
  "nodes": {"sub": {"graph": {"name": "sub", "nodes": {"k": {"fn": "NODES:k"}, "l": {"fn": "NODES:l"}},
    "edges": [{"from": "__start__", "to": "k"}, {"from": "k", "to": "l"}]}}},
  "edges": [{"from": "__start__", "to": "sub"}]
}"""
NESTED_NODES = """
from WRITER import get_stream_writer

def k(state):
    get_stream_writer()({"usage_metadata": {"input_tokens": 1, "output_tokens": 2}})

def l(state):
    return {"messages": [{"role": "ai", "id": "m", "usage_metadata": {"total_tokens": 30}}]}
"""


@pytest.mark.parametrize("engine", ["stepgraph", "langgraph"])
def test_a_subgraph_has_what_its_nodes_told_each_once(engine: str, tmp_path: Path) -> None:
    drive = drive_of(tmp_path, engine, NESTED, NESTED_NODES)

    drive.driver.run({"topic": "t"}, "t", stepping=False)

    inner = {event.task.node: event.task for event in drive.told if isinstance(event, InsideTaskChanged)}
    assert inner["k"].usage == UsageFacts(1, 2, 3)
    assert inner["l"].usage == UsageFacts(None, None, 30)
    assert last_of(drive, "sub").usage == UsageFacts(1, 2, 33)


class Message:
    def __init__(self, usage: object) -> None:
        self.usage_metadata = usage


@pytest.mark.parametrize("usage", [None, {}, {"input_tokens": "many"}, {"input_tokens": -1}, {"cost_usd": True}, 7])
def test_what_is_no_number_is_not_known(usage: object) -> None:
    assert told_usage(Message(usage)) is None
    assert told_usage({"usage_metadata": usage}) is None


def test_a_message_without_an_id_counts_once() -> None:
    message = Message({"input_tokens": 2, "output_tokens": 3})

    assert usage_of_result({"messages": [message], "last": message}, {}) == UsageFacts(2, 3, 5)
    assert usage_of_result({"messages": [message]}, {"messages": [message]}) is None
