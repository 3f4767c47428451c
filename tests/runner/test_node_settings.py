"""Options of nodes in the graph file do what they say, on our engine and on the installed langgraph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import RunFailed, RunFinished, RunPaused, TaskChanged
from engine.runner.user_code import UserCodeError
from tests.runner.small_graphs import Drive, write_graph

NODES = """
from ERRORS import NodeError
from ENGINE import Command

class Busy(Exception):
    pass

class Small(dict):
    pass

tries = []

def work(state):
    tries.append("work")
    if len(tries) < state["tries"]:
        raise Busy("not yet")
    return {"log": [f"{len(tries)} tries"]}

async def slow(state):
    import asyncio
    await asyncio.sleep(60)

def count(state):
    tries.append("count")
    return {"log": [f"counted {len(tries)}"]}

def key(state):
    return "the same"

def jump(state):
    return Command(goto="last", update={"log": ["jump"]})

def last(state):
    return {"log": ["last"]}

def handle(state, error: NodeError):
    return Command(goto="last", update={"log": [f"handled {error.node}: {error.error}"]})

def spare(state):
    return {"log": ["spare"]}
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


def graph_of(folder: Path, kit: EngineKit, **fields: Any) -> Path:
    nodes = NODES.replace("ERRORS", "langgraph.errors" if kit.name == "langgraph" else "engine.errors")
    data = {"format": "stategraph", "format_version": "1.0", "name": "small", "state": "STATE:State", **fields}
    return write_graph(folder, json.dumps(data), nodes, kit)


def one_node(folder: Path, kit: EngineKit, fn: str = "work", **options: Any) -> Drive:
    """START -> a -> last -> END, with these options on a."""
    nodes = {"a": {"fn": f"NODES:{fn}", **options}, "last": {"fn": "NODES:last"}}
    edges = [("__start__", "a"), ("a", "last"), ("last", "__end__")]
    wired = [{"from": source, "to": target} for source, target in edges]
    return Drive(graph_of(folder, kit, nodes=nodes, edges=wired), kit)


def log_of(drive: Drive) -> list[str]:
    return list(drive.snapshot().values.get("log", []))


def test_a_node_is_tried_again_as_often_as_its_policy_says(tmp_path: Path, kit: EngineKit) -> None:
    policy = {"max_attempts": 3, "initial_interval": 0.001, "jitter": False, "retry_on": ["NODES:Busy"]}
    drive = one_node(tmp_path, kit, retry=[{"retry_on": ["KeyError"]}, policy])

    drive.driver.run({"tries": 3}, "t", stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert log_of(drive) == ["3 tries", "last"]
    tasks = [event.task for event in drive.told if isinstance(event, TaskChanged)]
    assert [task.attempt for task in tasks if task.node == "a" and task.state == "done"] == [3]


def test_a_policy_for_other_errors_does_not_try_again(tmp_path: Path, kit: EngineKit) -> None:
    drive = one_node(tmp_path, kit, retry={"retry_on": ["KeyError"], "initial_interval": 0.001})

    drive.driver.run({"tries": 2}, "t", stepping=False)

    assert isinstance(drive.last(), RunFailed)


def test_the_defaults_of_the_graph_hold_for_a_node_without_its_own(tmp_path: Path, kit: EngineKit) -> None:
    policy = {"max_attempts": 2, "initial_interval": 0.001, "jitter": False}
    nodes = {"a": {"fn": "NODES:work"}}
    edges = [{"from": "__start__", "to": "a"}]
    drive = Drive(graph_of(tmp_path, kit, nodes=nodes, edges=edges, defaults={"retry": policy}), kit)

    drive.driver.run({"tries": 2}, "t", stepping=False)

    assert log_of(drive) == ["2 tries"]


def test_a_result_is_kept_for_the_next_run_with_the_same_key(tmp_path: Path, kit: EngineKit) -> None:
    drive = one_node(tmp_path, kit, "count", cache={"key": "NODES:key"})

    drive.driver.run({"topic": "one"}, "t", stepping=False)
    drive.driver.run({"topic": "two"}, "u", stepping=False)

    assert drive.snapshot("u").values["log"] == ["counted 1", "last"]


def test_an_attempt_that_takes_too_long_fails(tmp_path: Path, kit: EngineKit) -> None:
    drive = one_node(tmp_path, kit, "slow", timeout=0.02)

    drive.driver.run({}, "t", stepping=False)

    assert isinstance(drive.last(), RunFailed)
    assert drive.last().error.kind == "NodeTimeoutError"
    assert drive.last().error.node == "a"


def test_an_error_handler_runs_in_the_place_of_a_node_and_is_stepped_over(tmp_path: Path, kit: EngineKit) -> None:
    drive = one_node(tmp_path, kit, error_handler="NODES:handle")

    drive.driver.run({"tries": 9}, "t", stepping=True)
    while isinstance(drive.last(), RunPaused):
        drive.driver.go_on("t", stepping=True)

    assert isinstance(drive.last(), RunFinished)
    assert log_of(drive) == ["handled a: not yet", "last"]


def test_a_declared_jump_runs(tmp_path: Path, kit: EngineKit) -> None:
    nodes = {"a": {"fn": "NODES:jump", "destinations": ["last"]}, "last": {"fn": "NODES:last"}}
    drive = Drive(graph_of(tmp_path, kit, nodes=nodes, edges=[{"from": "__start__", "to": "a"}]), kit)

    drive.driver.run({}, "t", stepping=False)

    assert log_of(drive) == ["jump", "last"]


def test_breaker_limit_and_fallback_protect_a_node(tmp_path: Path) -> None:
    drive = one_node(
        tmp_path,
        kit_named("stepgraph"),
        circuit_breaker={"failure_threshold": 1, "recovery_s": 60, "counts": ["NODES:Busy"]},
        rate_limit={"calls": 100},
        fallback=[{"fn": "NODES:last", "on": ["KeyError"]}, "NODES:spare"],
    )

    drive.driver.run({"tries": 9}, "t", stepping=False)
    drive.driver.run({"tries": 1}, "u", stepping=False)  # the breaker is open, so the node is not asked

    assert log_of(drive) == ["spare", "last"]
    assert drive.snapshot("u").values["log"] == ["spare", "last"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"retry": {"max_attempts": 0}}, "Node 'a', retry: The number of attempts"),
        ({"retry": {"retry_on": ["NODES:work"]}}, "no class of errors"),
        ({"error_handler": "NODES:handl"}, "Node 'a', error handler, names 'handl'"),
        ({"input_schema": "STATE:Stat"}, "Node 'a', input schema, names 'Stat'"),
    ],
)
def test_an_option_that_cannot_be_used_says_where(
    options: dict[str, Any], words: str, tmp_path: Path, kit: EngineKit
) -> None:
    with pytest.raises(UserCodeError, match=words):
        one_node(tmp_path, kit, **options)


