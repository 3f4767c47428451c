"""Paints edges: the line, its arrow, its counter, the bar of a join, the sign of a stub. Reads route and look; decides
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from editor.canvas.card_text import NEAR_SIZES, elided, label_font, sizes_at
from editor.canvas.geometry import ARROW_HALF_WIDTH, ARROW_LENGTH, CurveTo, Route, RouteKind
from editor.canvas.line_look import LineLook
from editor.canvas.node_shape import TEXT_FROM
from editor.canvas.shapes import Point
from editor.theme.icons import draw_icon
from editor.theme.theme import current_tokens
from editor.theme.tokens import Tokens

COUNTER_HEIGHT = 18.0
SIGN_HEIGHT = 18.0
"""Less than a row of a router's tab: stubs of its branches stand one under the other."""
FAR_SIGN_PX = 26


def path_of(route: Route) -> QPainterPath:
    """The route as Qt draws it."""
    path = QPainterPath(QPointF(*route.start))
    for segment in route.segments:
        if isinstance(segment, CurveTo):
            path.cubicTo(QPointF(*segment.first), QPointF(*segment.second), QPointF(*segment.end))
        else:
            path.lineTo(QPointF(*segment.end))
    return path


@dataclass(frozen=True, slots=True)
class LineShape:
    """A route as Qt draws it, made once for all its paintings."""

    route: Route
    path: QPainterPath
    arrow: QPolygonF
    wide_arrow: QPolygonF


def line_shape(route: Route) -> LineShape:
    return LineShape(route, path_of(route), _arrow(route, wide=False), _arrow(route, wide=True))


