"""Takes an exported thread into a store: all of it, or nothing.

All lines are checked before the first is saved. Into a run database it is one transaction: an error, a full disk or a
kill at any point leaves nothing behind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from engine.serialization.codec import Codec
from engine.serialization.type_registry import TypeRegistry
from engine.store.branch_rows import BranchRow, Edit
from engine.store.checkpoint_store import ChangedChannel, CheckpointStore, NewCheckpoint, TaskWrite
from engine.store.output_rows import KeptLine, LineBatch
from engine.store.run_facts import INDEX, NewFact, RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.hashed_lines import CheckedLines, ThreadFileError, checked_lines

Content = dict[str, Any]


def import_thread(
    store: CheckpointStore, lines: Iterable[str], *, thread_id: str | None = None, types: TypeRegistry | None = None
) -> str:
    """Save what ``export_thread`` wrote, under its own name or another; gives the name.

    A store that is no run database takes the checkpoints only. Raises ThreadFileError, also if the thread is there
    already; UnstorableValueError and StoreError as ``save`` does. Nothing was imported then.
    """
    contents = checked_lines(lines)
    target = thread_id or str(contents.first["thread_id"])
    if store.namespaces(target):
        raise ThreadFileError(f"There is a thread {target!r} already. Import it under another name.")
    codec = Codec(types)
    if isinstance(store, SqliteStore):
        with store.together():
            _save_checkpoints(store, target, contents, codec)
            others = [content for content in contents if "checkpoint" not in content]
            _save_branches(store, target, others)
            _save_beside(RunFacts(store.file), target, others)
        return target
    try:
        _save_checkpoints(store, target, contents, codec)
    except BaseException:
        store.delete_thread(target)
        raise
    return target


def _save_checkpoints(store: CheckpointStore, target: str, contents: CheckedLines, codec: Codec) -> None:
    # What is saved cannot be loaded before the end, so states are put together here; each is kept while one builds upon
    # it, and the last to do so takes its lists over instead of copying them.
    children: Counter[tuple[str, str | None]] = Counter()
    for content in contents:
        if "checkpoint" in content:
            children[content["checkpoint"]["namespace"], content["checkpoint"]["parent_id"]] += 1
    states: dict[tuple[str, str], dict[str, Any]] = {}
    takes_over = isinstance(store, SqliteStore)  # it keeps no value that it was given
    for content in contents:
        if "checkpoint" not in content:
            continue
        told = content["checkpoint"]
        namespace, parent = told["namespace"], (told["namespace"], told["parent_id"])
        children[parent] -= 1
        is_last = takes_over and not children[parent]
        before = states.pop(parent, {}) if not children[parent] else states.get(parent, {})
        changed = {name: ChangedChannel(_value(codec, data)) for name, data in told["set"].items()}
        for name, data in told["appended"].items():
            changed[name] = _grown(before.get(name), _value(codec, data), is_last)
        if children[namespace, told["id"]]:
            state = {name: value for name, value in before.items() if name not in told["dropped"]}
            states[namespace, told["id"]] = {**state, **{name: each.value for name, each in changed.items()}}
        store.save(target, namespace, _checkpoint(told, changed, codec))
        writes = [
            TaskWrite(each["task_id"], each["to"], _value(codec, each["set"][each["to"]]), each["index"], each["path"])
            for each in content["writes"]
        ]
        if writes:
            store.save_writes(target, namespace, told["id"], writes)


def _grown(before: Any, items: Any, takes_over: bool) -> ChangedChannel:
    if type(before) is not list:
        return ChangedChannel([*(before or ()), *items], None)
    if takes_over:
        before.extend(items)
        return ChangedChannel(before, len(items))
    return ChangedChannel([*before, *items], len(items))


def _checkpoint(told: Mapping[str, Any], changed: dict[str, ChangedChannel], codec: Codec) -> NewCheckpoint:
    return NewCheckpoint(
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


def _save_branches(store: SqliteStore, target: str, contents: list[Content]) -> None:
    told = [content["branch"] for content in contents if "branch" in content]
    if told:  # else a file of version 1: what the store noticed itself stays
        rows = [{**row, "thread_id": target, "edits": tuple(Edit(*edit) for edit in row["edits"])} for row in told]
        store.branches.replace_all(target, [BranchRow(**row) for row in rows])


def _save_beside(facts: RunFacts, target: str, contents: list[Content]) -> None:
    """Facts, graphs and output."""
    found: list[NewFact] = []
    batches: list[LineBatch] = []
    for content in contents:
        if "graph" in content:
            facts.remember_graph(content["graph"]["text"])
        elif "about" in content:
            about = content["about"]
            found.append(NewFact(INDEX, about["kind"], {"thread_id": target, **about["data"]}))
        elif "fact" in content:
            fact = content["fact"]
            found.append(NewFact(target, fact["kind"], fact["data"], fact["checkpoint_id"], fact["task_id"]))
        elif "output" in content:
            output = content["output"]
            task_id = output["task_id"]
            lines = tuple(KeptLine(text, stream, node, step, task_id) for text, stream, node, step in output["lines"])
            batches.append(LineBatch(target, output["checkpoint_id"], task_id, lines, output["dropped"]))
    facts.record_all(found)
    facts.output.add(batches)


def _value(codec: Codec, data: Any) -> Any:
    return codec.decode(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
