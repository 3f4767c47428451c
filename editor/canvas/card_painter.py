"""Paints nodes: cards, pills, router tabs, ports. Reads shape, look and dress; decides nothing about the graph.

Backgrounds (shadow, card, lane, border) are kept as pictures by look and zoom: drawing one is ten times cheaper than
drawing its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from editor.canvas.node_look import CardLook
from editor.canvas.node_shape import LANE_WIDTH, PORT_RADIUS, STRIP_HEIGHT, NodeKind, NodeShape, OutletRow, RouterTab
from editor.canvas.shapes import Point, Rect
from editor.theme.fonts import mono_font, ui_font
from editor.theme.icons import draw_icon
from editor.theme.theme import current_tokens
from editor.theme.tokens import Tokens
from engine.graph.spec import Outlet

SHADOW = 12.0
"""Room around a card for its shadow and its selection ring."""
TEXT_FROM = 0.5
"""Below this zoom small text could not be read: a card shows its name only, larger."""
KEPT_UP_TO = 3.0
"""Device px for a scene px. Larger pictures are few on the screen and large in memory, so they are not kept."""
MOST_LETTERS = 200
"""No card is wide enough for more; measuring a name of a million letters would freeze the window."""
RADIUS = 8.0
LIGHT_WIDTH = 4.0
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class TextSizes:
    """Font sizes in scene px, and the baselines below the card's top that go with them."""

    title: int
    title_y: int
    quiet: int
    quiet_y: int
    label: int


NEAR_SIZES = TextSizes(title=13, title_y=23, quiet=11, quiet_y=41, label=12)
MIDDLE_SIZES = TextSizes(title=16, title_y=25, quiet=13, quiet_y=44, label=14)
"""A whole graph in a window is mostly seen at 50 to 80 %: larger letters keep it readable."""
NEAR_FROM = 0.8


@dataclass(frozen=True, slots=True)
class NodeDress:
    """What the user and the run put on a node besides its look."""

    selected: bool = False
    breakpoint: str = ""
    """"": none. "on": filled. "ghost": under the pointer, a click would set it."""
    problem: str = ""
    """"", "warning" or "error"."""
    glow: str = ""
    """While an edge is dragged: "valid", "aimed" (the pointer is on it), "dim"."""
    active_outlet: Outlet | None = None
    """The port under the pointer."""
    taken: frozenset[Outlet] = frozenset()
    skipped: frozenset[Outlet] = frozenset()


PLAIN_DRESS = NodeDress()


def measure_label(text: str) -> float:
    """Width of a branch's label in the largest size that it is drawn in, as the shapes need it."""
    return _metrics(MIDDLE_SIZES.label, "medium").horizontalAdvance(text[:MOST_LETTERS])


def paint_node(
    painter: QPainter, shape: NodeShape, look: CardLook, dress: NodeDress, scale: float, phase: float
) -> None:
    """Paint at the painter's origin. ``scale`` is the zoom, ``phase`` (px) moves the stroke of a running node."""
    tokens = current_tokens()
    opacity = look.style.opacity * (0.35 if dress.glow == "dim" else 1.0)
    if opacity < 1:
        painter.setOpacity(opacity)
    with_text = scale >= TEXT_FROM
    sizes = NEAR_SIZES if scale >= NEAR_FROM else MIDDLE_SIZES
    for tab in shape.tabs:
        _paint_tab(painter, tokens, tab, dress, sizes if with_text else None)
    _paint_background(painter, tokens, shape, look, dress, scale)
    if look.style.is_moving:
        _paint_moving_border(painter, tokens, shape, look, phase)
    if shape.kind is not NodeKind.NODE:
        _paint_pill_text(painter, tokens, shape, look, sizes.quiet if with_text else 18)
    elif with_text:
        _paint_card_text(painter, tokens, shape, look, dress, sizes)
    else:
        _paint_large_title(painter, tokens, shape, look)
    if dress.breakpoint and scale >= 0.3:
        _paint_breakpoint(painter, tokens, shape, dress.breakpoint)
    if shape.plain_port is not None and not shape.tabs and with_text:
        active = dress.active_outlet is not None
        _paint_port(painter, tokens, shape.plain_port, "edge", is_filled=active, is_active=active)
    if dress.glow in ("valid", "aimed") and shape.input_port is not None:
        _paint_port(painter, tokens, shape.input_port, "accent", is_filled=dress.glow == "aimed", is_active=True)
    if opacity < 1:
        painter.setOpacity(1)


