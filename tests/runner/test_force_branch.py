"""At a pause where a router has decided, another of its branches is taken: a recorded update. On both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import CheckpointSaved, RouteFacts, RunFinished, RunPaused
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph

TWO_ROUTERS = """{
  "format": "stategraph", "format_version": "1.0", "name": "two", "state": "STATE:State",
  "nodes": {"a": {"fn": "NODES:a"}, "b": {"fn": "NODES:b"}, "c": {"fn": "NODES:c"}, "d": {"fn": "NODES:d"},
            "e": {"fn": "NODES:e"}},
  "edges": [{"from": "c", "to": "e"}, {"from": "d", "to": "e"}],
  "routers": {
    "__start__": {"fn": "NODES:first", "branches": {"both": "a", "other": "b", "late": "e"}},
    "a": {"branches": [{"label": "c", "when": "topic == 'x'", "to": "c"}, {"label": "else", "to": "d"}]},
    "b": {"fn": "NODES:flip", "branches": {"heads": "c", "tails": "d"}}
  }
}"""
TWO_NODES = """
import itertools
count = itertools.count()

def first(state):
    return ["both", "other"]

def flip(state):
    return "heads" if next(count) == 0 else "tails"

def a(state):
    return {"log": ["a"]}

def b(state):
    return {"log": ["b"]}

def c(state):
    return {"log": ["c"]}

def d(state):
    return {"log": ["d"]}

def e(state):
    return {"log": ["e"]}
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@pytest.fixture
def drive(tmp_path: Path, kit: EngineKit) -> Drive:
    drive = Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)
    drive.driver.run({"topic": "left"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)
    return drive


@pytest.fixture
def two(tmp_path: Path, kit: EngineKit) -> Drive:
    drive = Drive(write_graph(tmp_path, TWO_ROUTERS, TWO_NODES, kit), kit)
    drive.driver.run({"topic": "y"}, "t", stepping=True)
    return drive


def head(drive: Drive) -> Any:
    return [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)][-1]


def force(drive: Drive, node: str, label: str) -> None:
    drive.driver.branch(drive.driver.decision("t", head(drive).id, node, "", label))


def test_the_other_branch_is_next_and_no_value_changed(drive: Drive) -> None:
    values = drive.snapshot().values

    force(drive, "classify", "right")
    drive.driver.rest()

    assert (head(drive).next, head(drive).source, head(drive).ran) == (("right",), "update", ("classify",))
    assert head(drive).routes == (RouteFacts("classify", "", "right", "right", forced=True),)
    assert isinstance(drive.last(), RunPaused)
    assert drive.snapshot().values == values
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == ["classify", "right", "finish"]


def test_the_router_decides_for_itself_the_next_time(drive: Drive) -> None:
    force(drive, "classify", "right")

    drive.driver.run({"topic": "left"}, "other", stepping=False)

    assert drive.snapshot("other").values["log"] == ["classify", "left", "finish"]


