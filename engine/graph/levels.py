"""A graph and all the graphs inside it, one by one. Pure. Graphs of other files are not followed (``references``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.graph.spec import GraphSpec, SubgraphMemory


@dataclass(frozen=True)
class Level:
    """One of them."""

    path: tuple[str, ...]
    """The nodes to open, the outermost first; empty for the outermost graph itself."""
    graph: GraphSpec
    """With the state class of the graph around it, if it has none of its own."""
    checkpointer: SubgraphMemory = "inherit"


def levels(graph: GraphSpec) -> Iterator[Level]:
    """Each graph after those inside it; the outermost one comes last."""
    return _levels(Level((), graph))


def _levels(level: Level) -> Iterator[Level]:
    for name, node in sorted(level.graph.nodes.items()):
        if isinstance(node.graph, GraphSpec):
            inner = replace(node.graph, state=node.graph.state or level.graph.state)
            yield from _levels(Level((*level.path, name), inner, node.checkpointer))
    yield level
