"""Keeps checkpoints in a SQLite file: one transaction for a superstep, only what changed, order by row number.

The rows are made by ``checkpoint_rows`` and read by ``sqlite_reader``; connections come from ``sqlite_file``. This file
says what belongs into one transaction, and remembers the newest checkpoints so that saving seldom reads.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import clock
from engine.serialization.codec import Codec
from engine.serialization.type_registry import TypeRegistry
from engine.store.branch_rows import BranchRows
from engine.store.checkpoint_rows import Head, advance, checkpoint_texts
from engine.store.checkpoint_store import CheckpointHeader, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.history_page import read_forward, read_page
from engine.store.sqlite_append import Appender
from engine.store.sqlite_file import SqliteFile
from engine.store.sqlite_lease import LEASE_S, IsAlive, Lease, check_may_write, release, renew, take
from engine.store.sqlite_prune import keep_only, sweep_texts
from engine.store.sqlite_reader import SqliteReader
from engine.store.sqlite_transaction import KnownTexts, Lane, LaneTransaction, StaleLane, find_lane, make_lane
from engine.store.store_errors import MALFORMED, DamagedStoreError

_HEADS = 16
"""So many checkpoints can be continued without reading; a graph with its subgraphs seldom has more at work."""

_PAGE = 64
"""Checkpoints listed in one go; no transaction is open while the caller looks at them."""

_STEPS = 256
"""Checkpoints read forward in one go. Where a portion begins, lists are put together anew."""

_NO_ROW_IS_NEWER = 2**62

_SIZE = """
WITH mine AS (SELECT lanes.id FROM lanes JOIN threads ON threads.id = thread WHERE thread_id = :thread)
SELECT
    (SELECT ifnull(sum(length(changes) + length(metadata) + length(versions) + length(seen) + length(updated)
        + ifnull(length(frame), 0) + ifnull(length(writes), 0) + 150), 0) FROM checkpoints WHERE lane IN mine)
    + (SELECT ifnull(sum(length(items) + 120), 0) FROM writes WHERE lane IN mine)
    + (SELECT ifnull(sum(length(text)), 0) FROM texts WHERE thread = (SELECT id FROM threads WHERE thread_id = :thread))
    + (SELECT ifnull(sum(length(data) + 120), 0) FROM facts WHERE thread_id = :thread)
