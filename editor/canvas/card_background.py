"""The ground of a card or pill: shadow, ring, lane, strip, border; the lights around a running one.

Kept as pictures by look and zoom.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from editor.canvas.kept_picture import KEPT_UP_TO, paint_picture, picture_of, picture_scale
from editor.canvas.node_dress import NodeDress
from editor.canvas.node_look import CardLook
from editor.canvas.node_shape import LANE_WIDTH, STRIP_HEIGHT, NodeKind, NodeShape
from editor.canvas.shapes import Rect
from editor.theme.tokens import Tokens

SHADOW = 12.0
"""Room around a card for its shadow and its selection ring."""
RADIUS = 8.0
LIGHT_WIDTH = 4.0
STRIPE = 4.0
"""Width of a stripe on a disabled card."""
HATCH = 7.0
"""Between two lines on the card of a node that did not run."""
DOUBLE_GAP = 2.5
"""Between the two lines around a subgraph."""


def paint_background(
    painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, dress: NodeDress, scale: float
) -> None:
    if look.stack > 1:
        for index in (2, 1):
            ghost = QRectF(*shape.card).translated(4.0 * index, 4.0 * index)
            painter.setPen(QPen(QColor(tokens.card_border), 1))
            painter.setBrush(QColor(tokens.card))
            painter.drawRoundedRect(ghost, RADIUS, RADIUS)
    device_scale = picture_scale(painter, scale)
    ring = dress.glow if dress.glow in ("valid", "aimed") else "selected" if dress.selected else ""
    strip = (look.style.tint or "card_lane") if look.strip else ""
    border = _Border(look.style.border, look.style.border_px, look.is_subgraph, look.is_disabled, look.is_hatched)
    if device_scale is None:
        _draw_background(painter, tokens, shape.kind, shape.card, border, strip, ring)
        return
    make = _kept_background if device_scale <= KEPT_UP_TO else _background
    picture = make(tokens, shape.kind, shape.card, border, strip, ring, device_scale)
    paint_picture(painter, _outer(shape.card, bool(strip)), picture)


class _Border(NamedTuple):
    """And what is within it."""

    token: str
    width: float
    is_double: bool
    is_striped: bool
    is_hatched: bool


def _background(
    tokens: Tokens, kind: NodeKind, card: Rect, border: _Border, strip: str, ring: str, scale: float
) -> QImage:
    border = border._replace(width=max(border.width, 1 / scale))  # a thinner line would blur into the shadow
    return picture_of(
        _outer(card, bool(strip)),
        scale,
        lambda painter: _draw_background(painter, tokens, kind, card, border, strip, ring),
    )


_kept_background = lru_cache(maxsize=64)(_background)


def _draw_background(
    painter: QPainter, tokens: Tokens, kind: NodeKind, card: Rect, border: _Border, strip: str, ring: str
) -> None:
    """Shadow, ring, ground, lane, strip and border at the painter's origin."""
    body = QRectF(*card)
    if strip:
        body.setHeight(card.height + STRIP_HEIGHT)
    radius = RADIUS if kind is NodeKind.NODE else card.height / 2
    _draw_shadow(painter, tokens, body, radius)
    _draw_ring(painter, tokens, body, radius, ring)
    fill = QPainterPath()
    fill.addRoundedRect(body, radius, radius)
    painter.fillPath(fill, QColor(tokens.card if kind is NodeKind.NODE else tokens.pill))
    if border.is_striped:
        _draw_stripes(painter, tokens, card, fill)
    if border.is_hatched:
        _draw_hatch(painter, tokens, card, fill)
    if kind is NodeKind.NODE:
        lane = QRectF(card.left, card.top, LANE_WIDTH, body.height())
        painter.fillPath(fill.intersected(_path_of(lane)), QColor(tokens.card_lane))
        if strip:
            below = QRectF(card.left, card.bottom, card.width, STRIP_HEIGHT)
            painter.fillPath(fill.intersected(_path_of(below)), QColor(getattr(tokens, strip)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _draw_border(painter, QPen(QColor(getattr(tokens, border.token)), border.width), body, radius, border.width / 2)
    if border.is_double:
        pen = QPen(QColor(getattr(tokens, border.token)), 1)
        _draw_border(painter, pen, QRectF(*card), radius, border.width + DOUBLE_GAP)  # the strip's words need the room


def _draw_stripes(painter: QPainter, tokens: Tokens, card: Rect, within: QPainterPath) -> None:
    """Of a disabled node. Faint enough to read the words on them."""
    painter.save()
    painter.setClipPath(within, Qt.ClipOperation.IntersectClip)  # a picture is painted in strips
    painter.setPen(QPen(QColor(tokens.stripe), STRIPE))
    left = card.left - card.height
    while left < card.right:
        painter.drawLine(QLineF(left, card.bottom, left + card.height, card.top))
        left += 2.4 * STRIPE
    painter.restore()


def _draw_hatch(painter: QPainter, tokens: Tokens, card: Rect, within: QPainterPath) -> None:
    """Of a node that did not run: thin lines that lean the other way than a disabled one's stripes."""
    painter.save()
    painter.setClipPath(within, Qt.ClipOperation.IntersectClip)  # a picture is painted in strips
    painter.setPen(QPen(QColor(tokens.stripe), 1.2))
    left = card.left - card.height
    while left < card.right:
        painter.drawLine(QLineF(left, card.top, left + card.height, card.bottom))
        left += HATCH
    painter.restore()


def _draw_border(painter: QPainter, pen: QPen, body: QRectF, radius: float, inset: float) -> None:
    painter.setPen(pen)
    painter.drawRoundedRect(body.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)


def _path_of(rect: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRect(rect)
    return path


def _draw_shadow(painter: QPainter, tokens: Tokens, body: QRectF, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    colour = QColor(tokens.card_shadow)
    colour.setAlphaF(0.011 if tokens.mode == "light" else 0.05)
    painter.setBrush(colour)
    for spread in range(1, 7):
        painter.drawRoundedRect(
            body.adjusted(-spread, 2 - spread, spread, 2 + spread), radius + spread, radius + spread
        )


def _draw_ring(painter: QPainter, tokens: Tokens, body: QRectF, radius: float, ring: str) -> None:
    if not ring:
        return
    colour = QColor(tokens.accent)
    halo = QColor(colour)
    halo.setAlphaF({"selected": 0.18, "valid": 0.16, "aimed": 0.35}[ring])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(halo, 5))
    painter.drawRoundedRect(body.adjusted(-4, -4, 4, 4), radius + 4, radius + 4)
    pen = QPen(colour, 2 if ring != "valid" else 1)
    painter.setPen(pen)
    painter.drawRoundedRect(body.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2.5, radius + 2.5)


def _outer(card: Rect, has_strip: bool) -> Rect:
    around = Rect(card.left, card.top, card.width, card.height + (STRIP_HEIGHT if has_strip else 0))
    return around.grown(SHADOW)


def paint_moving_border(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, phase: float) -> None:
    """Two lights that run along the border."""
    body = QRectF(*shape.card)
    if look.strip:
        body.setHeight(shape.card.height + STRIP_HEIGHT)
    light = QColor(tokens.running)
    light.setAlphaF(0.5)
    pen = QPen(light, LIGHT_WIDTH)
    pen.setDashPattern([length / LIGHT_WIDTH for length in (44.0, body.width() + body.height() - 44)])
    pen.setDashOffset(-phase / LIGHT_WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(body, RADIUS, RADIUS)
