"""The state at one checkpoint as a person means it: the graph's own keys, without the engine's routing.

Reads one checkpoint. Needs neither the graph nor its code, so a run database can be looked at alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.store.checkpoint_store import CheckpointStore, TaskWrite
from engine.store.state_keys import is_state_key


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