"""

_OUTPUT_SIZE = "SELECT ifnull(sum(chars + 120), 0) FROM output WHERE thread_id = ?"


class SqliteStore:
    """A ``CheckpointStore`` in one file. Safe to use from several threads, and the file from several processes."""

    def __init__(
        self,
        path: str | Path | SqliteFile,
        *,
        types: TypeRegistry | None = None,
        read_only: bool = False,
        synchronous: str = "FULL",
        wall_s: Callable[[], float] = clock.wall_s,
    ) -> None:
        """``synchronous="NORMAL"`` is faster; a power cut, though never a crash, may take the last commits with it."""
        self._wall_s = wall_s
        self._leases: dict[str, Lease] = {}
        self.file = (
            path if isinstance(path, SqliteFile) else SqliteFile(path, read_only=read_only, synchronous=synchronous)
        )
        self.types = types or TypeRegistry()
        """Classes that may be restored; a graph adds those of its state schema."""
        self._codec = Codec(self.types)
        self._lock = threading.RLock()
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._heads: OrderedDict[tuple[int, str], Head] = OrderedDict()
        self._texts = KnownTexts()
        self._appender = Appender(self._codec, self._texts)

    @property
    def branches(self) -> BranchRows:
        """What is written down of branches: names, notes, edits."""
        return BranchRows(self.file)

    @property
    def path(self) -> str:
        """Where the file is; ``:memory:`` for none."""
        return self.file.path

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def load(self, thread_id: str, namespace: str, checkpoint_id: str | None = None) -> StoredCheckpoint | None:
        with self.file.reading() as connection:
            lane = find_lane(connection, thread_id, namespace)
            if lane is None:
                return None
            reader = SqliteReader(connection, self._codec)
            row = reader.newest(lane.id) if checkpoint_id is None else reader.find(lane.id, checkpoint_id)
            return None if row is None else reader.checkpoint(row, thread_id, namespace)

    def save(
        self, thread_id: str, namespace: str, checkpoint: NewCheckpoint, parent_writes: Sequence[TaskWrite] = ()
    ) -> None:
        with self._lock:
            if not self.file.is_together and self._append(thread_id, namespace, checkpoint, parent_writes):
                return

        def insert(work: LaneTransaction) -> Callable[[], None]:
            head = self._take_head(work, checkpoint)
            texts = checkpoint_texts(self._codec, head, checkpoint, work.store_text)
            if work.newest_row != head.row:
                from engine.store.branch_begins import note_branch  # here, because most runs begin no branch

                note_branch(work, self._codec, thread_id, namespace, checkpoint, head.row)
            row = work.insert_checkpoint(checkpoint, head.row, texts, parent_writes)
            top_id = work.top_id

            def remember() -> None:
                advance(head, row, checkpoint, texts)
                head.top_id = top_id
                self._heads[work.lane.id, checkpoint.checkpoint_id] = head
                if len(self._heads) > _HEADS:
                    self._heads.popitem(last=False)

            return remember

        self._commit(thread_id, namespace, insert)

    def save_writes(self, thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite]) -> None:
        def insert(work: LaneTransaction) -> Callable[[], None]:
            work.insert_writes(checkpoint_id, writes)
            return _nothing

        if writes:
            self._commit(thread_id, namespace, insert)

    def list(
        self,
        thread_id: str,
        namespace: str | None = "",
        *,
        filter: Mapping[str, Any] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[StoredCheckpoint]:
        left, older_than = limit, self._row_of(thread_id, namespace, before)
        while older_than and (left is None or left > 0):
            count = _PAGE if left is None or filter else min(left, _PAGE)
            with self.file.reading() as connection:
                reader = SqliteReader(connection, self._codec, for_many=True)
                found, older_than = read_page(reader, thread_id, namespace, older_than, count, filter)
            yield from found[:left]
            left = None if left is None else left - len(found)

    def steps(
        self, thread_id: str, namespace: str
    ) -> Iterator[tuple[CheckpointHeader, StoredCheckpoint, StoredCheckpoint | None]]:
        """Header, checkpoint and parent, oldest first. The values are shared between checkpoints: nobody may change
        any."""
        newer_than = 0
        while True:
            with self.file.reading() as connection:
                lane = find_lane(connection, thread_id, namespace)
                if lane is None:
                    return
                reader = SqliteReader(connection, self._codec, for_many=True, shares=True)
                found = read_forward(reader, lane.id, thread_id, namespace, newer_than, _STEPS)
            if not found:
                return
            yield from found
            newer_than = found[-1][0].number

    def headers(
        self, thread_id: str, namespace: str | None = "", *, before: str | None = None, limit: int | None = None
    ) -> Iterator[CheckpointHeader]:
        left, older_than = limit, self._row_of(thread_id, namespace, before)
        while left is None or left > 0:
            with self.file.reading() as connection:
                reader = SqliteReader(connection, self._codec)
                page = reader.headers(thread_id, namespace, older_than, _PAGE if left is None else min(left, _PAGE))
            if not page:
                return
            yield from page
            older_than = page[-1].number
            left = None if left is None else left - len(page)

    def _row_of(self, thread_id: str, namespace: str | None, before: str | None) -> int:
        if before is None:
            return _NO_ROW_IS_NEWER
        with self.file.reading() as connection:
            return SqliteReader(connection, self._codec).number_of(thread_id, namespace, before)

    def threads(self) -> tuple[str, ...]:
        with self.file.reading() as connection:
            return tuple(row[0] for row in connection.execute("SELECT thread_id FROM threads ORDER BY id"))

    def namespaces(self, thread_id: str) -> tuple[str, ...]:
        with self.file.reading() as connection:
            found = connection.execute(
                "SELECT namespace FROM lanes JOIN threads ON threads.id = thread WHERE thread_id = ? "
                "AND EXISTS (SELECT 1 FROM checkpoints WHERE lane = lanes.id) ORDER BY lanes.id",
                (thread_id,),
            )
            return tuple(row[0] for row in found)

    def delete_thread(self, thread_id: str) -> None:
        with self._lock:
            with self.file.writing() as connection:
                _delete_thread(connection, thread_id)
            self._forget()

    def keep_only(self, thread_id: str, namespace: str, checkpoint_ids: Collection[str]) -> None:
        self.keep_only_these(thread_id, {namespace: checkpoint_ids})

    def keep_only_these(self, thread_id: str, kept: Mapping[str, Collection[str]]) -> None:
        """As ``keep_only``, for several namespaces in one transaction; those that are not named stay as they are."""
        with self._lock:
            with self.file.writing() as connection:
                lanes = {namespace: find_lane(connection, thread_id, namespace) for namespace in kept}
                found = {namespace: lane for namespace, lane in lanes.items() if lane is not None}
                for namespace, lane in found.items():
                    keep_only(connection, lane, thread_id, namespace, kept[namespace], self._codec)
                for thread in {lane.thread for lane in found.values()}:
                    sweep_texts(connection, thread)
            self._forget()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that this thread saves in the block is one transaction: after an error or a kill nothing of it is there.

        What is saved in the block cannot be loaded before its end.
        """
        with self._lock:
            try:
                with self.file.together():
                    yield
            except BaseException:
                self._forget()
                raise

    def size_of(self, thread_id: str) -> int:
        """About how many bytes a thread takes in the file: texts, facts and output, not the file's own structure."""
        with self.file.reading() as connection:
            size = connection.execute(_SIZE, {"thread": thread_id}).fetchone()[0]
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'output'").fetchone() is not None:
                size += connection.execute(_OUTPUT_SIZE, (thread_id,)).fetchone()[0]
        return int(size)

    def compact(self) -> None:
        """Give the room of deleted threads back to the disk. Takes as long as copying the file; others wait."""
        with self._lock:
            self.file.compact()

    def hold(
        self, thread_id: str, holder: str, *, for_s: float = LEASE_S, is_alive: IsAlive = lambda holder: False
    ) -> Lease:
        """Become the only one who may write to a thread, until ``release`` or ``for_s`` after the last ``renew``.

        Raises ThreadHeldError with the name of the one who is, also if that one is silent and yet ``is_alive``.
        """
        with self._lock:
            with self.file.writing() as connection:
                lease = take(connection, thread_id, holder, self._wall_s(), for_s, clock.now_utc(), is_alive)
            self._forget()
            self._leases[thread_id] = lease
            return lease

    def renew(self, lease: Lease, *, for_s: float = LEASE_S) -> None:
        """Tell that the holder is alive. Raises ThreadHeldError if it was taken for gone."""
        with self.file.writing() as connection:
            renew(connection, lease, self._wall_s(), for_s)

    def release(self, lease: Lease) -> None:
        """Let others write to the thread again."""
        with self._lock:
            self._leases.pop(lease.thread_id, None)
            with self.file.writing() as connection:
                release(connection, lease)

    def _append(self, thread_id: str, namespace: str, new: NewCheckpoint, writes: Sequence[TaskWrite]) -> bool:
        """Save a checkpoint onto the newest one, if that is remembered and still the newest. Whether it was."""
        lane = self._lanes.get((thread_id, namespace))
        if lane is None or new.parent_id is None:
            return False
        head = self._heads.get((lane.id, new.parent_id))
        if head is None or head.top_id is None:
            return False
        append = self._appender
        try:
            row = self.file.write_at_once(append.append, lane, head, new, writes)
        except StaleLane:
            row = 0
        except BaseException:
            self._forget()
            raise
        if not row:
            self._forget()
            return False
        advance(head, row, new, append.texts)
        if new.checkpoint_id > head.top_id:
            head.top_id = new.checkpoint_id
        del self._heads[lane.id, new.parent_id]
        self._heads[lane.id, new.checkpoint_id] = head
        return True

    def _commit(self, thread_id: str, namespace: str, insert: Callable[[LaneTransaction], Callable[[], None]]) -> None:
        """One transaction: ``insert`` makes the rows and returns what to remember once they are committed."""
        with self._lock:
            try:
                self._try_commit(thread_id, namespace, insert)
            except StaleLane:
                self._forget()
                self._try_commit(thread_id, namespace, insert)
            except BaseException:
                self._forget()
                raise

    def _try_commit(
        self, thread_id: str, namespace: str, insert: Callable[[LaneTransaction], Callable[[], None]]
    ) -> None:
        with self.file.writing() as connection:
            lane = self._lanes.get((thread_id, namespace))
            if lane is None:
                check_may_write(connection, thread_id, self._leases.get(thread_id), self._wall_s())
                lane = make_lane(connection, thread_id, namespace)
            work = LaneTransaction(connection, lane, self._codec, self._texts)
            work.check()
            remember = insert(work)
        self._lanes[thread_id, namespace] = lane
        remember()

    def _take_head(self, work: LaneTransaction, new: NewCheckpoint) -> Head:
        """The parent as the next difference needs it: remembered, or read."""
        if new.parent_id is None:
            return Head(row=0)
        try:
            return self._read_head(work, new)
        except MALFORMED as error:
            raise DamagedStoreError(
                f"Checkpoint {new.parent_id} cannot be continued, it is damaged: {error}"
            ) from error

    def _read_head(self, work: LaneTransaction, new: NewCheckpoint) -> Head:
        assert new.parent_id is not None, "a root is no difference to anything"
        head = self._heads.pop((work.lane.id, new.parent_id), None)
        if head is None:
            reader = SqliteReader(work.connection, self._codec)
            row = reader.find(work.lane.id, new.parent_id)
            head = Head(row=0) if row is None else reader.head(row)[0]
        for channel, changed in new.changed.items():
            if changed.appended is not None and channel in head.where and channel not in head.growth:
                growth = SqliteReader(work.connection, self._codec).growth(head, channel)
                if growth is not None:
                    head.growth[channel] = growth
        return head

    def _forget(self) -> None:
        """Drop all that is remembered of the file: rows were deleted, or a transaction failed half way."""
        self._lanes.clear()
        self._heads.clear()
        self._texts.clear()


def _delete_thread(connection: sqlite3.Connection, thread_id: str) -> None:
    for table in ("facts", "output", "branches"):
        connection.execute(f"DELETE FROM {table} WHERE thread_id = ?", (thread_id,))
    thread = connection.execute("SELECT id FROM threads WHERE thread_id = ?", (thread_id,)).fetchone()
    if thread is None:
        return
    for table in ("checkpoints", "writes"):
        connection.execute(f"DELETE FROM {table} WHERE lane IN (SELECT id FROM lanes WHERE thread = ?)", thread)
    for table in ("texts", "lanes"):
        connection.execute(f"DELETE FROM {table} WHERE thread = ?", thread)
    connection.execute("DELETE FROM threads WHERE id = ?", thread)


def _nothing() -> None:
    """Nothing to remember."""
