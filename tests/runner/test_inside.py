"""Into subgraphs and out of them: steps, breakpoints and what is told, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import (
    CheckpointSaved,
    InsideSaved,
    InsideTaskChanged,
    RunFailed,
    RunFinished,
    RunPaused,
    RunWaiting,
)
from tests.runner.small_graphs import Drive, write_graph

INNER = """{
  "nodes": {"i": {"fn": "NODES:i"}, "j": {"fn": "NODES:j"}, "deep": {"graph": {
    "nodes": {"k": {"fn": "NODES:k"}, "l": {"fn": "NODES:l"}},
    "edges": [{"from": "__start__", "to": "k"}, {"from": "k", "to": "l"}, {"from": "l", "to": "__end__"}]
  }}},
  "edges": [{"from": "__start__", "to": "i"}, {"from": "i", "to": "deep"}, {"from": "deep", "to": "j"},
            {"from": "j", "to": "__end__"}]
}"""
GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "nested", "state": "STATE:State",
  "nodes": {"a": {"fn": "NODES:a"}, "s": {"graph": INNER_GRAPH KIND}, "u": {"graph": INNER_GRAPH KIND},
            "z": {"fn": "NODES:z"}},
  "edges": [{"from": "__start__", "to": "a"}, {"from": "a", "to": "s"}, {"from": "a", "to": "u"},
            {"from": ["s", "u"], "to": "z"}, {"from": "z", "to": "__end__"}]
}"""
STATE = """
import operator
from typing import Annotated, TypedDict

def either(old, new):
    return new

class State(TypedDict, total=False):
    topic: Annotated[str, either]
    log: Annotated[set, operator.or_]
"""
NODES = "".join(f"def {name}(state):\n    return {{'log': {{'{name}'}}}}\n\n" for name in "aijklz")


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


def nested(tmp_path: Path, kit: EngineKit, kind: str = "inherit", nodes: str = NODES) -> Drive:
    graph = GRAPH.replace("INNER_GRAPH", INNER).replace(
        "KIND", "" if kind == "inherit" else f', "checkpointer": "{kind}"'
    )
    drive = Drive(write_graph(tmp_path, graph, nodes, kit, STATE), kit)
    drive.driver.run({"topic": "x"}, "t", stepping=True)
    return drive


def step(drive: Drive, level: str = "") -> Any:
    drive.driver.go_on("t", stepping=True, level=level)
    return drive.last()


def names(paused: RunPaused) -> set[str]:
    """Where it stopped: the paths of nodes."""
    return {"/".join(part.partition(":")[0] for part in namespace) for namespace in paused.inside}


def waits(drive: Drive) -> dict[str, tuple[str, ...]]:
    """By the path of the subgraph: what is next in it, as last told."""
    told = [event for event in drive.told if isinstance(event, InsideSaved)]
    return {"/".join(part.partition(":")[0] for part in event.namespace): event.checkpoint.next for event in told}


def rows(drive: Drive) -> list[Any]:
    return [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)]


def test_a_plain_step_takes_a_subgraph_whole(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)
    step(drive)

    paused = step(drive)

    assert isinstance(paused, RunPaused)
    assert (paused.inside, rows(drive)[-1].next) == ((), ("z",))


@pytest.mark.parametrize("kind", ["inherit", "own"])
def test_into_step_and_out_of_two_parallel_subgraphs(tmp_path: Path, kit: EngineKit, kind: str) -> None:
    drive = nested(tmp_path, kit, kind)
    step(drive)

    assert names(step(drive, "into")) == {"s", "u"}
    assert waits(drive) == {"s": ("i",), "u": ("i",)}
    assert names(step(drive)) == {"s", "u"}
    assert waits(drive) == {"s": ("deep",), "u": ("deep",)}
    assert names(step(drive, "into")) == {"s/deep", "u/deep"}
    assert waits(drive)["s/deep"] == ("k",)
    assert names(step(drive)) == {"s/deep", "u/deep"}
    assert waits(drive)["s/deep"] == ("l",)
    assert names(step(drive, "out")) == {"s", "u"}
    assert waits(drive) | {"s": ("j",), "u": ("j",)} == waits(drive)
    out = step(drive, "out")
    assert (out.inside, rows(drive)[-1].next) == ((), ("z",))
    drive.driver.go_on("t", stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == set("aijklz")


def test_the_outer_graph_gets_no_more_checkpoints_and_nothing_runs_twice(tmp_path: Path, kit: EngineKit) -> None:
    counted = NODES.replace("return", "print('ran')\n    return")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    whole, stepped = nested(tmp_path / "one", kit, nodes=counted), nested(tmp_path / "two", kit, nodes=counted)
    whole.driver.go_on("t", stepping=False)
    while isinstance(stepped.last(), RunPaused):
        step(stepped, "into")

    def shape(drive: Drive) -> list[Any]:
        return [(row.step, row.source, row.next, row.ran) for row in rows(drive)]

    assert shape(stepped) == shape(whole)
    done = [event.task.node for event in stepped.told if isinstance(event, InsideTaskChanged)
            and event.task.state == "done"]  # fmt: skip
    assert sorted(done) == sorted(["i", "deep", "j", "k", "l"] * 2)


def test_a_subgraph_without_checkpoints_is_stepped_over(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit, "none")
    step(drive)

    paused = step(drive, "into")

    assert (paused.inside, rows(drive)[-1].next) == ((), ("z",))


def test_a_breakpoint_inside_holds_there_with_its_condition(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)
    drive.driver.watch.breakpoints = (
        Breakpoint("1", node="k", within=("s", "deep"), condition="'i' in log"),
        Breakpoint("2", node="j", within=("u",), condition="'nothing' in log"),
        Breakpoint("3", node="k"),
    )

    drive.driver.go_on("t", stepping=False)
    paused = drive.last()

    assert isinstance(paused, RunPaused)
    assert paused.reason == "breakpoint before 'k' in 's/deep', 'i' in log"
    assert "s/deep" in names(paused)
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)


