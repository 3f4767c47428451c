"""The branches of a thread as the runner tells them, and what it writes down when one is begun. Needs no user code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.runner.branching import Change
from engine.runner.run_events import BranchesChanged, BranchFacts, CheckpointFacts, EditFacts
from engine.store.branch_edits import edits_between
from engine.store.branch_rows import USER, BranchRows
from engine.time_travel.branch_list import BranchEntry, described, entries

Rows = Mapping[str, CheckpointFacts]
"""The checkpoints of a thread by id, oldest first."""


def branches_of(branches: BranchRows, thread_id: str, rows: Rows) -> BranchesChanged:
    """All branches of a thread, from the checkpoints that are known of it."""
    listed = entries(_pairs(rows), branches.read(thread_id))
    return BranchesChanged(thread_id, tuple(map(_facts, listed)))


def describe_branch(
    branches: BranchRows, thread_id: str, rows: Rows, checkpoint_id: str, *, name: str | None, note: str | None
) -> None:
    """Name the branch that a checkpoint is on, or note something beside it. LookupError if it is not there."""
    described(branches, _pairs(rows), thread_id, checkpoint_id, name=name, note=note)


def first_of_branch(branches: BranchRows, thread_id: str, rows: Rows, checkpoint_id: str) -> str:
    """The checkpoint that began the branch this one is on. LookupError if it is not there."""
    if checkpoint_id not in rows:
        raise LookupError(f"There is no checkpoint {checkpoint_id} in thread {thread_id}.")
    starts = {entry.first for entry in entries(_pairs(rows), branches.read(thread_id))}
    while checkpoint_id not in starts:
        parent = rows[checkpoint_id].parent_id
        assert parent is not None, "a checkpoint without a parent begins a branch"
        checkpoint_id = parent
    return checkpoint_id


def note_fork(
    branches: BranchRows,
    thread_id: str,
    rows: Rows,
    made: CheckpointFacts,
    change: Change,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write down that the user began a branch with ``made``, the newest of ``rows``; nothing if it goes on with one.

    Our own store has done it in part, LangGraph's cannot: either way the row is complete afterwards.
    """
    if not any(row.parent_id == made.parent_id and row.id != made.id for row in rows.values()):
        return
    keys = set(change.values)
    edits = edits_between(_only(before, keys), _only(after, keys))
    branches.describe(thread_id, made.id, forked_from=made.parent_id, by=USER, as_node=change.as_node, edits=edits)


def _only(values: Any, keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in keys} if isinstance(values, Mapping) else {}


def _pairs(rows: Rows) -> list[tuple[str, str | None]]:
    return [(row.id, row.parent_id) for row in rows.values()]


def _facts(entry: BranchEntry) -> BranchFacts:
    edits = tuple(EditFacts(edit.path, edit.before, edit.after) for edit in entry.edits)
    return BranchFacts(
        number=entry.number,
        first=entry.first,
        forked_from=entry.forked_from,
        head=entry.head,
        checkpoints=entry.checkpoints,
        name=entry.name,
        note=entry.note,
        by=entry.by,
        as_node=entry.as_node,
        edits=edits,
        created_at=entry.created_at,
    )
