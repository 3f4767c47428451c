"""Keeps checkpoints in memory, for tests, notebooks and runs that need no file.

The plainest store that keeps the contract: each checkpoint holds its whole state, and the other stores are compared
with it. Values are kept as the codec's text, so that a node changing a list in place cannot change history, and what a
file could not hold is refused here too.
"""

from __future__ import annotations

import builtins
import itertools
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.serialization.codec import Codec
from engine.serialization.type_registry import TypeRegistry
from engine.serialization.unstorable import UnstorableValueError
from engine.store.checkpoint_store import (
    ChangedChannel,
    CheckpointHeader,
    NewCheckpoint,
    StoredCheckpoint,
    TaskWrite,
)


class MemoryStore:
    """A ``CheckpointStore`` that forgets everything when the process ends."""

    def __init__(self, *, types: TypeRegistry | None = None) -> None:
        self.types = types or TypeRegistry()
        """Classes that may be restored; those of stored values always are, since the process is the same."""
        self._codec = Codec(self.types)
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)

    def load(self, thread_id: str, namespace: str, checkpoint_id: str | None = None) -> StoredCheckpoint | None:
        with self._lock:
            lane = self._lanes.get((thread_id, namespace))
            if lane is None or not lane.rows:
                return None
            if checkpoint_id is None:
                return self._read(thread_id, namespace, lane, lane.newest())
            row = lane.rows.get(checkpoint_id)
            return None if row is None else self._read(thread_id, namespace, lane, row)

    def save(
        self, thread_id: str, namespace: str, checkpoint: NewCheckpoint, parent_writes: Sequence[TaskWrite] = ()
    ) -> None:
        with self._lock:
            lane = self._lanes.setdefault((thread_id, namespace), _Lane())
            parent = lane.rows.get(checkpoint.parent_id) if checkpoint.parent_id else None
            row = _Row.after(parent, checkpoint, next(self._numbers), self._codec)
            writes = [_Write.of(write, self._codec) for write in parent_writes]
            if checkpoint.parent_id is not None:
                lane.add_writes(checkpoint.parent_id, writes)
            # A checkpoint saved again under the same id replaces the old one and becomes the newest.
            lane.rows.pop(checkpoint.checkpoint_id, None)
            lane.rows[checkpoint.checkpoint_id] = row

    def save_writes(self, thread_id: str, namespace: str, checkpoint_id: str, writes: Sequence[TaskWrite]) -> None:
        kept = [_Write.of(write, self._codec) for write in writes]
        with self._lock:
            self._lanes.setdefault((thread_id, namespace), _Lane()).add_writes(checkpoint_id, kept)

    def list(
        self,
        thread_id: str,
        namespace: str | None = "",
        *,
        filter: Mapping[str, Any] | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> Iterator[StoredCheckpoint]:
        found = [
            entry
            for entry in self._newest_first(thread_id, namespace, before)
            if not filter or all(entry[2].metadata.get(key) == value for key, value in filter.items())
        ]
        for lane_namespace, lane, row in found if limit is None else found[: max(limit, 0)]:
            with self._lock:
                stored = self._read(thread_id, lane_namespace, lane, row)
            yield stored

    def headers(
        self, thread_id: str, namespace: str | None = "", *, before: str | None = None, limit: int | None = None
    ) -> Iterator[CheckpointHeader]:
        found = self._newest_first(thread_id, namespace, before)
        for lane_namespace, _, row in found if limit is None else found[: max(limit, 0)]:
            yield CheckpointHeader(
                thread_id=thread_id,
                namespace=lane_namespace,
                checkpoint_id=row.checkpoint_id,
                parent_id=row.parent_id,
                created_at=row.created_at,
                metadata=row.metadata,
                changed=row.changed,
                dropped=row.dropped,
                number=row.number,
            )

    def delete_thread(self, thread_id: str) -> None:
        with self._lock:
            for key in [key for key in self._lanes if key[0] == thread_id]:
                del self._lanes[key]

    def keep_only(self, thread_id: str, namespace: str, checkpoint_ids: Collection[str]) -> None:
        with self._lock:
            lane = self._lanes.get((thread_id, namespace))
            if lane is not None:
                lane.keep_only(checkpoint_ids)

    def threads(self) -> tuple[str, ...]:
        """Ids of all threads, oldest first."""
        with self._lock:
            return tuple(dict.fromkeys(thread_id for thread_id, _ in self._lanes))

    def namespaces(self, thread_id: str) -> tuple[str, ...]:
        """Namespaces of a thread that hold checkpoints, oldest first."""
        with self._lock:
            return tuple(
                namespace for (owner, namespace), lane in self._lanes.items() if owner == thread_id and lane.rows
            )

    def _newest_first(
        self, thread_id: str, namespace: str | None, before: str | None
    ) -> builtins.list[tuple[str, _Lane, _Row]]:
        with self._lock:
            found = [
                (lane_namespace, lane, row)
                for (lane_thread, lane_namespace), lane in self._lanes.items()
                if lane_thread == thread_id and namespace in (None, lane_namespace)
                for row in lane.older_than(before)
            ]
        return sorted(found, key=lambda entry: entry[2].number, reverse=True)

    def _read(self, thread_id: str, namespace: str, lane: _Lane, row: _Row) -> StoredCheckpoint:
        return StoredCheckpoint(
            thread_id=thread_id,
            namespace=namespace,
            checkpoint_id=row.checkpoint_id,
            parent_id=row.parent_id,
            created_at=row.created_at,
            metadata=dict(row.metadata),
            values={channel: text.value(self._codec) for channel, text in row.values.items()},
            versions=dict(row.versions),
            seen={node: dict(versions) for node, versions in row.seen.items()},
            updated_channels=row.updated_channels,
            writes=tuple(write.read(self._codec) for write in lane.sorted_writes(row.checkpoint_id)),
        )


@dataclass(frozen=True)
class _Text:
    """A value's text, or, for a list that grew, the text of what was appended to an earlier one."""

    text: str
    before: _Text | None = None

    def value(self, codec: Codec) -> Any:
        pieces = [self]
        while pieces[-1].before is not None:
            pieces.append(pieces[-1].before)
        value = codec.decode(pieces.pop().text)
        while pieces:
            value.extend(codec.decode(pieces.pop().text))
        return value


@dataclass(frozen=True)
class _Write:
    write: TaskWrite
    """With no value."""
    text: str

    @staticmethod
    def of(write: TaskWrite, codec: Codec) -> _Write:
        try:
            return _Write(replace(write, value=None), codec.encode(write.value))
        except UnstorableValueError as error:
            raise error.located(channel=write.channel) from None

    def read(self, codec: Codec) -> TaskWrite:
        return replace(self.write, value=codec.decode(self.text))


@dataclass
class _Row:
    number: int
    """Order of saving, over all threads and namespaces."""
    checkpoint_id: str
    parent_id: str | None
    created_at: str
    metadata: Mapping[str, Any]
    values: dict[str, _Text]
    changed: tuple[str, ...]
    dropped: tuple[str, ...]
    versions: dict[str, Any]
    seen: dict[str, Mapping[str, Any]]
    updated_channels: tuple[str, ...]

    @staticmethod
    def after(parent: _Row | None, new: NewCheckpoint, number: int, codec: Codec) -> _Row:
        values = dict(parent.values) if parent else {}
        versions = dict(parent.versions) if parent else {}
        seen = dict(parent.seen) if parent else {}
        for channel in new.dropped:
            values.pop(channel, None)
        for channel, changed in new.changed.items():
            try:
                values[channel] = _text_of(changed, values.get(channel), codec)
            except UnstorableValueError as error:
                raise error.located(channel=channel) from None
        versions.update(new.versions)
        for node, changed_seen in new.seen.items():
            seen[node] = {**seen.get(node, {}), **changed_seen}
        return _Row(
            number=number,
            checkpoint_id=new.checkpoint_id,
            parent_id=new.parent_id,
            created_at=new.created_at,
            metadata=codec.decode(codec.encode(dict(new.metadata))),
            values=values,
            changed=tuple(new.changed),
            dropped=tuple(sorted(new.dropped)),
            versions=versions,
            seen=seen,
            updated_channels=tuple(new.updated_channels),
        )


@dataclass
class _Lane:
    """The checkpoints of one thread in one namespace, in the order they were saved."""

    rows: dict[str, _Row] = field(default_factory=dict)
    writes: dict[str, dict[tuple[str, int], _Write]] = field(default_factory=dict)

    def newest(self) -> _Row:
        return next(reversed(self.rows.values()))

    def older_than(self, checkpoint_id: str | None) -> list[_Row]:
        newest_first = list(reversed(self.rows.values()))
        if checkpoint_id is None:
            return newest_first
        ids = [row.checkpoint_id for row in newest_first]
        return newest_first[ids.index(checkpoint_id) + 1 :] if checkpoint_id in ids else []

    def keep_only(self, checkpoint_ids: Collection[str]) -> None:
        parents = {row.checkpoint_id: row.parent_id for row in self.rows.values()}
        kept = {key: row for key, row in self.rows.items() if key in checkpoint_ids}
        for row in kept.values():
            while row.parent_id is not None and row.parent_id not in kept:
                row.parent_id = parents.get(row.parent_id)
        self.rows = kept
        self.writes = {key: writes for key, writes in self.writes.items() if key in kept}

    def add_writes(self, checkpoint_id: str, writes: Sequence[_Write]) -> None:
        mine = self.writes.setdefault(checkpoint_id, {})
        for kept in writes:
            key = (kept.write.task_id, kept.write.index)
            if kept.write.index < 0 or key not in mine:
                mine[key] = kept

    def sorted_writes(self, checkpoint_id: str) -> list[_Write]:
        mine = self.writes.get(checkpoint_id, {}).values()
        return sorted(mine, key=lambda kept: (kept.write.task_path, kept.write.task_id, kept.write.index))


def _text_of(changed: ChangedChannel, before: _Text | None, codec: Codec) -> _Text:
    if before is not None and changed.appended is not None and type(changed.value) is list:
        return _Text(codec.encode(changed.value[len(changed.value) - changed.appended :]), before)
    return _Text(codec.encode(changed.value))
