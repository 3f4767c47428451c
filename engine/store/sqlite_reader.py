"""Reads checkpoints out of the rows of a run database. One object for one connection's moment of the file.

Every row is checked against its hash before it is used. Called by ``sqlite_store``; writes nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from engine.serialization.codec import Codec
from engine.serialization.unstorable import UnreadableValueError
from engine.store.checkpoint_finder import CheckpointFinder
from engine.store.checkpoint_row import CHECKPOINT_COLUMNS, Row
from engine.store.checkpoint_rows import GROWN, GROWN_APART, WHOLE, WHOLE_APART, Growth, Head, read_frame
from engine.store.checkpoint_store import CheckpointHeader, StoredCheckpoint, TaskWrite
from engine.store.row_hash import check_row
from engine.store.row_hash import row_hash as hash_of
from engine.store.row_shorthand import (
    GONE,
    read_metadata,
    read_seen,
    read_updated,
    read_versions,
    read_writes,
)
from engine.store.store_errors import MALFORMED, DamagedStoreError
from engine.store.text_reader import TextReader

WRITES_COLUMNS = "lane, checkpoint_id, task_id, task_path, items, hash"

_ROW = f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE id = ?"

_ROWS_BETWEEN = f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE id BETWEEN ? AND ?"

_PARSE = json.JSONDecoder().decode

_UNCHANGEABLE = frozenset({str, int, float, bool, type(None)})
"""Values that stand in a row as they are, and that nobody can change."""

_SMALL_STATE = 256
"""Channels. What larger states consist of is read over again for each checkpoint, rather than kept for each."""

_NEXT_ROW = f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE lane = ? AND id > ? ORDER BY id LIMIT 1"

_UP_TO_FRAME = f"""
WITH RECURSIVE up(row, above) AS (
    SELECT id, CASE WHEN frame IS NULL THEN parent END FROM checkpoints WHERE id = ?
    UNION ALL
    SELECT id, CASE WHEN frame IS NULL THEN parent END FROM up JOIN checkpoints ON id = above WHERE above < row
)
SELECT id, {CHECKPOINT_COLUMNS} FROM up JOIN checkpoints ON id = row ORDER BY id DESC
"""
"""A row and those above it, up to the nearest one with everything in it. A parent is always saved before its child."""


_LANES = """
SELECT lanes.id FROM lanes JOIN threads ON threads.id = thread WHERE thread_id = ? AND (? IS NULL OR namespace = ?)
"""


class SqliteReader:
    """Reads from one connection. Keeps what it has parsed, so make a new one for each moment."""

    def __init__(
        self, connection: sqlite3.Connection, codec: Codec, *, for_many: bool = False, shares: bool = False
    ) -> None:
        """``for_many``: many checkpoints of a thread are going to be read. ``shares``: and nobody changes their values,
        so that those which checkpoints have in common are the same objects."""
        self._connection = connection
        self._texts = TextReader(connection, codec, keeps=for_many, shares=shares)
        self._finder = CheckpointFinder(connection)
        self._shares = shares
        self._shared: dict[str, tuple[int, Any]] = {}
        """The value of each channel in the checkpoint that was read last, and the row it comes from."""
        self._decode = self._texts.decode
        self.text_value = self._texts.value
        """The value of a long text."""
        self._for_many = for_many
        self._entries: dict[int, dict[str, list[Any]]] = {}
        """Decoded, for the checkpoint that is being read: who gets it may change its values."""
        self._parsed: dict[int, list[list[Any]]] = {}
        self._rows: dict[int, Row] = {}
        self._unchecked: dict[int, tuple[Any, ...]] = {}
        """Rows as they were fetched, of the list that is being put together."""
        self._heads: dict[int, Head] = {}
        self._namespaces: dict[int, str] = {}
        self._ids: dict[int, str] = {}

    def newest(self, lane: int) -> int | None:
        """Row of the checkpoint saved last in a lane."""
        found = self._connection.execute(
            "SELECT id FROM checkpoints WHERE lane = ? ORDER BY id DESC LIMIT 1", (lane,)
        ).fetchone()
        return None if found is None else int(found[0])

    def find(self, lane: int, checkpoint_id: str) -> int | None:
        """Row of a checkpoint by its id; the one saved last if it was saved again."""
        return self._finder.find(lane, checkpoint_id)

    def checkpoint(self, row_id: int, thread_id: str, namespace: str) -> StoredCheckpoint:
        """The whole checkpoint of a row, with the writes waiting on it."""
        if not self._shares:
            self._entries.clear()
        try:
            head, row = self.head(row_id)
            return StoredCheckpoint(
                thread_id=thread_id,
                namespace=namespace,
                checkpoint_id=row.checkpoint_id,
                parent_id=self.parent_id(row),
                created_at=row.created_at,
                metadata=read_metadata(row.metadata, self._decode),
                values={channel: self._value(channel, where) for channel, where in head.where.items()},
                versions=head.versions,
                seen=head.seen,
                updated_channels=read_updated(row.updated, row.changes),
                writes=self.writes(row),
            )
        except (UnreadableValueError, *MALFORMED) as error:
            raise DamagedStoreError(
                f"A checkpoint of thread {thread_id!r} (row {row_id}) is damaged: {error}"
            ) from error

    def head(self, row_id: int) -> tuple[Head, Row]:
        """What the next checkpoint needs to know of this one, but for how lists grew; and the row itself."""
        kept = self._heads.get(row_id)
        if kept is not None:
            return kept, self._rows[row_id]
        rows = self._up_to_frame(row_id)
        head = Head(row=row_id)
        oldest = rows[-1]
        kept = self._heads.get(oldest.id)
        if kept is not None:
            head = _copy(kept, row_id)
            rows.pop()
        elif oldest.frame is not None:
            frame, head.frame_chars = read_frame(oldest.frame)
            head.where = {channel: where or oldest.id for channel, where in frame["where"].items()}
            head.versions, head.seen = frame["versions"], frame["seen"]
            self._keep_head(head, oldest.id)
            rows.pop()
        for row in reversed(rows):
            self._apply(head, row)
            self._keep_head(head, row.id)
        return head, self._rows[row_id]

    def _up_to_frame(self, row_id: int) -> list[Row]:
        """The row and those above it, up to the nearest one with everything in it, or whose checkpoint is known."""
        rows: list[Row] = []
        wanted: int | None = row_id
        while wanted is not None:
            row = self._rows.get(wanted)
            if row is None:
                found = [Row.checked(columns) for columns in self._connection.execute(_UP_TO_FRAME, (wanted,))]
                self._rows.update((each.id, each) for each in found)
                row = self._rows.get(wanted)
            if row is None:
                raise DamagedStoreError(f"Row {wanted} of the checkpoints is missing, which row {row_id} builds upon.")
            if rows and row.id >= rows[-1].id:
                raise DamagedStoreError(f"Row {rows[-1].id} of the checkpoints is damaged: it builds upon a later one.")
            rows.append(row)
            wanted = row.parent if row.frame is None and row.id not in self._heads else None
        return rows

    def chars_given(self) -> int:
        """How long the texts are whose values were given away so far."""
        return self._texts.chars_given

    def _keep_head(self, head: Head, row_id: int) -> None:
        """Remember what a row's checkpoint consists of, for the older ones that are read next."""
        if self._for_many and len(head.versions) < _SMALL_STATE:
            self._heads[row_id] = _copy(head, row_id)

    def growth(self, head: Head, channel: str) -> Growth | None:
        """How the list in a channel has grown; None if it is no list or has no value."""
        row_id = head.where.get(channel)
        if row_id is None:
            return None
        entry = self._entry(channel, row_id)
        if entry[1] in (GROWN, GROWN_APART):
            return Growth.from_json(row_id, entry[3])
        if entry[1] == WHOLE:
            return Growth.fresh(row_id, len(json.dumps(entry[2], default=str))) if type(entry[2]) is list else None
        text = self._texts.text(entry[2])
        return Growth.fresh(row_id, len(text)) if text.startswith("[") else None

    def parent_id(self, row: Row) -> str | None:
        """Id of a checkpoint's parent, also if the parent is not in the file."""
        if row.parent is None:
            return row.parent_id
        known = self._ids.get(row.parent)
        if known is not None:
            return known
        if row.parent in self._rows:
            return self._rows[row.parent].checkpoint_id
        found = self._connection.execute("SELECT checkpoint_id FROM checkpoints WHERE id = ?", (row.parent,)).fetchone()
        if found is None:
            raise DamagedStoreError(
                f"Row {row.parent} of the checkpoints is missing, the parent of {row.checkpoint_id}."
            )
        return str(found[0])

    def parent_row(self, row_id: int) -> int | None:
        """Row of a checkpoint's parent; None if that is not in the file."""
        return self.head(row_id)[1].parent

    def number_of(self, thread_id: str, namespace: str | None, checkpoint_id: str) -> int:
        """Row of a checkpoint of a thread; 0, older than all, if there is none."""
        lanes = self._connection.execute(_LANES, (thread_id, namespace, namespace)).fetchall()
        return max((self._finder.find(lane, checkpoint_id) or 0 for (lane,) in lanes), default=0)

    def headers(self, thread_id: str, namespace: str | None, older_than: int, count: int) -> list[CheckpointHeader]:
        """The newest checkpoints that are older than a row, without their values."""
        found = self._connection.execute(
            f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE lane IN ({_LANES}) AND id < ? "
            f"AND {self._finder.not_replaced()} ORDER BY id DESC LIMIT ?",
            (thread_id, namespace, namespace, older_than, count),
        )
        return self._headers(found.fetchall(), thread_id)

    def headers_after(self, lane: int, thread_id: str, row: int, count: int) -> list[CheckpointHeader]:
        """The oldest checkpoints of a lane that are newer than a row, oldest first."""
        found = self._connection.execute(
            f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE lane = ? AND id > ? "
            f"AND {self._finder.not_replaced()} ORDER BY id LIMIT ?",
            (lane, row, count),
        )
        return self._headers(found.fetchall(), thread_id)

    def _headers(self, found: list[tuple[Any, ...]], thread_id: str) -> list[CheckpointHeader]:
        rows = [Row.checked(columns) for columns in found]
        self._ids.update((row.id, row.checkpoint_id) for row in rows)
        if self._for_many:
            self._rows.update((row.id, row) for row in rows)
        return [self._header(row, thread_id) for row in rows]

    def _header(self, row: Row, thread_id: str) -> CheckpointHeader:
        entries = _PARSE(row.changes)
        return CheckpointHeader(
            thread_id=thread_id,
            namespace=self._namespace(row.lane),
            checkpoint_id=row.checkpoint_id,
            parent_id=self.parent_id(row),
            created_at=row.created_at,
            metadata=read_metadata(row.metadata, self._decode),
            changed=tuple([entry[0] for entry in entries if entry[1] != GONE]),
            dropped=tuple([entry[0] for entry in entries if entry[1] == GONE]),
            number=row.id,
        )

    def _namespace(self, lane: int) -> str:
        found = self._namespaces.get(lane)
        if found is None:
            found = self._connection.execute("SELECT namespace FROM lanes WHERE id = ?", (lane,)).fetchone()[0]
            self._namespaces[lane] = found
        return found

    def writes(self, row: Row) -> tuple[TaskWrite, ...]:
        """What tasks wrote from the checkpoint of a row, by path, task and index. The first write to a place counts; of
        reserved places the last."""
        found: dict[tuple[str, int], TaskWrite] = {}
        for task_id, task_path, items in [*self._early(row.lane, row.checkpoint_id), *self._with_step(row)]:
            for index, channel, mark, place in items:
                if index < 0 or (task_id, index) not in found:
                    value = place if mark == WHOLE else self.text_value(place)
                    found[task_id, index] = TaskWrite(task_id, channel, value, index, task_path)
        return tuple(sorted(found.values(), key=lambda write: (write.task_path, write.task_id, write.index)))

    def _early(self, lane: int, checkpoint_id: str) -> Iterator[tuple[str, str, list[list[Any]]]]:
        """Task id, path and items of writes in rows of their own."""
        for row_id, *columns in self._connection.execute(
            f"SELECT id, {WRITES_COLUMNS} FROM writes WHERE lane = ? AND checkpoint_id = ? ORDER BY id",
            (lane, checkpoint_id),
        ):
            check_row(f"A task's writes on {checkpoint_id} (row {row_id})", columns[-1], hash_of(*columns[:-1]))
            yield columns[2], columns[3], self._decode(columns[4])

    def _with_step(self, row: Row) -> Iterator[tuple[str, str, list[list[Any]]]]:
        """The same of writes that came with the checkpoint they led to: it is the next one in the lane."""
        for row_id in self._finder.rows(row.lane, row.checkpoint_id, row.id):
            columns = self._connection.execute(_NEXT_ROW, (row.lane, row_id)).fetchone()
            after = Row.checked(columns) if columns is not None else None
            if after is not None and after.parent == row_id and after.writes is not None:
                for task_id, task_path, items in read_writes(after.writes, after.seen, self._decode):
                    yield task_id, task_path, self._changed_items(after) if items is None else items

    def _changed_items(self, row: Row) -> list[list[Any]]:
        """The items of a task that wrote just what the step changed."""
        entries = [entry for entry in self._decode(row.changes) if entry[1] != GONE]
        return [
            [index, entry[0], WHOLE if entry[1] in (WHOLE, GROWN) else WHOLE_APART, entry[2]]
            for index, entry in enumerate(entries)
        ]

    def _apply(self, head: Head, row: Row) -> None:
        entries = self._entries_as_written(row)
        for entry in entries:
            if entry[1] == GONE:
                head.where.pop(entry[0], None)
            else:
                head.where[entry[0]] = row.id
        for node, versions in read_seen(row.seen, head.versions).items():
            head.seen[node] = {**head.seen.get(node, {}), **versions}
        head.versions.update(read_versions(row.versions, entries))
        head.since_frame += row.difference_chars()

    def _value(self, channel: str, row_id: int) -> Any:
        if self._shares:
            row, value = self._shared.get(channel, (0, None))
            if row != row_id:
                value = self._put_together(channel, row_id)
                self._shared[channel] = (row_id, value)
            return value
        return self._put_together(channel, row_id)

    def _put_together(self, channel: str, row_id: int) -> Any:
        entry = self._entry(channel, row_id)
        if entry[1] == WHOLE:
            return entry[2]
        if entry[1] == WHOLE_APART:
            return self.text_value(entry[2])
        pieces = self._pieces(channel, row_id)
        self._texts.expect([entry[2] for entry in pieces if entry[1] in (GROWN_APART, WHOLE_APART)])
        whole = pieces.pop()
        value = self.text_value(whole[2]) if whole[1] == WHOLE_APART else whole[2]
        if self._shares:
            value = list(value)  # the piece itself stays as it is
        while pieces:
            grown = pieces.pop()
            value.extend(self.text_value(grown[2]) if grown[1] == GROWN_APART else grown[2])
        return value

    def _pieces(self, channel: str, row_id: int) -> list[list[Any]]:
        """The newest appended items, those before, and so on; last the whole value they all belong to."""
        pieces = [self._entry(channel, row_id)]
        while pieces[-1][1] not in (WHOLE, WHOLE_APART):
            growth = Growth.from_json(row_id, pieces[-1][3])
            if growth.previous >= row_id:
                raise DamagedStoreError(
                    f"Row {row_id} of the checkpoints is damaged: {channel!r} goes on from a later one."
                )
            if growth.tail_count > 1 and growth.previous not in self._rows and growth.previous not in self._unchecked:
                self._fetch_tail(growth)
            row_id = growth.previous
            pieces.append(self._entry(channel, row_id))
        return pieces

    def _fetch_tail(self, growth: Growth) -> None:
        """The rows of a run of appendings in one go, if they stand close together, as where most steps append.

        Others may stand between them, of another thread or branch: each is checked when it is used.
        """
        if growth.previous - growth.anchor < 4 * growth.tail_count:
            found = self._connection.execute(_ROWS_BETWEEN, (growth.anchor, growth.previous))
            self._unchecked = {columns[0]: columns for columns in found}

    def _entry(self, channel: str, row_id: int) -> list[Any]:
        """What a row says of a channel; a value that can be changed is made for the checkpoint that is being read."""
        row = self._row(channel, row_id)
        for entry in self._entries_as_written(row):
            if entry[0] == channel:
                if entry[1] in (WHOLE, GROWN) and type(entry[2]) not in _UNCHANGEABLE:
                    return self._decoded_entries(row)[channel]
                return entry
        raise DamagedStoreError(f"Row {row_id} of the checkpoints should hold {channel!r} and does not.")

    def _row(self, channel: str, row_id: int) -> Row:
        row = self._rows.get(row_id)
        if row is None:
            columns = self._unchecked.get(row_id)
            if columns is None:
                columns = self._connection.execute(_ROW, (row_id,)).fetchone()
            if columns is None:
                raise DamagedStoreError(f"Row {row_id} of the checkpoints is missing, which holds {channel!r}.")
            row = self._rows[row_id] = Row.checked(columns)
        return row

    def _entries_as_written(self, row: Row) -> list[list[Any]]:
        entries = self._parsed.get(row.id)
        if entries is None:
            entries = self._parsed[row.id] = row.entries()
        return entries

    def _decoded_entries(self, row: Row) -> dict[str, list[Any]]:
        entries = self._entries.get(row.id)
        if entries is None:
            entries = self._entries[row.id] = {entry[0]: entry for entry in self._decode(row.changes)}
        return entries


def _copy(head: Head, row_id: int) -> Head:
    """The same, for a row that builds upon it. What each node has seen is replaced, never changed."""
    where, versions, seen = dict(head.where), dict(head.versions), dict(head.seen)
    return Head(row_id, where, versions, seen, {}, head.since_frame, head.frame_chars)
