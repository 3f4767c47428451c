"""What leads to a node and what follows from it, by the drawn edges. Pure, no Qt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from engine.graph.jumps import shown_lines
from engine.graph.spec import GraphSpec


def upstream(graph: GraphSpec, name: str) -> frozenset[str]:
    """The node and all from which a run can come to it."""
    sources: dict[str, set[str]] = defaultdict(set)
    for edge in shown_lines(graph):
        sources[edge.target].add(edge.outlet.node)
    return _reached(name, sources)


def downstream(graph: GraphSpec, name: str) -> frozenset[str]:
    """The node and all to which a run can go from it."""
    targets: dict[str, set[str]] = defaultdict(set)
    for edge in shown_lines(graph):
        targets[edge.outlet.node].add(edge.target)
    return _reached(name, targets)


def _reached(start: str, steps: Mapping[str, set[str]]) -> frozenset[str]:
    reached, ahead = {start}, [start]
    while ahead:
        new = steps.get(ahead.pop(), set()) - reached
        reached |= new
        ahead += new
    return frozenset(reached)
