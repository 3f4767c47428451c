"""The long-term store in a SQLite file: ``SqliteStore``. Values are JSON text that a person can read with ``sqlite3``.

Items may have a time to live; one that has run out is never returned, and is deleted at the next write.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from typing import Any

from engine.clock import wall_s
from engine.store.base_store import BaseStore, TTLConfig
from engine.store.item import (
    GetOp,
    Item,
    ListNamespacesOp,
    Namespace,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    check_op,
    value_matches,
)
from engine.store.memory_items import list_namespaces

SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    namespace TEXT NOT NULL,      -- labels joined by periods, which no label may have
    key TEXT NOT NULL,
    value TEXT NOT NULL,          -- JSON
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    ttl_minutes REAL,
    expires_at REAL,              -- seconds since 1970; NULL: never
    PRIMARY KEY (namespace, key)
) WITHOUT ROWID
"""
LIVE = "(expires_at IS NULL OR expires_at > ?)"
COLUMNS = "namespace, key, value, created_at, updated_at"


class SqliteStore(BaseStore):
    """Documents in the table ``items`` of one file. Safe to use from several threads."""

    supports_ttl = True

    def __init__(self, conn: sqlite3.Connection, *, ttl: TTLConfig | None = None) -> None:
        """``conn`` must have been opened with ``check_same_thread=False``."""
        self.conn = conn
        self.ttl_config = ttl
        self._lock = threading.RLock()
        self._is_set_up = False

    @classmethod
    @contextmanager
    def from_conn_string(cls, conn_string: str, *, ttl: TTLConfig | None = None) -> Iterator[SqliteStore]:
        """A store on a file, or on ``:memory:``, closed at the end of the ``with``."""
        with closing(sqlite3.connect(conn_string, check_same_thread=False, isolation_level=None)) as conn:
            yield cls(conn, ttl=ttl)

    def setup(self) -> None:
        """Makes the table unless it is there. Called by the first operation, too."""
        with self._lock:
            if not self._is_set_up:
                self.conn.execute("PRAGMA journal_mode=WAL")
                self.conn.execute(SCHEMA)
                self._is_set_up = True

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        ops = list(ops)
        for op in ops:
            check_op(op)
        with self._lock:
            self.setup()
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                results = [self._read(op) for op in ops]
                self._write([op for op in ops if isinstance(op, PutOp)])
            except BaseException:
                if self.conn.in_transaction:  # a full disk ends it by itself
                    self.conn.execute("ROLLBACK")
                raise
            self.conn.execute("COMMIT")
            return results

    def sweep_ttl(self) -> int:
        """Deletes what has run out; returns how many items."""
        with self._lock:
            self.setup()
            return self.conn.execute(f"DELETE FROM items WHERE NOT {LIVE}", (wall_s(),)).rowcount

    def _read(self, op: Op) -> Result:
        match op:
            case GetOp():
                row = self.conn.execute(
                    f"SELECT {COLUMNS} FROM items WHERE namespace = ? AND key = ? AND {LIVE}",
                    (_joined(op.namespace), op.key, wall_s()),
                ).fetchone()
                if row is None:
                    return None
                if op.refresh_ttl:
                    self._renew([(row[0], row[1])])
                return Item(**_fields(row))
            case SearchOp():
                return self._search(op)
            case ListNamespacesOp():
                rows = self.conn.execute(f"SELECT DISTINCT namespace FROM items WHERE {LIVE}", (wall_s(),))
                return list_namespaces([tuple(row[0].split(".")) for row in rows], op)
            case PutOp():
                return None
        raise ValueError(f"Unknown operation type: {type(op)}")

    def _search(self, op: SearchOp) -> list[SearchItem]:
        prefix = _joined(op.namespace_prefix)
        where, arguments = LIVE, [wall_s()]  # type: tuple[str, list[Any]]
        if prefix:
            # "/" follows "." in the character table, so this is the range of all that starts with "prefix.".
            where += " AND (namespace = ? OR (namespace >= ? AND namespace < ?))"
            arguments += [prefix, prefix + ".", prefix + "/"]
        rows = self.conn.execute(f"SELECT {COLUMNS} FROM items WHERE {where} ORDER BY updated_at DESC, key", arguments)
        found: list[SearchItem] = []
        skip = op.offset
        for row in rows:
            fields = _fields(row)
            if not value_matches(fields["value"], op.filter):
                continue
            if skip:
                skip -= 1
                continue
            found.append(SearchItem(**fields))
            if len(found) >= op.limit:
                break
        if op.refresh_ttl:
            self._renew([(_joined(item.namespace), item.key) for item in found])
        return found[: op.limit]

    def _write(self, puts: list[PutOp]) -> None:
        if not puts:
            return
        now_s, now = wall_s(), datetime.now(timezone.utc).isoformat()
        self.conn.execute(f"DELETE FROM items WHERE NOT {LIVE}", (now_s,))
        for op in puts:
            namespace = _joined(op.namespace)
            if op.value is None:
                self.conn.execute("DELETE FROM items WHERE namespace = ? AND key = ?", (namespace, op.key))
                continue
            expires = None if op.ttl is None else now_s + op.ttl * 60
            self.conn.execute(
                "INSERT INTO items (namespace, key, value, created_at, updated_at, ttl_minutes, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (namespace, key) DO UPDATE SET "
                "value = excluded.value, updated_at = excluded.updated_at, "
                "ttl_minutes = excluded.ttl_minutes, expires_at = excluded.expires_at",
                (namespace, op.key, _as_json(op), now, now, op.ttl, expires),
            )

    def _renew(self, addresses: Iterable[tuple[str, str]]) -> None:
        self.conn.executemany(
            "UPDATE items SET expires_at = ? + ttl_minutes * 60 "
            "WHERE namespace = ? AND key = ? AND ttl_minutes IS NOT NULL",
            [(wall_s(), *address) for address in addresses],
        )


def _as_json(op: PutOp) -> str:
    try:
        return json.dumps(op.value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"The item '{op.key}' in {op.namespace} cannot be stored: {error}. The long-term store keeps JSON values: "
            "text, numbers, true, false, null, lists and dictionaries."
        ) from error


def _joined(namespace: Namespace) -> str:
    return ".".join(namespace)


def _fields(row: tuple[str, str, str, str, str]) -> dict[str, Any]:
    namespace, key, value, created_at, updated_at = row
    return {
        "namespace": tuple(namespace.split(".")),
        "key": key,
        "value": json.loads(value),
        "created_at": created_at,
        "updated_at": updated_at,
    }
