"""What the rows and questions of a run say where several tasks share a step; on our engine and on langgraph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import CheckpointSaved, RunFailed, RunFinished, RunWaiting, TaskChanged, ThreadOpened
from engine.runner.run_history import RunHistory
from engine.runner.told_past import events_of
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    if request.param == "langgraph":
        pytest.importorskip("langgraph")
    return kit_named(request.param)


@pytest.fixture
def drive(tmp_path: Path, kit: EngineKit) -> Drive:
    return Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)


def rows(drive: Drive) -> list[Any]:
    return [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)]


FAN_OUT = """{
  "format": "stategraph", "format_version": "1.0", "name": "fan", "state": "STATE:State",
  "nodes": {"split": {"fn": "NODES:split"}, "ask": {"fn": "NODES:ask"}},
  "edges": [{"from": "__start__", "to": "split"}],
  "routers": {"split": {"fn": "NODES:each", "branches": {"ask": "ask"}}}
}"""
FAN_OUT_NODES = """
from ENGINE import Send, interrupt

def split(state):
    return {}

def each(state):
    return [Send("ask", {"topic": word}) for word in ("one", "two", "three")]

def ask(state):
    return {"log": [interrupt(state["topic"])]}
"""


def test_every_task_of_a_fan_out_that_asks_has_its_question_told(kit: EngineKit, tmp_path: Path) -> None:
    drive = Drive(write_graph(tmp_path, FAN_OUT, FAN_OUT_NODES, kit), kit)

    drive.driver.run({}, "t", stepping=False)

    asked = drive.last()
    assert isinstance(asked, RunWaiting)
    assert [question.value for question in asked.questions] == ["one", "two", "three"]
    drive.driver.answer("t", {asked.questions[1].id: "2"}, stepping=False)
    left = drive.last()
    assert isinstance(left, RunWaiting)
    assert sorted(question.value for question in left.questions) == ["one", "three"]


def test_the_first_step_changes_what_the_input_gives_and_nothing_else(drive: Drive) -> None:
    # ``log`` is an empty list before and after; ``tries`` is given, although nothing was there to differ from.
    drive.driver.run({"topic": "left", "tries": 0}, "t", stepping=True)

    assert [row.changed_keys for row in rows(drive)] == [(), ("topic", "tries")]


TWO_KEYS = """{
  "format": "stategraph", "format_version": "1.0", "name": "two", "state": "STATE:State",
  "nodes": {"good": {"fn": "NODES:good"}, "bad": {"fn": "NODES:bad"}},
  "edges": [{"from": "__start__", "to": "good"}, {"from": "__start__", "to": "bad"}]
}"""
TWO_KEYS_NODES = """
FAILED = []

def good(state):
    return {"topic": "new"}

def bad(state):
    if not FAILED:
        FAILED.append(1)
        raise ValueError("once")
    return {"tries": 1}
"""


def test_a_row_names_what_a_kept_sibling_wrote_also_after_a_fresh_start(kit: EngineKit, tmp_path: Path) -> None:
    path = write_graph(tmp_path, TWO_KEYS, TWO_KEYS_NODES, kit)
    first = Drive(path, kit)
    first.driver.run({"topic": "old", "tries": 0}, "t", stepping=False)
    assert isinstance(first.last(), RunFailed)
    drive = first.again(path)

    drive.driver.go_on("t", stepping=False)

    assert sorted(rows(drive)[-1].changed_keys) == ["topic", "tries"]


WITHIN = """{
  "format": "stategraph", "format_version": "1.0", "name": "outer", "state": "STATE:State",
  "nodes": {"outer": {"graph": {
      "nodes": {"good": {"fn": "NODES:good"}},
      "edges": [{"from": "__start__", "to": "good"}]}}},
  "edges": [{"from": "__start__", "to": "outer"}],
  "routers": {"outer": {"fn": "NODES:again", "branches": {"again": "outer", "end": "__end__"}}}
}"""
WITHIN_NODES = """
def good(state):
    return {"tries": state["tries"] + 1}

def again(state):
    return "again" if state["tries"] < 2 else "end"
"""


def test_a_row_names_the_empty_list_that_a_subgraph_hands_on_once(kit: EngineKit, tmp_path: Path) -> None:
    drive = Drive(write_graph(tmp_path, WITHIN, WITHIN_NODES, kit), kit)

    drive.driver.run({"tries": 0}, "t", stepping=False)

    # ``log`` is stored from the first visit on, as an empty list, and is the same empty list after the second.
    assert [sorted(row.changed_keys) for row in rows(drive)[-2:]] == [["log", "tries"], ["tries"]]


BESIDE = """{
  "format": "stategraph", "format_version": "1.0", "name": "beside", "state": "STATE:State",
  "nodes": {"ask": {"fn": "NODES:ask"}, "bad": {"fn": "NODES:bad"}},
  "edges": [{"from": "__start__", "to": "ask"}, {"from": "__start__", "to": "bad"}]
}"""
BESIDE_NODES = """
from pathlib import Path
from ENGINE import interrupt

def note(name):
    with open(Path(__file__).parent / "ran.txt", "a") as file:
        file.write(name + " ")

def ask(state):
    note("ask")
    return {"topic": interrupt("which?")}

def bad(state):
    note("bad")
    if (Path(__file__).parent / "ran.txt").read_text().count("bad") < 2:
        raise ValueError("once")
    return {"tries": 1}
"""


def failed_beside_a_question(tmp_path: Path) -> Drive:
    drive = Drive(write_graph(tmp_path, BESIDE, BESIDE_NODES), kit_named("stepgraph"))
    drive.driver.run({}, "t", stepping=False)
    return drive


def test_a_question_open_beside_a_failure_is_told_and_its_answer_tries_the_failed_node_again(tmp_path: Path) -> None:
    drive = failed_beside_a_question(tmp_path)

    failed = drive.last()
    assert isinstance(failed, RunFailed)
    assert [(question.node, question.value) for question in failed.questions] == [("ask", "which?")]
    drive.driver.answer("t", {failed.questions[0].id: "left"}, stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values == {"topic": "left", "tries": 1, "log": []}
    assert sorted((tmp_path / "ran.txt").read_text().split()) == ["ask", "ask", "bad", "bad"]


def test_a_question_open_beside_a_failure_is_there_when_the_thread_is_opened_again(tmp_path: Path) -> None:
    drive = failed_beside_a_question(tmp_path)

    past = RunHistory(drive.facts).read("t", drive.saver)

    opened = list(events_of("t", past))[-1]
    assert isinstance(opened, ThreadOpened)
    assert opened.error is not None
    assert [question.value for question in opened.questions] == ["which?"]


UNSTORABLE_NODES = """
def good(state):
    return {"topic": "new"}

def bad(state):
    return {"tries": lambda: 1}
"""


def test_a_step_that_cannot_be_stored_keeps_nothing_and_names_who_is_to_blame(tmp_path: Path) -> None:
    drive = Drive(write_graph(tmp_path, TWO_KEYS, UNSTORABLE_NODES), kit_named("stepgraph"))

    drive.driver.run({}, "t", stepping=False)

    failed = drive.last()
    assert isinstance(failed, RunFailed)
    assert failed.error.node == "bad"
    assert failed.error.kind == "UnstorableValueError"
    told = {event.task.node: event.task.state for event in drive.told if isinstance(event, TaskChanged)}
    assert told == {"good": "planned", "bad": "failed"}, "both run again with a retry"
    assert set(drive.snapshot().next) == {"good", "bad"}
