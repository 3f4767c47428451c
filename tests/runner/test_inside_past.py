"""What ran inside subgraphs is known afterwards, in a fresh process too; pause and edits inside. On both engines."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.inside_past import inside_of
from engine.runner.run_events import (
    CheckpointSaved,
    InsideFacts,
    InsideRead,
    InsideTaskChanged,
    RunFinished,
    RunPaused,
    RunWaiting,
)
from engine.runner.run_history import INSIDE, RunHistory
from tests.runner.small_graphs import Drive
from tests.runner.test_inside import NODES, names, nested, step, waits


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


def past_of(drive: Drive) -> dict[str, InsideFacts]:
    """What ran inside the step in which the subgraphs ran, by path."""
    saved = [event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)]
    outer = next(row for row in saved if set(row.next) == {"s", "u"})
    row = RunHistory(drive.facts).read("t", drive.saver).checkpoints[outer.id]
    levels = inside_of(RunHistory(drive.facts), drive.saver, "t", row)
    return {"/".join(part.partition(":")[0] for part in level.namespace): level for level in levels}


def again(drive: Drive, tmp_path: Path) -> Drive:
    return drive.again(tmp_path / "small.graph.json")


@pytest.mark.parametrize("kind", ["inherit", "own"])
def test_a_past_step_tells_what_ran_in_its_subgraphs(tmp_path: Path, kit: EngineKit, kind: str) -> None:
    drive = nested(tmp_path, kit, kind)
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)

    past = past_of(drive)

    assert set(past) == {"s", "u", "s/deep", "u/deep"}
    assert [row.ran for row in past["s"].checkpoints][1:] == [("__start__",), ("i",), ("deep",), ("j",)]
    assert past["s"].checkpoints[-1].id == past["s"].head
    tasks = [task for row in past["s"].checkpoints for task in row.tasks]
    assert {(task.node, task.state) for task in tasks} == {("i", "done"), ("deep", "done"), ("j", "done")}


@pytest.mark.parametrize("kind", ["inherit", "own"])
def test_without_facts_the_store_tells_it(tmp_path: Path, kit: EngineKit, kind: str) -> None:
    drive = nested(tmp_path, kit, kind)
    drive.driver.go_on("t", stepping=False)
    told = past_of(drive)
    drive.facts.facts = [fact for fact in drive.facts.facts if fact.kind != INSIDE]

    found = past_of(drive)

    assert found.keys() == told.keys()
    for path in told:
        assert [row.id for row in found[path].checkpoints] == [row.id for row in told[path].checkpoints]
        assert [row.next for row in found[path].checkpoints] == [row.next for row in told[path].checkpoints]
        assert [set(row.ran) for row in found[path].checkpoints[2:]] == [
            set(row.ran) for row in told[path].checkpoints[2:]
        ]


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_fresh_runner_goes_on_stepping_inside(tmp_path: Path, kit: EngineKit, is_killed: bool) -> None:
    drive = nested(tmp_path, kit)
    step(drive)
    step(drive, "into")
    step(drive)
    assert waits(drive) == {"s": ("deep",), "u": ("deep",)}
    if is_killed:  # before it could write down what happened inside
        drive.facts.facts = [fact for fact in drive.facts.facts if fact.kind != INSIDE]

    fresh = again(drive, tmp_path)
    into = step(fresh, "into")

    assert isinstance(into, RunPaused)
    assert names(into) == {"s/deep", "u/deep"}
    assert [event for event in fresh.told if isinstance(event, InsideRead)][0].levels[0].checkpoints
    assert names(step(fresh)) == {"s/deep", "u/deep"}
    assert waits(fresh)["s/deep"] == ("l",)
    assert names(step(fresh, "out")) == {"s", "u"}
    fresh.driver.go_on("t", stepping=False)
    assert isinstance(fresh.last(), RunFinished)
    assert fresh.snapshot().values["log"] == set("aijklz")


def test_a_plain_step_of_a_fresh_runner_stays_inside(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)
    step(drive)
    step(drive, "into")

    fresh = again(drive, tmp_path)
    paused = step(fresh)

    assert names(paused) == {"s", "u"}
    ran = {event.task.node for event in fresh.told if isinstance(event, InsideTaskChanged)}
    assert ran == {"i"}


@pytest.mark.parametrize("kind", ["inherit", "own"])
def test_pause_holds_a_subgraph_that_runs(
    tmp_path: Path, kit: EngineKit, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = "import builtins\n" + NODES.replace("def i(state):\n", "def i(state):\n    builtins.ask_to_pause()\n")
    drive = nested(tmp_path, kit, kind, nodes=nodes)
    monkeypatch.setattr(builtins, "ask_to_pause", drive.driver.ask_to_pause, raising=False)

    drive.driver.go_on("t", stepping=False)

    paused = drive.last()
    assert isinstance(paused, RunPaused)
    assert (paused.reason, names(paused)) == ("pause", {"s", "u"})
    # The other subgraph may not have begun its first step when the pause came.
    assert set(waits(drive).values()) <= {("i",), ("deep",)}
    assert ("deep",) in waits(drive).values()
    monkeypatch.setattr(builtins, "ask_to_pause", lambda: None)
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)


@pytest.mark.parametrize("kind", ["inherit", "own"])
def test_a_value_is_changed_inside_and_the_subgraph_goes_on_with_it(tmp_path: Path, kit: EngineKit, kind: str) -> None:
    drive = nested(tmp_path, kit, kind)
    step(drive)
    paused = step(drive, "into")
    namespace = next(each for each in paused.inside if each[0].startswith("s"))
    head = drive.driver._inside.head_of(namespace)
    assert head is not None

    drive.driver.edit_inside("t", namespace, head.id, {"log": {"mine"}})
    drive.driver.rest("edit inside")

    assert names(drive.last()) == {"s", "u"}
    assert waits(drive)["s"] == ("i",)
    drive.driver.go_on("t", stepping=False)
    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == set("aijklz") | {"mine"}


def test_a_past_value_inside_is_not_changed(tmp_path: Path, kit: EngineKit) -> None:
    drive = nested(tmp_path, kit)
    step(drive)
    paused = step(drive, "into")
    before = drive.driver._inside.head_of(paused.inside[0])
    assert before is not None
    step(drive)

    with pytest.raises(LookupError, match="fork the outer graph"):
        drive.driver.edit_inside("t", paused.inside[0], before.id, {"topic": "y"})


def test_a_question_tells_the_node_inside_that_asked_it(tmp_path: Path, kit: EngineKit) -> None:
    asking = NODES.replace("def k(state):\n", "def k(state):\n    interrupt('sure?')\n")
    drive = nested(tmp_path, kit, nodes=f"from ENGINE import interrupt\n\n{asking}")
    drive.driver.go_on("t", stepping=False)

    waiting = drive.last()

    assert isinstance(waiting, RunWaiting)
    assert {(each.node, each.within) for each in waiting.questions} == {("s", ("deep", "k")), ("u", ("deep", "k"))}
    drive.driver.answer("t", {each.id: "yes" for each in waiting.questions}, stepping=False)
    assert isinstance(drive.last(), RunFinished)
