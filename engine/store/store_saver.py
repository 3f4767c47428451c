"""A saver with LangGraph's interface over any ``CheckpointStore``.

Our graphs do not go through it: they take ``.store`` and write differences. It is here for code that calls a saver's
methods itself, and for graphs of the langgraph package that write into our file.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from engine.serialization.codec import Codec
from engine.store.checkpoint_store import ChangedChannel, CheckpointStore, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.checkpoint_tuple import (
    CHECKPOINT_VERSION,
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    Config,
    get_checkpoint_id,
    get_checkpoint_metadata,
)
from engine.store.rewrite import copy_thread
from engine.store.saver import BaseCheckpointSaver

_REMEMBERED_PARENTS = 64
"""Bookkeeping of so many checkpoints is kept, so that ``put`` finds out what changed without reading."""


_FORMAT = "__checkpoint_format__"
"""Where the checkpoint's own ``v`` is kept if it is not the usual one."""


class StoreSaver(BaseCheckpointSaver[int]):
    """LangGraph's saver methods, told to a store."""

    def __init__(self, store: CheckpointStore, *, serde: Any = None) -> None:
        super().__init__(serde=serde)
        self.store = store
        self._bookkeeping: OrderedDict[tuple[str, str, str], _Bookkeeping] = OrderedDict()
        self._lock = threading.Lock()

    def get_tuple(self, config: Config) -> CheckpointTuple | None:
        thread_id, namespace = _address(config)
        stored = self.store.load(thread_id, namespace, get_checkpoint_id(config))
        return None if stored is None else checkpoint_tuple(stored)

    def list(
        self,
        config: Config | None,
        *,
        filter: dict[str, Any] | None = None,
        before: Config | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        older_than = get_checkpoint_id(before) if before else None
        wanted = get_checkpoint_id(config) if config else None
        left = limit
        for thread_id in self._threads_of(config):
            namespace = config["configurable"].get("checkpoint_ns") if config else None
            limit_here = left if wanted is None else None
            for stored in self.store.list(thread_id, namespace, filter=filter, before=older_than, limit=limit_here):
                if wanted not in (None, stored.checkpoint_id):
                    continue
                if left is not None:
                    if left <= 0:
                        return
                    left -= 1
                yield checkpoint_tuple(stored)

    def put(
        self, config: Config, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> dict[str, Any]:
        thread_id, namespace = _address(config)
        parent_id = get_checkpoint_id(config)
        parent = self._bookkeeping_of(thread_id, namespace, parent_id)
        self.store.save(
            thread_id,
            namespace,
            _difference(parent, parent_id, checkpoint, get_checkpoint_metadata(config, metadata), new_versions),
        )
        self._remember((thread_id, namespace, checkpoint["id"]), _Bookkeeping.of(checkpoint))
        return _config(thread_id, namespace, checkpoint["id"])

    def put_writes(self, config: Config, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        thread_id, namespace = _address(config)
        checkpoint_id = get_checkpoint_id(config)
        if checkpoint_id is None:
            raise ValueError("put_writes needs a config with a checkpoint_id: writes belong to one checkpoint.")
        rows = [
            TaskWrite(task_id, channel, value, WRITES_IDX_MAP.get(channel, index), task_path)
            for index, (channel, value) in enumerate(writes)
        ]
        self.store.save_writes(thread_id, namespace, checkpoint_id, rows)

    def delete_thread(self, thread_id: str) -> None:
        with self._lock:
            for key in [key for key in self._bookkeeping if key[0] == str(thread_id)]:
                del self._bookkeeping[key]
        self.store.delete_thread(str(thread_id))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        gone = set(run_ids)
        for thread_id in self.store.threads():
            for namespace in self.store.namespaces(thread_id):
                headers = list(self.store.headers(thread_id, namespace))
                kept = {each.checkpoint_id for each in headers if each.metadata.get("run_id") not in gone}
                if len(kept) < len(headers):
                    self._keep_only(thread_id, namespace, kept)

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        copy_thread(self.store, source_thread_id, target_thread_id, Codec())

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        if strategy not in ("keep_latest", "delete"):
            raise ValueError(f"{strategy!r} is no strategy for pruning. Use 'keep_latest' or 'delete'.")
        for thread_id in thread_ids:
            if strategy == "delete":
                self.delete_thread(thread_id)
                continue
            for namespace in self.store.namespaces(thread_id):
                newest = next(iter(self.store.headers(thread_id, namespace, limit=1)), None)
                self._keep_only(thread_id, namespace, {newest.checkpoint_id} if newest else set())

    def _keep_only(self, thread_id: str, namespace: str, checkpoint_ids: set[str]) -> None:
        with self._lock:
            self._bookkeeping.clear()
        self.store.keep_only(thread_id, namespace, checkpoint_ids)

    def _threads_of(self, config: Config | None) -> Sequence[str]:
        if config is not None and "thread_id" in config["configurable"]:
            return (str(config["configurable"]["thread_id"]),)
        return self.store.threads()

    def _bookkeeping_of(self, thread_id: str, namespace: str, checkpoint_id: str | None) -> _Bookkeeping:
        if checkpoint_id is None:
            return _Bookkeeping({}, {}, frozenset())
        with self._lock:
            known = self._bookkeeping.get((thread_id, namespace, checkpoint_id))
        if known is not None:
            return known
        stored = self.store.load(thread_id, namespace, checkpoint_id)
        if stored is None:
            return _Bookkeeping({}, {}, frozenset())
        return _Bookkeeping(stored.versions, stored.seen, frozenset(stored.values))

    def _remember(self, key: tuple[str, str, str], bookkeeping: _Bookkeeping) -> None:
        with self._lock:
            self._bookkeeping[key] = bookkeeping
            while len(self._bookkeeping) > _REMEMBERED_PARENTS:
                self._bookkeeping.popitem(last=False)


class _Bookkeeping:
    """What of a parent is needed to tell a child's difference: versions, and which channels had a value."""

    __slots__ = ("channels", "seen", "versions")

    def __init__(
        self, versions: Mapping[str, Any], seen: Mapping[str, Mapping[str, Any]], channels: frozenset[str]
    ) -> None:
        self.versions = versions
        self.seen = seen
        self.channels = channels

    @staticmethod
    def of(checkpoint: Checkpoint) -> _Bookkeeping:
        return _Bookkeeping(
            dict(checkpoint["channel_versions"]),
            {node: dict(seen) for node, seen in checkpoint["versions_seen"].items()},
            frozenset(checkpoint["channel_values"]),
        )


def checkpoint_tuple(stored: StoredCheckpoint) -> CheckpointTuple:
    """A stored checkpoint in LangGraph's shape."""
    parent = stored.parent_id
    return CheckpointTuple(
        config=_config(stored.thread_id, stored.namespace, stored.checkpoint_id),
        checkpoint=Checkpoint(
            v=stored.metadata.get(_FORMAT, CHECKPOINT_VERSION),
            id=stored.checkpoint_id,
            ts=stored.created_at,
            channel_values=dict(stored.values),
            channel_versions=dict(stored.versions),
            versions_seen=_langgraphs_seen(stored),
            updated_channels=list(stored.updated_channels) or None,
        ),
        metadata=cast("CheckpointMetadata", {key: value for key, value in stored.metadata.items() if key != _FORMAT}),
        parent_config=_config(stored.thread_id, stored.namespace, parent) if parent else None,
        pending_writes=[(write.task_id, write.channel, _langgraphs_value(write)) for write in stored.writes],
    )


_SEEN_ALL = "__all__"
"""Our runtime notes "has seen everything up to this version" in one entry, LangGraph in one entry for each channel."""


def _langgraphs_seen(stored: StoredCheckpoint) -> dict[str, dict[str, Any]]:
    seen = {"__input__": {}, **{node: dict(versions) for node, versions in stored.seen.items()}}
    everything = seen.get("__interrupt__", {}).get(_SEEN_ALL)
    if everything is not None:
        seen["__interrupt__"] = dict.fromkeys(stored.versions, everything)
    return seen


def _langgraphs_value(write: TaskWrite) -> Any:
    """An error as the text that LangGraph's savers return; the store itself keeps all of it."""
    return repr(write.value) if isinstance(write.value, BaseException) else write.value


def _difference(
    parent: _Bookkeeping,
    parent_id: str | None,
    checkpoint: Checkpoint,
    metadata: Mapping[str, Any],
    new_versions: ChannelVersions,
) -> NewCheckpoint:
    values, versions = checkpoint["channel_values"], checkpoint["channel_versions"]
    unchanged = {
        channel
        for channel in values.keys() & parent.channels
        if channel not in new_versions and channel in versions and versions[channel] == parent.versions.get(channel)
    }
    kind = {} if checkpoint["v"] == CHECKPOINT_VERSION else {_FORMAT: checkpoint["v"]}
    return NewCheckpoint(
        checkpoint_id=checkpoint["id"],
        parent_id=parent_id,
        created_at=checkpoint["ts"],
        metadata={**metadata, **kind},
        changed={channel: ChangedChannel(value) for channel, value in values.items() if channel not in unchanged},
        dropped=frozenset(parent.channels - values.keys()),
        versions=_changed_entries(parent.versions, versions),
        seen={
            node: changed
            for node, seen in checkpoint["versions_seen"].items()
            if (changed := _changed_entries(parent.seen.get(node), seen)) or node not in parent.seen
        },
        updated_channels=tuple(checkpoint.get("updated_channels") or ()),
    )


def _changed_entries(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    if not before:
        return dict(after)
    missing = object()
    return {key: value for key, value in after.items() if before.get(key, missing) != value}


def _address(config: Config) -> tuple[str, str]:
    configurable = config["configurable"]
    return str(configurable["thread_id"]), configurable.get("checkpoint_ns") or ""


def _config(thread_id: str, namespace: str, checkpoint_id: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": namespace, "checkpoint_id": checkpoint_id}}
