"""LangGraph's saver interface: the base class that user code subclasses and that graphs are compiled with.

Our own savers (``memory_saver``, ``sqlite_saver``) are thin views on a ``CheckpointStore``; this file holds only the
interface. The async methods call their sync twins in a worker thread unless a subclass brings its own.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from engine.store.checkpoint_tuple import (
    ERROR,
    INTERRUPT,
    RESUME,
    SCHEDULED,
    TASKS,
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    Config,
    PendingWrite,
    copy_checkpoint,
    create_checkpoint,
    empty_checkpoint,
    get_checkpoint_id,
    get_checkpoint_metadata,
    writes_sort_key,
)

__all__ = [
    "ERROR",
    "INTERRUPT",
    "RESUME",
    "SCHEDULED",
    "TASKS",
    "WRITES_IDX_MAP",
    "BaseCheckpointSaver",
    "ChannelVersions",
    "Checkpoint",
    "CheckpointMetadata",
    "CheckpointTuple",
    "PendingWrite",
    "copy_checkpoint",
    "create_checkpoint",
    "empty_checkpoint",
    "get_checkpoint_id",
    "get_checkpoint_metadata",
    "writes_sort_key",
]

T = TypeVar("T")
V = TypeVar("V", int, float, str)


class _DefaultSerializer:
    """Makes a saver's serializer when it is first asked for; most savers never ask."""

    def __get__(self, saver: BaseCheckpointSaver[Any] | None, owner: type) -> Any:
        from engine.serialization.serializer import JsonPlusSerializer

        serializer = JsonPlusSerializer()
        if saver is not None:
            vars(saver)["serde"] = serializer
        return serializer


class BaseCheckpointSaver(Generic[V]):
    """What a graph needs of whoever keeps its checkpoints, in LangGraph's words."""

    serde: Any = _DefaultSerializer()
    """Turns values into bytes and back; for savers that keep bytes. Ours keep text and do not use it."""

    def __init__(self, *, serde: Any = None) -> None:
        if serde is not None:
            self.serde = serde

    @property
    def config_specs(self) -> list[Any]:
        """Config fields this saver adds; none."""
        return []

    def get(self, config: Config) -> Checkpoint | None:
        """The checkpoint that ``config`` points at, or the thread's newest."""
        found = self.get_tuple(config)
        return found.checkpoint if found else None

    def get_tuple(self, config: Config) -> CheckpointTuple | None:
        """As ``get``, with address, metadata and pending writes in the order of ``writes_sort_key``."""
        raise NotImplementedError

    def list(
        self,
        config: Config | None,
        *,
        filter: dict[str, Any] | None = None,
        before: Config | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Newest first; of all threads if ``config`` is None. ``filter`` compares metadata by equality."""
        raise NotImplementedError

    def put(
        self, config: Config, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> dict[str, Any]:
        """Store a checkpoint as child of the one ``config`` points at; returns the config of the new one."""
        raise NotImplementedError

    def put_writes(self, config: Config, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        """Store the writes of one task on the checkpoint it ran from."""
        raise NotImplementedError

    def delete_thread(self, thread_id: str) -> None:
        """Forget a thread: all its checkpoints and writes."""
        raise NotImplementedError

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Forget the checkpoints and writes of these runs."""
        raise NotImplementedError

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy all checkpoints and writes of a thread to another one."""
        raise NotImplementedError

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Forget all but the newest checkpoint of each namespace (``keep_latest``), or everything (``delete``)."""
        raise NotImplementedError

    def get_delta_channel_history(self, *, config: Config, channels: Sequence[str]) -> Mapping[str, Any]:
        """For each channel its last stored value (``seed``) and the writes since then (``writes``, oldest first)."""
        walk = _DeltaWalk(channels)
        found = self.get_tuple(config) if channels else None
        while found and found.parent_config and walk.unfinished:
            found = self.get_tuple(found.parent_config)
            walk.visit(found)
        return walk.result()

    def get_next_version(self, current: Any, channel: None = None) -> V:
        """The version after ``current``; versions of a channel only grow."""
        if isinstance(current, str):
            raise NotImplementedError(
                f"{type(self).__name__} was given the text version {current!r}. A saver with text versions has to "
                "bring its own get_next_version."
            )
        after: Any = 1 if current is None else current + 1
        return cast("V", after)

    def with_allowlist(self, extra_allowlist: Collection[tuple[str, ...]]) -> BaseCheckpointSaver[V]:
        """A copy that may restore more classes, where the serializer knows of such a list; otherwise this saver."""
        extended = getattr(self.serde, "with_msgpack_allowlist", None)
        if extended is None:
            return self
        clone = copy.copy(self)
        clone.serde = extended(extra_allowlist)
        return clone

    async def aget(self, config: Config) -> Checkpoint | None:
        """Async ``get``."""
        found = await self.aget_tuple(config)
        return found.checkpoint if found else None

    async def aget_tuple(self, config: Config) -> CheckpointTuple | None:
        """Async ``get_tuple``."""
        return await _in_thread(self.get_tuple, config)

    async def alist(
        self,
        config: Config | None,
        *,
        filter: dict[str, Any] | None = None,
        before: Config | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Async ``list``."""
        found = self.list(config, filter=filter, before=before, limit=limit)
        while (item := await _in_thread(next, found, None)) is not None:
            yield item

    async def aput(
        self, config: Config, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> dict[str, Any]:
        """Async ``put``."""
        return await _in_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: Config, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Async ``put_writes``."""
        await _in_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Async ``delete_thread``."""
        await _in_thread(self.delete_thread, thread_id)

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Async ``delete_for_runs``."""
        await _in_thread(self.delete_for_runs, run_ids)

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Async ``copy_thread``."""
        await _in_thread(self.copy_thread, source_thread_id, target_thread_id)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Async ``prune``."""

        def prune() -> None:
            self.prune(thread_ids, strategy=strategy)

        await _in_thread(prune)

    async def aget_delta_channel_history(self, *, config: Config, channels: Sequence[str]) -> Mapping[str, Any]:
        """Async ``get_delta_channel_history``."""
        walk = _DeltaWalk(channels)
        found = await self.aget_tuple(config) if channels else None
        while found and found.parent_config and walk.unfinished:
            found = await self.aget_tuple(found.parent_config)
            walk.visit(found)
        return walk.result()


async def _in_thread(function: Callable[..., T], *arguments: Any) -> T:
    import asyncio  # here, because it takes a quarter of the engine's import time and most runs are not asynchronous

    return await asyncio.to_thread(function, *arguments)


class _DeltaWalk:
    """Collects, from a checkpoint's parents upwards, the writes of each channel until its stored value is met."""

    def __init__(self, channels: Sequence[str]) -> None:
        self.unfinished = set(channels)
        self._writes: dict[str, list[PendingWrite]] = {channel: [] for channel in channels}
        self._seeds: dict[str, Any] = {}

    def visit(self, ancestor: CheckpointTuple | None) -> None:
        if ancestor is None:
            self.unfinished.clear()
            return
        for write in reversed(ancestor.pending_writes or []):
            if write[1] in self.unfinished:
                self._writes[write[1]].append(write)
        stored = ancestor.checkpoint["channel_values"]
        for channel in self.unfinished & stored.keys():
            self._seeds[channel] = stored[channel]
            self.unfinished.discard(channel)

    def result(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for channel, writes in self._writes.items():
            found[channel] = {"writes": writes[::-1]}
            if channel in self._seeds:
                found[channel]["seed"] = self._seeds[channel]
        return found
