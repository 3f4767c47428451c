"""The state at one checkpoint as a person means it: the graph's own keys, without the engine's routing.

Reads one checkpoint. Needs neither the graph nor its code, so a run database can be looked at alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.store.checkpoint_store import CheckpointStore, TaskWrite
from engine.store.state_keys import is_state_key
from engine.time_travel.timeline import Timeline


@dataclass(frozen=True)
class Moment:
    """A checkpoint's state and what tasks wrote from it."""

    checkpoint_id: str
    values: Mapping[str, Any]
    writes: Mapping[str, tuple[TaskWrite, ...]]
    """By task id, in the order they are applied."""


def moment(store: CheckpointStore, thread_id: str, checkpoint_id: str | None = None, namespace: str = "") -> Moment:
    """The state at a checkpoint, or at the newest. Raises LookupError if there is none."""
    stored = store.load(thread_id, namespace, checkpoint_id)
    if stored is None:
        raise LookupError(f"Thread {thread_id!r} has no checkpoint {checkpoint_id or 'at all'}.")
    writes: dict[str, list[TaskWrite]] = {}
    for write in stored.writes:
        writes.setdefault(write.task_id, []).append(write)
    return Moment(
        checkpoint_id=stored.checkpoint_id,
        values={channel: value for channel, value in stored.values.items() if is_state_key(channel)},
        writes={task: tuple(mine) for task, mine in writes.items()},
    )


def where_became(
    store: CheckpointStore, tree: Timeline, checkpoint_id: str, key: str, matches: Callable[[Any], bool]
) -> str | None:
    """The first checkpoint on the way to this one after which ``key`` matched; None if it never did.

    Loads only the checkpoints that set the key.
    """
    for writer in tree.writers(checkpoint_id, key):
        header = tree.headers[writer]
        if key not in header.changed:
            continue
        stored = store.load(header.thread_id, header.namespace, writer)
        if stored is not None and key in stored.values and matches(stored.values[key]):
            return writer
    return None
