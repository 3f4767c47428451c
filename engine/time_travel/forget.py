"""Take checkpoints out of a thread: a branch that led nowhere, or all but the last. What remains is whole.

The store writes the rows that stay anew, each after its nearest ancestor that stays, in one transaction, and keeps what
is written down of branches of which something stays. Facts told of a checkpoint, what its tasks wrote and the
checkpoints of the subgraphs that ran from it go with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Protocol

from engine.store.checkpoint_store import CheckpointHeader, CheckpointStore
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.timeline import Timeline, read_timeline

LEFT = "left"
"""Kind of the fact that tells how many checkpoints a thread has after some were forgotten."""


class ForgetsFacts(Protocol):
    """The part of ``engine.store.run_facts.RunFacts`` that is used here."""

    def read(self, thread_id: str, kinds: Sequence[str] | None = None) -> Sequence[Any]: ...

    def record(self, thread_id: str, checkpoint_id: str | None, task_id: str | None, kind: str, data: Any) -> Any: ...

    def delete(self, numbers: Sequence[int]) -> None: ...

    def forget_output(self, thread_id: str, checkpoint_ids: Collection[str]) -> None: ...


def delete_branch(
    store: CheckpointStore,
    thread_id: str,
    checkpoint_id: str,
    *,
    facts: ForgetsFacts | None = None,
    namespace: str = "",
) -> tuple[str, ...]:
    """Forget a checkpoint and all that followed it; gives their ids, oldest first. Other branches stay as they are.

    Raises LookupError if there is no such checkpoint, ValueError if nothing of the thread would be left.
    """
    tree = read_timeline(store, thread_id, namespace)
    if checkpoint_id not in tree.headers:
        raise LookupError(f"Thread {thread_id!r} has no checkpoint {checkpoint_id!r}.")
    gone = _with_descendants(tree, checkpoint_id)
    if len(gone) == len(tree.headers):
        raise ValueError(f"Nothing of thread {thread_id!r} would be left. Delete the thread instead.")
    return _forget(store, thread_id, namespace, tree, gone, facts)


def prune(
    store: CheckpointStore,
    thread_id: str,
    *,
    keep_last: int,
    keep: Collection[str] = (),
    facts: ForgetsFacts | None = None,
    namespace: str = "",
) -> tuple[str, ...]:
    """Forget all but the last checkpoints, the heads of all branches, where they fork, and those in ``keep``."""
    tree = read_timeline(store, thread_id, namespace)
    return _forget(store, thread_id, namespace, tree, _prunable(tree, keep_last, keep), facts)


def prunable(
    store: CheckpointStore, thread_id: str, *, keep_last: int, keep: Collection[str] = (), namespace: str = ""
) -> tuple[str, ...]:
    """What ``prune`` would forget, oldest first."""
    return tuple(_prunable(read_timeline(store, thread_id, namespace), keep_last, keep))


def _prunable(tree: Timeline, keep_last: int, keep: Collection[str]) -> list[str]:
    if keep_last < 1:
        raise ValueError(f"keep_last is {keep_last}; at least the newest checkpoint stays.")
    forks = {branch.forked_from for branch in tree.branches}
    stay = {*list(tree.headers)[-keep_last:], *tree.leaves, *keep} | {name for name in forks if name is not None}
    return [name for name in tree.headers if name not in stay]


def _with_descendants(tree: Timeline, checkpoint_id: str) -> list[str]:
    found = {checkpoint_id}
    for name, header in tree.headers.items():  # a child is always younger than its parent
        if header.parent_id in found:
            found.add(name)
    return [name for name in tree.headers if name in found]


def _forget(
    store: CheckpointStore,
    thread_id: str,
    namespace: str,
    tree: Timeline,
    gone: list[str],
    facts: ForgetsFacts | None,
) -> tuple[str, ...]:
    if gone:
        doomed = set(gone)
        kept = {namespace: [name for name in tree.headers if name not in doomed]}
        if not namespace:
            kept |= _kept_inside(store, thread_id, tree, doomed)
        beside = _on_the_same_file(store, facts)
        told = facts.read(thread_id) if facts is not None else ()
        with store.together() if beside is not None and isinstance(store, SqliteStore) else nullcontext():
            _keep_only(store, thread_id, kept)
            writer = beside or facts
            if writer is not None:
                writer.delete([fact.number for fact in told if fact.checkpoint_id in doomed or fact.kind == LEFT])
                writer.forget_output(thread_id, gone)
                writer.record(thread_id, None, None, LEFT, len(tree.headers) - len(doomed))
    return tuple(gone)


def _on_the_same_file(store: CheckpointStore, facts: ForgetsFacts | None) -> RunFacts | None:
    """The facts on the store's own connection, so that they go in the same transaction; None if they lie elsewhere."""
    is_one = isinstance(store, SqliteStore) and isinstance(facts, RunFacts) and facts.path == store.path
    return RunFacts(store.file) if is_one and isinstance(store, SqliteStore) and not store.file.in_memory else None


def _keep_only(store: CheckpointStore, thread_id: str, kept: Mapping[str, Collection[str]]) -> None:
    if isinstance(store, SqliteStore):
        store.keep_only_these(thread_id, kept)
    else:
        for namespace, names in kept.items():
            store.keep_only(thread_id, namespace, names)


def _kept_inside(
    store: CheckpointStore, thread_id: str, tree: Timeline, doomed: Collection[str]
) -> dict[str, list[str]]:
    """Of each subgraph of which something goes, what stays: all that ran from a checkpoint of the graph that stays.

    A subgraph that remembers between its calls has one namespace for all of them. Of that also stays where it was when
    a checkpoint that stays was made.
    """
    found = {}
    for namespace in filter(None, store.namespaces(thread_id)):
        headers = list(store.headers(thread_id, namespace))[::-1]
        ran_from = {header.checkpoint_id: _outermost(header) for header in headers}
        stay = {name for name, outer in ran_from.items() if outer not in doomed}
        if ":" not in namespace:  # no task's id in it
            stay |= _carried(tree, ran_from, doomed)
        if len(stay) < len(headers):
            found[namespace] = [header.checkpoint_id for header in headers if header.checkpoint_id in stay]
    return found


def _carried(tree: Timeline, ran_from: Mapping[str, str | None], doomed: Collection[str]) -> set[str]:
    """The newest checkpoint of a subgraph on the way to each checkpoint of the graph that stays."""
    newest = {outer: name for name, outer in ran_from.items()}
    carried: dict[str | None, str | None] = {None: None}
    for name, header in tree.headers.items():
        carried[name] = newest.get(header.parent_id) or carried.get(header.parent_id)
    return {inner for name, inner in carried.items() if inner is not None and name not in doomed}


def _outermost(header: CheckpointHeader) -> str | None:
    """The checkpoint of the graph that a subgraph's checkpoint ran from; None if it does not say."""
    parents = header.metadata.get("parents")
    return parents.get("") if isinstance(parents, Mapping) else None
