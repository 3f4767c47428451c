"""A camera over the scene of a graph: shows its nodes, knows where they are in the window, paints them from afar.

Knows no history and edits nothing: ``GraphView`` adds that.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from editor.canvas.card_text import NEAR_FROM
from editor.canvas.drawing import Drawing
from editor.canvas.graph_scene import GraphScene
from editor.canvas.node_shape import TEXT_FROM
from editor.canvas.overview_painter import OVERVIEW_BELOW
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Rect
from editor.canvas.zoomable_view import ZoomableView
from editor.debugger.breakpoints import BreakpointLook
from editor.theme.theme import current_tokens
from engine.graph.spec import BranchOutlet, EdgeId, Outlet

COVERED_PX = 70
"""So far down the find bar may cover the right end of the view."""


class SceneView(ZoomableView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = GraphScene(self)
        self.setScene(self._scene)
        self._scene.changed_from_afar.connect(self._repaint_from_afar)

    @property
    def graph_scene(self) -> GraphScene:
        return self._scene

    @property
    def drawing(self) -> Drawing:
        """What stands where."""
        return self._scene.drawing

    def show_breakpoints(self, names: frozenset[str]) -> None:
        self._scene.show_breakpoints(frozenset(names))

    def show_breakpoint_looks(self, looks: Mapping[str, tuple[BreakpointLook, str]]) -> None:
        """As ``editor.debugger.breakpoints.breakpoint_looks`` makes them: each state of a breakpoint has its shape."""
        self._scene.show_breakpoint_looks(looks)

    def show_branch_stops(self, looks: Mapping[BranchOutlet, BreakpointLook]) -> None:
        """The branches that hold the run when they are taken."""
        self._scene.show_branch_stops(looks)

    def content_rect(self) -> QRectF:
        return self._scene.content_rect()

    def fit_selection(self) -> None:
        rect = QRectF()
        for name in self._scene.selected_nodes:
            rect = rect.united(QRectF(*self.drawing.bounds(name)))
        for key in self._scene.selected_remarks:
            rect = rect.united(QRectF(*rect_of(self.drawing.remarks[key])))
        self.fit(rect if not rect.isEmpty() else self._scene.content_rect())

    def selected_nodes(self) -> frozenset[str]:
        return self._scene.selected_nodes

    def selected_edges(self) -> frozenset[EdgeId]:
        return self._scene.selected_edges

    def selected_remarks(self) -> frozenset[str]:
        """The keys of the selected frames and notes."""
        return self._scene.selected_remarks

    def center_on(self, name: str) -> None:
        """Bring a node to the middle of the view."""
        self.centerOn(QPointF(*self.drawing.card_rect(name).middle))
        self.view_changed.emit()

    def node_rect(self, name: str) -> QRectF:
        """The card, in the scene."""
        return QRectF(*self.drawing.card_rect(name))

    def port_position(self, outlet_or_node: Outlet | str) -> QPointF:
        """Where edges of an outlet begin, or, for a node's name, where edges arrive. In the scene."""
        if isinstance(outlet_or_node, str):
            return QPointF(*self.drawing.inlet(outlet_or_node))
        return QPointF(*self.drawing.port(outlet_or_node))

    def reveal(self, name: str, *, right_px: int = 0) -> None:
        """See that a card is in view and near enough to be read. ``right_px``: how much at the right is covered."""
        place = self.mapFromScene(self.node_rect(name)).boundingRect()
        free = self.viewport().rect().adjusted(24, 24, -24, -24)
        if self.zoom < TEXT_FROM:
            self.zoom_at(place.center(), NEAR_FROM)
            self.center_on(name)
        elif not free.contains(place) or (place.right() > free.right() - right_px and place.top() < COVERED_PX):
            self.center_on(name)

    def sees_something(self) -> bool:
        """Whether any card is in view."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        return bool(self.drawing.nodes_meeting(Rect(seen.x(), seen.y(), seen.width(), seen.height())))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom >= OVERVIEW_BELOW:
            seen = self.mapToScene(self.viewport().rect()).boundingRect()
            self._scene.make_within(Rect(seen.x(), seen.y(), seen.width(), seen.height()))
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        dirty = event.region().boundingRect()
        painter.setClipRect(dirty)
        painter.fillRect(dirty, QColor(current_tokens().canvas))
        painter.setTransform(self.viewportTransform())
        if not self._scene.overview.paint(painter, self._scene, self.zoom):
            self.viewport().update()
        self._scene.overlay.paint(painter, None)
        painter.end()

    def _repaint_from_afar(self) -> None:
        if self.zoom < OVERVIEW_BELOW:
            self.viewport().update()
