"""What tasks wrote: lines of output and log records, kept beside the checkpoints. Bounded for each thread.

A thread keeps at most ``MAX_CHARS``. Beyond that the first part and the newest stay and the oldest in between go: how a
run began and how it ended is what people look for. How many lines are missing is told where they are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.store.row_hash import check_row, row_hash
from engine.store.sqlite_file import SqliteFile

MAX_CHARS = 40_000_000
"""Of a thread, as stored (ASCII, so as many bytes). A run that prints in a loop must not fill the disk: with the rows
around them and the log beside the file these stay below 50 MB, of 10 GB of output too."""

_FIRST_SHARE = 0.2
"""Of the bound belongs to the beginning of the run, and is never dropped."""

_TRIMMED_TO = 0.9
"""Of the bound is left after lines were dropped, so that not each batch drops some."""

_COLUMNS = "thread_id, checkpoint_id, task_id, lines, chars, dropped"


@dataclass(frozen=True)
class KeptLine:
    """One line. ``stream`` is stdout, stderr, log or custom."""

    text: str
    stream: str
    node: str | None = None
    step: int | None = None
    task_id: str | None = None


@dataclass(frozen=True)
class LineBatch:
    """Lines that follow each other in one thread, of one task or of none."""

    thread_id: str
    checkpoint_id: str | None
    """Where the task runs from, if that is known."""
    task_id: str | None
    lines: tuple[KeptLine, ...]
    dropped: int = 0
    """How many lines are missing before these."""


@dataclass(frozen=True)
class KeptOutput:
    """Lines in the order they came; ``dropped`` counts those of the thread that are missing."""

    lines: tuple[KeptLine, ...]
    dropped: int


class OutputRows:
    """The output in a run database. Safe to use from several threads."""

    def __init__(self, file: SqliteFile, *, max_chars: int = MAX_CHARS) -> None:
        self._file = file
        self._max_chars = max_chars
        self._chars: dict[str, int] = {}
        """Of threads written to, as far as this object knows; looked up before anything is dropped."""

    def add(self, batches: Sequence[LineBatch]) -> None:
        """Keep these, in one transaction, and drop what is too much."""
        with self._file.writing() as connection:
            for batch in batches:
                text = json.dumps([[line.text, line.stream, line.node, line.step] for line in batch.lines])
                columns = (batch.thread_id, batch.checkpoint_id, batch.task_id, text, len(text), batch.dropped)
                _insert(connection, columns)
                known = self._chars.get(batch.thread_id)
                self._chars[batch.thread_id] = (
                    _size(connection, batch.thread_id) if known is None else known + len(text)
                )
            for thread_id in {batch.thread_id for batch in batches}:
                if self._chars[thread_id] > self._max_chars:
                    _drop_the_middle(connection, thread_id, self._max_chars)
                    self._chars[thread_id] = _size(connection, thread_id)

    def read(
        self,
        thread_id: str,
        *,
        task_ids: Collection[str] | None = None,
        checkpoint_id: str | None = None,
        limit: int = 5_000,
    ) -> KeptOutput:
        """The newest lines of these tasks, or of those that ran from a checkpoint, or of the whole thread.

        Of the whole thread, a line of its own says where some are missing.
        """
        wanted, values = ["thread_id = ?"], [thread_id]
        if task_ids is not None:
            wanted.append(f"task_id IN ({', '.join('?' * len(task_ids))})")
            values += task_ids
        if checkpoint_id is not None:
            wanted.append("checkpoint_id = ?")
            values.append(checkpoint_id)
        with self._file.reading() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'output'").fetchone() is None:
                return KeptOutput((), 0)  # a file of an older format, open for reading
            missing = connection.execute("SELECT sum(dropped) FROM output WHERE thread_id = ?", (thread_id,)).fetchone()
            found: list[KeptLine] = []
            for row in connection.execute(
                f"SELECT id, {_COLUMNS}, hash FROM output WHERE {' AND '.join(wanted)} ORDER BY id DESC", values
            ):
                found += _newest_first(row, tells_gaps=len(wanted) == 1)
                if len(found) >= limit:
                    break
        return KeptOutput(tuple(found[:limit][::-1]), int(missing[0] or 0))

    def batches(self, thread_id: str) -> list[LineBatch]:
        """Everything kept of a thread, for an export."""
        with self._file.reading() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'output'").fetchone() is None:
                return []
            rows = connection.execute(
                f"SELECT id, {_COLUMNS}, hash FROM output WHERE thread_id = ? ORDER BY id", (thread_id,)
            ).fetchall()
        return [
            LineBatch(thread_id, row[2], row[3], tuple(_newest_first(row, tells_gaps=False)[::-1]), row[6])
            for row in rows
        ]

    def forget(self, thread_id: str, checkpoint_ids: Collection[str]) -> None:
        """Drop what tasks wrote that ran from these checkpoints. Not counted as missing: their steps are gone."""
        with self._file.writing() as connection:
            connection.executemany(
                "DELETE FROM output WHERE thread_id = ? AND checkpoint_id = ?",
                [(thread_id, checkpoint_id) for checkpoint_id in checkpoint_ids],
            )
            self._chars.pop(thread_id, None)


def _insert(connection: sqlite3.Connection, columns: tuple[Any, ...], row: int | None = None) -> None:
    connection.execute(
        f"INSERT OR REPLACE INTO output (id, {_COLUMNS}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (row, *columns, row_hash(*columns)),
    )


def _size(connection: sqlite3.Connection, thread_id: str) -> int:
    found = connection.execute("SELECT sum(chars) FROM output WHERE thread_id = ?", (thread_id,)).fetchone()
    return int(found[0] or 0)


def _drop_the_middle(connection: sqlite3.Connection, thread_id: str, max_chars: int) -> None:
    too_much = _size(connection, thread_id) - int(max_chars * _TRIMMED_TO)
    passed, dropped, doomed = 0, 0, []
    for row, chars, lines, earlier in _oldest_first(connection, thread_id):
        passed += chars
        if passed <= max_chars * _FIRST_SHARE:
            continue
        if too_much <= 0:
            break
        too_much -= chars
        dropped += len(json.loads(lines)) + earlier
        doomed.append(row)
    if not doomed:
        return
    connection.executemany("DELETE FROM output WHERE id = ?", [(row,) for row in doomed])
    after = connection.execute(
        f"SELECT id, {_COLUMNS} FROM output WHERE thread_id = ? AND id > ? ORDER BY id LIMIT 1", (thread_id, doomed[-1])
    ).fetchone()
    if after is None:  # one batch is larger than the bound; the runner's are not
        _insert(connection, (thread_id, None, None, "[]", 2, dropped), doomed[-1])
    else:
        row, *columns = after
        _insert(connection, (*columns[:5], columns[5] + dropped), row)


def _oldest_first(connection: sqlite3.Connection, thread_id: str) -> Iterator[tuple[int, int, str, int]]:
    yield from connection.execute(
        "SELECT id, chars, lines, dropped FROM output WHERE thread_id = ? ORDER BY id", (thread_id,)
    )


def _newest_first(row: tuple[Any, ...], *, tells_gaps: bool) -> list[KeptLine]:
    number, *columns, stored_hash = row
    check_row(f"Output {number}", stored_hash, row_hash(*columns))
    task_id, lines, dropped = columns[2], json.loads(columns[3]), columns[5]
    found = [KeptLine(text, stream, node, step, task_id) for text, stream, node, step in lines]
    if dropped and tells_gaps:
        found.insert(0, KeptLine(f"… {dropped:,} lines are not kept here", "log"))
    return found[::-1]
