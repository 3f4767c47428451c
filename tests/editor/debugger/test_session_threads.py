"""What a session can do with earlier runs and with notes, on a scripted backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editor.debugger.reports import StepWrites, TaskWrites, ThreadRow
from editor.debugger.run_state import Phase, RunState
from engine.runner import requests
from tests.editor.debugger.test_session_with_a_scripted_backend import BILLING, TECHNICAL, Bench


@pytest.fixture
def bench(qapp: Any, tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def threads(bench: Bench) -> tuple[ThreadRow, ...]:
    answers: list[tuple[ThreadRow, ...]] = []
    bench.session.list_threads(answers.append)
    bench.settle()
    return answers[0]


def test_the_writes_of_a_step_are_told_by_task(bench: Bench) -> None:
    bench.do("run", TECHNICAL)
    state = bench.session.run_state
    parent = next(row for row in state.checkpoints.values() if len(row.tasks) == 2)
    answers: list[StepWrites] = []

    bench.session.read_writes(parent.id, answers.append)
    bench.settle()

    assert [type(task) for task in answers[0].tasks] == [TaskWrites, TaskWrites]
    assert {task.task_id for task in answers[0].tasks} == {task.id for task in parent.tasks}
    assert all(tree["type"] for task in answers[0].tasks for _key, tree in task.writes)


def test_a_name_is_listed_with_its_thread(bench: Bench) -> None:
    bench.do("run", BILLING)
    thread_id = bench.session.run_state.thread_id
    done: list[bool] = []

    bench.do("name_thread", thread_id, "  charged twice ", lambda: done.append(True))

    assert done == [True]
    assert [row.name for row in threads(bench)] == ["charged twice"]


def test_deleting_the_shown_run_leaves_nothing_shown(bench: Bench) -> None:
    bench.do("run", BILLING)

    bench.do("delete_thread", bench.session.run_state.thread_id)

    assert bench.session.run_state == RunState()
    assert not bench.session.may("restart")
    assert threads(bench) == ()


def test_deleting_another_run_leaves_the_shown_one_alone(bench: Bench) -> None:
    bench.do("run", BILLING)
    first = bench.session.run_state.thread_id
    bench.do("run", TECHNICAL)
    shown = bench.session.run_state

    bench.do("delete_thread", first)

    assert bench.session.run_state is shown
    assert [row.thread_id for row in threads(bench)] == [shown.thread_id]


def test_a_run_that_can_still_go_on_is_not_deleted_under_it(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    before = bench.session.run_state

    bench.do("delete_thread", before.thread_id)

    assert bench.session.run_state is before
    assert not any(isinstance(asked, requests.DeleteThread) for asked in bench.backends[0].requests)


def test_a_note_is_on_its_row_and_stays_when_the_thread_is_opened_again(bench: Bench) -> None:
    bench.do("run", BILLING)
    state = bench.session.run_state
    second = list(state.checkpoints)[1]

    bench.do("note_checkpoint", second, " look here ")
    assert bench.session.run_state.checkpoints[second].note == "look here"
    bench.do("open_thread", state.thread_id)

    assert bench.session.run_state.checkpoints[second].note == "look here"
    assert bench.phase is Phase.FINISHED


def test_a_note_outlives_a_row_that_is_told_again(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    head = bench.session.run_state.head

    bench.do("note_checkpoint", head, "start")
    bench.do("step")

    assert bench.session.run_state.checkpoints[head].note == "start"


def test_a_refusal_is_told(bench: Bench) -> None:
    bench.do("run", BILLING)

    bench.do("delete_thread", "no such thread")

    assert [trouble.text for trouble in bench.troubles] == ["There is no thread no such thread."]
