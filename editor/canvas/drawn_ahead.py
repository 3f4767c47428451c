"""What the canvas needs of a large document, computed before it is shown: places and all geometry. No Qt.

Pure functions for a thread; the widths of texts are measured on the GUI thread in between. A thread that lays out 1,000
nodes keeps the window waiting for some milliseconds at a time, and needs no second interpreter to start.
Called by ``editor.app.draw_ahead``; the canvas takes what comes of it with ``expect``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from editor.canvas.auto_layout import in_rows, tidy_positions
from editor.canvas.drawing import Drawing
from editor.canvas.loose_ends import loose_names
from editor.canvas.node_shape import NodeShape, node_shapes
from editor.document.document import Document
from editor.document.layout import Layout, Position
from engine.graph.spec import END, START, GraphSpec

FROM = 300
"""Fewer nodes are laid out and drawn while they are shown, within 50 ms."""

FirstPlaces = tuple[tuple[GraphSpec, Mapping[str, Position]], ...]
"""By graph: the outermost one or a subgraph, as it stands in the document."""


@dataclass(frozen=True)
class DrawnAhead:
    """Of one document; nothing of a small one."""

    places: FirstPlaces = ()
    drawing: Drawing | None = None
    """Of the outermost graph. The first canvas that follows the document takes it over."""


def drawn(document: Document, places: FirstPlaces, widths: Mapping[str, float]) -> DrawnAhead:
    """``widths`` hold what ``texts_to_measure`` says of the document's own graph."""
    drawing = Drawing(widths.__getitem__)
    drawing.expect(places)
    drawing.follow(document)
    drawing.extent()  # which is kept: the scene and the minimap ask for it
    return DrawnAhead(places, drawing)


def graphs_to_lay_out(document: Document) -> tuple[GraphSpec, ...]:
    """The document's graphs with many nodes of which not one has a place."""
    return tuple(_without_places(document.graph, document.layout))


def texts_to_measure(graphs: tuple[GraphSpec, ...]) -> frozenset[str]:
    """Those on which the shapes and stubs of these graphs depend."""
    texts: set[str] = set()

    def note(text: str) -> float:
        texts.add(text)
        return 0.0

    for graph in graphs:
        node_shapes(graph, note)
        texts |= loose_names(graph)
    return frozenset(texts)


def laid_out(graphs: tuple[GraphSpec, ...], widths: Mapping[str, float]) -> FirstPlaces:
    """By the automatic layout."""
    return _placed(graphs, widths, tidy_positions)


def rows(graphs: tuple[GraphSpec, ...], widths: Mapping[str, float]) -> FirstPlaces:
    """At once, for who does not wait."""
    return _placed(graphs, widths, lambda _graph, shapes: in_rows(shapes))


def _placed(
    graphs: tuple[GraphSpec, ...],
    widths: Mapping[str, float],
    place: Callable[[GraphSpec, Mapping[str, NodeShape]], dict[str, Position]],
) -> FirstPlaces:
    return tuple((graph, place(graph, node_shapes(graph, widths.__getitem__))) for graph in graphs)


def _without_places(graph: GraphSpec, layout: Layout) -> Iterator[GraphSpec]:
    if len(graph.nodes) > FROM and layout.positions.keys() <= {START, END}:
        yield graph
    for name, node in graph.nodes.items():
        if isinstance(node.graph, GraphSpec):
            yield from _without_places(node.graph, layout.subgraphs.get(name, Layout()))
