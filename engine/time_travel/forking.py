"""Go back to a checkpoint, change values, go on from there as a branch; and know afterwards what was changed.

Works through a compiled graph's public methods, so it also drives a graph of the langgraph package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.store.branch_rows import PROGRAM, BranchRows
from engine.time_travel.state_diff import StateDiff, diff_states


class ForkableGraph(Protocol):
    """What is needed of a compiled graph."""

    def get_state(self, config: Any) -> Any:
        """The snapshot at a config."""

    def update_state(self, config: Any, values: Any, as_node: str | None = None) -> Any:
        """Write values as a new checkpoint after the config's; gives its config."""


@dataclass(frozen=True)
class Fork:
    """A checkpoint that was made by hand."""

    thread_id: str
    from_checkpoint: str
    checkpoint_id: str
    as_node: str | None
    changes: StateDiff


def fork(
    graph: ForkableGraph,
    config: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    as_node: str | None = None,
    branches: BranchRows | None = None,
    name: str = "",
    note: str = "",
    by: str = PROGRAM,
) -> Fork:
    """Save a child of the config's checkpoint with these values. What runs next is as if ``as_node`` had just run.

    ``config`` names the checkpoint. With ``branches`` (``store.branches``) the branch gets a name, a note, and who
    began it; the store itself writes down where it began and what was edited. At the end of a branch nothing is
    forked: the branch goes on with the edit. Raises what ``update_state`` raises; nothing is saved then.
    """
    before = graph.get_state(config)
    made = graph.update_state(config, dict(changes), as_node=as_node)
    after = graph.get_state(made)
    address = before.config["configurable"]
    thread_id, checkpoint_id = str(address["thread_id"]), made["configurable"]["checkpoint_id"]
    if branches is not None and any(row.first == checkpoint_id for row in branches.read(thread_id)):
        branches.describe(thread_id, checkpoint_id, name=name, note=note, by=by, as_node=as_node)
    return Fork(
        thread_id=thread_id,
        from_checkpoint=address["checkpoint_id"],
        checkpoint_id=checkpoint_id,
        as_node=as_node,
        changes=diff_states(before.values, after.values),
    )
