"""Paints breakpoints in the lanes of cards and at branches: a shape for each state, as colour alone tells nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from editor.canvas.card_text import label_font
from editor.canvas.node_dress import NodeDress
from editor.canvas.node_shape import NodeShape
from editor.canvas.shapes import Point
from editor.theme.tokens import Tokens

RADIUS = 5
WITH_SIGN = 6.5
"""Room for a "=" or two digits inside."""
SIGN_PX = 9


def paint_breakpoint(painter: QPainter, tokens: Tokens, middle: Point, look: str, text: str = "") -> None:
    """A dot for each time, "=" or the hit's number in it; a diamond prints; a ring is switched off."""
    at = QPointF(middle.x, middle.y)
    colour = QColor(tokens.breakpoint)
    if look == "ghost":
        colour.setAlphaF(0.45)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush if look == "disabled" else colour)
    match look:
        case "log":
            r = RADIUS + 0.5
            corners = [at + QPointF(*step) for step in ((0, -r), (r, 0), (0, r), (-r, 0))]
            painter.drawPolygon(QPolygonF(corners))
        case "conditional" | "hit count":
            painter.drawEllipse(at, WITH_SIGN, WITH_SIGN)
            _paint_sign(painter, tokens, at, text or "=")
        case _:
            painter.drawEllipse(at, RADIUS, RADIUS)


def paint_branch_stops(painter: QPainter, tokens: Tokens, shape: NodeShape, dress: NodeDress) -> None:
    """On the edges of the branches, beside their ports."""
    looks = dict(dress.branch_stops)
    for tab in shape.tabs:
        for row in tab.rows:
            if row.outlet in looks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.canvas))
                painter.drawEllipse(QPointF(*row.stop), RADIUS + 2.5, RADIUS + 2.5)
                paint_breakpoint(painter, tokens, row.stop, looks[row.outlet])


def _paint_sign(painter: QPainter, tokens: Tokens, at: QPointF, text: str) -> None:
    painter.setPen(QColor(tokens.surface))
    painter.setFont(label_font(SIGN_PX if len(text) < 2 else SIGN_PX - 1, "bold"))
    shown = text if len(text) <= 2 else "…"
    painter.drawText(QRectF(at.x() - 8, at.y() - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, shown)
