"""A ``CheckpointStore`` over any saver with LangGraph's interface: someone else's database behind our engine.

LangGraph's interface takes whole checkpoints, so the state of the newest ones is kept here to put differences on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from inspect import signature
from itertools import groupby
from typing import Any

from engine.serialization.codec import Codec
from engine.store.checkpoint_store import CheckpointHeader, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.checkpoint_tuple import CHECKPOINT_VERSION, WRITES_IDX_MAP, Checkpoint, CheckpointTuple
from engine.store.saver_versions import in_savers_form

_PARENTS = 16
"""So many checkpoints can be continued without asking the saver."""


_AFTER_ALL = 2**31

_PACKED = "__stepgraph__"
"""Key of the dictionary in which a value of our own classes is given to a saver whose serializer does not know them."""

_CODEC = Codec()


class SaverStore:
    """Tells a saver what the engine wants stored. Writes and checkpoint are two calls: the saver has no transaction."""

    def __init__(self, saver: Any) -> None:
        self.saver = saver
        self._pack = _packed if _is_langgraphs(saver) else _as_it_is
        self._parents: OrderedDict[tuple[str, str, str], StoredCheckpoint] = OrderedDict()
        self._lock = threading.RLock()

    def load(self, thread_id: str, namespace: str, checkpoint_id: str | None = None) -> StoredCheckpoint | None:
        found = self.saver.get_tuple(_config(thread_id, namespace, checkpoint_id))
        return None if found is None else _stored(found)

    def save(
        self, thread_id: str, namespace: str, checkpoint: NewCheckpoint, parent_writes: Sequence[TaskWrite] = ()
    ) -> None:
        parent_id = checkpoint.parent_id
        if parent_id is not None:
            self.save_writes(thread_id, namespace, parent_id, parent_writes)
        parent = self._parent(thread_id, namespace, parent_id)
        checkpoint = self._in_its_form(parent, checkpoint)
        whole = _after(parent, thread_id, namespace, checkpoint)
        self.saver.put(*_put_arguments(whole, checkpoint, self._pack))
        self._remember(whole)

    def save_writes(self, thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite]) -> None:
        put = _without_path(self.saver.put_writes)
        for arguments in _put_writes_arguments(thread_id, namespace, checkpoint_id, writes, self._pack):
            put(*arguments)

    async def aload(self, thread_id: str, namespace: str, checkpoint_id: str | None = None) -> StoredCheckpoint | None:
        """As ``load``, with the saver's own asynchronous method; so are the others with an ``a``."""
        found = await self.saver.aget_tuple(_config(thread_id, namespace, checkpoint_id))
        return None if found is None else _stored(found)

    async def asave(
        self, thread_id: str, namespace: str, checkpoint: NewCheckpoint, parent_writes: Sequence[TaskWrite] = ()
    ) -> None:
        """As ``save``."""
        parent_id = checkpoint.parent_id
        parent = None
        if parent_id is not None:
            await self.asave_writes(thread_id, namespace, parent_id, parent_writes)
            parent = self._known_parent(thread_id, namespace, parent_id)
            parent = parent or await self.aload(thread_id, namespace, parent_id)
        checkpoint = self._in_its_form(parent, checkpoint)
        whole = _after(parent, thread_id, namespace, checkpoint)
        await self.saver.aput(*_put_arguments(whole, checkpoint, self._pack))
        self._remember(whole)

    async def asave_writes(
        self, thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite]
    ) -> None:
        """As ``save_writes``."""
        put = _without_path(self.saver.aput_writes)
        for arguments in _put_writes_arguments(thread_id, namespace, checkpoint_id, writes, self._pack):
            await put(*arguments)

    async def alist(self, thread_id: str, namespace: str | None = "") -> AsyncIterator[StoredCheckpoint]:
        """As ``list``, all of them."""
        async for found in self.saver.alist(_config(thread_id, namespace)):
            yield _stored(found)

    def list(
        self,
        thread_id: str,
        namespace: str | None = "",
        *,
        filter: Mapping[str, Any] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[StoredCheckpoint]:
        config = _config(thread_id, namespace)
        older_than = _config(thread_id, namespace, before) if before else None
        for found in self.saver.list(config, filter=dict(filter) if filter else None, before=older_than, limit=limit):
            yield _stored(found)

    def headers(
        self, thread_id: str, namespace: str | None = "", *, before: str | None = None, limit: int | None = None
    ) -> Iterator[CheckpointHeader]:
        """Reads the values as well, and does not show them: a saver cannot leave them out."""
        for stored in self.list(thread_id, namespace, before=before, limit=limit):
            step = stored.metadata.get("step")
            yield CheckpointHeader(
                thread_id=stored.thread_id,
                namespace=stored.namespace,
                checkpoint_id=stored.checkpoint_id,
                parent_id=stored.parent_id,
                created_at=stored.created_at,
                metadata=stored.metadata,
                changed=tuple(stored.updated_channels),
                dropped=(),
                number=step if isinstance(step, int) else 0,
            )

    def delete_thread(self, thread_id: str) -> None:
        with self._lock:
            for key in [key for key in self._parents if key[0] == thread_id]:
                del self._parents[key]
        self.saver.delete_thread(thread_id)

    def keep_only(self, thread_id: str, namespace: str, checkpoint_ids: Collection[str]) -> None:
        """LangGraph's interface cannot take out single checkpoints."""
        raise NotImplementedError(
            f"{type(self.saver).__name__} keeps these checkpoints; it can forget whole threads only (delete_thread)."
        )

    def threads(self) -> tuple[str, ...]:
        """As the contract says for savers that list newest first over all threads; not all of them do."""
        newest_first = (found.config["configurable"]["thread_id"] for found in self.saver.list(None))
        return tuple(dict.fromkeys(newest_first))[::-1]

    def namespaces(self, thread_id: str) -> tuple[str, ...]:
        found = self.saver.list(_config(thread_id, None))
        newest_first = (each.config["configurable"].get("checkpoint_ns", "") for each in found)
        return tuple(dict.fromkeys(newest_first))[::-1]

    def _in_its_form(self, parent: StoredCheckpoint | None, new: NewCheckpoint) -> NewCheckpoint:
        known, known_seen = (parent.versions, parent.seen) if parent is not None else ({}, {})
        versions, seen = in_savers_form(self.saver, known, known_seen, new.versions, new.seen)
        return replace(new, versions=versions, seen=seen)

    def _parent(self, thread_id: str, namespace: str, checkpoint_id: str | None) -> StoredCheckpoint | None:
        if checkpoint_id is None:
            return None
        return self._known_parent(thread_id, namespace, checkpoint_id) or self.load(thread_id, namespace, checkpoint_id)

    def _known_parent(self, thread_id: str, namespace: str, checkpoint_id: str) -> StoredCheckpoint | None:
        with self._lock:
            return self._parents.get((thread_id, namespace, checkpoint_id))

    def _remember(self, stored: StoredCheckpoint) -> None:
        with self._lock:
            self._parents[stored.thread_id, stored.namespace, stored.checkpoint_id] = stored
            while len(self._parents) > _PARENTS:
                self._parents.popitem(last=False)


def _put_arguments(whole: StoredCheckpoint, new: NewCheckpoint, pack: Callable[[Any], Any]) -> tuple[Any, ...]:
    dictionary = Checkpoint(
        v=CHECKPOINT_VERSION,
        id=whole.checkpoint_id,
        ts=whole.created_at,
        channel_values={channel: pack(value) for channel, value in whole.values.items()},
        channel_versions=dict(whole.versions),
        versions_seen={node: dict(seen) for node, seen in whole.seen.items()},
        updated_channels=list(whole.updated_channels) or None,
    )
    config = _config(whole.thread_id, whole.namespace, new.parent_id)
    return config, dictionary, dict(new.metadata), dict(new.versions)


def _put_writes_arguments(
    thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite], pack: Callable[[Any], Any]
) -> Iterator[tuple[Any, ...]]:
    """The arguments of one call for each task."""
    config = _config(thread_id, namespace, checkpoint_id)
    for (task_id, task_path), group in groupby(writes, key=lambda write: (write.task_id, write.task_path)):
        # A saver numbers the writes of a call from 0 and knows the places of the reserved ones, so these go last.
        mine = sorted(group, key=lambda write: write.index if write.index >= 0 else _AFTER_ALL)
        yield config, [(write.channel, pack(write.value)) for write in mine], task_id, task_path


