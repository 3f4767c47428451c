"""``AsyncSqliteStore``: the same file as ``SqliteStore``, from an event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.compat.store.sqlite import SqliteStore
from engine.compat.store.sqlite.aio import AsyncSqliteStore


def test_items_written_on_a_loop_can_be_read_by_either_store(tmp_path: Path) -> None:
    path = str(tmp_path / "items.sqlite")

    async def write_and_read() -> object:
        async with AsyncSqliteStore.from_conn_string(path) as store:
            await store.setup()
            await store.aput(("users", "7"), "name", {"first": "Ada"})
            found = await store.aget(("users", "7"), "name")
            assert found is not None and store.get(("users", "7"), "name") == found
            return found.value

    assert asyncio.run(write_and_read()) == {"first": "Ada"}
    with SqliteStore.from_conn_string(path) as store:
        item = store.get(("users", "7"), "name")
        assert item is not None and item.value == {"first": "Ada"}
