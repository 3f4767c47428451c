"""Saves the checkpoint that follows a lane's newest one, as nearly every checkpoint does: one statement, one commit.

The statement inserts only if the lane is as it was remembered: nothing deleted, same holder, same newest row. So it is
its own check and its own transaction. One is begun beforehand only for values so long that they are stored apart.
Whatever is not so simple is left to ``LaneTransaction``. Used by ``sqlite_store`` only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from engine.serialization.codec import Codec
from engine.store.checkpoint_finder import OUT_OF_ORDER
from engine.store.checkpoint_row import CHECKPOINT_COLUMNS
from engine.store.checkpoint_rows import CheckpointTexts, Head, checkpoint_texts
from engine.store.checkpoint_store import NewCheckpoint, TaskWrite
from engine.store.row_hash import checkpoint_hash
from engine.store.sqlite_transaction import KnownTexts, Lane, LaneTransaction, writes_text

_APPEND = f"""
INSERT INTO checkpoints ({CHECKPOINT_COLUMNS}) VALUES ((
    SELECT lanes.id FROM lanes JOIN threads ON threads.id = thread
    WHERE lanes.id = ? AND epoch = ? AND fence = ? AND (SELECT max(id) FROM checkpoints WHERE lane = ?) = ?
), ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
"""Without the lane as it was remembered there is no value for the first column, which must have one. An INSERT of what
a SELECT finds would say the same, and goes through a temporary table, since it reads the table that it writes."""


class Append:
    """One checkpoint onto the newest one, ``head``, which stays as it is: the caller moves it after the commit."""

    __slots__ = ("_codec", "_connection", "_head", "_known", "_lane", "_new", "_work", "_writes", "row", "texts")

    row: int
    """Of the new checkpoint, once ``run`` has returned True."""
    texts: CheckpointTexts

    def __init__(
        self,
        codec: Codec,
        known: KnownTexts,
        lane: Lane,
        head: Head,
        new: NewCheckpoint,
        writes: Sequence[TaskWrite],
    ) -> None:
        self._codec = codec
        self._known = known
        self._lane = lane
        self._head = head
        self._new = new
        self._writes = writes
        self._work: LaneTransaction | None = None

    def run(self, connection: sqlite3.Connection) -> bool:
        """Insert the rows. False if the lane is not as it was remembered: then nothing is to be committed."""
        self._connection = connection
        head, new, writes, lane = self._head, self._new, self._writes, self._lane
        self.texts = texts = checkpoint_texts(self._codec, head, new, self._store_text)
        with_step = writes_text(self._codec, new, texts, writes, self._store_text) if writes else None
        assert head.top_id is not None, "the caller leaves a head that was read to LaneTransaction"
        columns = (
            lane.id,
            new.checkpoint_id,
            head.row,
            new.created_at,
            texts.metadata,
            texts.changes,
            texts.versions,
            texts.seen,
            texts.updated if new.checkpoint_id > head.top_id else OUT_OF_ORDER + texts.updated,
            texts.frame,
            with_step,
        )
        as_remembered = (lane.id, lane.epoch, lane.fence, lane.id, head.row)
        try:
            inserted = connection.execute(_APPEND, (*as_remembered, *columns[1:], checkpoint_hash(*columns))).lastrowid
        except sqlite3.IntegrityError:
            return False
        assert inserted is not None, "an INSERT into a table with an integer key has a row number"
        self.row = inserted
        return True

    def _store_text(self, text: str) -> int:
        """As ``LaneTransaction.store_text``, in a transaction that begins with the first long text."""
        if self._work is None:
            self._connection.execute("BEGIN IMMEDIATE")
            self._work = LaneTransaction(self._connection, self._lane, self._codec, self._known)
            self._work.check()
        return self._work.store_text(text)
