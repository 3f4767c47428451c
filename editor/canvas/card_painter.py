"""Paints a whole node: tabs, ground, texts, breakpoint, ports. Reads shape, look and dress; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.breakpoint_painter import paint_branch_stops, paint_breakpoint
from editor.canvas.card_background import paint_background, paint_moving_border
from editor.canvas.card_text import (
    NEAR_SIZES,
    TextSizes,
    draw_text,
    elided,
    fitting_size,
    label_font,
    sizes_at,
    text_metrics,
)
from editor.canvas.node_dress import NodeDress
from editor.canvas.node_look import CardLook
from editor.canvas.node_shape import LANE_WIDTH, STRIP_BASELINE, STRIP_HEIGHT, TEXT_FROM, NodeKind, NodeShape
from editor.canvas.problem_marks import mark_rect
from editor.canvas.router_painter import paint_port, paint_tab
from editor.canvas.shapes import Rect
from editor.canvas.task_choice import picker_rect
from editor.theme.icons import draw_icon
from editor.theme.theme import current_tokens
from editor.theme.tokens import Tokens


def paint_node(
    painter: QPainter, shape: NodeShape, look: CardLook, dress: NodeDress, scale: float, phase: float
) -> None:
    """Paint at the painter's origin. ``scale`` is the zoom, ``phase`` (px) moves the stroke of a running node."""
    tokens = current_tokens()
    opacity = look.style.opacity * (0.35 if dress.glow == "dim" else 1.0)
    if opacity < 1:
        painter.setOpacity(opacity)
    with_text = scale >= TEXT_FROM
    sizes = sizes_at(scale)
    for tab in shape.tabs:
        paint_tab(painter, tokens, tab, dress, sizes if with_text else None, scale)
    paint_background(painter, tokens, shape, look, dress, scale)
    if look.is_disabled and with_text:
        _paint_passage(painter, tokens, shape, was_taken=bool(look.strip_end))
    if look.style.is_moving:
        paint_moving_border(painter, tokens, shape, look, phase)
    if shape.kind is not NodeKind.NODE:
        _paint_pill_text(painter, tokens, shape, look, sizes.quiet if with_text else 18)
        if dress.problem:
            _paint_problem(painter, tokens, dress, mark_rect(shape, scale), on_ground=True)
    elif with_text:
        _paint_card_text(painter, tokens, shape, look, dress, sizes)
    else:
        _paint_large_title(painter, tokens, shape, look, dress)
    if dress.breakpoint and scale >= 0.3:
        paint_breakpoint(painter, tokens, shape.lane.middle, dress.breakpoint, dress.breakpoint_text)
    if dress.branch_stops and scale >= 0.3:
        paint_branch_stops(painter, tokens, shape, dress)
    if shape.plain_port is not None and not shape.tabs and with_text:
        active = dress.active_outlet is not None
        paint_port(painter, tokens, shape.plain_port, "edge", is_filled=active, is_active=active)
    if dress.glow in ("valid", "aimed") and shape.input_port is not None:
        paint_port(painter, tokens, shape.input_port, "accent", is_filled=dress.glow == "aimed", is_active=True)
    if opacity < 1:
        painter.setOpacity(1)


def _paint_card_text(
    painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, dress: NodeDress, sizes: TextSizes
) -> None:
    card = shape.card
    left = card.left + LANE_WIDTH + 10
    right = card.right - 10
    title_right = right
    if look.style.icon:
        title_right = _paint_status(painter, tokens, card, look, sizes) - 6
    size = fitting_size(look.title, int(title_right - left), sizes.title, NEAR_SIZES.title, "medium")
    painter.setFont(label_font(size, "medium"))
    painter.setPen(QColor(tokens.text_quiet if look.is_disabled else tokens.text))
    draw_text(painter, look.title, left, card.top + sizes.title_y, title_right - left, size, "medium")
    if dress.problem:
        _paint_problem(painter, tokens, dress, mark_rect(shape, TEXT_FROM))
        right -= 22
    subtitle = look.subtitle + ("  ·  deferred" if look.is_deferred else "")
    size = fitting_size(subtitle, int(right - left), sizes.quiet, NEAR_SIZES.quiet, "regular")
    painter.setFont(label_font(size, "regular"))
    painter.setPen(QColor(getattr(tokens, look.subtitle_colour)))
    draw_text(painter, subtitle, left, card.top + sizes.quiet_y, right - left, size, "regular")
    if look.strip:
        _paint_strip(painter, tokens, shape, look, sizes)


def _paint_passage(painter: QPainter, tokens: Tokens, shape: NodeShape, *, was_taken: bool) -> None:
    """What leads to a disabled node passes through it. ``was_taken``: the shown run came by."""
    if shape.input_port is not None:
        painter.setPen(QPen(QColor(tokens.edge_taken if was_taken else tokens.edge), 1.5))
        painter.drawLine(QLineF(QPointF(*shape.input_port), QPointF(shape.card.right, shape.input_port.y)))


