"""Which run of a subgraph belongs to the shown moment, also of steps that are over. Pure, no Qt.

A subgraph that is not in the open step is shown as it ran the last time before the shown moment. Called by ``reduce``,
``run_picture`` and the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from editor.debugger.focus import Focus
from editor.debugger.run_state import InsideRun, Namespace, RunState
from engine.graph.spec import GraphSpec

KEPT_STEPS = 12
"""Whose subgraphs are remembered; others are read again."""

FURTHEST_BACK = 2_000
"""Steps that are looked through for the last visit of a subgraph: 1 ms."""


@dataclass(frozen=True)
class ShownInside:
    """The runs of one subgraph node, and of what is inside it, at the shown moment."""

    runs: Mapping[Namespace, InsideRun]
    is_open: bool
    """Of the open step at the head: it may still go on."""
    source: str
    """The checkpoint that the step began at."""


def remembered(
    past: Mapping[str, Mapping[Namespace, InsideRun]], checkpoint_id: str, runs: Mapping[Namespace, InsideRun]
) -> Mapping[str, Mapping[Namespace, InsideRun]]:
    """With the subgraphs of that step, without those that were heard of longest ago."""
    kept = {name: each for name, each in past.items() if name != checkpoint_id}
    return {**dict(list(kept.items())[-(KEPT_STEPS - 1) :]), checkpoint_id: runs}


def shown_inside(run_state: RunState, focus: Focus, node: str) -> ShownInside | None:
    """None if nothing is known of it: it never ran before this moment, or ``source_of`` has not been read yet."""
    if not focus.in_past(run_state) and (runs := _of_node(run_state.inside, node)):
        return ShownInside(runs, True, run_state.head or "")
    source = source_of(run_state, focus.shown_id(run_state), node)
    runs = _of_node(run_state.inside_past.get(source or "", {}), node)
    return ShownInside(runs, False, source) if source is not None and runs else None


def by_urgency(runs: Mapping[Namespace, InsideRun]) -> list[Namespace]:
    """Several runs of one subgraph, the one to be seen first at the end: that failed, asks, runs, or is not over."""
    return sorted(runs, key=lambda namespace: _urgency(runs[namespace]))


def source_of(run_state: RunState, shown_id: str | None, node: str) -> str | None:
    """The checkpoint at which the last step began that the node ran in, up to the shown moment."""
    at = shown_id
    for _ in range(FURTHEST_BACK):
        row = run_state.checkpoints.get(at) if at is not None else None
        if row is None:
            return None
        if node in row.ran and row.source == "loop":
            return row.parent_id
        at = row.parent_id
    return None


def is_subgraph(graph: GraphSpec | None, node: str | None) -> bool:
    """Whether the node stands for a graph, one of its own or one in another file."""
    return graph is not None and node is not None and node in graph.nodes and graph.nodes[node].graph is not None


def _urgency(run: InsideRun) -> int:
    row = run.checkpoints.get(run.head or "")
    if row is None or not row.next:
        return 0
    states = {task.state for task in row.tasks}
    return next((4 - place for place, state in enumerate(("failed", "waiting", "running")) if state in states), 1)


def _of_node(runs: Mapping[Namespace, InsideRun], node: str) -> dict[Namespace, InsideRun]:
    return {name: run for name, run in runs.items() if name and name[0].partition(":")[0] == node}
