"""The tables of a run database, and how an older file becomes a current one: all steps in one transaction, so that
a file is never between two formats.

Called by ``sqlite_file`` when a file is new or old. A new one gets ``current_tables`` at once; only an old one is led
through the migrations. They import ``sqlite_utils``, which takes 0.1 s, and more where numpy is installed. A released
migration is never edited; a change of the tables is a new one at the end, and one in ``current_tables``.
"""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING, Any

from engine.store.checkpoint_finder import IS_OUT_OF_ORDER, OUT_OF_ORDER
from engine.store.checkpoint_row import CHECKPOINT_COLUMNS
from engine.store.current_tables import CURRENT_TABLES
from engine.store.row_hash import row_hash
from engine.store.store_errors import StoreError

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x53544550
"""``STEP`` in the file's header, so that ``file`` and we can tell what it is."""

CURRENT_VERSION = 5
"""Number of migrations, kept in ``PRAGMA user_version``. A file with a greater one is opened read-only."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date. Does nothing to a current file. Safe when two processes do it at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version:
            _upgrade(connection, version)
        else:
            _create(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk ends it by itself
            connection.execute("ROLLBACK")
        raise


def _create(connection: sqlite3.Connection) -> None:
    for statement in CURRENT_TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {CURRENT_VERSION}")


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    if version >= CURRENT_VERSION:
        return
    try:
        from sqlite_utils import Database
    except ModuleNotFoundError as error:  # the Python of a project, which has the engine only
        raise StoreError(
            f"These runs are of format {version}. {sys.executable} cannot bring them up to date, because it has no "
            "package 'sqlite_utils'. 'stepgraph history vacuum GRAPH' does it, or install the package there."
        ) from error

    database = Database(connection, execute_plugins=False)
    for number, step in enumerate(_STEPS[version:], start=version + 1):
        step(database)
        connection.execute(f"PRAGMA user_version = {number}")


def _first_tables(database: Database) -> None:
    connection: Any = database.conn
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # A thread, and who may write to it: fence grows with each holder, and the commit of an older one fails.
    database.table("threads").create(
        {"id": int, "thread_id": str, "created_at": str, "holder": str, "fence": int, "held_until": float},
        pk="id",
        not_null={"thread_id", "created_at", "fence"},
        defaults={"fence": 0},
    )
    database.table("threads").create_index(["thread_id"], unique=True)
    # The checkpoints of one thread in one namespace. epoch grows when any of them is deleted.
    database.table("lanes").create(
        {"id": int, "thread": int, "namespace": str, "epoch": int},
        pk="id",
        not_null={"thread", "namespace", "epoch"},
        defaults={"epoch": 0},
    )
    database.table("lanes").create_index(["thread", "namespace"], unique=True)
    # id is the order of saving. changes, versions, seen: the difference to the parent; frame: now and then, all of it.
    # writes: what the tasks of the step wrote, if the parent is the row before in the lane, as it is but after a fork.
    database.table("checkpoints").create(
        {
            "id": int,
            "lane": int,
            "checkpoint_id": str,
            "parent": int,
            "parent_id": str,
            "created_at": str,
            "metadata": str,
            "changes": str,
            "versions": str,
            "seen": str,
            "updated": str,
            "frame": str,
            "writes": str,
            "hash": bytes,
        },
        pk="id",
        not_null={"lane", "checkpoint_id", "created_at", "metadata", "changes", "versions", "seen", "updated", "hash"},
    )
    database.table("checkpoints").create_index(["lane", "checkpoint_id"])
    database.table("checkpoints").create_index(["lane"])
    # What one task wrote before its step was done, or in a fork; items are [index, channel, "=", value].
    database.table("writes").create(
        {
            "id": int,
            "lane": int,
            "checkpoint_id": str,
            "task_id": str,
            "task_path": str,
            "items": str,
            "hash": bytes,
        },
        pk="id",
        not_null={"lane", "checkpoint_id", "task_id", "task_path", "items", "hash"},
    )
    database.table("writes").create_index(["lane", "checkpoint_id"])
    # Values of more than some hundred bytes, each stored once for a thread.
    database.table("texts").create(
        {"id": int, "thread": int, "text": str, "hash": bytes}, pk="id", not_null={"thread", "text", "hash"}
    )
    database.table("texts").create_index(["thread"])
    # What the runner tells beside the checkpoints: times, routes, output, errors, notes.
    database.table("facts").create(
        {
            "id": int,
            "thread_id": str,
            "checkpoint_id": str,
            "task_id": str,
            "kind": str,
            "data": str,
            "hash": bytes,
        },
        pk="id",
        not_null={"thread_id", "kind", "data", "hash"},
    )
    database.table("facts").create_index(["thread_id"])
    database.table("graphs").create({"hash": str, "text": str}, pk="hash", not_null={"text"})


def _shorter_rows(database: Database) -> None:
    """The same tables. Rows may now leave out what others tell, which an older program would take for damage."""


def _branches_and_output(database: Database) -> None:
    # What is written down of a branch: see branch_rows. first is the id of its oldest checkpoint.
    database.table("branches").create(
        {
            "id": int,
            "thread_id": str,
            "namespace": str,
            "first": str,
            "forked_from": str,
            "name": str,
            "note": str,
            "by": str,
            "as_node": str,
            "edits": str,
            "created_at": str,
            "hash": bytes,
        },
        pk="id",
        not_null={"thread_id", "namespace", "first", "name", "note", "by", "edits", "created_at", "hash"},
    )
    database.table("branches").create_index(["thread_id"])
    # Lines that tasks wrote, in the order they came: see output_rows. dropped counts lines that are missing before.
    database.table("output").create(
        {
            "id": int,
            "thread_id": str,
            "checkpoint_id": str,
            "task_id": str,
            "lines": str,
            "chars": int,
            "dropped": int,
            "hash": bytes,
        },
        pk="id",
        not_null={"thread_id", "lines", "chars", "dropped", "hash"},
    )
    database.table("output").create_index(["thread_id", "task_id"])


def _shorter_columns(database: Database) -> None:
    """The same tables. What most steps have in common is left out of a row: see row_shorthand."""


def _ids_in_order(database: Database) -> None:
    """Only checkpoints whose ids are out of order stay in an index: see checkpoint_finder."""
    connection: Any = database.conn
    found = connection.execute(
        f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints JOIN ("
        "SELECT id AS row, checkpoint_id AS name, max(checkpoint_id) OVER ("
        "PARTITION BY lane ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS top FROM checkpoints"
        ") ON id = row WHERE name <= top"
    )
    for number, *columns in found.fetchall():
        was_whole = row_hash(*columns[:-1]) == columns[-1]
        columns[_UPDATED] = f"{OUT_OF_ORDER}{columns[_UPDATED]}"
        # A damaged row keeps the hash that tells so.
        hashed = row_hash(*columns[:-1]) if was_whole else columns[-1]
        connection.execute(
            "UPDATE checkpoints SET updated = ?, hash = ? WHERE id = ?", (columns[_UPDATED], hashed, number)
        )
    connection.execute("DROP INDEX idx_checkpoints_lane_checkpoint_id")
    connection.execute(f"CREATE INDEX out_of_order ON checkpoints (lane, checkpoint_id) WHERE {IS_OUT_OF_ORDER}")


_UPDATED = CHECKPOINT_COLUMNS.split(", ").index("updated")

_STEPS = (_first_tables, _shorter_rows, _branches_and_output, _shorter_columns, _ids_in_order)
if len(_STEPS) != CURRENT_VERSION:  # pragma: no cover
    raise AssertionError("CURRENT_VERSION counts the migrations; a new one needs a new number")

TABLES = frozenset({"threads", "lanes", "checkpoints", "writes", "texts", "facts", "graphs", "branches", "output"})
