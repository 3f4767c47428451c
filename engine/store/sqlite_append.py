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
from engine.store.row_hash import appended_hash
from engine.store.sqlite_transaction import KnownTexts, Lane, LaneTransaction, writes_text

_APPEND = f"""
INSERT INTO checkpoints ({CHECKPOINT_COLUMNS}) VALUES ((
    SELECT lanes.id FROM lanes JOIN threads ON threads.id = thread
    WHERE lanes.id = ?1 AND epoch = ?2 AND fence = ?3 AND (SELECT max(id) FROM checkpoints WHERE lane = ?1) = ?4
), ?5, ?4, NULL, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
"""
"""Without the lane as it was remembered there is no value for the first column, which must have one. An INSERT of what
a SELECT finds would say the same, and goes through a temporary table, since it reads the table that it writes."""


class Appender:
    """Appends one checkpoint at a time: the caller has the store to itself."""

    __slots__ = ("_codec", "_connection", "_known", "_lane", "_work", "texts")

    texts: CheckpointTexts
    """Of the last checkpoint."""
    _work: LaneTransaction | None

    def __init__(self, codec: Codec, known: KnownTexts) -> None:
        self._codec = codec
        self._known = known

    def append(
        self, connection: sqlite3.Connection, lane: Lane, head: Head, new: NewCheckpoint, writes: Sequence[TaskWrite]
    ) -> int:
        """The row of the checkpoint, which follows ``head``; 0 if the lane is not as it was remembered: then nothing is
        to be committed. ``head`` stays as it is: the caller moves it after the commit."""
        self._connection, self._lane, self._work = connection, lane, None
        self.texts = texts = checkpoint_texts(self._codec, head, new, self._store_text)
        wrote = writes_text(self._codec, new, texts, writes, self._store_text) if writes else None
        assert head.top_id is not None, "the caller leaves a head that was read to LaneTransaction"
        checkpoint_id, frame = new.checkpoint_id, texts.frame
        between = (
            new.created_at,
            texts.metadata,
            texts.changes,
            texts.versions,
            texts.seen,
            texts.updated if checkpoint_id > head.top_id else OUT_OF_ORDER + texts.updated,
        )
        digest = appended_hash(lane.id, checkpoint_id, head.row, frame, wrote, between)
        columns = (lane.id, lane.epoch, lane.fence, head.row, checkpoint_id, *between, frame, wrote, digest)
        try:
            inserted = connection.execute(_APPEND, columns).lastrowid
        except sqlite3.IntegrityError:
            return 0
        assert inserted is not None, "an INSERT into a table with an integer key has a row number"
        return inserted

    def _store_text(self, text: str) -> int:
        """As ``LaneTransaction.store_text``, in a transaction that begins with the first long text."""
        if self._work is None:
            self._connection.execute("BEGIN IMMEDIATE")
            self._work = LaneTransaction(self._connection, self._lane, self._codec, self._known)
            self._work.check()
        return self._work.store_text(text)
