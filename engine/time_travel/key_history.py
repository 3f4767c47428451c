"""Who wrote a key last, and where it became what it is: over the whole way to a checkpoint, reading no other value.

In a run database the last writer is found by reading a handful of rows, however long the thread is; all writers by one
pass over the rows. Other stores are read by their headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.store.checkpoint_store import CheckpointStore
from engine.store.sqlite_key_history import SqliteKeyHistory
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.timeline import Timeline, read_timeline
from engine.types import MISSING


def who_wrote(
    store: CheckpointStore, thread_id: str, key: str, checkpoint_id: str | None = None, namespace: str = ""
) -> str | None:
    """The checkpoint that last set ``key`` on the way to this one (None: the newest); None if it has no value there.

    Raises LookupError if there is no such checkpoint.
    """
    if isinstance(store, SqliteStore):
        return SqliteKeyHistory(store, thread_id, namespace, checkpoint_id, key).last_writer()
    tree, end = _tree(store, thread_id, checkpoint_id, namespace)
    last = next(reversed(tree.writers(end, key)), None)
    return last if last is not None and key in tree.headers[last].changed else None


def writers_of(
    store: CheckpointStore, thread_id: str, key: str, checkpoint_id: str | None = None, namespace: str = ""
) -> list[str]:
    """All checkpoints on the way to this one that set or dropped ``key``, oldest first. Raises as ``who_wrote``."""
    if isinstance(store, SqliteStore):
        return SqliteKeyHistory(store, thread_id, namespace, checkpoint_id, key).writers()
    tree, end = _tree(store, thread_id, checkpoint_id, namespace)
    return list(tree.writers(end, key))


def where_became(
    store: CheckpointStore,
    thread_id: str,
    key: str,
    matches: Callable[[Any], bool],
    checkpoint_id: str | None = None,
    namespace: str = "",
) -> str | None:
    """The first checkpoint on the way to this one after which ``key`` matched; None if it never did.

    ``matches`` gets each value the key had, oldest first, and must not keep it: a list that grew is one object.
    Raises as ``who_wrote``, and what ``matches`` raises.
    """
    return next(
        (name for name, value in _values(store, thread_id, key, checkpoint_id, namespace) if matches(value)), None
    )


def _values(
    store: CheckpointStore, thread_id: str, key: str, checkpoint_id: str | None, namespace: str
) -> Iterator[tuple[str, Any]]:
    if isinstance(store, SqliteStore):
        found = SqliteKeyHistory(store, thread_id, namespace, checkpoint_id, key).values()
        yield from ((name, value) for name, value in found if value is not MISSING)
        return
    tree, end = _tree(store, thread_id, checkpoint_id, namespace)
    for writer in tree.writers(end, key):
        stored = store.load(thread_id, namespace, writer) if key in tree.headers[writer].changed else None
        if stored is not None and key in stored.values:
            yield writer, stored.values[key]


def _tree(store: CheckpointStore, thread_id: str, checkpoint_id: str | None, namespace: str) -> tuple[Timeline, str]:
    tree = read_timeline(store, thread_id, namespace)
    end = checkpoint_id or tree.head
    if end is None or end not in tree.headers:
        raise LookupError(f"Thread {thread_id!r} has no checkpoint {checkpoint_id or 'at all'}.")
    return tree, end
