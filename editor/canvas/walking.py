"""Going about on the canvas by keys: to the nearest node, note or frame, with more and more of them selected, and along
the edges of a node one by one. What is nearest is decided in ``walk``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.canvas.view_stage import ViewStage
from editor.canvas.walk import REMARK, lines_of, next_stop, stops_of
from engine.graph.spec import EdgeId, shown_text

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


class Walking:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        self._at: str | None = None
        """The stop that was walked to last; where the next step begins as long as it is selected."""
        self._home: str | None = None
        """The node whose edges are gone through."""

    def walk(self, direction: str) -> None:
        """Select the nearest stop in this direction and see that it is in view. From an edge: its ends, or the next."""
        edge = self._selected_line()
        if edge is not None:
            if direction in ("up", "down"):
                self.step_line(1 if direction == "down" else -1)
            else:
                self._go_to_end(edge.outlet.node if direction == "left" else edge.target)
            return
        stop = next_stop(stops_of(self._stage.drawing), self._stop(), direction)
        if stop is not None:
            self._go_to(stop)

    def extend(self, direction: str) -> None:
        """Walk, and keep selected what was."""
        stop = next_stop(stops_of(self._stage.drawing), self._stop(), direction)
        if stop is not None:
            self._go_to(stop, keep=True)

    def step_line(self, step: int) -> None:
        """Select the next edge of the selected node, or the one before: first those that leave it."""
        edge, nodes = self._selected_line(), sorted(self._view.selected_nodes())
        if edge is None:
            self._home = nodes[0] if len(nodes) == 1 else None
        elif self._home not in (edge.outlet.node, edge.target):
            self._home = edge.outlet.node
        lines = lines_of(self._stage.drawing, self._home) if self._home is not None else ()
        if not lines:
            self._stage.tell("Select one node with edges to go through them.")
            return
        place = (lines.index(edge) + step) % len(lines) if edge is not None else 0 if step > 0 else -1
        self._view.select((), [lines[place]])
        self._stage.show(self._stage.drawing.routes[lines[place]].bounds)

    def _selected_line(self) -> EdgeId | None:
        edges = self._view.selected_edges()
        alone = len(edges) == 1 and not (self._view.selected_nodes() or self._view.selected_remarks())
        return next(iter(edges)) if alone else None

    def _stop(self) -> str | None:
        chosen = [
            *sorted(self._view.selected_nodes()),
            *(REMARK + key for key in sorted(self._view.selected_remarks())),
        ]
        return self._at if self._at in chosen else chosen[0] if chosen else None

    def _go_to_end(self, name: str) -> None:
        """Of an edge, which may lead to a node that is not there."""
        if name in self._stage.drawing.shapes:
            self._go_to(name)
        else:
            self._stage.tell(f"There is no node {shown_text(name)}.")

    def _go_to(self, stop: str, *, keep: bool = False) -> None:
        nodes = {*self._view.selected_nodes()} if keep else set()
        remarks = {*self._view.selected_remarks()} if keep else set()
        if stop.startswith(REMARK):
            remarks.add(stop.removeprefix(REMARK))
            place = stops_of(self._stage.drawing)[stop]
        else:
            nodes.add(stop)
            place = self._stage.drawing.bounds(stop)
        self._at = stop
        self._view.select(nodes, (), remarks)
        self._stage.show(place)
