"""``AsyncSqliteStore``: ``SqliteStore`` for programs on an event loop. Its work is done on worker threads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial

from engine.store.base_store import BaseStore, TTLConfig
from engine.store.item import Op, Result
from engine.store.sqlite_items import SqliteStore


class AsyncSqliteStore(BaseStore):
    """As ``SqliteStore``, opened and set up with ``await``. The file is the same: either can open it."""

    supports_ttl = True

    def __init__(self, conn: sqlite3.Connection, *, ttl: TTLConfig | None = None) -> None:
        """``conn`` must have been opened with ``check_same_thread=False``; ``from_conn_string`` does so."""
        self._store = SqliteStore(conn, ttl=ttl)
        self.ttl_config = ttl

    @classmethod
    @asynccontextmanager
    async def from_conn_string(
        cls, conn_string: str, *, ttl: TTLConfig | None = None
    ) -> AsyncIterator[AsyncSqliteStore]:
        """A store on a file, or on ``:memory:``, closed at the end of the ``async with``."""
        connect = partial(sqlite3.connect, conn_string, check_same_thread=False, isolation_level=None)
        conn = await asyncio.to_thread(connect)
        try:
            yield cls(conn, ttl=ttl)
        finally:
            await asyncio.to_thread(conn.close)

    async def setup(self) -> None:
        """Makes the table unless it is there. Called by the first operation, too."""
        await asyncio.to_thread(self._store.setup)

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """As ``SqliteStore.batch``."""
        return self._store.batch(ops)
