"""Looking back into a long run does not walk it anew, and says the same as a walk along the parents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from editor.debugger import way_to_head
from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import CheckpointRow, RunState
from editor.debugger.way_to_head import is_on_way


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    way_to_head.forget()
    yield
    way_to_head.forget()


def row(id: str, parent: str | None) -> CheckpointRow:
    return CheckpointRow(id, parent, 0, "loop", (), (), "")


def walked(state: RunState, checkpoint_id: str) -> bool:
    at = state.head
    while at is not None:
        if at == checkpoint_id:
            return True
        at = state.checkpoints[at].parent_id
    return False


def line(length: int) -> RunState:
    rows = [row(str(number), str(number - 1) if number else None) for number in range(length)]
    return RunState(checkpoints=CheckpointLog(rows), head=rows[-1].id)


@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_a_walk_along_the_parents_finds_while_a_tree_grows_and_the_head_jumps(seed: int) -> None:
    chance = random.Random(seed)
    log, ids = CheckpointLog([row("0", None)]), ["0"]
    for number in range(1, 600):
        parent = ids[-1] if chance.random() < 0.9 else chance.choice(ids)
        log = log.with_row(row(str(number), parent))
        ids.append(str(number))
        if chance.random() < 0.2:
            log = log.with_row(row(ids[-1], parent))  # told again, as when a task has ended
        head = ids[-1] if chance.random() < 0.9 else chance.choice(ids)
        state = RunState(checkpoints=log, head=head)
        for asked in chance.sample(ids, min(3, len(ids))):
            assert is_on_way(state, asked) == walked(state, asked)
    assert not is_on_way(state, "unknown")
    assert [each.id for each in state.path_to(head)] == [id for id in ids if walked(state, id)]


def test_a_second_look_and_a_step_of_the_run_walk_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    state = line(5_000)
    seen: list[str] = []
    back_from = CheckpointLog.back_from

    def counted(log: CheckpointLog[CheckpointRow], place: int) -> Iterator[Any]:
        for each in back_from(log, place):
            seen.append(each.id)
            yield each

    monkeypatch.setattr(CheckpointLog, "back_from", counted)

    assert is_on_way(state, "10")
    assert len(seen) == 5_000
    assert is_on_way(state, "4000")
    assert len(seen) == 5_000
    grown = RunState(checkpoints=state.checkpoints.with_row(row("5000", "4999")), head="5000")
    assert is_on_way(grown, "10")
    assert len(seen) <= 5_003


def test_rows_of_a_run_that_is_shown_no_more_are_not_held() -> None:
    is_on_way(line(10), "3")

    way_to_head.forget()

    assert way_to_head._ways == []
