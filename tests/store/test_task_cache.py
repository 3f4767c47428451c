"""The cache of node results: one suite that the memory cache and the SQLite cache both pass."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store import task_cache
from engine.store.task_cache import BaseCache, InMemoryCache, SqliteCache

KEY = (("writes", "nodes:plan", "plan"), "abc")
OTHER = (("writes", "nodes:plan,plan"), "abc")
WRITES = [("log", ["plan"]), ("pair", (1, 2))]


class PickleSerde:
    def dumps_typed(self, value: Any) -> tuple[str, bytes]:
        return "pickle", pickle.dumps(value)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        assert data[0] == "pickle"
        return pickle.loads(data[1])


@pytest.fixture(params=["memory", "memory with serde", "sqlite", "sqlite with serde"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseCache[Any]]:
    serde = PickleSerde() if "serde" in request.param else None
    if request.param.startswith("memory"):
        yield InMemoryCache(serde=serde)
        return
    sqlite_cache: SqliteCache[Any] = SqliteCache(path=str(tmp_path / "cache.sqlite"), serde=serde)
    yield sqlite_cache
    sqlite_cache.close()


def test_a_kept_value_comes_back_with_its_exact_types(cache: BaseCache[Any]) -> None:
    cache.set({KEY: (WRITES, None)})

    assert cache.get([KEY, (KEY[0], "unknown")]) == {KEY: WRITES}
    assert type(cache.get([KEY])[KEY][1][1]) is tuple


def test_namespaces_that_look_alike_are_kept_apart(cache: BaseCache[Any]) -> None:
    cache.set({KEY: ("one", None), OTHER: ("other", None)})

    cache.clear([KEY[0]])

    assert cache.get([KEY, OTHER]) == {OTHER: "other"}


def test_clearing_everything_leaves_nothing(cache: BaseCache[Any]) -> None:
    cache.set({KEY: ("one", None), OTHER: ("other", None)})

    cache.clear()

    assert cache.get([KEY, OTHER]) == {}


def test_a_value_runs_out(cache: BaseCache[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_000.0
    monkeypatch.setattr(task_cache, "wall_s", lambda: now_s)
    cache.set({KEY: ("one", 10)})
    now_s += 9.5
    assert cache.get([KEY]) == {KEY: "one"}

    now_s += 1

    assert cache.get([KEY]) == {}


def test_a_reader_cannot_change_what_the_next_one_gets(cache: BaseCache[Any]) -> None:
    cache.set({KEY: ({"log": ["plan"]}, None)})

    cache.get([KEY])[KEY]["log"].append("spoilt")

    assert cache.get([KEY])[KEY] == {"log": ["plan"]}


def test_the_async_twins_reach_the_same_values(cache: BaseCache[Any]) -> None:
    async def scenario() -> tuple[Any, Any]:
        await cache.aset({KEY: ("one", None)})
        found = await cache.aget([KEY])
        await cache.aclear()
        return found, await cache.aget([KEY])

    assert asyncio.run(scenario()) == ({KEY: "one"}, {})


def test_a_cache_file_outlives_the_process_that_wrote_it(tmp_path: Path) -> None:
    path = str(tmp_path / "cache.sqlite")
    first: SqliteCache[Any] = SqliteCache(path=path)
    first.set({KEY: (WRITES, None)})
    first.close()

    second: SqliteCache[Any] = SqliteCache(path=path)

    assert second.get([KEY]) == {KEY: WRITES}
    second.close()


def test_a_full_disk_is_told_as_full_and_the_cache_goes_on(tmp_path: Path) -> None:
    cache: SqliteCache[Any] = SqliteCache(path=str(tmp_path / "cache.sqlite"))
    cache.set({KEY: (WRITES, None)})
    cache._conn.execute("PRAGMA max_page_count = 20")  # SQLite then fails as on a full disk

    with pytest.raises(sqlite3.OperationalError, match="full"):
        cache.set({OTHER: ("x" * 500_000, None)})

    assert cache.get([KEY, OTHER]) == {KEY: WRITES}
    cache.close()
