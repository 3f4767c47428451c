"""A router that fails is told apart from its node, which had done its work. On both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import RunFailed, TaskChanged
from tests.runner.small_graphs import Drive, write_graph

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "routed", "state": "STATE:State",
  "nodes": {"first": {"fn": "NODES:first"}, "last": {"fn": "NODES:last"}},
  "edges": [{"from": "__start__", "to": "first"}, {"from": "last", "to": "__end__"}],
  "routers": {"first": ROUTER}
}"""
BY_FUNCTION = '{"fn": "NODES:route", "branches": {"on": "last"}}'
BY_CONDITION = '{"branches": [{"label": "on", "when": "nothing > 1", "to": "last"}]}'
NODES = """
def first(state):
    return {"log": ["first"]}

def last(state):
    raise KeyError("last")

def route(state):
    raise KeyError("route")
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@pytest.mark.parametrize(
    ("router", "nodes"),
    [
        (BY_FUNCTION, NODES),
        (BY_FUNCTION, NODES.replace("def first", "async def first").replace("def route", "async def route")),
        (BY_FUNCTION, NODES.replace('raise KeyError("route")', 'return "elsewhere"')),
        (BY_CONDITION, NODES),
    ],
)
def test_a_failing_router_is_told_as_one(tmp_path: Path, kit: EngineKit, router: str, nodes: str) -> None:
    drive = Drive(write_graph(tmp_path, GRAPH.replace("ROUTER", router), nodes, kit), kit)

    drive.driver.run({"topic": "x"}, "t", stepping=False)

    (failed,) = [event for event in drive.told if isinstance(event, RunFailed)]
    assert (failed.error.node, failed.error.while_routing) == ("first", True)
    tasks = [event.task for event in drive.told if isinstance(event, TaskChanged) and event.task.error is not None]
    assert [task.error.while_routing for task in tasks if task.error is not None] == [True]


def test_a_failing_node_is_not(tmp_path: Path, kit: EngineKit) -> None:
    nodes = NODES.replace('raise KeyError("route")', 'return "on"')
    drive = Drive(write_graph(tmp_path, GRAPH.replace("ROUTER", BY_FUNCTION), nodes, kit), kit)

    drive.driver.run({"topic": "x"}, "t", stepping=False)

    (failed,) = [event for event in drive.told if isinstance(event, RunFailed)]
    assert (failed.error.node, failed.error.while_routing) == ("last", False)
