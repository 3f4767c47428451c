"""Paints router tabs with their labelled outlets, and ports. Reads shape and dress; decides nothing about the graph."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from editor.canvas.card_background import RADIUS
from editor.canvas.card_text import TextSizes, draw_text, elided, label_font, mono_label_font, text_metrics
from editor.canvas.kept_picture import KEPT_UP_TO, paint_picture, picture_of, picture_scale
from editor.canvas.node_dress import NodeDress
from editor.canvas.node_shape import PORT_RADIUS, TAB_HEADER, TAB_ROW, OutletRow, RouterTab
from editor.canvas.shapes import Point, Rect
from editor.theme.tokens import Tokens

FAR_BADGE_PX = 24
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_tab(
    painter: QPainter, tokens: Tokens, tab: RouterTab, dress: NodeDress, sizes: TextSizes | None, scale: float
) -> None:
    """Without sizes only the outline and, large, the badge. ``scale`` is the zoom."""
    _paint_ground(painter, tokens, tab.rect, scale)
    if sizes is None:
        _paint_large_badge(painter, tokens, tab)
        return
    _paint_badge(painter, tokens, tab, sizes)
    if not tab.rows:
        _paint_open_end(painter, tokens, tab, sizes)
    for row in tab.rows:
        _paint_row(painter, tokens, row, dress, sizes)


def _paint_ground(painter: QPainter, tokens: Tokens, tab: Rect, scale: float) -> None:
    """The card lies over its left end."""
    left, width = tab.left - RADIUS, tab.width + RADIUS
    device_scale = picture_scale(painter, scale)
    if device_scale is None:
        _draw_ground(painter, tokens, Rect(left, tab.top, width, tab.height))
        return
    make = _kept_ground if device_scale <= KEPT_UP_TO else _ground
    outer = _outer(width, tab.height).moved(left, tab.top)
    paint_picture(painter, outer, make(tokens, width, tab.height, device_scale))


def _ground(tokens: Tokens, width: float, height: float, scale: float) -> QImage:
    body = Rect(0, 0, width, height)
    return picture_of(_outer(width, height), scale, lambda painter: _draw_ground(painter, tokens, body))


_kept_ground = lru_cache(maxsize=128)(_ground)


def _outer(width: float, height: float) -> Rect:
    """Whole px, so that at 100 % nothing is stretched."""
    return Rect(0, 0, ceil(width), ceil(height)).grown(1)


def _draw_ground(painter: QPainter, tokens: Tokens, body: Rect) -> None:
    border = QColor(tokens.router)
    border.setAlphaF(0.45)
    painter.setPen(QPen(border, 1))
    painter.setBrush(QColor(tokens.router_quiet))
    painter.drawRoundedRect(QRectF(*body).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _paint_large_badge(painter: QPainter, tokens: Tokens, tab: RouterTab) -> None:
    """From afar the kind of the router can still be read."""
    painter.setFont(mono_label_font(FAR_BADGE_PX))
    painter.setPen(QColor(tokens.router))
    painter.drawText(QRectF(*tab.rect), Qt.AlignmentFlag.AlignCenter, tab.badge)


def _paint_badge(painter: QPainter, tokens: Tokens, tab: RouterTab, sizes: TextSizes) -> None:
    painter.setFont(mono_label_font(sizes.quiet))
    painter.setPen(QColor(tokens.router))
    left, baseline = tab.rect.left + 10, tab.rect.top + 17
    painter.drawText(QPointF(left, baseline), tab.badge)
    left += text_metrics(sizes.quiet, "mono").horizontalAdvance(tab.badge) + 6
    painter.setFont(label_font(sizes.quiet, "medium"))
    draw_text(painter, tab.title, left, baseline, tab.rect.right - left - 8, sizes.quiet, "medium")


def _paint_row(painter: QPainter, tokens: Tokens, row: OutletRow, dress: NodeDress, sizes: TextSizes) -> None:
    is_taken, is_skipped = row.outlet in dress.taken, row.outlet in dress.skipped
    is_active = row.outlet == dress.active_outlet
    weight = "bold" if is_taken else "medium"
    painter.setFont(label_font(sizes.label, weight))
    painter.setPen(QColor(tokens.text if is_taken or is_active else tokens.text_quiet))
    room = row.rect.width - 22
    text = elided(row.text, int(room), sizes.label, weight)
    if is_skipped:
        painter.save()
        painter.setOpacity(painter.opacity() * 0.55)
    painter.drawText(QRectF(*row.rect).adjusted(8, 0, -12, 0), _RIGHT, text)
    if is_skipped:
        painter.restore()
    colour = "edge_taken" if is_taken else "router" if is_active else "edge"
    paint_port(painter, tokens, row.port, colour, is_filled=is_taken or is_active, is_active=is_active)
    if not row.is_connected:
        _paint_stub(painter, tokens, row.port)


def _paint_open_end(painter: QPainter, tokens: Tokens, tab: RouterTab, sizes: TextSizes) -> None:
    """A router without branches may lead anywhere: a stub says so, and the node's mark what can be done."""
    line = QRectF(tab.rect.left, tab.rect.top + TAB_HEADER, tab.rect.width, TAB_ROW)
    painter.setFont(label_font(sizes.label, "medium"))
    painter.setPen(QColor(tokens.next))
    painter.drawText(
        line.adjusted(8, 0, -12, 0), _RIGHT, elided("any node", int(line.width() - 22), sizes.label, "medium")
    )
    _paint_stub(painter, tokens, Point(line.right() - PORT_RADIUS, line.center().y()))


def _paint_stub(painter: QPainter, tokens: Tokens, port: Point) -> None:
    """A branch that leads nowhere yet."""
    pen = QPen(QColor(tokens.next), 1.5)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(port.x + PORT_RADIUS + 2, port.y), QPointF(port.x + 16, port.y))
    painter.drawLine(QPointF(port.x + 19, port.y - 5), QPointF(port.x + 19, port.y + 5))


def paint_port(
    painter: QPainter, tokens: Tokens, port: Point, colour: str, *, is_filled: bool, is_active: bool
) -> None:
    radius = PORT_RADIUS + (1.5 if is_active else 0)
    ink = QColor(tokens.accent if is_active else getattr(tokens, colour))
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(ink if is_filled else QColor(tokens.card))
    painter.drawEllipse(QPointF(port.x, port.y), radius, radius)
