"""Checks a graph as a whole before it is compiled. Pure; raises ValueError and names the node."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.graph_parts import GraphParts
from engine.graph.names import END, START


def validate_graph(parts: GraphParts, interrupt: Sequence[str]) -> None:
    """Every edge joins nodes that exist, START leads somewhere, breakpoints name nodes."""
    nodes = parts.nodes
    sources = {start for start, _ in parts.edges}
    sources.update(start for starts, _ in parts.waiting_edges for start in starts)
    sources.update(source for source, branches in parts.branches.items() if branches)
    for source in sources:
        if source not in nodes and source != START:
            raise ValueError(f"Found edge starting at unknown node '{source}'")
    if START not in sources:
        raise ValueError("Graph must have an entrypoint: add at least one edge from START to another node")
    for target in _targets(parts):
        if target not in nodes and target != END:
            raise ValueError(f"Found edge ending at unknown node `{target}`")
    for source, branches in parts.branches.items():
        for name, branch in branches.items():
            for target in (branch.ends or {}).values():
                if target not in nodes and target != END:
                    raise ValueError(f"At '{source}' node, '{name}' branch found unknown target '{target}'")
    for name in interrupt:
        if name not in nodes:
            raise ValueError(f"Interrupt node `{name}` not found")


def _targets(parts: GraphParts) -> set[str]:
    targets = {end for _, end in parts.edges}
    targets.update(end for _, end in parts.waiting_edges)
    targets.update(end for node in parts.nodes.values() for end in node.ends)
    return targets
