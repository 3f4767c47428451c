"""Notices that a checkpoint begins a branch, and writes it down in the same transaction. Called by ``sqlite_store``."""

from __future__ import annotations

from collections.abc import Mapping

from engine.serialization.codec import Codec
from engine.store.branch_edits import edits_between
from engine.store.branch_rows import BranchRow, Edit, put_row
from engine.store.checkpoint_store import NewCheckpoint
from engine.store.sqlite_reader import SqliteReader
from engine.store.sqlite_transaction import LaneTransaction
from engine.store.state_keys import is_state_key

_EDITED = "update"
"""``source`` of a checkpoint that was written from outside. Others begin a branch by running, and edit nothing."""

_OTHER_CHILD = "SELECT 1 FROM checkpoints WHERE lane = ? AND id > ? AND parent = ? AND checkpoint_id <> ? LIMIT 1"
"""Seldom reads far: the first child of a checkpoint mostly is the next row of its lane."""


def note_branch(
    work: LaneTransaction, codec: Codec, thread_id: str, namespace: str, new: NewCheckpoint, parent_row: int
) -> None:
    """Store a row for a branch if ``new``, which does not follow the newest checkpoint, begins one.

    It does if its parent was carried on already, or is not there while the thread has begun.
    """
    lane, name = work.lane.id, new.checkpoint_id
    if SqliteReader(work.connection, codec).find(lane, name) is not None:
        return  # saved again under its id
    if parent_row and work.connection.execute(_OTHER_CHILD, (lane, parent_row, parent_row, name)).fetchone() is None:
        return
    edits: tuple[Edit, ...] = ()
    if parent_row and new.metadata.get("source") == _EDITED:
        before = SqliteReader(work.connection, codec).checkpoint(parent_row, thread_id, namespace).values
        after = {name: value for name, value in before.items() if name not in new.dropped}
        after.update((name, changed.value) for name, changed in new.changed.items())
        edits = edits_between(_state(before), _state(after), codec)
    origin = new.parent_id if parent_row else None
    put_row(work.connection, BranchRow(thread_id, namespace, name, origin, edits=edits, created_at=new.created_at))


def _state(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if is_state_key(name)}
