"""The values that one key had on the way to a checkpoint, read from a run database without any other value.

Used by ``time_travel.key_history``. Rows that do not mention the key are not even parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.serialization.codec import Codec, dump_plain
from engine.store.checkpoint_row import CHECKPOINT_COLUMNS, Row
from engine.store.checkpoint_rows import GROWN, GROWN_APART, WHOLE, WHOLE_APART, Growth
from engine.store.row_shorthand import GONE
from engine.store.sqlite_reader import SqliteReader
from engine.store.sqlite_store import SqliteStore
from engine.store.sqlite_transaction import find_lane
from engine.store.store_errors import MALFORMED, DamagedStoreError
from engine.types import MISSING

_AT_ONCE = 500
"""Rows fetched and held at a time."""

_PLAIN = frozenset((str, int, float, bool, type(None)))
"""Values that stand in a row as they are."""


class SqliteKeyHistory:
    """One key of one thread, up to one checkpoint."""

    def __init__(self, store: SqliteStore, thread_id: str, namespace: str, checkpoint_id: str | None, key: str) -> None:
        """``checkpoint_id`` None: up to the newest. Raises LookupError if there is no such checkpoint."""
        self._store, self._key = store, key
        self._codec = Codec(store.types)
        with store.file.reading() as connection:
            lane = find_lane(connection, thread_id, namespace)
            row = None
            if lane is not None:
                reader = SqliteReader(connection, self._codec)
                row = reader.newest(lane.id) if checkpoint_id is None else reader.find(lane.id, checkpoint_id)
            if lane is None or row is None:
                raise LookupError(f"Thread {thread_id!r} has no checkpoint {checkpoint_id or 'at all'}.")
        self._lane, self._row = lane.id, row

    def last_writer(self) -> str | None:
        """The checkpoint that set the key last; None if it has no value. Reads a handful of rows."""
        with self._store.file.reading() as connection:
            reader = SqliteReader(connection, self._codec)
            row = reader.head(self._row)[0].where.get(self._key)
            if row is None:
                return None
            found = connection.execute("SELECT checkpoint_id FROM checkpoints WHERE id = ?", (row,)).fetchone()
            return str(found[0])

    def writers(self) -> list[str]:
        """All checkpoints that set or dropped the key, oldest first."""
        return [row.checkpoint_id for row, _entry in self._entries()]

    def values(self) -> Iterator[tuple[str, Any]]:
        """Checkpoint and value, oldest first; MISSING where the key was dropped.

        A list that grew is the same object each time, longer: look at it before the next one is asked for.
        Raises DamagedStoreError.
        """
        try:
            yield from self._values()
        except MALFORMED as error:
            raise DamagedStoreError(f"What key {self._key!r} has been cannot be read: {error}") from error

    def _values(self) -> Iterator[tuple[str, Any]]:
        value: Any = MISSING
        lengths: dict[int, int] = {}
        for row, entry in self._entries():
            mark = entry[1]
            if mark == GONE:
                value, lengths = MISSING, {}
                yield row.checkpoint_id, MISSING
                continue
            piece = self._piece(entry, mark)
            if mark in (GROWN, GROWN_APART):
                previous = Growth.from_json(row.id, entry[3]).previous
                if previous not in lengths or type(piece) is not list:
                    raise DamagedStoreError(
                        f"Row {row.id} of the checkpoints is damaged: {self._key!r} goes on nowhere."
                    )
                del value[lengths[previous] :]
                value.extend(piece)
            else:
                value, lengths = piece, {}
            if type(value) is list:
                lengths[row.id] = len(value)
            yield row.checkpoint_id, value

    def _piece(self, entry: list[Any], mark: str) -> Any:
        if type(entry[2]) in _PLAIN and mark == WHOLE:
            return entry[2]
        with self._store.file.reading() as connection:
            reader = SqliteReader(connection, self._codec)
            if mark in (WHOLE_APART, GROWN_APART):
                return reader.text_value(entry[2])
            return self._codec.decoder(reader.text_value)(dump_plain(entry[2]))

    def _entries(self) -> Iterator[tuple[Row, list[Any]]]:
        """The rows on the way that mention the key, each checked, with what they say of it."""
        rows = self._rows_on_the_way()
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            with self._store.file.reading() as connection:
                found = connection.execute(
                    f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE id IN ({marks}) ORDER BY id", part
                ).fetchall()
            for columns in found:
                row = Row.checked(columns)
                entry = next((each for each in row.entries() if each[0] == self._key), None)
                if entry is not None:  # else the key only stands in a value
                    yield row, entry

    def _rows_on_the_way(self) -> list[int]:
        """Numbers of rows that may mention the key, oldest first: parents are walked in memory, two numbers a row."""
        needle = f"[{dump_plain(self._key)},"
        with self._store.file.reading() as connection:
            found = connection.execute(
                "SELECT id, parent, instr(changes, ?) FROM checkpoints WHERE lane = ? AND id <= ? ORDER BY id DESC",
                (needle, self._lane, self._row),
            )
            wanted: int | None = self._row
            rows: list[int] = []
            for number, parent, place in found:
                if number != wanted:
                    continue
                wanted = parent
                if place:
                    rows.append(number)
        return rows[::-1]
