"""Draws the pieces that rows of lists are made of: text in a role, chips, icons. Text is elided, never clipped.

Delegates describe a row as ``Piece`` objects, left to right; this file knows no model and no row. Colours are names of
tokens, looked up at paint time, so that a row is right in every theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from editor.theme.fonts import mono_font, ui_font
from editor.theme.icons import draw_icon
from editor.theme.theme import current_tokens

CHIP_PADDING_PX = 6
GAP_PX = 8
ICON_PX = 14
EDIT_HANDLE_PX = 28
LEAST_ELIDED_PX = 24  # a text that would be cut to less than this shows only dots, so it is left out


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of text or one icon. `colour` and `chip` (its background) name tokens; `width` > 0 makes a column."""

    text: str = ""
    colour: str = "text"
    font: str = "body"  # "body" | "strong" | "caption" | "mono" | "mono_strong"
    chip: str = ""
    icon: str = ""
    width: int = 0
    gap: int = GAP_PX
    strike: bool = False


@cache
def font_of(role: str) -> QFont:
    tokens = current_tokens()
    match role:
        case "strong":
            return ui_font(tokens.font_body_px, bold=True)
        case "caption":
            return ui_font(tokens.font_caption_px)
        case "mono":
            return mono_font(tokens.font_mono_px)
        case "mono_strong":
            font = mono_font(tokens.font_mono_px)
            font.setWeight(QFont.Weight.DemiBold)
            return font
        case _:
            return ui_font(tokens.font_body_px)


def width_of(piece: Piece) -> int:
    """How wide the piece is when nothing is cut, without its gap."""
    if piece.width:
        return piece.width
    wide = ICON_PX if piece.icon else 0
    if piece.text:
        wide += (4 if piece.icon else 0) + QFontMetrics(font_of(piece.font)).horizontalAdvance(piece.text)
    return wide + (2 * CHIP_PADDING_PX if piece.chip else 0)


def total_width(pieces: Sequence[Piece]) -> int:
    return sum(width_of(piece) + piece.gap for piece in pieces) - (pieces[-1].gap if pieces else 0)


def draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What is behind the pieces of a row: that it is selected, or under the pointer.

    A delegate that draws its words itself needs no ``initStyleOption``, which asks the model for six things a cell.
    """
    option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)


def draw_pieces(painter: QPainter, rect: QRect, pieces: Sequence[Piece], *, dim: bool = False) -> None:
    """Draw from left to right, centred in the height. What does not fit is elided; what has no room is left out."""
    x = rect.left()
    for piece in pieces:
        room = rect.right() + 1 - x
        wanted = width_of(piece)
        if room < min(wanted, LEAST_ELIDED_PX):
            return
        _draw_piece(painter, QRect(x, rect.top(), min(wanted, room), rect.height()), piece, dim=dim)
        x += wanted + piece.gap


def draw_pieces_right(painter: QPainter, rect: QRect, pieces: Sequence[Piece], *, dim: bool = False) -> QRect:
    """Draw flush right and return what is left of the rectangle."""
    wide = total_width(pieces)
    if not pieces or wide > rect.width():
        return rect
    draw_pieces(painter, QRect(rect.right() + 1 - wide, rect.top(), wide, rect.height()), pieces, dim=dim)
    return rect.adjusted(0, 0, -(wide + GAP_PX), 0)


def draw_edit_handle(painter: QPainter, row: QRect) -> QRect:
    """The pencil at the right end of a row under the pointer. Returns the room that is left for the row's words."""
    handle = QRect(row.right() - EDIT_HANDLE_PX + 8, row.center().y() - ICON_PX // 2 + 1, ICON_PX, ICON_PX)
    draw_icon(painter, "edit", handle, current_tokens().accent)
    return row.adjusted(0, 0, -EDIT_HANDLE_PX, 0)


def is_on_edit_handle(x: int, row: QRect) -> bool:
    return row.right() - EDIT_HANDLE_PX <= x <= row.right()


def _draw_piece(painter: QPainter, rect: QRect, piece: Piece, *, dim: bool) -> None:
    tokens = current_tokens()
    colour = tokens.text_quiet if dim and not piece.chip else str(getattr(tokens, piece.colour))
    if piece.chip:
        rect = _draw_chip(painter, rect, QColor(getattr(tokens, piece.chip)))
    if piece.icon:
        draw_icon(
            painter, piece.icon, QRect(rect.left(), rect.center().y() - ICON_PX // 2 + 1, ICON_PX, ICON_PX), colour
        )
        rect = rect.adjusted(ICON_PX + 4, 0, 0, 0)
    if piece.text:
        _draw_text(painter, rect, piece, QColor(colour))


def _draw_chip(painter: QPainter, rect: QRect, background: QColor) -> QRect:
    height = QFontMetrics(font_of("caption")).height() + 4
    chip = QRectF(rect.left(), rect.top() + (rect.height() - height) / 2, rect.width(), height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(background)
    painter.drawRoundedRect(chip, 4, 4)
    painter.restore()
    return rect.adjusted(CHIP_PADDING_PX, 0, -CHIP_PADDING_PX, 0)


def _draw_text(painter: QPainter, rect: QRect, piece: Piece, colour: QColor) -> None:
    font = font_of(piece.font)
    if piece.strike:
        font = QFont(font)
        font.setStrikeOut(True)
    painter.setFont(font)
    painter.setPen(colour)
    # One px more than the measured advance: hinting at fractional scales may draw the last letter a fraction wider.
    text = QFontMetrics(font).elidedText(piece.text, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.drawText(rect.adjusted(0, 0, 2, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
