"""What the superstep loop asks of its driver. The loop itself touches no store and starts no task.

A driver answers each request, either here and now or by awaiting; that is all the difference between sync and async.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Union

from engine.runtime.task import Task
from engine.store.checkpoint_store import CheckpointStore, NewCheckpoint, StoredCheckpoint, TaskWrite


@dataclass(frozen=True)
class Load:
    """Answered with the checkpoint, or None."""

    thread_id: str
    namespace: str
    checkpoint_id: str | None = None

    def perform(self, store: CheckpointStore) -> StoredCheckpoint | None:
        return store.load(self.thread_id, self.namespace, self.checkpoint_id)


@dataclass(frozen=True)
class LoadBefore:
    """Answered with the newest checkpoint that is older than ``checkpoint_id``, or None.

    That checkpoint is another graph's, which the store's ``before`` does not know in this namespace: ids are compared.
    """

    thread_id: str
    namespace: str
    checkpoint_id: str

    def perform(self, store: CheckpointStore) -> StoredCheckpoint | None:
        for found in store.list(self.thread_id, self.namespace):
            if found.checkpoint_id < self.checkpoint_id:
                return found
        return None


@dataclass(frozen=True)
class Save:
    """Store a checkpoint with the writes that led to it: one transaction."""

    thread_id: str
    namespace: str
    checkpoint: NewCheckpoint
    parent_writes: Sequence[TaskWrite]

    def perform(self, store: CheckpointStore) -> None:
        store.save(self.thread_id, self.namespace, self.checkpoint, self.parent_writes)


@dataclass(frozen=True)
class SaveWrites:
    """Store writes of a step that is not complete."""

    thread_id: str
    namespace: str
    checkpoint_id: str
    writes: Sequence[TaskWrite]

    def perform(self, store: CheckpointStore) -> None:
        store.save_writes(self.thread_id, self.namespace, self.checkpoint_id, self.writes)


@dataclass(frozen=True)
class RunTasks:
    """Run these at the same time, and record each result when it is there."""

    tasks: Sequence[Task]


Request = Union[Load, LoadBefore, Save, SaveWrites, RunTasks]
Requests = Generator[Request, Any, None]
"""Asks for things and gets the answers sent in."""
