"""What is written down of a branch beside its checkpoints: its name, a note, what was edited, by whom.

A row is made in the transaction that saves the first checkpoint of a branch (``sqlite_store``), so no branch of a file
of this format is without one. Which checkpoints follow it is told by the checkpoints themselves (``branch_lines``).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.clock import now_utc
from engine.store.branch_lines import branch_lines
from engine.store.row_hash import check_row, row_hash
from engine.store.sqlite_file import SqliteFile

USER, PROGRAM = "user", "program"
"""Who began a branch: a person in the editor or on the command line, or code that called ``update_state``."""

_COLUMNS = "thread_id, namespace, first, forked_from, name, note, by, as_node, edits, created_at"


@dataclass(frozen=True)
class Edit:
    """A place that was changed when a branch was begun. A text is None where there was no value."""

    path: str
    """Dotted: ``order.lines``."""
    before: str | None
    after: str | None

    def to_json(self) -> list[str | None]:
        """As it is stored."""
        return [self.path, self.before, self.after]


@dataclass(frozen=True)
class BranchRow:
    """One branch. ``number`` grows with each one that begins in the file; 0 before it is stored."""

    thread_id: str
    namespace: str
    first: str
    """Its oldest checkpoint."""
    forked_from: str | None
    name: str = ""
    note: str = ""
    by: str = PROGRAM
    as_node: str | None = None
    edits: tuple[Edit, ...] = ()
    created_at: str = ""
    number: int = 0


class BranchRows:
    """The rows of a run database. Safe to use from several threads."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def read(self, thread_id: str, namespace: str = "") -> list[BranchRow]:
        """The branches of a thread that have a row, oldest first."""
        with self._file.reading() as connection:
            return read_rows(connection, thread_id, namespace)

    def replace_all(self, thread_id: str, rows: Sequence[BranchRow]) -> None:
        """Store these as the branches of a thread, and no others."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM branches WHERE thread_id = ?", (thread_id,))
            for row in rows:
                put_row(connection, row)

    def describe(
        self,
        thread_id: str,
        first: str,
        *,
        namespace: str = "",
        forked_from: str | None = None,
        name: str | None = None,
        note: str | None = None,
        by: str | None = None,
        as_node: str | None = None,
        edits: Sequence[Edit] | None = None,
    ) -> BranchRow:
        """Write down what is given and keep the rest. ``forked_from`` counts only if nothing is stored yet."""
        given = {"name": name, "note": note, "by": by, "as_node": as_node, "edits": edits}
        with self._file.writing() as connection:
            known = {row.first: row for row in read_rows(connection, thread_id, namespace)}
            row = known.get(first) or BranchRow(thread_id, namespace, first, forked_from, created_at=now_utc())
            told = {key: value for key, value in given.items() if value is not None}
            if "edits" in told:
                told["edits"] = tuple(edits or ())
            row = replace(row, **told)  # type: ignore[arg-type] # the keys are the row's own
            put_row(connection, row)
        return row


def read_rows(connection: sqlite3.Connection, thread_id: str, namespace: str) -> list[BranchRow]:
    """As ``BranchRows.read``, on a connection. A file of a format without branches has none."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'branches'").fetchone() is None:
        return []
    found = connection.execute(
        f"SELECT id, {_COLUMNS}, hash FROM branches WHERE thread_id = ? AND namespace = ? ORDER BY id",
        (thread_id, namespace),
    )
    rows = []
    for number, *told, stored_hash in found:
        columns: tuple[Any, ...] = tuple(told)
        check_row(f"Branch {columns[2]} (row {number})", stored_hash, row_hash(*columns))
        thread, space, first, origin, name, note, by, as_node, edits, created_at = columns
        told_edits = tuple(Edit(*edit) for edit in json.loads(edits))
        rows.append(BranchRow(thread, space, first, origin, name, note, by, as_node, told_edits, created_at, number))
    return rows


def put_row(connection: sqlite3.Connection, row: BranchRow) -> None:
    """Store a branch within the caller's transaction."""
    edits = json.dumps([edit.to_json() for edit in row.edits])
    columns = (
        row.thread_id,
        row.namespace,
        row.first,
        row.forked_from,
        row.name,
        row.note,
        row.by,
        row.as_node,
        edits,
        row.created_at,
    )
    connection.execute(
        f"INSERT OR REPLACE INTO branches (id, {_COLUMNS}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (row.number or None, *columns, row_hash(*columns)),
    )


def keep_rows(
    connection: sqlite3.Connection,
    thread_id: str,
    namespace: str,
    parents: Mapping[str, str | None],
    kept: Collection[str],
) -> None:
    """Checkpoints go: a branch of which some stay begins with the oldest of these; one of which none stay goes too.

    ``parents``: all checkpoints as they were, oldest first, with their parents.
    """
    rows = read_rows(connection, thread_id, namespace)
    tree = branch_lines(parents.items(), {row.first for row in rows})
    for row in rows:
        line: Iterable[str] = tree.lines[tree.branch_of[row.first]] if row.first in tree.branch_of else ()
        first = next((name for name in line if name in kept), None)
        if first is None:
            connection.execute("DELETE FROM branches WHERE id = ?", (row.number,))
            continue
        origin = row.forked_from
        while origin is not None and origin not in kept:
            origin = parents.get(origin)
        if (first, origin) != (row.first, row.forked_from):
            put_row(connection, replace(row, first=first, forked_from=origin))
