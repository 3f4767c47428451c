"""A graph and all the graphs inside it, one by one. Pure. Graphs of other files are not followed (``references``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import itemgetter

from engine.graph.spec import GraphSpec, SubgraphMemory


@dataclass(frozen=True)
class Level:
    """One of them."""

    path: tuple[str, ...]
    """The nodes to open, the outermost first; empty for the outermost graph itself."""
    graph: GraphSpec
    """With the state class of the graph around it, if it has none of its own."""
    checkpointer: SubgraphMemory = "inherit"
    around: GraphSpec | None = None
    """The graph whose node it is, likewise with its state class. None for the outermost one."""


def levels(graph: GraphSpec) -> Iterator[Level]:
    """Each graph after those inside it; the outermost one comes last."""
    return _levels(Level((), graph))


def _levels(level: Level) -> Iterator[Level]:
    nodes = level.graph.nodes.items()
    inside = [(name, node.checkpointer, node.graph) for name, node in nodes if isinstance(node.graph, GraphSpec)]
    for name, checkpointer, graph in sorted(inside, key=itemgetter(0)):
        inner = replace(graph, state=graph.state or level.graph.state)
        yield from _levels(Level((*level.path, name), inner, checkpointer, level.graph))
    yield level