# ---- background


def _paint_background(
    painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, dress: NodeDress, scale: float
) -> None:
    if look.stack > 1:
        for index in (2, 1):
            ghost = _qrect(shape.card).translated(4.0 * index, 4.0 * index)
            painter.setPen(QPen(QColor(tokens.card_border), 1))
            painter.setBrush(QColor(tokens.card))
            painter.drawRoundedRect(ghost, RADIUS, RADIUS)
    device_scale = painter.device().devicePixelRatioF() * scale
    ring = dress.glow if dress.glow in ("valid", "aimed") else "selected" if dress.selected else ""
    strip = (look.style.tint or "card_lane") if look.strip else ""
    make = _kept_background if device_scale <= KEPT_UP_TO else _background
    picture = make(
        tokens, shape.kind, shape.card, look.style.border, look.style.border_px, strip, ring, round(device_scale, 2)
    )
    target = _qrect(_outer(shape.card, bool(strip)))
    painter.drawImage(target, picture, QRectF(picture.rect()))


def _background(
    tokens: Tokens, kind: NodeKind, card: Rect, border: str, border_px: float, strip: str, ring: str, scale: float
) -> QImage:
    outer = _outer(card, bool(strip))
    width, height = max(1, round(outer.width * scale)), max(1, round(outer.height * scale))
    picture = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(picture.width() / outer.width, picture.height() / outer.height)
    painter.translate(-outer.left, -outer.top)
    body = _qrect(card)
    if strip:
        body.setHeight(card.height + STRIP_HEIGHT)
    radius = RADIUS if kind is NodeKind.NODE else card.height / 2
    _draw_shadow(painter, tokens, body, radius)
    _draw_ring(painter, tokens, body, radius, ring)
    fill = QPainterPath()
    fill.addRoundedRect(body, radius, radius)
    painter.fillPath(fill, QColor(tokens.card if kind is NodeKind.NODE else tokens.pill))
    if kind is NodeKind.NODE:
        painter.save()
        painter.setClipPath(fill)
        painter.fillRect(QRectF(card.left, card.top, LANE_WIDTH, body.height()), QColor(tokens.card_lane))
        if strip:
            painter.fillRect(QRectF(card.left, card.bottom, card.width, STRIP_HEIGHT), QColor(getattr(tokens, strip)))
        painter.restore()
    inset = border_px / 2
    painter.setPen(QPen(QColor(getattr(tokens, border)), border_px))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(body.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)
    painter.end()
    return picture


_kept_background = lru_cache(maxsize=64)(_background)


