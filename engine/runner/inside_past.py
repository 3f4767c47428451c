"""What ran within the subgraphs of one step, read back: as the runner wrote it down, else from the store alone.

A subgraph keeps its checkpoints under a namespace of its own; the store has them, the facts tell their tasks. Runs no
code of the user's. Used by ``reads`` for the window and by ``driver``, which goes on inside where another process
stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from engine.runner.channel_names import next_by_channels, state_values
from engine.runner.run_events import CheckpointFacts, InsideFacts
from engine.runner.run_history import RunHistory
from engine.runtime.checkpointing import as_store
from engine.store.checkpoint_store import CheckpointHeader, CheckpointStore

Namespace = tuple[str, ...]

MOST_ROWS = 500
"""Of one subgraph in one step, the newest: a window shows a page of them."""

MOST_SUBGRAPHS = 100
"""Of one step; a fan-out may have thousands."""


def inside_of(history: RunHistory, saver: Any, thread_id: str, outer: CheckpointFacts) -> tuple[InsideFacts, ...]:
    """What ran within the step that began at ``outer``, the outermost subgraphs first."""
    known = {each.namespace: each for each in history.inside(thread_id, outer.id)}
    store = as_store(saver)
    if store is not None:
        for namespace in _namespaces(store, thread_id, outer, known.values()):
            known[namespace] = _completed(store, thread_id, outer.id, namespace, known.get(namespace))
    found = sorted(known.values(), key=lambda each: (len(each.namespace), each.namespace))
    return tuple(each for each in found if each.checkpoints)[:MOST_SUBGRAPHS]


def values_inside(saver: Any, thread_id: str, namespace: Namespace, checkpoint_id: str) -> dict[str, Any]:
    """The state of a subgraph at one of its checkpoints; {} if it is gone."""
    where = {"thread_id": thread_id, "checkpoint_ns": "|".join(namespace), "checkpoint_id": checkpoint_id}
    found = saver.get_tuple({"configurable": where})
    return state_values(found.checkpoint["channel_values"]) if found is not None else {}


def _namespaces(
    store: CheckpointStore, thread_id: str, outer: CheckpointFacts, told: Iterable[InsideFacts]
) -> Iterator[Namespace]:
    """Those that begin with a task of the step. One with checkpoints of its own is named by its node alone."""
    tasks = {f"{task.node}:{task.id}" for task in outer.tasks}
    nodes = {task.node for task in outer.tasks} | set(outer.next)
    known = {each.namespace for each in told}
    yield from known
    for text in store.namespaces(thread_id):
        namespace = tuple(text.split("|")) if text else ()
        if namespace and namespace not in known and (namespace[0] in tasks or namespace[0] in nodes):
            yield namespace


def _completed(
    store: CheckpointStore, thread_id: str, outer_id: str, namespace: Namespace, told: InsideFacts | None
) -> InsideFacts:
    """With the checkpoints that were saved after the last was told: the process may have died in between."""
    rows = {row.id: row for row in told.checkpoints} if told is not None else {}
    headers: list[CheckpointHeader] = []
    for header in store.headers(thread_id, "|".join(namespace), limit=MOST_ROWS):
        if header.checkpoint_id in rows:
            break
        if (header.metadata.get("parents") or {}).get("") == outer_id:
            headers.append(header)
        elif headers:
            break  # one that remembers: older ones are of earlier steps
    head = told.head if told is not None else ""
    for header in reversed(headers):
        before, head = rows.get(head), header.checkpoint_id
        rows[head] = _row(store, header, before)
    return InsideFacts(namespace, tuple(rows.values())[-MOST_ROWS:], head)


def _row(store: CheckpointStore, header: CheckpointHeader, before: CheckpointFacts | None) -> CheckpointFacts:
    """What can be known of a checkpoint of which nothing was told: all that was next in the one before has run."""
    stored = store.load(header.thread_id, header.namespace, header.checkpoint_id)
    source = str(header.metadata.get("source", "loop"))
    row = CheckpointFacts(
        id=header.checkpoint_id,
        parent_id=header.parent_id,
        step=int(header.metadata.get("step", 0)),
        source=source,
        next=next_by_channels(stored.values) if stored is not None else (),
        changed_keys=tuple(sorted(state_values(dict.fromkeys(header.changed)))),
        created_at=header.created_at,
    )
    return replace(row, ran=before.next) if before is not None and source == "loop" else row
