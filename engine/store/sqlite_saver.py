"""``SqliteSaver`` and ``AsyncSqliteSaver``: LangGraph's names and ways to open, over our run database.

Our graphs take ``.store`` and write differences; through the saver's methods anything written for LangGraph works too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from engine.store.sqlite_file import SqliteFile
from engine.store.sqlite_store import SqliteStore
from engine.store.store_saver import StoreSaver


class SqliteSaver(StoreSaver):
    """Checkpoints in a SQLite file. The async methods run in a worker thread."""

    store: SqliteStore

    def __init__(self, conn: sqlite3.Connection | SqliteStore | str, *, serde: Any = None) -> None:
        """``conn``: a connection, whose file (or in-memory database) is used; a store; or a path.

        ``serde`` is taken for compatibility and has no effect: values are stored as tagged JSON.
        """
        super().__init__(_store_of(conn), serde=serde)

    @classmethod
    @contextmanager
    def from_conn_string(cls, conn_string: str) -> Iterator[SqliteSaver]:
        """A saver on a path, or ``:memory:``; the file is closed when the block ends."""
        saver = cls(conn_string)
        try:
            yield saver
        finally:
            saver.store.close()

    def setup(self) -> None:
        """Nothing to do: the tables are there as soon as the saver is."""


class AsyncSqliteSaver(StoreSaver):
    """As ``SqliteSaver``, opened in an ``async with`` block."""

    store: SqliteStore

    def __init__(self, conn: Any, *, serde: Any = None) -> None:
        """``conn``: a connection, also an asynchronous one of the ``aiosqlite`` package; a store; or a path."""
        super().__init__(_store_of(_plain_connection(conn)), serde=serde)

    @classmethod
    @asynccontextmanager
    async def from_conn_string(cls, conn_string: str) -> AsyncIterator[AsyncSqliteSaver]:
        """A saver on a path, or ``:memory:``; the file is closed when the block ends."""
        import asyncio

        saver = cls(await asyncio.to_thread(SqliteStore, conn_string))
        try:
            yield saver
        finally:
            await asyncio.to_thread(saver.store.close)

    async def setup(self) -> None:
        """Nothing to do: the tables are there as soon as the saver is."""


def _store_of(conn: sqlite3.Connection | SqliteStore | str) -> SqliteStore:
    if isinstance(conn, SqliteStore):
        return conn
    return SqliteStore(SqliteFile.on_connection(conn) if isinstance(conn, sqlite3.Connection) else conn)


def _plain_connection(conn: Any) -> Any:
    # aiosqlite.Connection keeps the connection it works for in _conn once it is awaited; it has no public name for it.
    inner = getattr(conn, "_conn", None) or getattr(conn, "_connection", None)
    return inner if isinstance(inner, sqlite3.Connection) else conn
