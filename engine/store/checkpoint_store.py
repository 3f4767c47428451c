"""The contract between the superstep loop and whatever keeps checkpoints.

A checkpoint is the state of one thread (and namespace) between two supersteps. One ``save`` is one transaction: the
writes of the tasks that ran from the parent, and the new checkpoint, both or neither. Only changed channels are handed
over. Implemented by ``memory_store``, ``sqlite_store`` and ``saver_store`` (any LangGraph-style saver); every
implementation passes ``tests/contracts/checkpoint_store_contract.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, overload

StateValue = Any


# What is made in every step is not frozen, which would cost four times as much; nobody changes it all the same.


@dataclass(slots=True)
class TaskWrite:
    """One value that a task wrote to a channel, or to a reserved one such as ``__error__`` or ``__interrupt__``."""

    task_id: str
    channel: str
    value: StateValue
    index: int
    """Place within the task's writes; a write to a taken place is ignored. Reserved channels have fixed negative places
    (-1 error, -2 scheduled, -3 interrupt, -4 resume), where the later write replaces the earlier."""
    task_path: str = ""


class WritesOfOne(Sequence[TaskWrite]):
    """All that one task wrote, none of it to a reserved channel. A ``TaskWrite`` is made when somebody looks at it."""

    __slots__ = ("task_id", "task_path", "pairs")

    def __init__(self, task_id: str, task_path: str, pairs: Sequence[tuple[str, StateValue]]) -> None:
        self.task_id = task_id
        self.task_path = task_path
        self.pairs = pairs
        """Channel and value, in order."""

    def __len__(self) -> int:
        return len(self.pairs)

    @overload
    def __getitem__(self, place: int) -> TaskWrite: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[TaskWrite]: ...

    def __getitem__(self, place: int | slice) -> TaskWrite | Sequence[TaskWrite]:
        return list(self)[place]

    def __iter__(self) -> Iterator[TaskWrite]:
        for index, (channel, value) in enumerate(self.pairs):
            yield TaskWrite(self.task_id, channel, value, index, self.task_path)


@dataclass(slots=True)
class ChangedChannel:
    """A channel's new value. ``appended``: the last so many items are new, all before them are the parent's."""

    value: StateValue
    appended: int | None = None


@dataclass(slots=True)
class NewCheckpoint:
    """What a superstep leaves behind, as a difference to its parent."""

    checkpoint_id: str
    parent_id: str | None
    created_at: str
    metadata: Mapping[str, Any]
    """``source``, ``step``, ``parents`` and the caller's own scalars."""
    changed: Mapping[str, ChangedChannel]
    dropped: frozenset[str]
    """Channels that had a value in the parent and have none now."""
    versions: Mapping[str, Any]
    """New versions, changed channels only."""
    seen: Mapping[str, Mapping[str, Any]]
    """node -> channel -> version, only what changed."""
    updated_channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredCheckpoint:
    """A whole checkpoint, as read."""

    thread_id: str
    namespace: str
    checkpoint_id: str
    parent_id: str | None
    created_at: str
    metadata: Mapping[str, Any]
    values: Mapping[str, StateValue]
    versions: Mapping[str, Any]
    seen: Mapping[str, Mapping[str, Any]]
    updated_channels: tuple[str, ...] = ()
    writes: Sequence[TaskWrite] = field(default_factory=tuple)


@dataclass(frozen=True)
class CheckpointHeader:
    """What a list shows of a checkpoint, read without its values."""

    thread_id: str
    namespace: str
    checkpoint_id: str
    parent_id: str | None
    created_at: str
    metadata: Mapping[str, Any]
    changed: tuple[str, ...]
    """Channels whose value was set by this checkpoint, as saved: routing channels too."""
    dropped: tuple[str, ...]
    number: int
    """Order of saving within the file; never the clock."""


class CheckpointStore(Protocol):
    """All methods may be called from any thread. Reads never wait for a running write."""

    def load(self, thread_id: str, namespace: str, checkpoint_id: str | None = None) -> StoredCheckpoint | None:
        """The named checkpoint, or the newest one (by insertion order, never by clock); None if there is none."""

    def save(
        self, thread_id: str, namespace: str, checkpoint: NewCheckpoint, parent_writes: Sequence[TaskWrite] = ()
    ) -> None:
        """One transaction: ``parent_writes`` onto the parent, then the checkpoint. Durable when it returns.

        Raises ``UnstorableValueError`` (node, channel, key path, type) before anything is written.
        """

    def save_writes(self, thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite]) -> None:
        """Pending writes of tasks that finished while siblings still run, failed or asked. One transaction."""

    def list(
        self,
        thread_id: str,
        namespace: str | None = "",
        *,
        filter: Mapping[str, Any] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[StoredCheckpoint]:
        """Newest first, over all branches. ``before``: strictly older than that checkpoint id."""

    def headers(
        self, thread_id: str, namespace: str | None = "", *, before: str | None = None, limit: int | None = None
    ) -> Iterator[CheckpointHeader]:
        """As ``list``, without reading any value."""

    def delete_thread(self, thread_id: str) -> None:
        """Forget a thread: checkpoints, writes, values. The other threads are untouched."""

    def keep_only(self, thread_id: str, namespace: str, checkpoint_ids: Collection[str]) -> None:
        """Forget all other checkpoints of the namespace, and the writes on them. One that is kept becomes the child of
        its nearest ancestor that is kept; its state stays what it was."""

    def threads(self) -> tuple[str, ...]:
        """Ids of all threads, oldest first."""

    def namespaces(self, thread_id: str) -> tuple[str, ...]:
        """Namespaces of a thread that hold checkpoints, oldest first."""