@pytest.mark.parametrize("a", ["def a", "async def a"])
def test_the_warning_that_the_engine_has_for_programs_is_no_output(
    tmp_path: Path, a: str, caplog: pytest.LogCaptureFixture
) -> None:
    own = kit_named("stepgraph")
    drive = Drive(write_graph(tmp_path, TWO_ROUTERS, TWO_NODES.replace("def a", a), own), own)
    drive.driver.run({"topic": "y"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)
    assert sorted(head(drive).next) == ["c", "d"]

    decision = drive.driver.decision("t", head(drive).id, "a", "", "c")
    drive.driver.preview_branch(decision)
    drive.driver.branch(decision)

    assert head(drive).next == ("c",)
    assert [record.msg for record in caplog.records if record.name.startswith("langgraph")] == []


def test_a_preview_tells_where_it_leads_and_leaves_no_trace(drive: Drive) -> None:
    before, told = drive.snapshot().config, len(drive.told)

    preview = drive.driver.preview_branch(drive.driver.decision("t", head(drive).id, "classify", "", "human"))

    assert preview == {"next": ["ask"], "was": ["left"], "error": None}
    assert (drive.snapshot().config, len(drive.told)) == (before, told)
    drive.driver.go_on("t", stepping=False)
    assert drive.snapshot().values["log"] == ["classify", "left", "finish"]


def test_the_other_routers_of_the_step_are_not_asked_again(two: Drive) -> None:
    two.driver.go_on("t", stepping=True)
    assert head(two).next == ("c", "d")

    force(two, "a", "c")

    assert head(two).next == ("c",)
    assert {(route.node, route.label, route.forced) for route in head(two).routes} == {
        ("a", "c", True), ("b", "heads", False)
    }  # fmt: skip


def test_the_router_of_the_start_is_forced_as_well(two: Drive) -> None:
    force(two, "__start__", "late")
    two.driver.go_on("t", stepping=False)

    assert two.snapshot().values["log"] == ["e"]


def test_a_router_that_has_not_decided_here_is_refused_and_nothing_changes(drive: Drive) -> None:
    before = drive.snapshot().config
    drive.driver.go_on("t", stepping=True)
    with pytest.raises(LookupError, match="has not decided in the step that led here"):
        force(drive, "classify", "right")

    assert drive.snapshot().parent_config == before
    assert [event for event in drive.told if isinstance(event, CheckpointSaved)][-1].checkpoint.ran == ("left",)


def test_an_unknown_branch_is_refused_and_the_run_stays_where_it_was(drive: Drive) -> None:
    before, told = drive.snapshot().config, len(drive.told)

    with pytest.raises(Exception, match="Its branches are"):
        force(drive, "classify", "nowhere")

    assert (drive.snapshot().config, len(drive.told)) == (before, told)
    drive.driver.go_on("t", stepping=False)
    assert drive.snapshot().values["log"] == ["classify", "left", "finish"]


SENDING = """{
  "format": "stategraph", "format_version": "1.0", "name": "sending", "state": "STATE:State",
  "nodes": {"a": {"fn": "NODES:a"}, "b": {"fn": "NODES:b"}, "w": {"fn": "NODES:w"}, "c": {"fn": "NODES:c"},
            "d": {"fn": "NODES:d"}},
  "edges": [{"from": "__start__", "to": "a"}, {"from": "__start__", "to": "b"}],
  "routers": {
    "a": {"fn": "NODES:fan_out", "branches": {"work": "w", "none": "c"}},
    "b": {"fn": "NODES:pick", "branches": {"c": "c", "d": "d"}}
  }
}"""
SENDING_NODES = """
from ENGINE import Send

ASYNC def fan_out(state):
    return [Send("w", {"topic": name}) for name in ("one", "two")]

ASYNC def pick(state):
    return "c"

def a(state):
    return {"log": ["a"]}

def b(state):
    return {"log": ["b"]}

def c(state):
    return {"log": ["c"]}

def d(state):
    return {"log": ["d"]}

def w(state):
    return {"log": ["w " + state["topic"]]}
"""


@pytest.fixture(params=["", "async"])
def sending(tmp_path: Path, kit: EngineKit, request: pytest.FixtureRequest) -> Drive:
    nodes = SENDING_NODES.replace("ASYNC ", f"{request.param} ".lstrip())
    drive = Drive(write_graph(tmp_path, SENDING, nodes, kit), kit)
    drive.driver.run({"topic": "x"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)
    assert sorted(head(drive).next) == ["c", "w", "w"]
    return drive


def test_tasks_that_another_router_sent_are_sent_again_as_they_were(sending: Drive) -> None:
    force(sending, "b", "d")

    assert sorted(head(sending).next) == ["d", "w", "w"]
    sending.driver.go_on("t", stepping=False)
    assert isinstance(sending.last(), RunFinished)
    assert sorted(sending.snapshot().values["log"]) == ["a", "b", "d", "w one", "w two"]


def test_a_router_that_has_sent_tasks_is_led_elsewhere(sending: Drive) -> None:
    force(sending, "a", "none")

    assert head(sending).next == ("c",)
    sending.driver.go_on("t", stepping=False)
    assert sorted(sending.snapshot().values["log"]) == ["a", "b", "c"]


def test_routers_that_send_decide_again(sending: Drive) -> None:
    sending.driver.branch(sending.driver.decision("t", head(sending).id, "", "", ""))

    assert sorted(head(sending).next) == ["c", "w", "w"]
    sending.driver.go_on("t", stepping=False)
    assert sorted(sending.snapshot().values["log"]) == ["a", "b", "c", "w one", "w two"]


def test_a_preview_asks_asynchronous_routers_as_well(sending: Drive) -> None:
    preview = sending.driver.preview_branch(sending.driver.decision("t", head(sending).id, "b", "", "d"))

    assert (sorted(preview["next"]), preview["error"]) == (["d", "w", "w"], None)


def test_tasks_that_a_node_sent_itself_are_not_lost(tmp_path: Path, kit: EngineKit) -> None:
    nodes = SENDING_NODES.replace("ASYNC ", "").replace(
        'return {"log": ["a"]}', 'return Command(update={"log": ["a"]}, goto=[Send("w", {"topic": "mine"})])'
    )
    graph = SENDING.replace('"a": {"fn": "NODES:fan_out", "branches": {"work": "w", "none": "c"}},', "")
    drive = Drive(write_graph(tmp_path, graph, nodes.replace("import Send", "import Command, Send"), kit), kit)
    drive.driver.run({"topic": "x"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)

    with pytest.raises(LookupError, match="has sent tasks to 'w' itself"):
        force(drive, "b", "d")
