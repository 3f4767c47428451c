"""One transaction on one lane of a run database: rows in, all or none. Used by ``sqlite_store`` only."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.clock import now_utc
from engine.serialization.codec import Codec, dump_plain
from engine.store.checkpoint_finder import OUT_OF_ORDER, top_id_before
from engine.store.checkpoint_row import CHECKPOINT_COLUMNS
from engine.store.checkpoint_rows import CheckpointTexts, StoreText, write_items
from engine.store.checkpoint_store import NewCheckpoint, TaskWrite, WritesOfOne
from engine.store.row_hash import row_hash, text_hash
from engine.store.row_shorthand import is_just_the_changes, writes_text_of_one
from engine.store.sqlite_reader import WRITES_COLUMNS

_INSERT_CHECKPOINT = (
    f"INSERT INTO checkpoints (id, {CHECKPOINT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_WRITES = f"INSERT INTO writes ({WRITES_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"

_LANE_NOW = (
    "SELECT epoch, fence, (SELECT max(id) FROM checkpoints WHERE lane = lanes.id) "
    "FROM lanes JOIN threads ON threads.id = thread WHERE lanes.id = ?"
)

_TEXTS = 4096
"""So many long texts are remembered by their hash, to store an equal one once."""


@dataclass(frozen=True)
class Lane:
    """Where the checkpoints of one thread and namespace go. ``epoch`` grows when another process deletes any."""

    id: int
    thread: int
    epoch: int
    fence: int
    """The thread's, when we looked; another holder has another one."""


class StaleLane(Exception):
    """Another process has deleted rows since we looked, or taken the thread; what is remembered is worth nothing."""


class KnownTexts:
    """Numbers of long texts by thread and hash, so that an equal one is stored once."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[tuple[int, bytes], int] = OrderedDict()

    def get(self, thread: int, digest: bytes) -> int | None:
        """The number under which a thread stored a text with this hash, if it is remembered."""
        return self._numbers.get((thread, digest))

    def add(self, thread: int, digest: bytes, number: int) -> None:
        """Remember a text; the one remembered longest is forgotten."""
        self._numbers[thread, digest] = number
        if len(self._numbers) > _TEXTS:
            self._numbers.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._numbers.clear()


class LaneTransaction:
    """Inserts rows for one lane. The caller has begun the transaction and commits it."""

    def __init__(self, connection: sqlite3.Connection, lane: Lane, codec: Codec, texts: KnownTexts) -> None:
        self.connection = connection
        self.lane = lane
        self._codec = codec
        self._texts = texts
        self.newest_row = 0
        """The lane's newest checkpoint, once ``check`` has looked; 0 for none."""
        self.top_id: str | None = None
        """Of the last row in order, once one was inserted."""

    def store_text(self, text: str) -> int:
        """The number of a long text: of an equal one that is there, or of a new row."""
        digest = text_hash(text)
        known = self._texts.get(self.lane.thread, digest)
        if known is not None and self._is_there(known, digest):
            return known
        number = self.connection.execute(
            "INSERT INTO texts (thread, text, hash) VALUES (?, ?, ?)", (self.lane.thread, text, digest)
        ).lastrowid
        assert number is not None, "an INSERT into a table with an integer key has a row number"
        self._texts.add(self.lane.thread, digest, number)
        return number

    def check(self) -> None:
        """Look whether the lane is as it was remembered. Raises StaleLane; the caller then rolls back."""
        found = self.connection.execute(_LANE_NOW, (self.lane.id,)).fetchone()
        if found is None or found[:2] != (self.lane.epoch, self.lane.fence):
            raise StaleLane
        self.newest_row = found[2] or 0

    def insert_writes(self, checkpoint_id: str, writes: Sequence[TaskWrite]) -> None:
        """One row for each run of writes of the same task."""
        rows = []
        for (task_id, task_path), group in groupby(writes, key=lambda write: (write.task_id, write.task_path)):
            items = write_items(self._codec, list(group), self.store_text)
            columns = (self.lane.id, checkpoint_id, task_id, task_path, items)
            rows.append((*columns, row_hash(*columns)))
        if len(rows) == 1:
            self.connection.execute(_INSERT_WRITES, rows[0])
        else:
            self.connection.executemany(_INSERT_WRITES, rows)

    def insert_checkpoint(
        self,
        new: NewCheckpoint,
        parent_row: int,
        texts: CheckpointTexts,
        writes: Sequence[TaskWrite] = (),
        *,
        row: int | None = None,
    ) -> int:
        """The row's number: the next one, or the one it had before it was rewritten.

        ``parent_row`` is 0 if the parent is not in the file.
        """
        with_step = None
        if writes and new.parent_id is not None:
            if parent_row and parent_row == self.newest_row:
                with_step = writes_text(self._codec, new, texts, writes, self.store_text)
            else:
                self.insert_writes(new.parent_id, writes)
        top_id = top_id_before(self.connection, self.lane.id, row)
        is_next = new.checkpoint_id > top_id
        self.top_id = new.checkpoint_id if is_next else top_id
        columns = (
            self.lane.id,
            new.checkpoint_id,
            parent_row or None,
            None if parent_row else new.parent_id,
            new.created_at,
            texts.metadata,
            texts.changes,
            texts.versions,
            texts.seen,
            texts.updated if is_next else OUT_OF_ORDER + texts.updated,
            texts.frame,
            with_step,
        )
        inserted = self.connection.execute(_INSERT_CHECKPOINT, (row, *columns, row_hash(*columns))).lastrowid
        assert inserted is not None, "an INSERT into a table with an integer key has a row number"
        return inserted

    def _is_there(self, number: int, digest: bytes) -> bool:
        found = self.connection.execute(
            "SELECT hash FROM texts WHERE id = ? AND thread = ?", (number, self.lane.thread)
        )
        row = found.fetchone()
        return row is not None and row[0] == digest


