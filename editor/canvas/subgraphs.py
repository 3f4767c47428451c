"""What the canvas does with subgraphs: a selection becomes one, one is dissolved. Each is one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.canvas.hit import Hit
from editor.canvas.view_stage import ViewStage
from editor.document.command import Command
from editor.document.dissolve_subgraph import dissolve, dissolved_names
from editor.document.document import Document
from editor.document.subgraph_commands import make_subgraph, name_for_subgraph
from engine.graph.spec import GraphSpec

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from editor.canvas.graph_view import GraphView


class Subgraphs:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        self.depth = 0
        """How many graphs are around the one that is shown."""
        view.menu_parts.append(self._add_to_menu)

    def make(self) -> None:
        """The selected nodes become one; its name is asked at once."""
        names = sorted(name for name in self._view.selected_nodes() if self._stage.document.has_node(name))
        name = name_for_subgraph(self._stage.document)
        label = f"Make {len(names)} nodes a subgraph" if len(names) > 1 else "Make a subgraph"
        beside = _beside(self._stage.document, names)
        if not self._stage.do_keeping_places(
            label, lambda document: make_subgraph(document, names, name, depth=self.depth)
        ):
            return
        self._stage.select([name])
        if beside:
            self._stage.tell(f"What runs beside it now waits for all of the subgraph: {beside}.")
        self._view.naming.rename_node(name)

    def dissolve(self) -> None:
        """The nodes of the selected subgraph stand in its place, and are selected."""
        chosen = self.chosen()
        if chosen is None:
            self._stage.tell("Select one subgraph to dissolve it.")
            return
        inside: list[str] = []

        def step(document: Document) -> Command:
            inside.extend(dissolved_names(document, chosen))
            return dissolve(document, chosen)

        if self._stage.do_keeping_places(f"Dissolve '{chosen}'", step):
            self._stage.select(inside)

    def chosen(self) -> str | None:
        """The selected subgraph that stands in this file, if it is all that is selected."""
        selected = self._view.selected_nodes()
        if len(selected) != 1:
            return None
        (name,) = selected
        node = self._stage.document.graph.nodes.get(name)
        return name if node is not None and isinstance(node.graph, GraphSpec) else None

    def _add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        if hit.edge is not None or hit.node is None or not self._stage.document.has_node(hit.node):
            return
        menu.addSeparator()
        if self._stage.document.graph.nodes[hit.node].graph is not None:
            node = hit.node
            menu.addAction("Open subgraph\tEnter", lambda: self._view.node_activated.emit(node))
        menu.addAction("Make a subgraph\tCtrl+Shift+G", self.make)
        if self.chosen() is not None:
            menu.addAction("Dissolve subgraph\tCtrl+Alt+U", self.dissolve)


def _beside(document: Document, names: list[str]) -> str:
    """Nodes that one edge's source starts together with the selection."""
    chosen, graph = set(names), document.graph
    starting = {edge.source for edge in graph.edges if edge.target in chosen and not edge.is_join} - chosen
    others = {
        edge.target
        for edge in graph.edges
        if not edge.is_join and edge.source in starting and edge.target in graph.nodes and edge.target not in chosen
    }
    return " and ".join(f"'{name}'" for name in sorted(others)[:3])
