"""A join on the canvas: a key and a line in the menu make a node wait for all that lead to it, or for none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.canvas.hit import Hit
from editor.canvas.view_stage import ViewStage
from editor.document.join_commands import arrivals, switch_join, why_not_switch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from editor.canvas.graph_view import GraphView


class Joining:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        view.menu_parts.append(self._add_to_menu)

    def switch(self) -> None:
        """The selected node, or the one that the selected edges lead to, waits for all, or no longer does."""
        targets = {edge.target for edge in self._view.selected_edges()} or set(self._view.selected_nodes())
        if len(targets) != 1:
            self._stage.tell("Select one node to let it wait for all that lead to it.")
            return
        self._switch(targets.pop())

    def _switch(self, target: str) -> None:
        done = self._stage.do_keeping_places("", lambda document: switch_join(document, target))
        if done:
            _, plain = arrivals(self._stage.document, target)
            self._stage.tell("It runs as soon as one of them has run." if plain else "It waits for all of them now.")

    def _add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        target = hit.edge.target if hit.edge is not None else hit.node
        document = self._stage.document
        if target is None or target not in self._stage.drawing.shapes or why_not_switch(document, target) is not None:
            return
        _, plain = arrivals(document, target)
        text = "Wait for all that lead here" if plain else "Do not wait for all that lead here"
        menu.addSeparator()
        menu.addAction(f"{text}\tJ", lambda: self._switch(target))
