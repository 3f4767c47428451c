"""Which checkpoints form a branch. Pure; knows ids and parents only.

A checkpoint that is the first child of its parent carries on the parent's branch; a later child begins a branch of its
own. So does one that is known to have begun one (``starts``): when the older branch beside it is deleted, it stays a
branch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass
class BranchLines:
    """The branches of one thread, numbered in the order they began."""

    lines: list[list[str]] = field(default_factory=list)
    """Checkpoint ids, oldest first; no line is empty."""
    forked_from: list[str | None] = field(default_factory=list)
    """The checkpoint that each line left; None for one that begins with a root."""
    branch_of: dict[str, int] = field(default_factory=dict)


def branch_lines(oldest_first: Iterable[tuple[str, str | None]], starts: Collection[str] = ()) -> BranchLines:
    """The branches of these checkpoints, given as (id, parent's id)."""
    found = BranchLines()
    carried_on: set[str] = set()
    for checkpoint_id, parent in oldest_first:
        if parent in found.branch_of and parent not in carried_on and checkpoint_id not in starts:
            carried_on.add(parent)
            number = found.branch_of[parent]
        else:
            number = len(found.lines)
            found.lines.append([])
            found.forked_from.append(parent if parent in found.branch_of else None)
        found.lines[number].append(checkpoint_id)
        found.branch_of[checkpoint_id] = number
    return found
