"""Keeps cards where they stood when their nodes were renamed in the file: by an editor, by a merge, by git. No Qt.

The layout file still has the old names then. Called by ``files`` whenever a graph is read. What is the same in the
graph that was shown before (function, subgraph, neighbours) tells which node it is, as in ``stepgraph diff``. Without
one, a new card takes the place of a vanished one near its neighbours: it is free, and likely the same node.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from editor.document.document import Document
from editor.document.layout import Layout, Position
from engine.graph.graph_diff import renamed_nodes
from engine.graph.spec import END, START, GraphSpec, drawn_edges

MOST_PAIRS = 100_000
"""Of vanished and new names, compared by distance. More are no renames but another graph, which is laid out anew."""


def layout_after_renames(graph: GraphSpec, layout: Layout, shown: Document | None = None) -> Layout:
    """``layout`` as it was read, for ``graph``. ``shown``: the document as it was before, if it is known.

    A name that has a place keeps it. Names that are not in the graph any more may be left in the result.
    """
    known = shown or Document()
    renamed = renamed_nodes(known.graph, graph) if known.graph.nodes else {}
    old_names = {new: old for old, new in renamed.items()}
    positions, subgraphs = dict(layout.positions), dict(layout.subgraphs)
    for new, old in old_names.items():
        place = positions.pop(old, known.layout.positions.get(old))
        if place is not None:
            positions.setdefault(new, place)
        inside = subgraphs.pop(old, known.layout.subgraphs.get(old))
        if inside is not None:
            subgraphs.setdefault(new, inside)
    for new, vanished in _places_taken(graph, positions).items():
        positions[new] = positions.pop(vanished)
        if new not in subgraphs and vanished in subgraphs:
            subgraphs[new] = subgraphs.pop(vanished)
    for name, node in graph.nodes.items():
        if isinstance(node.graph, GraphSpec) and name in subgraphs:
            before = _inside(known, old_names.get(name, name))
            subgraphs[name] = layout_after_renames(node.graph, subgraphs[name], before)
    if positions == layout.positions and subgraphs == layout.subgraphs:
        return layout
    return replace(layout, positions=positions, subgraphs=subgraphs)


def _inside(shown: Document, name: str) -> Document | None:
    node = shown.graph.nodes.get(name)
    if node is None or not isinstance(node.graph, GraphSpec):
        return None
    return Document(node.graph, shown.layout.subgraphs.get(name, Layout()))


def _places_taken(graph: GraphSpec, positions: Mapping[str, Position]) -> dict[str, str]:
    """New name to the vanished one whose place it takes: the one that is nearest to the new one's neighbours."""
    vanished = [name for name in positions if name not in graph.nodes and name not in (START, END)]
    new = [name for name in graph.nodes if name not in positions]
    if not vanished or len(vanished) * len(new) > MOST_PAIRS:
        return {}
    around = _neighbours(graph)
    distances = sorted(
        (_square(middle, positions[old]), name, old)
        for name in new
        if (middle := _middle([positions[each] for each in around[name] if each in positions])) is not None
        for old in vanished
    )
    taken: dict[str, str] = {}
    free = set(vanished)
    for _distance, name, old in distances:
        if name not in taken and old in free:
            taken[name] = old
            free.remove(old)
    return taken


def _neighbours(graph: GraphSpec) -> Mapping[str, set[str]]:
    around: dict[str, set[str]] = defaultdict(set)
    for edge in drawn_edges(graph):
        around[edge.outlet.node].add(edge.target)
        around[edge.target].add(edge.outlet.node)
    return around


def _middle(places: Sequence[Position]) -> Position | None:
    if not places:
        return None
    return sum(x for x, _ in places) // len(places), sum(y for _, y in places) // len(places)


def _square(one: Position, other: Position) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
