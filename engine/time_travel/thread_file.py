"""A thread as one file, to send or to keep: checkpoints, writes, branches, facts, output, and the graphs that ran.

JSON lines, data only (``hashed_lines``); reading imports and runs nothing. Values can be left out (``redaction``). What
may repeat them goes too then: facts, output, words of errors, and of branches the names, notes and texts of edits.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from engine.serialization.codec import Codec
from engine.serialization.type_registry import TypeRegistry
from engine.store.checkpoint_store import CheckpointStore, NewCheckpoint, StoredCheckpoint
from engine.store.output_rows import LineBatch
from engine.store.rewrite import difference
from engine.store.run_facts import INDEX, Fact, RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.hashed_lines import FORMAT, VERSION, HashChain, ThreadFileError
from engine.time_travel.redaction import REDACTED, Redaction
from engine.time_travel.thread_import import import_thread

__all__ = ["REDACTED", "ThreadFileError", "export_thread", "import_thread"]


def export_thread(
    store: CheckpointStore,
    thread_id: str,
    *,
    facts: RunFacts | None = None,
    redacted: Collection[str] = (),
    types: TypeRegistry | None = None,
) -> Iterator[str]:
    """The lines of the file, with their line ends. ``redacted``: keys (``password``) and paths (``user.card``).

    Facts and output come along if ``facts`` is given and nothing is redacted. Raises LookupError if there is no such
    thread, ValueError for an empty key.
    """
    redaction = Redaction.of(redacted)
    namespaces = store.namespaces(thread_id)
    if not namespaces:
        raise LookupError(f"There is no thread {thread_id!r}.")
    return _lines(store, thread_id, namespaces, redaction, facts if redaction.is_empty else None, Codec(types))


def _lines(
    store: CheckpointStore,
    thread_id: str,
    namespaces: Iterable[str],
    redaction: Redaction,
    facts: RunFacts | None,
    codec: Codec,
) -> Iterator[str]:
    chain = HashChain()
    left_out = sorted([*redaction.words, *(".".join(path) for path in redaction.paths)])
    yield chain.line({"format": FORMAT, "version": VERSION, "thread_id": thread_id, "redacted": left_out})
    count = 0
    teller = _Teller(codec, redaction)
    for content in _contents(store, thread_id, namespaces, facts, teller):
        yield chain.line(content)
        count += 1
    yield chain.line({"end": count})


def _contents(
    store: CheckpointStore, thread_id: str, namespaces: Iterable[str], facts: RunFacts | None, teller: _Teller
) -> Iterator[dict[str, Any]]:
    for namespace in namespaces:
        if isinstance(store, SqliteStore):
            for header, stored, parent in store.steps(thread_id, namespace):
                # Our own rows tell which channels they set; comparing all of a large state would take most of the time.
                may_differ = None if parent is None else header.changed
                yield teller.checkpoint(namespace, stored, difference(parent, stored, teller.codec, may_differ))
        else:
            for stored, parent in _one_by_one(store, thread_id, namespace):
                yield teller.checkpoint(namespace, stored, difference(parent, stored, teller.codec))
        for row in store.branches.read(thread_id, namespace) if isinstance(store, SqliteStore) else ():
            yield {
                "branch": {
                    "namespace": row.namespace,
                    "first": row.first,
                    "forked_from": row.forked_from,
                    "name": row.name if teller.tells_all else "",
                    "note": row.note if teller.tells_all else "",
                    "by": row.by,
                    "as_node": row.as_node,
                    "edits": [edit.to_json() for edit in row.edits] if teller.tells_all else [],
                    "created_at": row.created_at,
                }
            }
    if facts is not None:
        yield from _beside(facts, thread_id)


def _one_by_one(
    store: CheckpointStore, thread_id: str, namespace: str
) -> Iterator[tuple[StoredCheckpoint, StoredCheckpoint | None]]:
    """Checkpoints with their parents, oldest first."""
    before: StoredCheckpoint | None = None
    for header in reversed(list(store.headers(thread_id, namespace))):
        stored = store.load(thread_id, namespace, header.checkpoint_id)
        if stored is None:
            continue  # deleted meanwhile
        if before is None or before.checkpoint_id != stored.parent_id:
            before = store.load(thread_id, namespace, stored.parent_id) if stored.parent_id else None
        yield stored, before
        before = stored


def _beside(facts: RunFacts, thread_id: str) -> Iterator[dict[str, Any]]:
    """Facts of the thread, facts about it, the texts of its graphs, its output."""
    about = [fact for fact in facts.read(INDEX) if _is_about(fact, thread_id)]
    for digest in dict.fromkeys(fact.data["graph"] for fact in about if "graph" in fact.data):
        text = facts.graph_text(digest)
        if text is not None:
            yield {"graph": {"text": text}}
    for fact in about:
        yield {"about": {"kind": fact.kind, "data": {key: fact.data[key] for key in fact.data if key != "thread_id"}}}
    for fact in facts.read(thread_id):
        address = {"checkpoint_id": fact.checkpoint_id, "task_id": fact.task_id}
        yield {"fact": {"kind": fact.kind, **address, "data": fact.data}}
    for batch in facts.output.batches(thread_id):
        yield {"output": _output(batch)}


def _is_about(fact: Fact, thread_id: str) -> bool:
    return isinstance(fact.data, dict) and fact.data.get("thread_id") == thread_id


def _output(batch: LineBatch) -> dict[str, Any]:
    lines = [[line.text, line.stream, line.node, line.step] for line in batch.lines]
    return {"checkpoint_id": batch.checkpoint_id, "task_id": batch.task_id, "lines": lines, "dropped": batch.dropped}


class _Teller:
    """Writes checkpoints as JSON, without what is redacted."""

    def __init__(self, codec: Codec, redaction: Redaction) -> None:
        self.codec = codec
        self.tells_all = redaction.is_empty
        self._redaction = redaction

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

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        told = {key: json.loads(self.codec.encode(value)) for key, value in values.items()}
        return told if self.tells_all else self._redaction.state(told)
