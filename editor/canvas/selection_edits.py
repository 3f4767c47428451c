"""What is done to the selected nodes, edges, frames and notes: each one edit. Made and called by ``graph_view``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from editor.canvas.arranging import AXES, SIDES, aligned, distributed
from editor.canvas.combined import combined
from editor.canvas.shapes import Rect
from editor.canvas.view_stage import ViewStage
from editor.document import commands
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import GRID_PX
from editor.document.remark_commands import delete_remarks
from engine.graph.spec import END, START, BranchOutlet

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


class SelectionEdits:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage

    def delete(self) -> None:
        (selected, edges), remarks = self._stage.selected, sorted(self._stage.selected_remarks)
        nodes = sorted(name for name in selected if name not in (START, END))
        if not nodes and not edges and not remarks:
            if selected:
                self._stage.tell("START and END belong to every graph and cannot be deleted.")
            return
        if not remarks:
            self._stage.do(lambda document: commands.delete(document, nodes, sorted(edges, key=str)))
        elif not nodes and not edges:
            self._stage.do(lambda document: delete_remarks(document, remarks))
        else:
            self._stage.do(
                lambda document: combined(
                    document,
                    f"Delete {len(nodes) + len(edges) + len(remarks)} things",
                    lambda before: commands.delete(before, nodes, sorted(edges, key=str)),
                    lambda before: delete_remarks(before, remarks),
                )
            )

    def delete_and_heal(self) -> None:
        """Delete the selected nodes and join up what they stood between."""
        if names := sorted(self._inner_nodes()):
            steps = [_healing(name) for name in names]
            self._stage.do(lambda document: combined(document, "Delete and reconnect", *steps))

    def rename(self) -> None:
        """Open the name of the selected node, frame or conditional edge for typing, or the text of the note."""
        (selected, edges), remarks = self._stage.selected, self._stage.selected_remarks
        if len(remarks) == 1 and not selected:
            self._view.remarks.write(next(iter(remarks)))
            return
        nodes = self._inner_nodes()
        if len(nodes) == 1:
            self._view.naming.rename_node(nodes[0])
        elif len(edges) == 1:
            (edge,) = edges
            if isinstance(edge.outlet, BranchOutlet):
                self._view.naming.rename_branch(edge.outlet)

    def connect(self) -> None:
        """Draw an edge from the selected node by keyboard: ask from which outlet, if it has several, and whereto."""
        nodes, _ = self._stage.selected
        if len(nodes) == 1:
            self._view.search.open_from(next(iter(nodes)))
        else:
            self._stage.tell("Select one node to draw an edge from it.")

    def activate(self) -> None:
        """Open what is selected, if it is one thing."""
        (nodes, edges), remarks = self._stage.selected, self._stage.selected_remarks
        if len(nodes) == 1:
            self._view.node_activated.emit(next(iter(nodes)))
        elif len(remarks) == 1 and not nodes:
            self._view.remarks.write(next(iter(remarks)))
        elif len(edges) == 1 and not nodes:
            outlet = next(iter(edges)).outlet
            if isinstance(outlet, BranchOutlet):
                self._view.router_activated.emit(outlet.node, outlet.router)

    def nudge(self, dx: int, dy: int) -> None:
        """Move what is selected by steps of the grid."""
        if self._view.remarks.nudge(dx * GRID_PX, dy * GRID_PX):
            return
        names, positions = self._stage.selected[0], self._stage.drawing.positions
        if names:
            unplaced = {name: positions[name] for name in self._stage.document.unplaced()}
            places = {name: positions[name] for name in names}
            moved = {name: (x + dx * GRID_PX, y + dy * GRID_PX) for name, (x, y) in places.items()}
            self._stage.do(lambda document: commands.move(document, {**unplaced, **moved}))

    def align(self, side: str) -> None:
        """Bring the selected cards to one line: a side of ``arranging.SIDES``."""
        self._arrange(SIDES[side], lambda cards: aligned(cards, side), at_least=2)

    def distribute(self, axis: str) -> None:
        """Equal gaps between the selected cards: an axis of ``arranging.AXES``."""
        self._arrange(AXES[axis], lambda cards: distributed(cards, axis), at_least=3)

    def _arrange(
        self, label: str, arrange: Callable[[dict[str, Rect]], Mapping[str, tuple[float, float]]], *, at_least: int
    ) -> None:
        cards = {name: self._stage.drawing.card_rect(name) for name in self._stage.selected[0]}
        if len(cards) < at_least:
            self._stage.tell(f"Select at least {at_least} nodes to do this.")
            return
        places = arrange(cards)
        self._stage.do_keeping_places(label, lambda document: commands.move(document, places))

    def _inner_nodes(self) -> list[str]:
        return [name for name in self._stage.selected[0] if name not in (START, END)]


def _healing(name: str) -> Callable[[Document], Command]:
    return lambda document: commands.delete_and_heal(document, name)
