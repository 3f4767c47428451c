"""Takes what is dragged from the palette: shows where it will stand, and puts it there or into the edge below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from editor.canvas.free_ground import free_ground
from editor.canvas.hit import HitKind, hit_at
from editor.canvas.node_offers import Offer, OfferKind
from editor.canvas.node_shape import CARD_HEIGHT, CARD_WIDTH
from editor.canvas.shapes import Point, Rect
from editor.canvas.view_stage import ViewStage
from engine.graph.spec import EdgeId

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

Put = Callable[[QPointF], object]
"""Puts a thing that is no node, its left upper corner at this point of the scene."""

FITS_AN_EDGE = frozenset({OfferKind.NEW, OfferKind.FUNCTION, OfferKind.SUBGRAPH, OfferKind.GRAPH})


class DropTarget(QObject):
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        super().__init__(view)
        self._view = view
        self._stage = stage
        self.kind = ""
        """The MIME type of what is taken; its data is a key."""
        self.dragged: Callable[[str], Offer | Put | None] = lambda _key: None
        """What the key stands for; the window knows."""
        self._is_aiming = False
        view.viewport().setAcceptDrops(True)
        view.viewport().installEventFilter(self)

    def put_in_view(self, thing: Offer | Put) -> None:
        """In the middle of what is seen, or below it where that is taken."""
        middle = self._view.mapToScene(self._view.viewport().rect().center())
        corner = Point(middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
        self._put(thing, free_ground(self._stage.drawing, corner), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.DragEnter | QEvent.Type.DragMove:
                assert isinstance(event, QDragMoveEvent)
                return self._aim(event)
            case QEvent.Type.DragLeave:
                is_ours, self._is_aiming = self._is_aiming, False
                self._show(None, None)
                return is_ours
            case QEvent.Type.Drop:
                assert isinstance(event, QDropEvent)
                return self._drop(event)
        return False

    def _aim(self, event: QDragMoveEvent) -> bool:
        if not self._is_ours(event):
            return False
        self._is_aiming = True
        thing = self._thing(event)
        if thing is not None and self._stage.may_edit():
            corner = self._corner(event)
            self._show(Rect(corner.x, corner.y, CARD_WIDTH, CARD_HEIGHT), self._edge_below(event, thing))
            event.acceptProposedAction()
        else:
            event.ignore()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        if not self._is_ours(event):
            return False
        thing = self._thing(event)
        self._show(None, None)
        if thing is None:
            event.ignore()
            return True
        corner, edge = self._corner(event), self._edge_below(event, thing)
        self._put(thing, corner, edge)
        event.acceptProposedAction()
        return True

    def _put(self, thing: Offer | Put, corner: Point, edge: EdgeId | None) -> None:
        """The keyboard goes along: it types the name that is asked for."""
        self._view.setFocus()
        if isinstance(thing, Offer):
            self._view.search.put(thing, corner, edge)
        elif self._stage.may_edit():
            thing(QPointF(*corner))

    def _is_ours(self, event: QDropEvent) -> bool:
        return bool(self.kind) and event.mimeData().hasFormat(self.kind)

    def _thing(self, event: QDropEvent) -> Offer | Put | None:
        return self.dragged(bytes(event.mimeData().data(self.kind).data()).decode())

    def _point(self, event: QDropEvent) -> Point:
        at = self._view.mapToScene(event.position().toPoint())
        return Point(at.x(), at.y())

    def _corner(self, event: QDropEvent) -> Point:
        """Of the new card, with the pointer in its middle."""
        return self._point(event).moved(-CARD_WIDTH / 2, -CARD_HEIGHT / 2)

    def _edge_below(self, event: QDropEvent, thing: Offer | Put) -> EdgeId | None:
        if not isinstance(thing, Offer) or thing.kind not in FITS_AN_EDGE:
            return None
        hit = hit_at(self._stage.drawing, self._point(event), self._stage.zoom)
        return hit.edge if hit.kind in (HitKind.EDGE, HitKind.EDGE_END) else None

    def _show(self, place: Rect | None, edge: EdgeId | None) -> None:
        self._stage.show_band(place)
        self._stage.open_edge(edge)
