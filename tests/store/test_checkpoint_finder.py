"""A checkpoint is found by its id whatever order ids come in; one that damage hides is an error, not none."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.store import checkpoint_finder
from engine.store.checkpoint_finder import CheckpointFinder
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import DamagedStoreError
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint

SEED = int(os.environ.get("STEPGRAPH_TORTURE_SEED", "7"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path)
    yield store
    store.close()


def save(store: SqliteStore, name: str, parent: str | None, number: int, namespace: str = "") -> None:
    store.save(THREAD, namespace, new_checkpoint(name, parent, changed={"n": number}))


def test_random_ids_are_found_as_if_all_rows_were_looked_through(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Growing ones, ones out of order, ones that are saved again; two lanes that take turns; two processes."""
    monkeypatch.setattr(checkpoint_finder, "_LOOKS_BACK", 4)
    dice, other = random.Random(SEED), SqliteStore(path)
    newest: dict[str, dict[str, int]] = {"": {}, "sub": {}}
    last: dict[str, str | None] = {"": None, "sub": None}
    for number in range(400):
        namespace = dice.choice(["", "sub"])
        kind = dice.random()
        name = f"{number:05}"
        if kind < 0.05:
            name = f"{dice.randrange(number + 1):05}x"
        elif kind < 0.1 and newest[namespace]:
            name = dice.choice(list(newest[namespace]))
        writer = other if dice.random() < 0.1 else store
        save(writer, name, last[namespace] if last[namespace] != name else None, number, namespace)
        newest[namespace][name] = number
        last[namespace] = name

    for namespace, numbers in newest.items():
        for name, number in numbers.items():
            found = store.load(THREAD, namespace, name)
            assert found is not None and found.values["n"] == number, f"{name}, seed {SEED}"
        assert [store.load(THREAD, namespace, name) for name in ("", "00000y", "00200y", "99999")] == [None] * 4
        listed = [header.checkpoint_id for header in store.headers(THREAD, namespace)]
        assert sorted(listed) == sorted(numbers), f"each once, seed {SEED}"
    other.close()


def test_only_ids_out_of_order_stand_in_an_index(path: Path, store: SqliteStore) -> None:
    names = ["a1", "a2", "a3", "a2", "a0", "a4", "a5"]
    for number, name in enumerate(names):
        save(store, name, names[number - 1] if number else None, number)

    with closing(sqlite3.connect(path)) as other:
        rows = other.execute("SELECT id FROM checkpoints WHERE updated < '!' ORDER BY id").fetchall()
    marked = [row[0] for row in rows]

    assert marked == [4, 5]


def test_ids_that_stay_out_of_order_are_saved_without_looking_far_back(path: Path, store: SqliteStore) -> None:
    save(store, "b", None, 0)
    for number in range(100):
        save(store, f"a{number:03}", f"a{number - 1:03}" if number else "b", number)

    found = [store.load(THREAD, "", f"a{number:03}") for number in range(100)]

    assert [one and one.values["n"] for one in found] == list(range(100))


def test_an_id_that_damage_hides_is_an_error(path: Path, store: SqliteStore) -> None:
    for number in range(50):
        save(store, f"c{number:02}", f"c{number - 1:02}" if number else None, number)
    other = sqlite3.connect(path)
    other.execute("UPDATE checkpoints SET checkpoint_id = 'z' WHERE checkpoint_id = 'c30'")
    other.commit()
    other.close()

    for name in ("c30", "c29"):
        with pytest.raises(DamagedStoreError, match="Checkpoint z"):
            store.load(THREAD, "", name)


def test_finding_reads_through_indexes_only(path: Path, store: SqliteStore) -> None:
    save(store, "a", None, 0)
    with store.file.reading() as connection:
        told: list[str] = []
        connection.set_trace_callback(told.append)
        CheckpointFinder(connection).rows(1, "a")
        connection.set_trace_callback(None)
        selects = [query for query in told if query.lstrip().startswith("SELECT id")]
        plans = [connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall() for query in selects]
        newest = f"SELECT id FROM checkpoints WHERE lane = 1 AND {CheckpointFinder(connection).not_replaced()}"
        listing = connection.execute(f"EXPLAIN QUERY PLAN {newest}").fetchall()

    assert "out_of_order (lane=? AND checkpoint_id=?" in plans[0][0][3]
    assert "idx_checkpoints_lane (lane=? AND rowid>?" in plans[1][0][3]
    assert any("out_of_order (lane=? AND checkpoint_id=?" in step[3] for step in listing), listing