def test_what_langgraph_does_not_have_is_said_and_not_left_out(tmp_path: Path) -> None:
    with pytest.raises(UserCodeError, match="has a fallback, which the langgraph package does not have"):
        one_node(tmp_path, kit_named("langgraph"), fallback="NODES:spare")


def test_a_disabled_node_is_passed_by_with_all_that_it_has(tmp_path: Path, kit: EngineKit) -> None:
    drive = one_node(tmp_path, kit, "nothing_of_that_name", retry={"retry_on": ["NODES:Gone"]}, disabled=True)

    drive.driver.run({"topic": "x"}, "t", stepping=True)
    assert drive.snapshot().next == ("a",)
    drive.driver.go_on("t", stepping=True)

    assert drive.snapshot().next == ("last",)
    assert drive.snapshot().values == {"topic": "x", "log": []}
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)
    assert log_of(drive) == ["last"]


def test_a_join_waits_for_a_disabled_node_and_its_router_decides(tmp_path: Path, kit: EngineKit) -> None:
    nodes = {name: {"fn": "NODES:work", "disabled": True} for name in "ab"} | {"last": {"fn": "NODES:last"}}
    edges = [
        {"from": "__start__", "to": "a"},
        {"from": "__start__", "to": "b"},
        {"from": ["a", "b"], "to": "c"},
        {"from": "last", "to": "__end__"},
    ]
    routers = {
        "c": {"branches": [{"label": "go", "when": "topic == 'go'", "to": "last"}, {"label": "else", "to": "__end__"}]}
    }
    nodes["c"] = {"fn": "NODES:jump", "disabled": True, "destinations": ["last"]}
    drive = Drive(graph_of(tmp_path, kit, nodes=nodes, edges=edges, routers=routers), kit)

    drive.driver.run({"topic": "go"}, "t", stepping=False)
    drive.driver.run({"topic": "stay"}, "u", stepping=False)

    assert log_of(drive) == ["last"]
    assert drive.snapshot("u").values["log"] == []


def test_where_a_timeout_holds_for_all_a_disabled_node_is_still_passed_by(tmp_path: Path, kit: EngineKit) -> None:
    nodes = {"a": {"fn": "NODES:slow", "disabled": True}}
    edges = [{"from": "__start__", "to": "a"}]
    drive = Drive(graph_of(tmp_path, kit, nodes=nodes, edges=edges, defaults={"timeout": 20}), kit)

    drive.driver.run({"topic": "x"}, "t", stepping=False)

    assert isinstance(drive.last(), RunFinished)


def test_the_time_of_a_disabled_node_is_noted_like_that_of_any_other(
    tmp_path: Path, kit: EngineKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time of the whole step, its save among it, would stand on the card."""
    drive = one_node(tmp_path, kit, disabled=True)
    noted: list[float] = []
    ended = drive.hosted.log.ended

    def note(task_id: str, duration_s: float, error: Any) -> None:
        noted.append(duration_s)
        ended(task_id, duration_s, error)

    monkeypatch.setattr(drive.hosted.log, "ended", note)

    drive.driver.run({}, "t", stepping=False)

    done = {e.task.node: e.task for e in drive.told if isinstance(e, TaskChanged) and e.task.state == "done"}
    assert [done["a"].duration_s, done["last"].duration_s] == noted