def _without_path(put_writes: Callable[..., Any]) -> Callable[..., Any]:
    """The method, or for a saver from before there were task paths one that keeps them from it, as LangGraph does."""
    parameters = signature(put_writes).parameters.values()
    if any(each.name == "task_path" or each.kind is each.VAR_POSITIONAL for each in parameters):
        return put_writes
    return lambda config, writes, task_id, _task_path: put_writes(config, writes, task_id)


def _after(parent: StoredCheckpoint | None, thread_id: str, namespace: str, new: NewCheckpoint) -> StoredCheckpoint:
    """The whole checkpoint that a difference leads to."""
    values = {name: value for name, value in (parent.values if parent else {}).items() if name not in new.dropped}
    values.update((channel, changed.value) for channel, changed in new.changed.items())
    seen = {node: dict(versions) for node, versions in (parent.seen if parent else {}).items()}
    for node, versions in new.seen.items():
        seen.setdefault(node, {}).update(versions)
    return StoredCheckpoint(
        thread_id=thread_id,
        namespace=namespace,
        checkpoint_id=new.checkpoint_id,
        parent_id=new.parent_id,
        created_at=new.created_at,
        metadata=new.metadata,
        values=values,
        versions={**(parent.versions if parent else {}), **new.versions},
        seen=seen,
        updated_channels=new.updated_channels,
    )


