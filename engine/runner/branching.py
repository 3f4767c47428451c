"""New branches from old checkpoints, and what they would lead to, through the engine's public methods only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.runner.failure import facts_of
from engine.runner.host import HostedGraph

COPY = "__copy__"
"""LangGraph's name for "as no node": ``update_state`` then makes a plain copy of the checkpoint."""


@dataclass(frozen=True)
class Change:
    """An edit of an old checkpoint. Without keys and node it is a plain copy."""

    thread_id: str
    checkpoint_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    as_node: str | None = None
    """In whose name the values are written, which decides what comes next; None: the node that ran last."""

    @property
    def is_copy(self) -> bool:
        return not self.values and self.as_node is None


def make_branch(hosted: HostedGraph, graph: Any, change: Change) -> Any:
    """Writes the change as a new checkpoint and returns its config. Raises what the engine or a router raises."""
    config = _config(change.thread_id, change.checkpoint_id)
    if change.is_copy:
        return graph.update_state(config, None, as_node=COPY)
    # An edited value is the key's new value. A reducer would fold it into the old one, so there it overwrites.
    values = {
        key: hosted.kit.overwrite(value) if _folds(graph.channels.get(key)) else value
        for key, value in change.values.items()
    }
    return graph.update_state(config, values, as_node=change.as_node)


def next_after(hosted: HostedGraph, saver: Any, change: Change) -> tuple[tuple[str, ...], str | None]:
    """Which nodes would be next, or why it cannot be: tried on a copy in memory. Runs routers, but no node."""
    try:
        copy = hosted.kit.memory_saver()
        _copy_checkpoint(saver, copy, change)
        graph = hosted.compile(copy)
        return tuple(graph.get_state(make_branch(hosted, graph, change)).next), None
    except Exception as error:
        return (), facts_of(error).message


def _config(thread_id: str, checkpoint_id: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": checkpoint_id}}


def _copy_checkpoint(source: Any, target: Any, change: Change) -> None:
    """One checkpoint with its pending writes, by the savers' public methods."""
    found = source.get_tuple(_config(change.thread_id, change.checkpoint_id))
    if found is None:
        raise LookupError(f"There is no checkpoint {change.checkpoint_id} in thread {change.thread_id}.")
    address = {"configurable": {"thread_id": change.thread_id, "checkpoint_ns": ""}}
    config = target.put(address, found.checkpoint, found.metadata, found.checkpoint["channel_versions"])
    writes: dict[str, list[tuple[str, Any]]] = {}
    for task_id, channel, value in found.pending_writes or ():
        writes.setdefault(task_id, []).append((channel, value))
    for task_id, pairs in writes.items():
        target.put_writes(config, pairs, task_id)


def _folds(channel: Any) -> bool:
    """Whether the key has a reducer: BinaryOperatorAggregate has an ``operator``, DeltaChannel a ``reducer``."""
    return hasattr(channel, "operator") or hasattr(channel, "reducer")
