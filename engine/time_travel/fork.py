"""Go back to a checkpoint, change values, go on from there as a branch; and know afterwards what was changed.

Works through a compiled graph's public methods, so it also drives a graph of the langgraph package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.store.run_facts import Fact, RunFacts
from engine.time_travel.state_diff import StateDiff, diff_states

FORK = "fork"
"""Kind of the fact that records one."""


class ForkableGraph(Protocol):
    """What is needed of a compiled graph."""

    def get_state(self, config: Any) -> Any:
        """The snapshot at a config."""

    def update_state(self, config: Any, values: Any, as_node: str | None = None) -> Any:
        """Write values as a new checkpoint after the config's; gives its config."""


@dataclass(frozen=True)
class Fork:
    """A branch that was begun by hand."""

    thread_id: str
    from_checkpoint: str
    checkpoint_id: str
    as_node: str | None
    by: str
    changes: StateDiff


def fork(
    graph: ForkableGraph,
    config: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    as_node: str | None = None,
    by: str = "",
) -> Fork:
    """Save a child of the config's checkpoint with these values. What runs next is as if ``as_node`` had just run.

    ``config`` names the checkpoint. Raises what ``update_state`` raises; nothing is saved then.
    """
    before = graph.get_state(config)
    made = graph.update_state(config, dict(changes), as_node=as_node)
    after = graph.get_state(made)
    address = before.config["configurable"]
    return Fork(
        thread_id=str(address["thread_id"]),
        from_checkpoint=address["checkpoint_id"],
        checkpoint_id=made["configurable"]["checkpoint_id"],
        as_node=as_node,
        by=by,
        changes=diff_states(before.values, after.values),
    )


def record_fork(facts: RunFacts, made: Fork) -> None:
    """Keep what was changed, from where and by whom, beside the checkpoints."""
    data = {"from": made.from_checkpoint, "as_node": made.as_node, "by": made.by, "changes": made.changes.to_json()}
    facts.record(made.thread_id, made.checkpoint_id, None, FORK, data)


def recorded_forks(facts: RunFacts, thread_id: str) -> list[Fork]:
    """The forks of a thread, oldest first."""
    return [_from_fact(fact) for fact in facts.read(thread_id, kinds=[FORK])]


def _from_fact(fact: Fact) -> Fork:
    return Fork(
        thread_id=fact.thread_id,
        from_checkpoint=fact.data["from"],
        checkpoint_id=fact.checkpoint_id or "",
        as_node=fact.data["as_node"],
        by=fact.data["by"],
        changes=StateDiff.from_json(fact.data["changes"]),
    )
