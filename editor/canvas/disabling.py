"""Disabling on the canvas: a key and a line in the menu let runs pass the selected nodes by, or run them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.canvas.hit import Hit
from editor.canvas.view_stage import ViewStage
from editor.document.disabling import are_disabled, switch_disabled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from editor.canvas.graph_view import GraphView


class Disabling:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        view.menu_parts.append(self._add_to_menu)

    def switch(self) -> None:
        """Of all selected nodes; those that are enabled first."""
        names = self._view.selected_nodes()
        if not self._stage.do_keeping_places("", lambda document: switch_disabled(document, names)):
            return
        chosen = [name for name in names if name in self._stage.document.graph.nodes]
        what, verb = ("It is", "runs") if len(chosen) == 1 else ("They are", "run")
        if are_disabled(self._stage.document, chosen):
            self._stage.tell(f"{what} disabled: a run passes by, and goes on with what follows.")
        else:
            self._stage.tell(f"{what} enabled and {verb} again.")

    def _add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        if hit.node is None or hit.node not in self._stage.document.graph.nodes:
            return
        on = are_disabled(self._stage.document, self._view.selected_nodes())
        menu.addAction(f"{'Enable' if on else 'Disable'}\tD", self.switch)
