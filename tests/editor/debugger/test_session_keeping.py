"""What a session keeps of runs: tags, old steps and branches that go, the room they take. On a scripted backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editor.debugger.reports import Pruned, Room
from engine.runner import requests
from tests.editor.debugger.test_session_with_a_scripted_backend import BILLING, TECHNICAL, Bench


@pytest.fixture
def bench(qapp: Any, tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def asked(bench: Bench, kind: type) -> list[Any]:
    return [request for backend in bench.backends for request in backend.requests if isinstance(request, kind)]


def test_tags_are_on_their_row_and_stay_when_the_thread_is_opened_again(bench: Bench) -> None:
    bench.do("run", BILLING)
    state = bench.session.run_state
    noted = next(iter(state.checkpoints))

    bench.do("tag_checkpoint", noted, [" good ", "", "odd", "good"])
    shown = bench.session.run_state.checkpoints[noted].tags
    bench.do("open_thread", state.thread_id)

    assert shown == ("good", "odd")
    assert bench.session.run_state.checkpoints[noted].tags == ("good", "odd")
    bench.do("tag_checkpoint", noted, [])
    assert bench.session.run_state.checkpoints[noted].tags == ()


def test_a_branch_is_deleted_only_of_a_run_at_rest_and_from_where_it_is_now(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    first = next(iter(bench.session.run_state.checkpoints))

    bench.do("delete_branch", first)
    assert asked(bench, requests.DeleteBranch) == []

    bench.do("run", TECHNICAL) if bench.session.may("run") else bench.do("resume")
    bench.do("look_at", first)
    bench.do("delete_branch", first)

    assert bench.session.focus.checkpoint_id is None
    assert [request.checkpoint_id for request in asked(bench, requests.DeleteBranch)] == [first]


def test_a_trial_counts_and_forgets_nothing(bench: Bench) -> None:
    bench.do("run", BILLING)
    thread_id, count = bench.session.run_state.thread_id, len(bench.session.run_state.checkpoints)
    told: list[Pruned] = []

    bench.session.prune_thread(thread_id, 2, told.append, is_trial=True)
    bench.settle()
    bench.session.prune_thread(thread_id, 2, told.append)
    bench.settle()

    assert told == [Pruned(count - 2, count)] * 2
    assert [(request.is_trial, request.is_shown) for request in asked(bench, requests.Prune)] == [
        (True, False),
        (False, True),
    ]


def test_the_room_of_runs_is_told(bench: Bench) -> None:
    bench.do("run", BILLING)
    thread_id = bench.session.run_state.thread_id
    told: list[Room] = []

    bench.session.measure_threads([thread_id], told.append)
    bench.session.give_room_back(told.append)
    bench.settle()

    assert told[0].threads == {thread_id: told[0].file} and told[1].threads == {}


def test_room_that_is_not_given_back_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_database: object, request: object) -> Any:
        raise LookupError("A run is active.") if isinstance(request, requests.Compact) else AssertionError(request)

    bench.do("run", BILLING)
    monkeypatch.setattr("editor.debugger.fake_backend.answer", refuse)
    refused: list[bool] = []

    bench.session.give_room_back(lambda room: refused.append(False), lambda: refused.append(True))
    bench.settle()

    assert refused == [True]
    assert [trouble.text for trouble in bench.troubles] == ["A run is active."]
