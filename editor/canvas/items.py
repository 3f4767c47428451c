"""The scene's items: they hold a prepared shape, look and dress, and paint by the painters. No logic here.

All are top-level, so that the scene's index finds them (it holds no children), and deaf to the mouse: gestures ask
``hit``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.card_background import SHADOW
from editor.canvas.card_painter import paint_node
from editor.canvas.card_text import NEAR_SIZES, label_font
from editor.canvas.geometry import Route
from editor.canvas.line_look import DASHES, LineLook
from editor.canvas.line_painter import LineShape, line_shape, paint_edge, path_of
from editor.canvas.node_dress import PLAIN_DRESS, NodeDress
from editor.canvas.node_look import CardLook
from editor.canvas.node_shape import TEXT_FROM, NodeShape
from editor.canvas.shapes import Point, Rect, rect_around
from editor.theme.theme import current_tokens

Z_BAND, Z_EDGE, Z_ACTIVE_EDGE, Z_NODE, Z_CHOSEN_NODE, Z_OVERLAY = -10.0, 0.0, 1.0, 10.0, 11.0, 50.0


class NodeItem(QGraphicsItem):
    def __init__(self, shape: NodeShape, look: CardLook) -> None:
        super().__init__()
        self.node_shape = shape
        self.look = look
        self.dress: NodeDress = PLAIN_DRESS
        self.phase = 0.0
        self._bounds = _around(shape.bounds)
        self.setZValue(Z_NODE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_shape(self, shape: NodeShape) -> None:
        self.prepareGeometryChange()
        self.node_shape = shape
        self._bounds = _around(shape.bounds)
        self.update()

    def set_look(self, look: CardLook) -> None:
        if look != self.look:
            self.look = look
            self.update()

    def set_dress(self, dress: NodeDress) -> None:
        if dress != self.dress:
            if dress.selected != self.dress.selected:  # what is dragged is not hidden by what it is dragged over
                self.setZValue(Z_CHOSEN_NODE if dress.selected else Z_NODE)
            self.dress = dress
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_node(painter, self.node_shape, self.look, self.dress, painter.worldTransform().m11(), self.phase)


class EdgeItem(QGraphicsItem):
    def __init__(self, route: Route, look: LineLook) -> None:
        super().__init__()
        self.route = route
        self.look = look
        self.is_selected = False
        self.is_hovered = False
        self.is_open = False
        """A node will be put into it: it is dashed for that long."""
        self.phase = 0.0
        self._shape: LineShape | None = None
        self._bounds = QRectF(*route.bounds)
        if look.width_px > 2:
            self.setZValue(Z_ACTIVE_EDGE)  # Z_EDGE is what Qt begins with
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_route(self, route: Route) -> None:
        if route != self.route:
            self.prepareGeometryChange()
            self.route = route
            self._shape = None
            self._bounds = QRectF(*route.bounds)
            self.update()

    def set_look(self, look: LineLook, *, is_selected: bool) -> None:
        if (look, is_selected) != (self.look, self.is_selected):
            self.look, self.is_selected = look, is_selected
            self.setZValue(Z_ACTIVE_EDGE if is_selected or look.width_px > 2 else Z_EDGE)
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        if hovered != self.is_hovered:
            self.is_hovered = hovered
            self.update()

    def set_open(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self.is_open = is_open
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._shape is None:
            self._shape = line_shape(self.route)
        scale = painter.worldTransform().m11()
        halo = "selected" if self.is_selected else "hovered" if self.is_hovered else ""
        look = replace(self.look, dashes=DASHES) if self.is_open else self.look
        paint_edge(painter, self._shape, look, scale, self.phase, halo=halo)


class BandItem(QGraphicsItem):
    """The faint ground under the nodes of one step, with the step's number on it."""

    def __init__(self) -> None:
        super().__init__()
        self._rects: tuple[Rect, ...] = ()
        self._words = ""
        self._bounds = QRectF()
        self.setZValue(Z_BAND)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def words(self) -> str:
        """ "step 3", on each of the grounds; "" if there are none."""
        return self._words

    def set_rects(self, rects: tuple[Rect, ...], step: int) -> None:
        words = f"step {step}" if rects else ""
        if (rects, words) != (self._rects, self._words):
            self.prepareGeometryChange()
            self._rects, self._words = rects, words
            self._bounds = QRectF()
            for rect in rects:
                self._bounds = self._bounds.united(QRectF(*rect))
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_tokens().band))
        for rect in self._rects:
            painter.drawRoundedRect(QRectF(*rect), 14, 14)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= TEXT_FROM:
            painter.setFont(label_font(NEAR_SIZES.quiet, "medium"))
            painter.setPen(QColor(current_tokens().text_quiet))
            for rect in self._rects:
                painter.drawText(QPointF(rect.left + 14, rect.top + 14.5), self._words)


