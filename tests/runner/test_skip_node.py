"""A node is skipped by giving its result: it does not run, its reducers and edges do. On both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner.branching import Change
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.run_events import CheckpointSaved, RunFailed, RunFinished
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@pytest.fixture
def drive(tmp_path: Path, kit: EngineKit) -> Drive:
    return Drive(write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit), kit)


def skip(drive: Drive, node: str, result: dict[str, object]) -> None:
    head = drive.driver._thread.head_id
    assert head is not None
    drive.driver.branch(Change("t", head, result, node, is_result=True))
    drive.driver.go_on("t", stepping=False)


def test_a_skipped_node_does_not_run_and_its_result_goes_through_the_reducer(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)

    skip(drive, "left", {"log": ["given"]})

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().values["log"] == ["classify", "given", "finish"]


def test_a_skipped_node_is_routed_by_its_routers(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=True)

    skip(drive, "classify", {"topic": "right", "log": ["given"]})

    assert drive.snapshot().values["log"] == ["given", "right", "finish"]


def test_a_failed_node_is_skipped_and_what_its_sibling_wrote_is_kept(drive: Drive) -> None:
    drive.driver.run({"topic": "both", "tries": -1}, "t", stepping=False)
    assert isinstance(drive.last(), RunFailed)

    skip(drive, "right", {"log": ["given"]})

    row = next(event.checkpoint for event in drive.told if isinstance(event, CheckpointSaved)
               and event.checkpoint.source == "update")  # fmt: skip
    assert isinstance(drive.last(), RunFinished)
    assert sorted(drive.snapshot().values["log"]) == ["classify", "finish", "given", "left"]
    assert (row.ran, row.changed_keys, row.next) == (("left", "right"), ("log",), ("finish",))
    assert row.given == ("right",)


def test_a_question_is_skipped_by_giving_the_nodes_result(drive: Drive) -> None:
    drive.driver.run({"topic": "human"}, "t", stepping=False)

    skip(drive, "ask", {"log": ["given"]})

    assert drive.snapshot().values["log"] == ["classify", "given", "finish"]


def test_one_of_several_that_are_due_is_refused_and_nothing_changes(drive: Drive) -> None:
    drive.driver.run({"topic": "both"}, "t", stepping=True)
    drive.driver.go_on("t", stepping=True)
    head, told = drive.driver._thread.head_id, len(drive.told)
    assert head is not None

    with pytest.raises(LookupError, match="'right' runs in the same step"):
        drive.driver.branch(Change("t", head, {}, "left", is_result=True))

    assert (drive.driver._thread.head_id, len(drive.told)) == (head, told)
    drive.driver.go_on("t", stepping=False)
    assert drive.snapshot().values["log"] == ["classify", "left", "right", "finish"]


def test_a_checkpoint_of_the_past_is_refused(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=True)
    first = drive.driver._thread.head_id
    drive.driver.go_on("t", stepping=True)
    assert first is not None

    with pytest.raises(LookupError, match="where the run stands now"):
        drive.driver.branch(Change("t", first, {}, "classify", is_result=True))


def test_where_the_last_node_is_skipped_the_run_has_finished(drive: Drive) -> None:
    drive.driver.run({"topic": "left"}, "t", stepping=True)
    for _ in range(2):
        drive.driver.go_on("t", stepping=True)
    head = drive.driver._thread.head_id
    assert head is not None and drive.driver._thread.row(head).next == ("finish",)

    drive.driver.branch(Change("t", head, {"log": ["given"]}, "finish", is_result=True))
    drive.driver.rest()

    assert isinstance(drive.last(), RunFinished)
    assert drive.snapshot().next == ()
