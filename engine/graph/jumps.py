"""The jumps that nodes declare (``NodeSpec.destinations``, taken by ``Command(goto=...)``) as drawn lines. Pure.

A run need not take them, and no port leads them; the commands of edges edit the declaration. Read by the canvas, and
by what tells which lines a run took.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.spec import EdgeId, GraphSpec, PlainOutlet, drawn_edges


@dataclass(frozen=True)
class JumpOutlet(PlainOutlet):
    """Where the jumps of a node begin. Never equal to its plain outlet."""


def jumps(graph: GraphSpec) -> tuple[EdgeId, ...]:
    """One line for each destination that a node declares."""
    return tuple(EdgeId(JumpOutlet(name), target) for name, node in graph.nodes.items() for target in node.destinations)


def shown_lines(graph: GraphSpec) -> tuple[EdgeId, ...]:
    """All that the canvas draws: edges, branches, and jumps."""
    return (*drawn_edges(graph), *jumps(graph))
