"""The jumps that nodes declare (``NodeSpec.destinations``, taken by ``Command(goto=...)``) as drawn lines. Pure.

A run need not take them, and no port leads them; the commands of edges edit the declaration. Read by the canvas, and
by what tells which lines a run took.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from engine.graph.spec import BranchOutlet, EdgeId, GraphSpec, PlainOutlet, drawn_edges


@dataclass(frozen=True)
class JumpOutlet(PlainOutlet):
    """Where the jumps of a node begin. Never equal to its plain outlet."""


def jumps(graph: GraphSpec) -> tuple[EdgeId, ...]:
    """One line for each destination that a node declares."""
    return tuple(EdgeId(JumpOutlet(name), target) for name, node in graph.nodes.items() for target in node.destinations)


def shown_lines(graph: GraphSpec) -> tuple[EdgeId, ...]:
    """All that the canvas draws: edges, branches, and jumps."""
    return (*drawn_edges(graph), *jumps(graph))


def lines_from(graph: GraphSpec, names: Collection[str]) -> set[EdgeId]:
    """Those of ``shown_lines`` that begin at one of these nodes."""
    if not names:
        return set()
    lines = {EdgeId(PlainOutlet(name), e.target) for e in graph.edges for name in e.sources if name in names}
    for name in names:
        for router in graph.routers.get(name, ()):
            lines.update(
                EdgeId(BranchOutlet(name, router.name, branch.label), branch.target)
                for branch in router.branches
                if branch.target is not None
            )
        if (node := graph.nodes.get(name)) is not None:
            lines.update(EdgeId(JumpOutlet(name), target) for target in node.destinations)
    return lines


def touched_sources(old: GraphSpec, new: GraphSpec, came: Collection[str] = ()) -> set[str]:
    """Where lines begin that are not in both graphs, or lead to what ``came``. Perhaps a few others; never too few.

    An edit leaves all that it does not touch the very object that it was, so only others are looked at.
    """
    sources: set[str] = set()
    if old.edges is not new.edges:
        before, after = set(map(id, old.edges)), set(map(id, new.edges))
        others = [edge for edge in new.edges if id(edge) not in before]
        others += [edge for edge in old.edges if id(edge) not in after]
        sources.update(chain.from_iterable(edge.sources for edge in others))
    if old.routers is not new.routers:
        sources.update(name for name, routers in new.routers.items() if old.routers.get(name) is not routers)
        sources.update(name for name in old.routers if name not in new.routers)
    if old.nodes is not new.nodes:
        sources.update(name for name, node in new.nodes.items() if old.nodes.get(name) is not node)
    if came:
        sources.update(chain.from_iterable(edge.sources for edge in new.edges if edge.target in came))
        sources.update(name for name, node in new.nodes.items() if any(each in came for each in node.destinations))
        sources.update(
            name
            for name, routers in new.routers.items()
            if any(branch.target in came for router in routers for branch in router.branches)
        )
    return sources
