"""The branches of a thread: where each began and by whom, its name and note, what was edited, its head and its size.

The lines come from the checkpoints, the rest from the rows beside them (``engine.store.branch_rows``). Stores of other
kinds keep no rows: their branches are listed without names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.store.branch_lines import branch_lines
from engine.store.branch_rows import BranchRow, BranchRows, Edit
from engine.store.checkpoint_store import CheckpointStore
from engine.store.sqlite_store import SqliteStore


@dataclass(frozen=True)
class BranchEntry:
    """One branch, as it is now."""

    number: int
    """In the order they began; 0 for the thread's first line."""
    first: str
    forked_from: str | None
    """The checkpoint it left; None for a line that begins with a root."""
    head: str
    checkpoints: int
    """How many are on it, without those of branches forked from it."""
    name: str = ""
    note: str = ""
    by: str = ""
    """``user`` or ``program``; empty if nothing was written down of it."""
    as_node: str | None = None
    edits: tuple[Edit, ...] = ()
    created_at: str = ""


def list_branches(store: CheckpointStore, thread_id: str, namespace: str = "") -> list[BranchEntry]:
    """The branches of a thread, in the order they began. An unknown thread has none."""
    pairs = [(header.checkpoint_id, header.parent_id) for header in store.headers(thread_id, namespace)]
    rows = store.branches.read(thread_id, namespace) if isinstance(store, SqliteStore) else []
    return entries(reversed(pairs), rows)


def entries(oldest_first: Iterable[tuple[str, str | None]], rows: Sequence[BranchRow]) -> list[BranchEntry]:
    """The branches of these checkpoints, given as (id, parent's id), with what the rows say of them."""
    by_first = {row.first: row for row in rows}
    found = branch_lines(oldest_first, by_first)
    listed = []
    for number, (line, origin) in enumerate(zip(found.lines, found.forked_from, strict=True)):
        row = by_first.get(line[0])
        if row is None:
            listed.append(BranchEntry(number, line[0], origin, line[-1], len(line)))
        else:
            listed.append(
                BranchEntry(
                    number=number,
                    first=line[0],
                    forked_from=origin,
                    head=line[-1],
                    checkpoints=len(line),
                    name=row.name,
                    note=row.note,
                    by=row.by if origin is not None or row.edits else "",
                    as_node=row.as_node,
                    edits=row.edits,
                    created_at=row.created_at,
                )
            )
    return listed


def branch_at(listed: Sequence[BranchEntry], oldest_first: Iterable[tuple[str, str | None]], checkpoint_id: str) -> int:
    """Number of the branch that a checkpoint is on. Raises LookupError if there is no such checkpoint."""
    found = branch_lines(oldest_first, {entry.first for entry in listed})
    if checkpoint_id not in found.branch_of:
        raise LookupError(f"There is no checkpoint {checkpoint_id!r} in this thread.")
    return found.branch_of[checkpoint_id]


def name_branch(
    store: SqliteStore,
    thread_id: str,
    checkpoint_id: str,
    *,
    name: str | None = None,
    note: str | None = None,
    namespace: str = "",
) -> BranchEntry:
    """Name the branch that a checkpoint is on, or note something beside it; None keeps what is there.

    Raises LookupError if there is no such checkpoint.
    """
    pairs = [(header.checkpoint_id, header.parent_id) for header in store.headers(thread_id, namespace)][::-1]
    described(store.branches, pairs, thread_id, checkpoint_id, name=name, note=note, namespace=namespace)
    listed = entries(pairs, store.branches.read(thread_id, namespace))
    return listed[branch_at(listed, pairs, checkpoint_id)]


def described(
    rows: BranchRows,
    oldest_first: Sequence[tuple[str, str | None]],
    thread_id: str,
    checkpoint_id: str,
    *,
    name: str | None = None,
    note: str | None = None,
    namespace: str = "",
) -> None:
    """As ``name_branch``, for checkpoints that are known already."""
    listed = entries(oldest_first, rows.read(thread_id, namespace))
    branch = listed[branch_at(listed, oldest_first, checkpoint_id)]
    rows.describe(thread_id, branch.first, namespace=namespace, forked_from=branch.forked_from, name=name, note=note)
