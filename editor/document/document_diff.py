"""The changes that make one document of another: for edits that are easier said as a result than as steps. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from editor.document.changes import (
    Change,
    EdgeAdded,
    EdgeRemoved,
    NodeAdded,
    NodeChanged,
    NodePlaced,
    NodeRemoved,
    RemarkChanged,
    RoutersChanged,
    SubgraphPlaced,
)
from editor.document.document import Document


def changes_between(old: Document, new: Document) -> tuple[Change, ...]:
    """Of nodes, edges, routers, places and remarks. The graph's own fields and the modules have to be the same."""
    return (*_taken_away(old, new), *_nodes(old, new), *_put_there(old, new))


def _taken_away(old: Document, new: Document) -> Iterator[Change]:
    kept = set(map(repr, new.graph.edges))
    yield from (EdgeRemoved(edge) for edge in old.graph.edges if repr(edge) not in kept)
    for name, place in old.layout.positions.items():
        if name not in new.layout.positions:
            yield NodePlaced(name, place, None)
    for name, layout in old.layout.subgraphs.items():
        if name not in new.layout.subgraphs:
            yield SubgraphPlaced(name, layout, None)


def _nodes(old: Document, new: Document) -> Iterator[Change]:
    for name, node in old.graph.nodes.items():
        if name not in new.graph.nodes:
            yield NodeRemoved(name, node)
        elif new.graph.nodes[name] != node:
            yield NodeChanged(name, node, new.graph.nodes[name])
    yield from (NodeAdded(name, node) for name, node in new.graph.nodes.items() if name not in old.graph.nodes)


def _put_there(old: Document, new: Document) -> Iterator[Change]:
    for name in dict.fromkeys([*old.graph.routers, *new.graph.routers]):
        before, after = old.graph.routers.get(name, ()), new.graph.routers.get(name, ())
        if before != after:
            yield RoutersChanged(name, before, after)
    for name, place in new.layout.positions.items():
        if (was := old.layout.positions.get(name)) != place:
            yield NodePlaced(name, was, place)
    for name, layout in new.layout.subgraphs.items():
        if (before_layout := old.layout.subgraphs.get(name)) != layout:
            yield SubgraphPlaced(name, before_layout, layout)
    remarks_before, remarks = old.layout.remarks, new.layout.remarks
    for key in dict.fromkeys([*remarks_before, *remarks]):
        if remarks_before.get(key) != remarks.get(key):
            yield RemarkChanged(key, remarks_before.get(key), remarks.get(key))
    there = set(map(repr, old.graph.edges))
    yield from (EdgeAdded(edge) for edge in new.graph.edges if repr(edge) not in there)
