"""A checkpoint as the difference to any other one. Pure. For copying a thread and for taking checkpoints out of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import is_
from typing import Any

from engine.serialization.codec import Codec
from engine.store.checkpoint_store import ChangedChannel, CheckpointStore, NewCheckpoint, StoredCheckpoint


def difference(
    parent: StoredCheckpoint | None, child: StoredCheckpoint, codec: Codec, channels: Collection[str] | None = None
) -> NewCheckpoint:
    """What has to be saved after ``parent`` to have ``child`` again. Values are compared by their text.

    ``channels``: the only ones that may differ, if that is known.
    """
    before = parent.values if parent else {}
    versions, seen = (parent.versions, parent.seen) if parent else ({}, {})
    return NewCheckpoint(
        checkpoint_id=child.checkpoint_id,
        parent_id=parent.checkpoint_id if parent else None,
        created_at=child.created_at,
        metadata=child.metadata,
        changed={
            channel: changed
            for channel, value in child.values.items()
            if (channels is None or channel in channels)
            and (changed := _changed(channel in before, before.get(channel), value, codec)) is not None
        },
        dropped=frozenset(before.keys() - child.values.keys()),
        versions=_changed_entries(versions, child.versions),
        seen={
            node: changed_versions
            for node, mine in child.seen.items()
            if (changed_versions := _changed_entries(seen.get(node, {}), mine)) or node not in seen
        },
        updated_channels=child.updated_channels,
    )


def copy_thread(store: CheckpointStore, source: str, target: str, codec: Codec) -> None:
    """Save every checkpoint and write of one thread under another. A target that exists is replaced."""
    store.delete_thread(target)
    for namespace in store.namespaces(source):
        for header in reversed(list(store.headers(source, namespace))):
            stored = store.load(source, namespace, header.checkpoint_id)
            if stored is None:
                continue
            parent = store.load(source, namespace, stored.parent_id) if stored.parent_id else None
            store.save(target, namespace, difference(parent, stored, codec))
            store.save_writes(target, namespace, stored.checkpoint_id, stored.writes)


def _changed(was_there: bool, old: Any, new: Any, codec: Codec) -> ChangedChannel | None:
    if not was_there:
        return ChangedChannel(new)
    if old is new:
        return None
    if type(old) is list and type(new) is list and old:
        same = _same_objects(old, new)  # need not be written down to be compared
        old_rest, new_rest = old[same:], new[same:]
        if not old_rest:
            return ChangedChannel(new, appended=len(new_rest)) if new_rest else None
        old_text, new_text = codec.encode(old_rest), codec.encode(new_rest)
        if old_text != new_text and new_text.startswith(f"{old_text[:-1]},"):
            return ChangedChannel(new, appended=len(new) - len(old))
    else:
        old_text, new_text = codec.encode(old), codec.encode(new)
    return None if old_text == new_text else ChangedChannel(new)


def _same_objects(old: list[Any], new: list[Any]) -> int:
    """How many items at the beginning are the very same."""
    same = list(map(is_, old, new))
    return len(same) if all(same) else same.index(False)


def _changed_entries(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in after.items() if key not in before or before[key] != value}
