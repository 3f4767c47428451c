"""What the user is building: a graph, where its cards stand, and the modules being edited. Frozen; edits make new ones.

Changed only through ``UndoHistory``; read by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from editor.document.layout import Layout, Position
from editor.document.module_text import ModuleText
from engine.graph.spec import END, START, GraphSpec, sorted_edges


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Document:
    """The graph's edges are kept in canonical order (see ``normal_document``); all else is as the file has it."""

    graph: GraphSpec = field(default_factory=GraphSpec)
    layout: Layout = field(default_factory=Layout)
    modules: Mapping[str, ModuleText] = field(default_factory=dict)
    """The modules that were edited, by their path relative to the graph's folder. All others are as on disk."""

    def has_node(self, name: str) -> bool:
        """True for the graph's nodes; False for START and END, which every graph has."""
        return name in self.graph.nodes

    def has_place(self, name: str) -> bool:
        """True for everything that can stand on the canvas: the nodes, START and END."""
        return name in self.graph.nodes or name in (START, END)

    def position_of(self, name: str) -> Position | None:
        return self.layout.positions.get(name)

    def unplaced(self) -> tuple[str, ...]:
        """Names that have no position yet and wait for the auto layout."""
        return tuple(name for name in (START, *self.graph.nodes, END) if name not in self.layout.positions)


def normal_document(document: Document) -> Document:
    """The same document with edges in canonical order, and no positions of things that are not in the graph."""
    graph, layout = document.graph, document.layout
    edges = sorted_edges(graph.edges)
    if edges != graph.edges:
        graph = replace(graph, edges=edges)
    return Document(graph, _known_layout(graph, layout), document.modules)


def level_document(document: Document, path: tuple[str, ...]) -> Document | None:
    """The subgraph at the end of the path of nodes, with its layout, as a document; None if there is none."""
    graph, layout = document.graph, document.layout
    for name in path:
        node = graph.nodes.get(name)
        if node is None or not isinstance(node.graph, GraphSpec):
            return None
        graph, layout = node.graph, layout.subgraphs.get(name, Layout())
    return Document(graph, layout, document.modules)


def _known_layout(graph: GraphSpec, layout: Layout) -> Layout:
    """Without what is not in the graph; the same object if all is."""
    positions = {n: place for n, place in layout.positions.items() if n in graph.nodes or n in (START, END)}
    subgraphs = {
        name: known
        for name, inner in layout.subgraphs.items()
        if (node := graph.nodes.get(name)) is not None
        and isinstance(node.graph, GraphSpec)
        and (known := _known_layout(node.graph, inner)) != Layout()
    }
    if len(positions) != len(layout.positions) or subgraphs != layout.subgraphs:
        return replace(layout, positions=positions, subgraphs=subgraphs)
    return layout