def _draw_shadow(painter: QPainter, tokens: Tokens, body: QRectF, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    colour = QColor(tokens.card_shadow)
    colour.setAlphaF(0.016 if tokens.mode == "light" else 0.06)
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


def _paint_moving_border(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, phase: float) -> None:
    """Two lights that run along the border."""
    body = _qrect(shape.card)
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


# ---- text


def _paint_card_text(
    painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, dress: NodeDress, sizes: TextSizes
) -> None:
    card = shape.card
    left = card.left + LANE_WIDTH + 10
    right = card.right - 10
    title_right = right
    if look.style.icon:
        title_right = _paint_status(painter, tokens, card, look, sizes) - 6
    size = _fitting_size(look.title, int(title_right - left), sizes.title, NEAR_SIZES.title, "medium")
    painter.setFont(label_font(size, "medium"))
    painter.setPen(QColor(tokens.text))
    _text(painter, look.title, left, card.top + sizes.title_y, title_right - left, size, "medium")
    if dress.problem:
        colour = tokens.failed if dress.problem == "error" else tokens.next_line
        draw_icon(painter, dress.problem, QRect(int(right - 15), int(card.top + 30), 16, 16), colour)
        right -= 20
    subtitle = look.subtitle + ("  ·  deferred" if look.is_deferred else "")
    size = _fitting_size(subtitle, int(right - left), sizes.quiet, NEAR_SIZES.quiet, "regular")
    painter.setFont(label_font(size, "regular"))
    painter.setPen(QColor(getattr(tokens, look.subtitle_colour)))
    _text(painter, subtitle, left, card.top + sizes.quiet_y, right - left, size, "regular")
    if look.strip:
        _paint_strip(painter, tokens, card, look, sizes)


def _paint_large_title(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook) -> None:
    """From afar only the name is shown, as large as the card allows, and the icon of the state."""
    card = shape.card
    left, right = card.left + LANE_WIDTH + 8, card.right - 8
    if look.style.icon:
        draw_icon(painter, look.style.icon, QRect(int(right - 24), int(card.top + 16), 24, 24), _colour(tokens, look))
        right -= 30
    painter.setFont(label_font(20, "medium"))
    painter.setPen(QColor(tokens.text))
    _text(painter, look.title, left, card.top + 35, right - left, 20, "medium")


def _colour(tokens: Tokens, look: CardLook) -> str:
    return str(getattr(tokens, look.style.colour))


def _paint_status(painter: QPainter, tokens: Tokens, card: Rect, look: CardLook, sizes: TextSizes) -> float:
    """The icon at the right top, with a number if there is one. Returns its left edge."""
    colour = _colour(tokens, look)
    right = card.right - 10
    label = look.icon_number if look.stack < 2 else f"×{look.stack}"
    if label:
        painter.setFont(label_font(sizes.quiet, "bold"))
        painter.setPen(QColor(colour))
        width = _metrics(sizes.quiet, "bold").horizontalAdvance(label)
        painter.drawText(QPointF(right - width, card.top + 22), label)
        right -= width + 3
    draw_icon(painter, look.style.icon, QRect(int(right - 15), int(card.top + 10), 16, 16), colour)
    return float(right - 15)


def _paint_strip(painter: QPainter, tokens: Tokens, card: Rect, look: CardLook, sizes: TextSizes) -> None:
    left, top = card.left + LANE_WIDTH + 10, card.bottom
    right = card.right - 10
    if look.bar_share > 0:
        bar = QRectF(card.left + LANE_WIDTH, top + STRIP_HEIGHT - 3, (card.width - LANE_WIDTH - 1) * look.bar_share, 2)
        colour = QColor(tokens.done)
        colour.setAlphaF(0.45)
        painter.fillRect(bar, colour)
    painter.setFont(label_font(sizes.quiet, "regular"))
    end_width = _metrics(sizes.quiet, "regular").horizontalAdvance(look.strip_end) if look.strip_end else 0.0
    if look.strip_end:
        painter.setPen(QColor(tokens.text_quiet))
        painter.drawText(QPointF(right - end_width, top + 14.5), look.strip_end)
    painter.setPen(QColor(getattr(tokens, look.style.colour) if look.style.tint else tokens.text_quiet))
    _text(painter, look.strip, left, top + 14.5, right - left - end_width - 8, sizes.quiet, "regular")


def _paint_pill_text(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, size: int) -> None:
    painter.setFont(label_font(size, "bold"))
    painter.setPen(QColor(tokens.text_quiet))
    rect = _qrect(shape.card)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, look.title)


def _text(painter: QPainter, text: str, x: float, baseline: float, width: float, size: int, weight: str) -> None:
    painter.drawText(QPointF(x, baseline), _elided(text, int(width), size, weight))


# ---- router tabs and ports


def _paint_tab(painter: QPainter, tokens: Tokens, tab: RouterTab, dress: NodeDress, sizes: TextSizes | None) -> None:
    """Without sizes only the outline."""
    body = _qrect(tab.rect).adjusted(-RADIUS, 0, 0, 0)
    border = QColor(tokens.router)
    border.setAlphaF(0.45)
    painter.setPen(QPen(border, 1))
    painter.setBrush(QColor(tokens.router_quiet))
    painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    if sizes is None:
        return
    _paint_badge(painter, tokens, tab, sizes)
    for row in tab.rows:
        _paint_row(painter, tokens, row, dress, sizes)


