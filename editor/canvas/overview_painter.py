"""The drawing from far away (below 30 %): all nodes as rectangles and all edges as lines, in a few batches.

10,000 nodes take about 4 ms this way; item by item they take over 100. The batches are kept until something
changes. Makes no decisions: colours come from the items' looks.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.geometry import RouteKind
from editor.canvas.node_look import DISABLED
from editor.canvas.node_shape import NodeKind
from editor.theme.theme import current_tokens
from engine.graph.spec import EdgeId

if TYPE_CHECKING:
    from editor.canvas.items import EdgeItem, NodeItem
    from editor.canvas.remark_items import RemarkItem

OVERVIEW_BELOW = 0.3
"""Zoom at which single items give way to the overview."""


PROBLEM_SIDE = 32.0
"""Of the square at a card's corner that marks a problem."""
_PROBLEM_TOKENS = {"error": "breakpoint", "warning": "next_line"}
"""The strongest red and amber of the theme; "failed" and "next" colour whole cards."""


NO_REMARKS: Mapping[str, RemarkItem] = {}


class Overview:
    def __init__(self) -> None:
        self._rects: dict[str, list[QRectF]] | None = None
        self._lines: dict[tuple[str, float], list[QLineF]] = {}
        self._selected: list[QRectF] = []

    def forget(self) -> None:
        """Something changed: make the batches anew at the next paint."""
        self._rects = None

    def paint(
        self,
        painter: QPainter,
        nodes: Mapping[str, NodeItem],
        edges: Mapping[EdgeId, EdgeItem],
        scale: float,
        remarks: Mapping[str, RemarkItem] = NO_REMARKS,
    ) -> None:
        """Paint in scene coordinates."""
        _paint_remarks(painter, remarks, scale)
        if self._rects is None:
            self._collect(nodes, edges)
        tokens = current_tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for (token, width), lines in self._lines.items():
            colour = QColor(getattr(tokens, token))
            if not width:
                colour.setAlphaF(0.6)
            painter.setPen(QPen(colour, width / scale if width else 0))
            painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for token, rects in (self._rects or {}).items():
            colour = QColor(getattr(tokens, token))
            if token == "router":
                colour.setAlphaF(0.4)
            painter.setBrush(colour)
            painter.drawRects(rects)
        if self._selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2 / scale))
            painter.drawRects(self._selected)

    def _collect(self, nodes: Mapping[str, NodeItem], edges: Mapping[EdgeId, EdgeItem]) -> None:
        rects: dict[str, list[QRectF]] = defaultdict(list)
        selected = []
        for item in nodes.values():
            card, place = item.node_shape.card, item.pos()
            rect = QRectF(place.x(), place.y(), card.width, card.height)
            rects[_node_token(item)].append(rect)
            if item.dress.problem:
                side = min(rect.height(), PROBLEM_SIDE)
                rects[_PROBLEM_TOKENS[item.dress.problem]].append(
                    QRectF(rect.right() - side / 2, rect.top() - side / 2, side, side)
                )
            for tab in item.node_shape.tabs:
                rects["router"].append(QRectF(*tab.rect).translated(place))
            if item.dress.selected:
                selected.append(rect.adjusted(-10, -10, 10, 10))
        lines: dict[tuple[str, float], list[QLineF]] = defaultdict(list)
        for edge_item in edges.values():
            look = edge_item.look
            lines[look.colour, 1.5 if look.width_px > 2 else 0.0] += _pieces(edge_item)
        self._rects, self._lines, self._selected = dict(rects), dict(lines), selected


def _paint_remarks(painter: QPainter, remarks: Mapping[str, RemarkItem], scale: float) -> None:
    """There are few of them; frames keep their titles as long as these can be read."""
    for item in sorted(remarks.values(), key=lambda item: item.zValue()):
        painter.save()
        painter.translate(item.pos())
        item.paint_far(painter, scale)
        painter.restore()


def _node_token(item: NodeItem) -> str:
    """The state's colour where it has one of its own; else a plain card."""
    style = item.look.style
    if item.node_shape.kind is not NodeKind.NODE:
        return "edge"
    if style.icon and style is not DISABLED:
        return style.colour
    return "card_border"


def _pieces(item: EdgeItem) -> list[QLineF]:
    route = item.route
    if route.kind is RouteKind.FORWARD:
        return [QLineF(*route.start, *route.tip)]
    points = [route.start, *(segment.end for segment in route.segments), route.tip]
    return [QLineF(*a, *b) for a, b in itertools.pairwise(points)]
