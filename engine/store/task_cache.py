"""Results of nodes kept for the next time: the cache interface, one in memory and one in a SQLite file.

A key is (namespace, hash of the node's input); a value is what the node wrote. Which namespace and hash is decided by
the runtime; time to live comes with each value, in seconds. Names are LangGraph's (``langgraph.cache``).
"""

from __future__ import annotations

import asyncio
import copy
import json
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from engine.clock import wall_s
from engine.serialization.codec import Codec

ValueT = TypeVar("ValueT")
Namespace = tuple[str, ...]
FullKey = tuple[Namespace, str]


class BaseCache(ABC, Generic[ValueT]):
    """What a graph needs of its cache. The async methods call their twins in a worker thread."""

    def __init__(self, *, serde: Any = None) -> None:
        """``serde``: None, or an object with ``dumps_typed`` and ``loads_typed`` that writes and reads the values."""
        self.serde = serde

    @abstractmethod
    def get(self, keys: Sequence[FullKey]) -> dict[FullKey, ValueT]:
        """The values that are there and have not run out; others are left out."""

    @abstractmethod
    def set(self, pairs: Mapping[FullKey, tuple[ValueT, int | None]]) -> None:
        """Keeps values with their time to live in seconds; None: for ever."""

    @abstractmethod
    def clear(self, namespaces: Sequence[Namespace] | None = None) -> None:
        """Drops these namespaces, or everything."""

    async def aget(self, keys: Sequence[FullKey]) -> dict[FullKey, ValueT]:
        """As ``get``."""
        return await asyncio.to_thread(self.get, keys)

    async def aset(self, pairs: Mapping[FullKey, tuple[ValueT, int | None]]) -> None:
        """As ``set``."""
        await asyncio.to_thread(self.set, pairs)

    async def aclear(self, namespaces: Sequence[Namespace] | None = None) -> None:
        """As ``clear``."""
        await asyncio.to_thread(self.clear, namespaces)


class InMemoryCache(BaseCache[ValueT]):
    """Values in this process. Each reader gets a copy, so that no node can change what the next one is given."""

    def __init__(self, *, serde: Any = None) -> None:
        super().__init__(serde=serde)
        self._values: dict[Namespace, dict[str, tuple[Any, float | None]]] = {}
        self._lock = threading.RLock()

    def get(self, keys: Sequence[FullKey]) -> dict[FullKey, ValueT]:
        found: dict[FullKey, ValueT] = {}
        with self._lock:
            now_s = wall_s()
            for namespace, key in keys:
                values = self._values.get(tuple(namespace), {})
                value, expires_at_s = values.get(key, (None, 0.0))
                if expires_at_s is None or now_s < expires_at_s:
                    found[tuple(namespace), key] = self._load(value)
                else:
                    values.pop(key, None)
        return found

    def set(self, pairs: Mapping[FullKey, tuple[ValueT, int | None]]) -> None:
        with self._lock:
            now_s = wall_s()
            for (namespace, key), (value, ttl_s) in pairs.items():
                expires_at_s = None if ttl_s is None else now_s + ttl_s
                self._values.setdefault(tuple(namespace), {})[key] = (self._dump(value), expires_at_s)

    def clear(self, namespaces: Sequence[Namespace] | None = None) -> None:
        with self._lock:
            if namespaces is None:
                self._values.clear()
            for namespace in namespaces or ():
                self._values.pop(tuple(namespace), None)

    def _dump(self, value: ValueT) -> Any:
        return copy.deepcopy(value) if self.serde is None else self.serde.dumps_typed(value)

    def _load(self, kept: Any) -> ValueT:
        value: ValueT = copy.deepcopy(kept) if self.serde is None else self.serde.loads_typed(kept)
        return value


class SqliteCache(BaseCache[ValueT]):
    """Values in the table ``cache`` of a SQLite file. A value that cannot be stored raises ``UnstorableValueError``."""

    def __init__(self, *, path: str, serde: Any = None) -> None:
        super().__init__(serde=serde)
        self.codec = Codec()
        """Its ``types`` say which classes a value read from an earlier process may have."""
        self._lock = threading.RLock()
        self._conn = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A lost entry is only computed again: NORMAL is durable enough for a cache.
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", _SCHEMA):
            self._conn.execute(statement)

    def close(self) -> None:
        """Closes the file. The cache cannot be used afterwards."""
        with self._lock:
            self._conn.close()

    def get(self, keys: Sequence[FullKey]) -> dict[FullKey, ValueT]:
        found: dict[FullKey, ValueT] = {}
        with self._lock:
            for namespace, key in keys:
                row = self._conn.execute(
                    "SELECT encoding, value FROM cache WHERE namespace = ? AND key = ? "
                    "AND (expires_at IS NULL OR expires_at > ?)",
                    (_as_text(namespace), key, wall_s()),
                ).fetchone()
                if row is not None:
                    found[tuple(namespace), key] = self._load(*row)
        return found

    def set(self, pairs: Mapping[FullKey, tuple[ValueT, int | None]]) -> None:
        with self._lock:
            now_s = wall_s()
            rows = [
                (_as_text(namespace), key, None if ttl_s is None else now_s + ttl_s, *self._dump(value))
                for (namespace, key), (value, ttl_s) in pairs.items()
            ]
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                self._conn.execute("DELETE FROM cache WHERE expires_at <= ?", (now_s,))
                self._conn.executemany("INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?, ?)", rows)
            except BaseException:
                if self._conn.in_transaction:  # a full disk ends it by itself
                    self._conn.execute("ROLLBACK")
                raise
            self._conn.execute("COMMIT")

    def clear(self, namespaces: Sequence[Namespace] | None = None) -> None:
        with self._lock:
            if namespaces is None:
                self._conn.execute("DELETE FROM cache")
            for namespace in namespaces or ():
                self._conn.execute("DELETE FROM cache WHERE namespace = ?", (_as_text(namespace),))

    def _dump(self, value: ValueT) -> tuple[str, Any]:
        if self.serde is None:
            return "text", self.codec.encode(value)
        encoding, blob = self.serde.dumps_typed(value)
        return encoding, blob

    def _load(self, encoding: str, kept: Any) -> ValueT:
        value: ValueT = self.codec.decode(kept) if self.serde is None else self.serde.loads_typed((encoding, kept))
        return value


_SCHEMA = """
CREATE TABLE IF NOT EXISTS cache (
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at REAL,          -- seconds since 1970; NULL: never
    encoding TEXT NOT NULL,
    value NOT NULL,
    PRIMARY KEY (namespace, key)
) WITHOUT ROWID
"""


def _as_text(namespace: Namespace) -> str:
    """A namespace as one column. JSON, since labels may hold any character."""
    return json.dumps(list(namespace))