def _paint_badge(painter: QPainter, tokens: Tokens, tab: RouterTab, sizes: TextSizes) -> None:
    painter.setFont(_mono_font(sizes.quiet))
    painter.setPen(QColor(tokens.router))
    left, baseline = tab.rect.left + 10, tab.rect.top + 17
    painter.drawText(QPointF(left, baseline), tab.badge)
    left += _metrics(sizes.quiet, "mono").horizontalAdvance(tab.badge) + 6
    painter.setFont(label_font(sizes.quiet, "medium"))
    _text(painter, tab.title, left, baseline, tab.rect.right - left - 8, sizes.quiet, "medium")


def _paint_row(painter: QPainter, tokens: Tokens, row: OutletRow, dress: NodeDress, sizes: TextSizes) -> None:
    is_taken, is_skipped = row.outlet in dress.taken, row.outlet in dress.skipped
    is_active = row.outlet == dress.active_outlet
    weight = "bold" if is_taken else "medium"
    painter.setFont(label_font(sizes.label, weight))
    painter.setPen(QColor(tokens.text if is_taken or is_active else tokens.text_quiet))
    room = row.rect.width - 22
    text = _elided(row.text, int(room), sizes.label, weight)
    if is_skipped:
        painter.save()
        painter.setOpacity(painter.opacity() * 0.55)
    painter.drawText(_qrect(row.rect).adjusted(8, 0, -12, 0), _RIGHT, text)
    if is_skipped:
        painter.restore()
    colour = "edge_taken" if is_taken else "router" if is_active else "edge"
    _paint_port(painter, tokens, row.port, colour, is_filled=is_taken or is_active, is_active=is_active)
    if not row.is_connected:
        _paint_stub(painter, tokens, row.port)


def _paint_stub(painter: QPainter, tokens: Tokens, port: Point) -> None:
    """A branch that leads nowhere yet."""
    pen = QPen(QColor(tokens.next), 1.5)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(port.x + PORT_RADIUS + 2, port.y), QPointF(port.x + 16, port.y))
    painter.drawLine(QPointF(port.x + 19, port.y - 5), QPointF(port.x + 19, port.y + 5))


def _paint_port(
    painter: QPainter, tokens: Tokens, port: Point, colour: str, *, is_filled: bool, is_active: bool
) -> None:
    radius = PORT_RADIUS + (1.5 if is_active else 0)
    ink = QColor(tokens.accent if is_active else getattr(tokens, colour))
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(ink if is_filled else QColor(tokens.card))
    painter.drawEllipse(QPointF(port.x, port.y), radius, radius)


def _paint_breakpoint(painter: QPainter, tokens: Tokens, shape: NodeShape, state: str) -> None:
    middle = shape.lane.middle
    colour = QColor(tokens.breakpoint)
    if state == "ghost":
        colour.setAlphaF(0.45)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(middle.x, middle.y), 5, 5)


# ---- fonts and texts, kept


@lru_cache(maxsize=32)
def label_font(size: int, weight: str) -> QFont:
    return ui_font(size, bold=weight == "bold", medium=weight == "medium")


@lru_cache(maxsize=8)
def _mono_font(size: int) -> QFont:
    return mono_font(size)


@lru_cache(maxsize=32)
def _metrics(size: int, weight: str) -> QFontMetricsF:
    return QFontMetricsF(_mono_font(size) if weight == "mono" else label_font(size, weight))


@lru_cache(maxsize=20000)
def _fitting_size(text: str, width: int, largest: int, smallest: int, weight: str) -> int:
    """The largest size in which the text fits; the smallest if it fits in none."""
    fitting = (
        size
        for size in range(largest, smallest, -1)
        if _metrics(size, weight).horizontalAdvance(text[:MOST_LETTERS]) <= width
    )
    return next(fitting, smallest)


@lru_cache(maxsize=20000)
def _elided(text: str, width: int, size: int, weight: str) -> str:
    return _metrics(size, weight).elidedText(text[:MOST_LETTERS], Qt.TextElideMode.ElideRight, width)


def _qrect(rect: Rect) -> QRectF:
    return QRectF(rect.left, rect.top, rect.width, rect.height)
