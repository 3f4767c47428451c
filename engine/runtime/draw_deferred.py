"""Arrows into deferred nodes that no edge says: from what runs last before them. Pure; called by ``draw`` only.

A deferred node waits until nothing else is left to run. If what ran last does not lead to it, it still runs after that.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.builder import GraphBuilder
from engine.graph.drawn_graph import Edge
from engine.graph.names import END, START

_MOST_STEPS = 250
"""A graph may loop for ever; so many steps show all of its arrows."""


def implicit_arrows(builder: GraphBuilder, arrows: Sequence[Edge]) -> list[Edge]:
    """Follow the arrows step by step, each conditional one once, and note who is last when a deferred node starts."""
    deferred = {name for name, spec in builder.nodes.items() if spec.defer}
    if not deferred:
        return []
    found: dict[Edge, None] = {}
    arrived: dict[tuple[tuple[str, ...], str], set[str]] = {}
    held: set[str] = set()
    ran: set[str] = set()
    step = {START}
    for _ in range(_MOST_STEPS):
        due = _started(builder, arrows, step, ran, arrived)
        ran |= step
        held |= due & deferred
        due -= deferred
        if not due and held:
            leads = {(edge.source, edge.target) for edge in arrows}
            for target in held:
                if not any((source, target) in leads for source in step):
                    found.update((Edge(source, target, None, True), None) for source in sorted(step))
            due, held = held, set()
        if not due:
            break
        step = due
    return list(found)


def _started(
    builder: GraphBuilder,
    arrows: Sequence[Edge],
    step: set[str],
    ran: set[str],
    arrived: dict[tuple[tuple[str, ...], str], set[str]],
) -> set[str]:
    """What the nodes of a step start. A join starts when all of its sources have arrived, and waits for all anew."""
    started = {end for start, end in builder.parts.edges if start in step and end != END}
    started |= {edge.target for edge in arrows if edge.conditional and edge.source in step - ran and edge.target != END}
    for join in builder.parts.waiting_edges:
        sources, end = join
        seen = arrived.setdefault(join, set())
        seen |= step & set(sources)
        if end != END and seen == set(sources):
            started.add(end)
            arrived[join] = set()
    return started
