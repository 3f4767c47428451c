"""What can be told of a run that another program made: a graph by what ran after what, its steps and how it ended.

LangGraph's files hold checkpoints alone. Nothing tells which function decided, so a node that was followed by different
ones gets a router without a function, and what was due after it counts as its decision. Called by ``opened_runs``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from engine.runner.channel_names import next_by_channels
from engine.runner.run_events import CheckpointFacts, RouteFacts
from engine.runner.run_history import RunHistory
from engine.runner.told_past import Stop
from engine.store.checkpoint_store import CheckpointStore

MOST_LOOKED_AT = 2_000
"""Checkpoints of a thread from which the graph is told when nothing else tells it."""
SEEN = "as seen"
"""The name of each router."""


def observed_graph(store: CheckpointStore, threads: Sequence[str], name: str) -> GraphSpec:
    """The nodes that were ever due, and a line wherever one was due after another."""
    nodes: dict[str, None] = {}
    ways: dict[str, dict[tuple[str, ...], None]] = {}
    """Of each node what was due after it, as often as that was not the same."""
    for thread in threads:
        due: dict[str, tuple[str, ...]] = {}
        for stored in reversed(list(store.list(thread, "", limit=MOST_LOOKED_AT))):
            due[stored.checkpoint_id] = next_by_channels(stored.values)
            nodes.update(dict.fromkeys(each for each in due[stored.checkpoint_id] if each != START))
            before = due.get(stored.parent_id or "", ())
            for source in before if stored.metadata.get("source", "loop") == "loop" else ():
                ways.setdefault(source, {})[due[stored.checkpoint_id] or (END,)] = None
    targets = {source: dict.fromkeys(each for due in found for each in due) for source, found in ways.items()}
    return GraphSpec(
        name=name,
        nodes={each: NodeSpec() for each in nodes},
        edges=tuple(EdgeSpec(source, each) for source in ways if len(ways[source]) == 1 for each in targets[source]),
        routers={source: (_router(list(targets[source])),) for source in ways if len(ways[source]) > 1},
    )


def tell_thread(history: RunHistory, saver: Any, thread_id: str, graph: GraphSpec) -> None:
    """Writes down the steps of a thread of which nothing was told, and how it came to rest."""
    past = history.read(thread_id, saver)
    for row in past.checkpoints.values():
        history.note_step(thread_id, replace(row, tasks=(), routes=_routes(row, graph)), ())
    if past.head is None:
        return
    ended = Stop("" if past.checkpoints[past.head].next else "finished")
    history.note_stop(thread_id, past.head, replace(past.stop or ended, checkpoints=len(past.checkpoints)))


def _router(targets: Sequence[str]) -> RouterSpec:
    return RouterSpec(branches=tuple(BranchSpec(_label(target), target) for target in targets), name=SEEN)


def _routes(row: CheckpointFacts, graph: GraphSpec) -> tuple[RouteFacts, ...]:
    """The decisions of the routers named above that led to this row."""
    due = row.next or (END,)
    seen = [(node, router) for node in row.ran for router in graph.routers.get(node, ()) if router.name == SEEN]
    return tuple(
        RouteFacts(node, router.name, branch.label, branch.target)
        for node, router in seen
        for branch in router.branches
        if branch.target is not None and branch.target in due
    )


def _label(target: str) -> str:
    return "end" if target == END else target