def _paint_problem(painter: QPainter, tokens: Tokens, dress: NodeDress, rect: Rect, *, on_ground: bool = False) -> None:
    """A cross for an error, a triangle for a warning. ``on_ground``: with a ground of its own, off the card."""
    place = QRectF(*rect).toRect()
    if on_ground:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.canvas))
        painter.drawEllipse(QRectF(place).adjusted(-1, -1, 1, 1))
    draw_icon(painter, dress.problem, place, tokens.failed if dress.problem == "error" else tokens.next_line)


def _paint_large_title(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, dress: NodeDress) -> None:
    """From afar only the name is shown, as large as the card allows, and the icons of the state and of a problem."""
    card = shape.card
    left, right = card.left + LANE_WIDTH + 8, card.right - 8
    if dress.problem:
        _paint_problem(painter, tokens, dress, mark_rect(shape, 0.0))
        right -= 30
    if look.style.icon:
        draw_icon(
            painter, look.style.icon, QRect(int(right - 24), int(card.top + 16), 24, 24), _icon_colour(tokens, look)
        )
        right -= 30
    painter.setFont(label_font(20, "medium"))
    painter.setPen(QColor(tokens.text_quiet if look.is_disabled else tokens.text))
    draw_text(painter, look.title, left, card.top + 35, right - left, 20, "medium")


def _icon_colour(tokens: Tokens, look: CardLook) -> str:
    return str(getattr(tokens, look.style.icon_colour or look.style.colour))


def _paint_status(painter: QPainter, tokens: Tokens, card: Rect, look: CardLook, sizes: TextSizes) -> float:
    """The icon at the right top, with a number if there is one. Returns its left edge."""
    colour = _icon_colour(tokens, look)
    right = card.right - 10
    label = look.icon_number if look.stack < 2 else f"×{look.stack}"
    if look.failed_of_stack:
        label = f"{look.failed_of_stack} of {look.stack}"
    if label:
        painter.setFont(label_font(sizes.quiet, "bold"))
        painter.setPen(QColor(colour))
        width = text_metrics(sizes.quiet, "bold").horizontalAdvance(label)
        painter.drawText(QPointF(right - width, card.top + 22), label)
        right -= width + 3
    draw_icon(painter, look.style.icon, QRect(int(right - 15), int(card.top + 10), 16, 16), colour)
    return float(right - 15)


def _paint_strip(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, sizes: TextSizes) -> None:
    card = shape.card
    left, top = card.left + LANE_WIDTH + 10, card.bottom
    right = card.right - 10
    if look.bar_share > 0:
        bar = QRectF(card.left + LANE_WIDTH, top + STRIP_HEIGHT - 3, (card.width - LANE_WIDTH - 1) * look.bar_share, 2)
        colour = QColor(tokens.done)
        colour.setAlphaF(0.45)
        painter.fillRect(bar, colour)
    painter.setFont(label_font(sizes.quiet, "regular"))
    end = strip_end(look, right - left, sizes)
    end_width = text_metrics(sizes.quiet, "regular").horizontalAdvance(end) if end else 0.0
    if look.picker:
        end_width = picker_rect(shape).width - 10
        _paint_picker(painter, tokens, shape, look.picker, sizes)
    if end:
        painter.setPen(QColor(tokens.text_quiet))
        painter.drawText(QPointF(right - end_width, top + STRIP_BASELINE), end)
    painter.setPen(QColor(getattr(tokens, look.style.colour) if look.style.tint else tokens.text_quiet))
    draw_text(painter, look.strip, left, top + STRIP_BASELINE, right - left - end_width - 8, sizes.quiet, "regular")


def strip_end(look: CardLook, room: float, sizes: TextSizes) -> str:
    """Visits give way to the words before them where there is no room for both."""
    if not look.strip_end or look.strip_end_must_stay or look.style.tint:
        return look.strip_end
    width = text_metrics(sizes.quiet, "regular").horizontalAdvance
    return look.strip_end if width(look.strip) + width(look.strip_end) + 10 <= room else ""


def _paint_picker(painter: QPainter, tokens: Tokens, shape: NodeShape, text: str, sizes: TextSizes) -> None:
    """Which task of a fan-out is shown, between an arrow to the one before and one to the next."""
    rect = QRectF(*picker_rect(shape))
    side = int(rect.height() - 8)
    for name, left in (("previous", rect.left() + 6), ("following", rect.right() - 6 - side)):
        draw_icon(painter, name, QRect(int(left), int(rect.top() + 4), side, side), tokens.accent)
    painter.setFont(label_font(sizes.quiet, "medium"))
    painter.setPen(QColor(tokens.text))
    room = rect.adjusted(side + 8, 0, -side - 8, 0)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, elided(text, int(room.width()), sizes.quiet, "medium"))


def _paint_pill_text(painter: QPainter, tokens: Tokens, shape: NodeShape, look: CardLook, size: int) -> None:
    painter.setFont(label_font(size, "bold"))
    painter.setPen(QColor(tokens.text_quiet))
    rect = QRectF(*shape.card)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, look.title)