def _stored(found: CheckpointTuple) -> StoredCheckpoint:
    configurable, checkpoint = found.config["configurable"], found.checkpoint
    parent = found.parent_config["configurable"].get("checkpoint_id") if found.parent_config else None
    pending = [(task_id, channel, _unpacked(value)) for task_id, channel, value in found.pending_writes or ()]
    return StoredCheckpoint(
        thread_id=str(configurable["thread_id"]),
        namespace=configurable.get("checkpoint_ns") or "",
        checkpoint_id=checkpoint["id"],
        parent_id=parent,
        created_at=checkpoint["ts"],
        metadata=found.metadata,
        values={channel: _unpacked(value) for channel, value in checkpoint["channel_values"].items()},
        versions=checkpoint["channel_versions"],
        seen={node: seen for node, seen in checkpoint["versions_seen"].items() if seen},
        updated_channels=tuple(checkpoint.get("updated_channels") or ()),
        writes=_numbered(pending),
    )


def _is_langgraphs(saver: Any) -> bool:
    """Whether a saver stores through LangGraph's serializer, which knows only LangGraph's own classes."""
    return any(base.__module__.partition(".")[0] == "langgraph" for base in type(saver).__mro__)


def _packed(value: Any) -> Any:
    return {_PACKED: _CODEC.encode(value)} if _holds_ours(value) else value


def _as_it_is(value: Any) -> Any:
    return value


def _unpacked(value: Any) -> Any:
    return _CODEC.decode(value[_PACKED]) if type(value) is dict and value.keys() == {_PACKED} else value


def _holds_ours(value: Any) -> bool:
    """Whether a value is, or lists, a question, a ``Send`` or an error: what the engine itself writes."""
    if isinstance(value, (list, tuple)):
        return any(_holds_ours(item) for item in value[:1])
    return type(value).__module__ == "engine.types" or isinstance(value, BaseException)


def _numbered(pending: Sequence[tuple[str, str, Any]]) -> tuple[TaskWrite, ...]:
    """A saver tells pending writes in order but not their places; counting them per task gives those back."""
    counts: dict[str, int] = {}
    writes = []
    for task_id, channel, value in pending:
        index = WRITES_IDX_MAP.get(channel)
        if index is None:
            index = counts.get(task_id, 0)
            counts[task_id] = index + 1
        writes.append(TaskWrite(task_id, channel, value, index))
    return tuple(writes)


def _config(thread_id: str, namespace: str | None, checkpoint_id: str | None = None) -> dict[str, Any]:
    configurable: dict[str, Any] = {"thread_id": thread_id}
    if namespace is not None:
        configurable["checkpoint_ns"] = namespace
    if checkpoint_id is not None:
        configurable["checkpoint_id"] = checkpoint_id
    return {"configurable": configurable}