def test_a_key_that_changes_inside_holds_there(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)
    drive.driver.watch.breakpoints = (Breakpoint("1", Where.AFTER, node="i", within=("s",)),)

    drive.driver.go_on("t", stepping=False)

    assert drive.last().reason == "breakpoint after 'i' in 's'"
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)


def test_it_runs_to_a_node_inside(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)

    drive.driver.go_on("t", stepping=False, until="u/deep/l")

    assert isinstance(drive.last(), RunPaused)
    assert waits(drive)["u/deep"] == ("l",)


def test_a_failure_inside_is_tried_again_from_where_it_was(tmp_path: Path, kit: EngineKit) -> None:
    marker = tmp_path / "broken"
    marker.touch()
    failing = NODES.replace(
        "def l(state):\n", f"def l(state):\n    import os\n    assert not os.path.exists({str(marker)!r})\n"
    )
    drive = nested(tmp_path, kit, nodes=failing)
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFailed)
    told = len(drive.told)
    marker.unlink()

    drive.driver.go_on("t", stepping=False)

    assert isinstance(drive.last(), RunFinished)
    again = [event.task.node for event in drive.told[told:] if isinstance(event, InsideTaskChanged)
             and event.task.state == "done"]  # fmt: skip
    assert "i" not in again and "k" not in again


def test_what_happens_inside_is_told_with_its_namespace(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)
    drive.driver.go_on("t", stepping=False)

    tasks = {task.node: task.id for row in rows(drive) for task in row.tasks}
    saved = [event for event in drive.told if isinstance(event, InsideSaved) and len(event.namespace) == 1]
    assert {event.namespace[0] for event in saved} == {f"s:{tasks['s']}", f"u:{tasks['u']}"}
    assert {event.checkpoint.ran for event in saved} >= {("__start__",), ("i",), ("deep",), ("j",)}


@pytest.mark.parametrize("into", [False, True])
def test_coroutines_inside_are_stepped_too(tmp_path: Path, kit: EngineKit, into: bool) -> None:
    drive = nested(tmp_path, kit, nodes=NODES.replace("def ", "async def "))
    step(drive)

    paused = step(drive, "into" if into else "")

    assert names(paused) == ({"s", "u"} if into else set())
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == set("aijklz")


FAN_OUT = """{
  "format": "stategraph", "format_version": "1.0", "name": "fan", "state": "STATE:State",
  "nodes": {"a": {"fn": "NODES:a"}, "s": {"graph": {
    "nodes": {"i": {"fn": "NODES:i"}, "j": {"fn": "NODES:j"}},
    "edges": [{"from": "__start__", "to": "i"}, {"from": "i", "to": "j"}, {"from": "j", "to": "__end__"}]}}},
  "edges": [{"from": "__start__", "to": "a"}],
  "routers": {"a": {"fn": "NODES:out", "branches": {"s": "s"}}}
}"""
SENDS = """
from ENGINE import Send

def out(state):
    return [Send("s", {"topic": str(n)}) for n in range(3)]
"""


def test_each_task_of_a_fan_out_is_a_subgraph_of_its_own(tmp_path: Path, kit: EngineKit) -> None:
    drive = Drive(write_graph(tmp_path, FAN_OUT, SENDS + NODES, kit, STATE), kit)
    drive.driver.run({"topic": "x"}, "t", stepping=True)
    step(drive)

    paused = step(drive, "into")
    assert len(paused.inside) == 3
    assert len({namespace[0] for namespace in paused.inside}) == 3
    again = step(drive)
    assert set(again.inside) == set(paused.inside)
    step(drive, "out")

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == set("aij")


def test_a_question_inside_waits_and_its_answer_goes_on_inside(tmp_path: Path, kit: EngineKit) -> None:
    asking = "from ENGINE import interrupt\n\n" + NODES.replace(
        "def k(state):\n", "def k(state):\n    if interrupt('sure?') != 'yes': raise ValueError\n"
    )
    drive = nested(tmp_path, kit, nodes=asking)
    step(drive)
    step(drive, "into")
    step(drive)

    drive.driver.go_on("t", stepping=False)
    waiting = drive.last()
    assert isinstance(waiting, RunWaiting)
    assert sorted(question.node for question in waiting.questions) == ["s", "u"]
    drive.driver.answer("t", {question.id: "yes" for question in waiting.questions}, stepping=False)

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == set("aijklz")
