"""Two stores on one file, as two processes have: nothing is lost, nothing is mixed up, one of them runs a thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import ThreadHeldError
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint


class WallClock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def stores(tmp_path: Path, clock: WallClock) -> Iterator[tuple[SqliteStore, SqliteStore]]:
    pair = SqliteStore(tmp_path / "runs.sqlite", wall_s=clock), SqliteStore(tmp_path / "runs.sqlite", wall_s=clock)
    yield pair
    for store in pair:
        store.close()


def test_each_builds_on_what_the_other_saved(stores: tuple[SqliteStore, SqliteStore]) -> None:
    log: list[int] = []
    for step in range(40):
        log = [*log, step]
        parent = f"c{step - 1}" if step else None
        new = new_checkpoint(f"c{step}", parent, changed={"log": log}, appended={"log": 1} if step else {})
        stores[step % 2].save(THREAD, "", new)

    for store in stores:
        assert [stored.values["log"][-1] for stored in store.list(THREAD)] == list(range(39, -1, -1))


def test_a_thread_deleted_by_the_other_begins_anew(stores: tuple[SqliteStore, SqliteStore]) -> None:
    one, other = stores
    one.save(THREAD, "", new_checkpoint("c1", changed={"log": ["x" * 1000]}))
    other.delete_thread(THREAD)

    one.save(THREAD, "", new_checkpoint("c2", "c1", changed={"log": ["x" * 1000, "y"]}, appended={"log": 1}))

    stored = other.load(THREAD, "")
    assert stored is not None
    assert stored.values == {"log": ["x" * 1000, "y"]}
    assert stored.parent_id == "c1"


def test_checkpoints_taken_out_by_the_other_are_not_built_upon(stores: tuple[SqliteStore, SqliteStore]) -> None:
    one, other = stores
    one.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
    one.save(THREAD, "", new_checkpoint("c2", "c1", changed={"log": ["x" * 1000]}))
    other.keep_only(THREAD, "", ["c2"])

    one.save(THREAD, "", new_checkpoint("c3", "c2", changed={"log": ["x" * 1000, "y"]}, appended={"log": 1}))

    stored = other.load(THREAD, "")
    assert stored is not None
    assert stored.values == {"a": 1, "log": ["x" * 1000, "y"]}


def test_reading_does_not_wait_for_a_writer_and_sees_the_last_commit(stores: tuple[SqliteStore, SqliteStore]) -> None:
    one, other = stores
    one.save(THREAD, "", new_checkpoint("c1"))

    with one.file.writing() as connection:
        connection.execute("DELETE FROM checkpoints")
        seen_by_the_other = other.load(THREAD, "")
        seen_by_itself = one.load(THREAD, "")
        connection.execute("ROLLBACK")
        connection.execute("BEGIN")

    assert seen_by_the_other is not None
    assert seen_by_itself is not None


def test_an_open_list_does_not_keep_others_from_writing(stores: tuple[SqliteStore, SqliteStore]) -> None:
    one, other = stores
    for step in range(5):
        one.save(THREAD, "", new_checkpoint(f"c{step}", f"c{step - 1}" if step else None))

    listing = other.list(THREAD)
    next(listing)
    one.save(THREAD, "", new_checkpoint("c5", "c4"))
    one.delete_thread("elsewhere")

    assert [stored.checkpoint_id for stored in listing] == ["c3", "c2", "c1", "c0"]


def test_the_second_to_run_a_thread_is_told_who_runs_it(stores: tuple[SqliteStore, SqliteStore]) -> None:
    one, other = stores
    one.hold(THREAD, "runner 1")

    with pytest.raises(ThreadHeldError, match="runner 1") as caught:
        other.hold(THREAD, "runner 2")
    with pytest.raises(ThreadHeldError, match="runner 1"):
        other.save(THREAD, "", new_checkpoint("c1"))
    one.save(THREAD, "", new_checkpoint("c1"))
    other.save("another thread", "", new_checkpoint("c1"))

    assert caught.value.holder == "runner 1"
    assert [header.checkpoint_id for header in other.headers(THREAD)] == ["c1"]


def test_a_holder_that_was_away_too_long_cannot_commit_any_more(
    stores: tuple[SqliteStore, SqliteStore], clock: WallClock
) -> None:
    one, other = stores
    lease = one.hold(THREAD, "runner 1")
    one.save(THREAD, "", new_checkpoint("c1"))
    clock.now_s += 6

    other.hold(THREAD, "runner 2")
    with pytest.raises(ThreadHeldError, match="taken over by runner 2"):
        one.save(THREAD, "", new_checkpoint("c2", "c1"))
    with pytest.raises(ThreadHeldError, match="taken over by runner 2"):
        one.renew(lease)
    other.save(THREAD, "", new_checkpoint("o2", "c1"))

    assert [header.checkpoint_id for header in one.headers(THREAD)] == ["o2", "c1"]


def test_a_holder_that_is_alive_keeps_the_thread_and_gives_it_back(
    stores: tuple[SqliteStore, SqliteStore], clock: WallClock
) -> None:
    one, other = stores
    lease = one.hold(THREAD, "runner 1")
    for _ in range(5):
        clock.now_s += 4
        one.renew(lease)
    with pytest.raises(ThreadHeldError):
        other.hold(THREAD, "runner 2")

    one.release(lease)

    other.save(THREAD, "", new_checkpoint("c1"))
    assert other.hold(THREAD, "runner 2").fence > lease.fence


def test_a_lease_that_was_lost_and_released_by_the_next_is_still_lost(
    stores: tuple[SqliteStore, SqliteStore], clock: WallClock
) -> None:
    one, other = stores
    one.hold(THREAD, "runner 1")
    one.save(THREAD, "", new_checkpoint("c1"))
    clock.now_s += 6
    other.release(other.hold(THREAD, "runner 2"))

    with pytest.raises(ThreadHeldError, match="taken over"):
        one.save(THREAD, "", new_checkpoint("c2", "c1"))