def paint_edge(painter: QPainter, shape: LineShape, look: LineLook, scale: float, phase: float, *, halo: str) -> None:
    """Paint in scene coordinates. ``phase`` (px) moves the dashes of an edge that leads to a running node.

    ``halo``: "", "selected", or "hovered".
    """
    selected = halo == "selected"
    tokens = current_tokens()
    route, path = shape.route, shape.path
    if look.opacity < 1:
        painter.setOpacity(look.opacity)
    colour_name: str = tokens.accent if selected else getattr(tokens, look.colour)
    colour = _colour(colour_name)
    if halo:
        glow = QColor(tokens.accent)
        glow.setAlphaF(0.2 if selected else 0.12)
        painter.strokePath(path, QPen(glow, 8))
    device_scale = scale * painter.device().devicePixelRatioF()
    painter.setPen(_pen(look, colour_name, scale, device_scale, phase, selected=selected))
    painter.setBrush(_NO_BRUSH)
    painter.drawPath(path)
    if route.kind is RouteKind.STUB:
        _paint_sign(painter, tokens, route, look, scale)
        return
    if scale >= 0.3:
        painter.setPen(_NO_PEN)
        painter.setBrush(colour if selected else _colour(getattr(tokens, look.arrow)))
        painter.drawPolygon(shape.wide_arrow if look.width_px > 2 or selected else shape.arrow)
    if route.join_bar is not None:
        bar = QRectF(route.join_bar.x - 2, route.join_bar.y - 10, 4, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(bar, 2, 2)
    if route.hook is not None and scale >= 0.3:
        _paint_hook(painter, colour, route)
    if look.opacity < 1:
        painter.setOpacity(1)
    if look.counter and scale >= TEXT_FROM:
        _paint_counter(painter, tokens, route, look, scale)


def _paint_sign(painter: QPainter, tokens: Tokens, route: Route, look: LineLook, scale: float) -> None:
    """What stands where no node does: a warning and the missing name; from afar the warning alone, larger."""
    left = 2 * route.label_at.x - route.tip.x
    if scale < TEXT_FROM:
        place = QRect(int(left), int(route.tip.y) - FAR_SIGN_PX // 2, FAR_SIGN_PX, FAR_SIGN_PX)
        draw_icon(painter, "warning", place, tokens.next_line)
        return
    sign = QRectF(left, route.tip.y - SIGN_HEIGHT / 2, route.tip.x - left, SIGN_HEIGHT)
    painter.setPen(QPen(_colour(tokens.next_line), 1))
    painter.setBrush(_colour(tokens.next_quiet))
    painter.drawRoundedRect(sign, SIGN_HEIGHT / 2, SIGN_HEIGHT / 2)
    draw_icon(painter, "warning", QRect(int(sign.left()) + 5, int(sign.top()) + 2, 14, 14), tokens.next)
    size = sizes_at(scale).quiet
    painter.setFont(label_font(size, "medium"))
    painter.setPen(_colour(tokens.next))
    words = sign.adjusted(22, 0, -6, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, elided(look.counter, int(words.width()), size, "medium"))


def _paint_hook(painter: QPainter, colour: QColor, route: Route) -> None:
    """A small hook at the card, from which the jump hangs."""
    x, y = route.start
    hook = QPainterPath(QPointF(x - 8, y + 1))
    hook.cubicTo(QPointF(x - 8, y + 9), QPointF(x, y + 9), QPointF(x, y + 1))
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(hook)


def _pen(look: LineLook, colour: str, scale: float, device_scale: float, phase: float, *, selected: bool) -> QPen:
    width = max(look.width_px, 2.0) if selected else look.width_px
    if width * device_scale < 1:
        width = 0.0
    dashes = (6.0, 5.0) if look.is_moving else look.dashes
    if not look.width_px and scale < TEXT_FROM:
        dashes = ()  # hairlines of a large drawing from afar: dashes cost most
    if not look.is_moving:
        return _still_pen(colour, width, dashes)
    pen = QPen(_still_pen(colour, width, dashes))
    pen.setDashOffset(-phase / (width or 1.0))
    return pen


@lru_cache(maxsize=256)
def _still_pen(colour: str, width: float, dashes: tuple[float, ...]) -> QPen:
    """Kept: to make one anew costs half as much as to draw a short edge with it."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashes:
        pen.setDashPattern([dash / (width or 1.0) for dash in dashes])
    return pen


@lru_cache(maxsize=256)
def _colour(name: str) -> QColor:
    """Not to be changed by who gets it."""
    return QColor(name)


_NO_PEN, _NO_BRUSH = Qt.PenStyle.NoPen, Qt.BrushStyle.NoBrush
"""To look into Qt's enumerations takes longer than to set what is found there."""


def _arrow(route: Route, *, wide: bool) -> QPolygonF:
    half = ARROW_HALF_WIDTH + (1.0 if wide else 0.0)
    x, y = route.tip
    if route.points_down:
        foot = y - ARROW_LENGTH - 1
        return QPolygonF([QPointF(x, y), QPointF(x - half, foot), QPointF(x + half, foot)])
    foot = x - ARROW_LENGTH - 1
    return QPolygonF([QPointF(x, y), QPointF(foot, y - half), QPointF(foot, y + half)])


def _paint_counter(painter: QPainter, tokens: Tokens, route: Route, look: LineLook, scale: float) -> None:
    sizes = sizes_at(scale)
    painter.setFont(label_font(sizes.quiet, "bold"))
    height = COUNTER_HEIGHT + 2 * (sizes.quiet - NEAR_SIZES.quiet)
    width = painter.fontMetrics().horizontalAdvance(look.counter) + 14.0
    at = route.label_at
    if route.kind is RouteKind.FORWARD:  # of a fan-out: at its target, clear of what stands at the port
        at = Point(route.tip.x - ARROW_LENGTH - 2 - width / 2, route.tip.y)
    pill = QRectF(at.x - width / 2, at.y - height / 2, width, height)
    painter.setPen(QPen(QColor(getattr(tokens, look.colour)), 1))
    painter.setBrush(QColor(tokens.card))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(QColor(tokens.text))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, look.counter)
