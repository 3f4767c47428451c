"""A failure and a question inside a subgraph: told of the outermost node, with the lines of the user; both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import RunFailed, RunFinished, RunWaiting, TaskChanged
from tests.runner.small_graphs import Drive, write_graph

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "outer", "state": "STATE:State",
  "nodes": {"outer": {"graph": {"nodes": {"inner": {"graph": {
      "nodes": {"good": {"fn": "NODES:good"}, "bad": {"fn": "NODES:bad"}},
      "edges": [{"from": "__start__", "to": "good"}, {"from": "good", "to": "bad"}]}}},
    "edges": [{"from": "__start__", "to": "inner"}]}}},
  "edges": [{"from": "__start__", "to": "outer"}]
}"""

NODES = """
def good(state):
    return {"topic": "x"}

def bad(state):
    shelf = {}
    return shelf["missing"]
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    if request.param == "langgraph":
        pytest.importorskip("langgraph")
    return kit_named(request.param)


@pytest.mark.parametrize("function", ["def bad", "async def bad"])
def test_a_failure_inside_has_the_users_lines(tmp_path: Path, kit: EngineKit, function: str) -> None:
    drive = Drive(write_graph(tmp_path, GRAPH, NODES.replace("def bad", function), kit), kit)

    drive.driver.run({"topic": "a"}, "t", stepping=False)

    failed = drive.last()
    assert isinstance(failed, RunFailed)
    assert (failed.error.kind, failed.error.message) == ("KeyError", "'missing'")
    assert 'return shelf["missing"]' in failed.error.traceback
    assert failed.error.node == "outer"
    tasks = [each.task for each in drive.told if isinstance(each, TaskChanged)]
    assert (tasks[-1].node, tasks[-1].state, tasks[-1].attempt) == ("outer", "failed", 1)
    assert tasks[-1].error is not None and tasks[-1].error.kind == "KeyError"


ASKING = """
from ENGINE import interrupt

def good(state):
    return {"topic": "x"}

def bad(state):
    return {"topic": interrupt("which?")}
"""


def test_a_question_inside_is_asked_and_answered(tmp_path: Path, kit: EngineKit) -> None:
    drive = Drive(write_graph(tmp_path, GRAPH, ASKING, kit), kit)

    drive.driver.run({"topic": "a"}, "t", stepping=False)
    asked = drive.last()
    assert isinstance(asked, RunWaiting)
    assert [question.value for question in asked.questions] == ["which?"]
    drive.driver.answer("t", {asked.questions[0].id: "this one"}, stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["topic"] == "this one"
