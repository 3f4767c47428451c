"""Who wrote a key, and where it became what it is: as from reading every state, on each kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store.checkpoint_store import CheckpointStore
from engine.store.memory_store import MemoryStore
from engine.store.sqlite_store import SqliteStore
from engine.time_travel import read_timeline, where_became, who_wrote, writers_of
from tests.contracts.checkpoint_store_contract import new_checkpoint
from tests.torture.builders import fill

KEYS = ["log", "long", *(f"key{n}" for n in range(5))]


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CheckpointStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    store = SqliteStore(tmp_path / "runs.sqlite")
    yield store
    store.close()


def states_to(store: CheckpointStore, checkpoint_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state on the way, oldest first, read whole."""
    for name in read_timeline(store, "t").path_to(checkpoint_id):
        stored = store.load("t", "", name)
        assert stored is not None
        yield name, dict(stored.values)


@pytest.mark.parametrize("seed", [3, 11])
def test_the_answers_are_those_of_reading_every_state(store: CheckpointStore, seed: int) -> None:
    fill(store, "t", 80, seed=seed)
    tree = read_timeline(store, "t")
    for end in tree.leaves:
        told: dict[str, list[tuple[str, Any]]] = {}
        for name, values in states_to(store, end):
            header = tree.headers[name]
            for key in KEYS:
                if key in header.changed or key in header.dropped:
                    told.setdefault(key, []).append((name, values.get(key)))
        for key in KEYS:
            mine = told.get(key, [])
            assert writers_of(store, "t", key, end) == [name for name, _ in mine], (end, key)
            last = mine[-1] if mine else (None, None)
            assert who_wrote(store, "t", key, end) == (last[0] if last[1] is not None else None), (end, key)
            for name, value in mine[:: max(1, len(mine) // 4)]:
                if value is None:
                    continue
                first = next(each for each, other in mine if other == value)
                assert where_became(store, "t", key, lambda other, wanted=value: other == wanted, end) == first, name


def test_a_value_it_never_had_and_a_key_that_never_was(store: CheckpointStore) -> None:
    store.save("t", "", new_checkpoint("a", changed={"n": 1, "text": '["other","=",1]'}))
    store.save("t", "", new_checkpoint("b", "a", changed={"other": {"n": 2}}))

    assert where_became(store, "t", "n", lambda value: value == 3) is None
    assert who_wrote(store, "t", "n") == "a"
    assert who_wrote(store, "t", "never") is None
    assert writers_of(store, "t", "other") == ["b"]


def test_a_checkpoint_that_is_not_there_is_a_lookup_error(store: CheckpointStore) -> None:
    for ask in (who_wrote, writers_of):
        with pytest.raises(LookupError, match="no checkpoint at all"):
            ask(store, "t", "n")
    store.save("t", "", new_checkpoint("a", changed={"n": 1}))

    with pytest.raises(LookupError, match="no checkpoint x"):
        where_became(store, "t", "n", bool, "x")