def writes_text(
    codec: Codec, new: NewCheckpoint, texts: CheckpointTexts, writes: Sequence[TaskWrite], store_text: StoreText
) -> str:
    """The writes that led to a checkpoint, as they stand in its row."""
    if texts.tells_appended and is_just_the_changes(new, writes):
        one = writes if type(writes) is WritesOfOne else writes[0]
        return writes_text_of_one(texts.seen, one.task_id, one.task_path)
    tasks = []
    for (task_id, task_path), group in groupby(writes, key=lambda write: (write.task_id, write.task_path)):
        items = write_items(codec, list(group), store_text)
        tasks.append(f"[{dump_plain(task_id)},{dump_plain(task_path)},{items}]")
    return f"[{','.join(tasks)}]"


def find_lane(connection: sqlite3.Connection, thread_id: str, namespace: str) -> Lane | None:
    """The lane of a thread and namespace, if anything was saved there."""
    found = connection.execute(
        "SELECT lanes.id, thread, epoch, fence FROM lanes JOIN threads ON threads.id = thread "
        "WHERE thread_id = ? AND namespace = ?",
        (thread_id, namespace),
    ).fetchone()
    return None if found is None else Lane(*found)


def make_lane(connection: sqlite3.Connection, thread_id: str, namespace: str) -> Lane:
    """The lane, made within the caller's transaction if there is none."""
    found = find_lane(connection, thread_id, namespace)
    if found is not None:
        return found
    connection.execute(
        "INSERT INTO threads (thread_id, created_at) SELECT ?, ? "
        "WHERE NOT EXISTS (SELECT 1 FROM threads WHERE thread_id = ?)",
        (thread_id, now_utc(), thread_id),
    )
    connection.execute(
        "INSERT INTO lanes (thread, namespace) SELECT id, ? FROM threads WHERE thread_id = ?", (namespace, thread_id)
    )
    made = find_lane(connection, thread_id, namespace)
    assert made is not None, "it was inserted in this transaction"
    return made