class OverlayItem(QGraphicsItem):
    """What a gesture shows while it lasts: the rubber band, the draft of an edge, a cut, a reason in words."""

    def __init__(self) -> None:
        super().__init__()
        self.band: Rect | None = None
        self.lasso: tuple[Point, ...] = ()
        self.drop_line: Rect | None = None
        self.draft: Route | None = None
        self.draft_is_allowed = True
        self.cut: tuple[Point, Point] | None = None
        self.words = ""
        self.words_at = Point(0, 0)
        self.setZValue(Z_OVERLAY)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show(self) -> None:
        """Call after changing any of the fields."""
        self.prepareGeometryChange()
        self.update()

    def clear(self) -> None:
        self.drop_line = None
        self.band, self.lasso, self.draft, self.cut, self.words = None, (), None, None, ""
        self.show()

    def boundingRect(self) -> QRectF:
        rects = [QRectF(*self.band).adjusted(-2, -2, 2, 2)] if self.band else []
        if self.drop_line:
            rects.append(QRectF(*self.drop_line).adjusted(-2, -2, 2, 2))
        if self.lasso:
            rects.append(QRectF(*rect_around([Rect(x, y, 0, 0) for x, y in self.lasso]).grown(3)))
        if self.draft:
            rects.append(QRectF(*self.draft.bounds))
        if self.cut:
            rects.append(QRectF(QPointF(*self.cut[0]), QPointF(*self.cut[1])).normalized().adjusted(-3, -3, 3, 3))
        if self.words:
            rects.append(QRectF(self.words_at.x - 2000, self.words_at.y - 400, 4000, 800))
        bounds = QRectF()
        for rect in rects:
            bounds = bounds.united(rect)
        return bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None) -> None:
        tokens = current_tokens()
        accent = QColor(tokens.accent)
        if self.band:
            fill = QColor(accent)
            fill.setAlphaF(0.08)
            painter.setPen(QPen(accent, 0))
            painter.setBrush(fill)
            painter.drawRect(QRectF(*self.band))
        if self.drop_line:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawRoundedRect(QRectF(*self.drop_line), 1.5, 1.5)
        if self.lasso:
            fill = QColor(accent)
            fill.setAlphaF(0.08)
            pen = QPen(accent, 0)
            pen.setDashPattern([6.0, 4.0])
            painter.setPen(pen)
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in self.lasso]))
        if self.draft:
            colour = accent if self.draft_is_allowed else QColor(tokens.failed)
            pen = QPen(colour, 2)
            if not self.draft_is_allowed:
                pen.setDashPattern([3.0, 2.0])
            painter.strokePath(path_of(self.draft), pen)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(*self.draft.tip), 4, 4)
        if self.cut:
            pen = QPen(QColor(tokens.failed), 2)
            pen.setDashPattern([4.0, 3.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(*self.cut[0]), QPointF(*self.cut[1]))
        if self.words:
            self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        """The bubble keeps its size on the screen at any zoom, and stays within the view."""
        tokens = current_tokens()
        painter.save()
        painter.translate(QPointF(*self.words_at))
        scale = painter.worldTransform().m11()
        painter.scale(1 / scale, 1 / scale)
        painter.setFont(label_font(12, "medium"))
        width = painter.fontMetrics().horizontalAdvance(self.words) + 20.0
        bubble = _within(painter, QRectF(16, 16, width, 28))
        painter.setPen(QPen(QColor(tokens.failed), 1))
        painter.setBrush(QColor(tokens.failed_quiet))
        painter.drawRoundedRect(bubble, 6, 6)
        painter.setPen(QColor(tokens.failed))
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, self.words)
        painter.restore()


def _within(painter: QPainter, bubble: QRectF) -> QRectF:
    """Moved so that it does not reach beyond the right or the lower edge of what is painted on."""
    seen = QRectF(painter.viewport()).translated(-painter.worldTransform().map(QPointF(0, 0))).adjusted(8, 8, -8, -8)
    if bubble.right() > seen.right():
        bubble.moveRight(max(seen.right(), seen.left() + bubble.width()))
    if bubble.bottom() > seen.bottom():
        bubble.moveBottom(-16)
    return bubble


@lru_cache(maxsize=1024)
def _around(bounds: Rect) -> QRectF:
    """With room for the shadow and the ghosts of a stack. Shared by items of one shape, so never changed."""
    return QRectF(*bounds.grown(SHADOW + 2)).adjusted(0, 0, 12, 4)
