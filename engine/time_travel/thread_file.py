"""A thread as one file, to send or to keep: JSON lines, data only, each line hashed with all those before it.

The first line says what it is, then comes a line for each checkpoint (what it changed, and the writes waiting on it),
a line for each fact, and a last one that counts them. Reading imports and runs nothing. With ``redacted`` the values
under these keys, however deep, are left out, and so are all facts, which may repeat them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from engine.serialization.codec import Codec
from engine.serialization.type_registry import TypeRegistry
from engine.store.checkpoint_store import ChangedChannel, CheckpointStore, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.rewrite import difference
from engine.store.run_facts import NewFact, RunFacts

FORMAT, VERSION = "stepgraph-thread", 1

REDACTED = "[redacted]"
"""Stands where a value was left out."""

_PAIRS = ("$dict", "$ordereddict", "$counter")
"""Tags under which a dictionary is a list of pairs."""

_HASH_CHARS = 64


class ThreadFileError(ValueError):
    """The file is no thread of ours, or not as it was written. Nothing was imported."""


def export_thread(
    store: CheckpointStore,
    thread_id: str,
    *,
    facts: RunFacts | None = None,
    redacted: Collection[str] = (),
    types: TypeRegistry | None = None,
) -> Iterator[str]:
    """The lines of the file, with their line ends. Raises LookupError if there is no such thread."""
    namespaces = store.namespaces(thread_id)
    if not namespaces:
        raise LookupError(f"There is no thread {thread_id!r}.")
    chain = _Chain()
    yield chain.line({"format": FORMAT, "version": VERSION, "thread_id": thread_id, "redacted": sorted(redacted)})
    count = 0
    tell = _Teller(Codec(types), frozenset(redacted))
    for content in _contents(store, thread_id, namespaces, None if redacted else facts, tell):
        yield chain.line(content)
        count += 1
    yield chain.line({"end": count})


def import_thread(
    store: CheckpointStore,
    lines: Iterable[str],
    *,
    thread_id: str | None = None,
    facts: RunFacts | None = None,
    types: TypeRegistry | None = None,
) -> str:
    """Save what ``export_thread`` wrote, under its own name or another; gives the name.

    All lines are checked before the first is saved. Raises ThreadFileError, also if the thread is there already.
    """
    contents = _checked(lines)
    target = thread_id or str(contents[0]["thread_id"])
    if store.namespaces(target):
        raise ThreadFileError(f"There is a thread {target!r} already. Import it under another name.")
    codec = Codec(types)
    try:
        _save_checkpoints(store, target, [content for content in contents if "checkpoint" in content], codec)
    except BaseException:
        store.delete_thread(target)
        raise
    if facts is not None:
        facts.record_all(
            [
                NewFact(target, fact["kind"], fact["data"], fact["checkpoint_id"], fact["task_id"])
                for fact in (content["fact"] for content in contents if "fact" in content)
            ]
        )
    return target


class _Chain:
    """Hashes each line together with the hash of the one before, so that none can be changed, moved or lost."""

    def __init__(self) -> None:
        self._last = ""

    def line(self, content: Mapping[str, Any]) -> str:
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)[1:]
        return f'{{"hash":"{self.next_hash(text)}",{text}\n'

    def next_hash(self, text: str) -> str:
        self._last = sha256(f"{self._last}{text}".encode()).hexdigest()
        return self._last


def _contents(
    store: CheckpointStore, thread_id: str, namespaces: Iterable[str], facts: RunFacts | None, tell: _Teller
) -> Iterator[dict[str, Any]]:
    for namespace in namespaces:
        before: StoredCheckpoint | None = None
        for header in reversed(list(store.headers(thread_id, namespace))):
            stored = store.load(thread_id, namespace, header.checkpoint_id)
            if stored is None:
                continue  # deleted meanwhile
            if before is None or before.checkpoint_id != stored.parent_id:
                before = store.load(thread_id, namespace, stored.parent_id) if stored.parent_id else None
            yield tell.checkpoint(namespace, stored, difference(before, stored, tell.codec))
            before = stored
    for fact in facts.read(thread_id) if facts is not None else ():
        address = {"checkpoint_id": fact.checkpoint_id, "task_id": fact.task_id}
        yield {"fact": {"kind": fact.kind, **address, "data": fact.data}}


class _Teller:
    """Writes checkpoints as JSON, without the values under some keys."""

    def __init__(self, codec: Codec, redacted: frozenset[str]) -> None:
        self.codec = codec
        self._redacted = redacted

    def checkpoint(self, namespace: str, stored: StoredCheckpoint, new: NewCheckpoint) -> dict[str, Any]:
        """What it changed, and the writes waiting on it."""
        whole = {name: changed.value for name, changed in new.changed.items() if not changed.appended}
        grown = {
            name: changed.value[len(changed.value) - changed.appended :]
            for name, changed in new.changed.items()
            if changed.appended
        }
        checkpoint = {
            "namespace": namespace,
            "id": stored.checkpoint_id,
            "parent_id": stored.parent_id,
            "created_at": stored.created_at,
            "metadata": self._values(stored.metadata),
            "versions": dict(new.versions),
            "seen": {node: dict(seen) for node, seen in new.seen.items()},
            "updated": list(stored.updated_channels),
            "dropped": sorted(new.dropped),
            "set": self._values(whole),
            "appended": self._values(grown),
        }
        writes = [
            {"task_id": write.task_id, "path": write.task_path, "index": write.index, "to": write.channel}
            | {"set": self._values({write.channel: write.value})}
            for write in stored.writes
        ]
        return {"checkpoint": checkpoint, "writes": writes}

    def _values(self, values: Mapping[str, Any]) -> Any:
        return {
            key: _without({key: json.loads(self.codec.encode(value))}, self._redacted)[key]
            for key, value in values.items()
        }


def _without(data: Any, keys: frozenset[str]) -> Any:
    """A tree of JSON with the values under these keys replaced."""
    if not keys:
        return data
    if isinstance(data, list):
        return [_without(item, keys) for item in data]
    if not isinstance(data, dict):
        return data
    kept: dict[str, Any] = {}
    for key, value in data.items():
        if key in keys:
            kept[key] = [REDACTED] if isinstance(value, list) else REDACTED
        elif key in _PAIRS and isinstance(value, list):
            kept[key] = [_pair_without(pair, keys) for pair in value]
        else:
            kept[key] = _without(value, keys)
    return kept


def _pair_without(pair: list[Any], keys: frozenset[str]) -> list[Any]:
    key, value = pair
    is_named = isinstance(key, str) and key in keys
    return [key, REDACTED if is_named else _without(value, keys)]


def _checked(lines: Iterable[str]) -> list[dict[str, Any]]:
    chain = _Chain()
    contents: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        start, told, rest = line[:9], line[9 : 9 + _HASH_CHARS], line[9 + _HASH_CHARS :].rstrip("\r\n")
        if start != '{"hash":"' or not rest.startswith('",'):
            raise ThreadFileError(f"Line {number} is not one of an exported thread.")
        if chain.next_hash(rest[2:]) != told:
            raise ThreadFileError(f"Line {number} is not as it was written, or a line before it is missing.")
        contents.append(json.loads(f"{{{rest[2:]}"))
    if not contents or contents[0].get("format") != FORMAT:
        raise ThreadFileError("The file is no exported thread.")
    if contents[0]["version"] > VERSION:
        raise ThreadFileError(f"A newer version of this program wrote the file (format {contents[0]['version']}).")
    if contents[-1].get("end") != len(contents) - 2:
        raise ThreadFileError(f"The end of the file is missing; it stops after line {len(contents)}.")
    return contents


def _save_checkpoints(store: CheckpointStore, target: str, contents: list[dict[str, Any]], codec: Codec) -> None:
    for content in contents:
        told = content["checkpoint"]
        namespace = told["namespace"]
        parent = store.load(target, namespace, told["parent_id"]) if told["appended"] else None
        before: Mapping[str, Any] = parent.values if parent is not None else {}
        changed = {name: ChangedChannel(_value(codec, data)) for name, data in told["set"].items()}
        for name, data in told["appended"].items():
            items = _value(codec, data)
            changed[name] = ChangedChannel([*before.get(name, ()), *items], len(items) if name in before else None)
        new = NewCheckpoint(
            checkpoint_id=told["id"],
            parent_id=told["parent_id"],
            created_at=told["created_at"],
            metadata={key: _value(codec, data) for key, data in told["metadata"].items()},
            changed=changed,
            dropped=frozenset(told["dropped"]),
            versions=told["versions"],
            seen=told["seen"],
            updated_channels=tuple(told["updated"]),
        )
        store.save(target, namespace, new)
        writes = [
            TaskWrite(each["task_id"], each["to"], _value(codec, each["set"][each["to"]]), each["index"], each["path"])
            for each in content["writes"]
        ]
        if writes:
            store.save_writes(target, namespace, new.checkpoint_id, writes)


def _value(codec: Codec, data: Any) -> Any:
    return codec.decode(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
