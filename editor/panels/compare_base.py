"""What the shown checkpoint is compared with: the step before, the start, a pinned one, a head of a fork. Pure, no Qt.

Chosen in ``compare_picker``; the state panel reads the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from editor.debugger.run_state import CheckpointRow, RunState
from editor.panels.timeline_text import ran_text

MOST_HEADS = 12
"""Of other forks in the list, the newest first."""


class Kind(Enum):
    BEFORE = "before"
    START = "start"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Base:
    kind: Kind = Kind.BEFORE
    checkpoint_id: str = ""
    """Of a CHECKPOINT."""


def base_id(base: Base, row: CheckpointRow, state: RunState) -> str | None:
    """The checkpoint to compare with; None is the empty state. What is not in this run counts as the step before."""
    if base.kind is Kind.START:
        first = next(iter(state.path_to(row.id)), row)
        return first.id if first.id != row.id else None
    if base.kind is Kind.CHECKPOINT and base.checkpoint_id in state.checkpoints:
        return base.checkpoint_id
    return row.parent_id


def other_heads(state: RunState, shown_id: str) -> tuple[CheckpointRow, ...]:
    """The last checkpoints of branches that the shown one is not on, newest first."""
    if len(state.branches) == 1:  # one line: only its end can be elsewhere
        head = state.checkpoints.get(state.head or "")
        return (head,) if head is not None and head.id != shown_id else ()
    parents = {row.parent_id for row in state.checkpoints.values()}
    way = {row.id for row in state.path_to(shown_id)}
    below: set[str] = set()
    heads = []
    for row in state.checkpoints.values():  # parents come before their children
        if row.parent_id in below or row.id == shown_id:
            below.add(row.id)
        elif row.id not in parents and row.id not in way:
            heads.append(row)
    if state.head in below and state.head != shown_id:
        heads.append(state.checkpoints[state.head])
    return tuple(reversed(heads))[:MOST_HEADS]


def name_of(row: CheckpointRow) -> str:
    """ "step 4, generate_query"; with the note instead of the node if it has one."""
    if row.source == "input":
        return row.note or "the input"
    return f"step {max(row.step, 0)}, {row.note or ran_text(row)}"
