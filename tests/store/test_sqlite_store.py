"""The SQLite store keeps the contract of all stores, and more: durable, small, readable, whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store import checkpoint_rows
from engine.store.checkpoint_store import TaskWrite
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import THREAD, CheckpointStoreContract, new_checkpoint


class TestSqliteStoreInAFile(CheckpointStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteStore]:
        store = SqliteStore(tmp_path / "runs.sqlite")
        yield store
        store.close()


class TestSqliteStoreInMemory(CheckpointStoreContract):
    @pytest.fixture
    def store(self) -> Iterator[SqliteStore]:
        store = SqliteStore(":memory:")
        yield store
        store.close()


def grow(store: SqliteStore, thread: str, steps: int, chars: int = 1000) -> None:
    log: list[str] = []
    for step in range(steps):
        log = [*log, f"{step:05}" + "x" * chars]
        parent = f"c{step - 1}" if step else None
        new = new_checkpoint(f"c{step}", parent, changed={"log": log}, appended={"log": 1} if step else {})
        store.save(thread, "", new, [TaskWrite("t", "log", log[-1:], 0)])


def test_the_size_of_a_thread_grows_with_what_is_new_and_not_with_the_state(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    grow(store, "short", 100)
    grow(store, "long", 400)

    short, long = store.size_of("short"), store.size_of("long")
    store.close()

    assert 100_000 < short < 600_000
    assert long < 6 * short
    assert (tmp_path / "runs.sqlite").stat().st_size < 1.3 * (short + long)


def test_a_long_value_is_stored_once_however_often_it_is_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    big = {f"key{number}": f"{number}" * 20_000 for number in range(10)}
    store.save(THREAD, "", new_checkpoint("c0", changed={"__start__": big}))
    writes = [TaskWrite("t", key, value, place) for place, (key, value) in enumerate(big.items())]
    store.save(THREAD, "", new_checkpoint("c1", "c0", changed=big, dropped=["__start__"]), writes)

    size = store.size_of(THREAD)
    first, second = store.load(THREAD, "", "c0"), store.load(THREAD, "", "c1")
    store.close()

    assert size < 1.05 * sum(map(len, big.values()))
    assert first is not None and second is not None
    assert (first.values, second.values) == ({"__start__": big}, big)
    assert [write.value for write in first.writes] == list(big.values())


def test_deleting_and_compacting_gives_the_room_back(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    grow(store, "kept", 5)
    grow(store, "gone", 300)
    store.delete_thread("gone")

    store.compact()

    assert (tmp_path / "runs.sqlite").stat().st_size < 150_000
    assert store.size_of("gone") == 0
    newest = store.load("kept", "")
    assert newest is not None
    assert len(newest.values["log"]) == 5
    store.close()


def test_bookkeeping_grows_with_the_steps_and_not_with_the_graph(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    for step in range(600):
        node, following = f"node{step}", f"branch:to:node{step + 1}"
        new = new_checkpoint(
            f"c{step}",
            f"c{step - 1}" if step else None,
            changed={"n": step, following: None},
            dropped=[f"branch:to:{node}"] if step else [],
            versions={"n": step, following: step},
            seen={node: {f"branch:to:{node}": step}},
        )
        store.save(THREAD, "", new)
    size = store.size_of(THREAD)
    newest = store.load(THREAD, "")
    store.close()

    assert size < 600 * 700
    assert newest is not None
    assert len(newest.versions) == 601
    assert len(newest.seen) == 600


def test_a_dictionary_of_short_items_is_not_encoded_item_by_item(monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(":memory:")
    asked: list[Any] = []
    in_parts = checkpoint_rows._dict_in_parts
    monkeypatch.setattr(
        checkpoint_rows, "_dict_in_parts", lambda codec, value, put: asked.append(value) or in_parts(codec, value, put)
    )
    short = {f"key {number}": number if number % 2 else f"text {number}" for number in range(1_000)}
    long = {**short, "long": "\x01" * 200}

    store.save("t", "", new_checkpoint("a", changed={"short": short, "long": long}))

    assert asked == [long]
    stored = store.load("t", "")
    assert stored is not None
    assert dict(stored.values) == {"short": short, "long": long}
    store.close()
