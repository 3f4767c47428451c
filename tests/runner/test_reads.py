"""What can be asked of the past beside states and diffs: who wrote what, the threads, names, notes, deletion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.reads import MOST_TASKS, Reader
from engine.runner.run_database import open_database
from engine.runner.run_events import PastRead, ThreadOpened
from engine.runner.run_history import RunHistory, input_line
from engine.store.run_facts import RunFacts
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    return kit_named(request.param)


@dataclass
class Past:
    """A graph on disk that was driven, and a reader on its database."""

    drive: Drive
    reader: Reader
    told: list[Any]

    def rows(self, thread_id: str = "t") -> list[Any]:
        self.told.clear()
        self.reader.open_thread(thread_id)
        return [row for event in self.told if isinstance(event, PastRead | ThreadOpened) for row in event.checkpoints]


@pytest.fixture
def past(tmp_path: Path, kit: EngineKit) -> Iterator[Past]:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit)
    told: list[Any] = []
    facts = RunFacts(tmp_path / "facts.sqlite")
    with ExitStack() as resources:
        saver, _history = open_database(path, kit.name, resources)
        yield Past(Drive(path, kit, saver, facts), Reader(saver, RunHistory(facts), told.append), told)
    facts.close()


def test_what_each_task_of_a_step_wrote_is_told_apart(past: Past) -> None:
    past.drive.driver.run({"topic": "both"}, "t", stepping=False)
    classified = next(row for row in past.rows() if row.ran == ("classify",))

    told = past.reader.read_writes("t", classified.id)

    names = {task.id: task.node for task in classified.tasks}
    wrote = {names[task["task_id"]]: [(key, tree["json"]) for key, tree in task["writes"]] for task in told["tasks"]}
    assert wrote == {"left": [("log", ["left"])], "right": [("log", ["right"])]}
    assert told["more"] == 0


def test_a_task_that_finished_beside_a_failed_one_has_written_too(past: Past) -> None:
    past.drive.driver.run({"topic": "both", "tries": -1}, "t", stepping=False)
    head = past.rows()[-1]

    (task,) = past.reader.read_writes("t", head.id)["tasks"]

    assert [task.node for task in head.tasks if task.state == "failed"] == ["right"]
    assert [(key, tree["json"]) for key, tree in task["writes"]] == [("log", ["left"])]


def test_the_writes_of_a_large_fan_out_are_bounded(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runner.reads.MOST_TASKS", 1)
    past.drive.driver.run({"topic": "both"}, "t", stepping=False)
    classified = next(row for row in past.rows() if row.ran == ("classify",))

    told = past.reader.read_writes("t", classified.id)

    assert MOST_TASKS > 1
    assert (len(told["tasks"]), told["more"]) == (1, 1)


def test_the_writes_of_a_checkpoint_that_is_not_there_are_a_lookup_error(past: Past) -> None:
    with pytest.raises(LookupError, match="no-such"):
        past.reader.read_writes("t", "no-such")


def test_threads_are_listed_newest_first_with_input_outcome_and_name(past: Past) -> None:
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    past.drive.driver.run({"topic": "human"}, "u", stepping=False)
    past.reader.name_thread("t", "the good one")
    past.reader.name_thread("u", "asks")
    past.reader.name_thread("u", "")

    newest, oldest = past.reader.list_threads()

    assert (newest["thread_id"], newest["outcome"], newest["name"]) == ("u", "waiting", "")
    assert (oldest["thread_id"], oldest["outcome"], oldest["name"]) == ("t", "finished", "the good one")
    assert oldest["input"] == "left"
    assert oldest["checkpoints"] == 5


def test_a_deleted_thread_is_gone_with_its_input_and_the_others_stay(past: Past) -> None:
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    past.drive.driver.run({"topic": "right"}, "u", stepping=False)
    past.reader.name_thread("t", "secret")

    past.reader.delete_thread("t")

    assert [row["thread_id"] for row in past.reader.list_threads()] == ["u"]
    assert "secret" not in str([fact.data for fact in past.drive.facts.read("")])
    with pytest.raises(LookupError):
        past.rows("t")
    assert len(past.rows("u")) == 5


def test_a_note_stays_with_its_checkpoint_until_it_is_taken_away(past: Past) -> None:
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    second = past.rows()[1].id

    past.reader.note_checkpoint("t", second, "here it went wrong")
    assert [row.note for row in past.rows()] == ["", "here it went wrong", "", "", ""]
    past.reader.note_checkpoint("t", second, "")

    assert not any(row.note for row in past.rows())


@pytest.mark.parametrize(
    ("input", "line"),
    [
        ({"user": "ada", "message": "Why was I\ncharged twice?"}, "Why was I charged twice? · ada"),
        ({"n": 3, "empty": ""}, "3"),
        ({}, "{}"),
        ([1, 2], "[1, 2]"),
        (None, ""),
        ({"a": "x" * 1000}, "x" * 199 + "…"),
    ],
)
def test_an_input_is_told_by_its_values_the_longest_first(input: Any, line: str) -> None:
    assert input_line(input) == line


def test_the_list_counts_all_checkpoints_without_reading_them_again(past: Past) -> None:
    past.drive.driver.run({"topic": "left"}, "u", stepping=True)
    counted_when_paused = past.reader.list_threads()[0]["checkpoints"]
    past.drive.driver.go_on("u", stepping=False)
    (finished,) = past.reader.list_threads()

    assert counted_when_paused == 2
    assert finished["checkpoints"] == len(past.rows("u")) == 5
