"""A small picture of a graph, without its words: for the cards of templates. Runs nothing of the graph."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from editor.canvas.card_text import measure_label
from editor.canvas.drawing import Drawing
from editor.canvas.line_painter import path_of
from editor.canvas.node_shape import NodeKind
from editor.canvas.shapes import Rect, rect_around
from editor.document.document import Document
from editor.theme.theme import current_tokens
from engine.graph.spec import BranchOutlet

MARGIN_PX = 4
MOST_SQUEEZED = 0.55
"""Graphs are wide; without words their nodes may be drawn narrower than they are."""
LARGEST_SCALE = 0.32
CORNER_PX = 3
LINE_PX = 1.4
DOUBLE_GAP_PX = 3


def graph_picture(document: Document, size: QSize, device_pixel_ratio: float) -> QPixmap:
    """The whole graph in the middle of a transparent picture of this size, in the colours of the theme."""
    picture = QPixmap(size * device_pixel_ratio)
    picture.setDevicePixelRatio(device_pixel_ratio)
    picture.fill(Qt.GlobalColor.transparent)
    drawing = Drawing(measure_label)
    drawing.follow(document)
    content = rect_around(
        [*map(drawing.body_rect, drawing.shapes), *(route.bounds for route in drawing.routes.values())]
    )
    across, down = size.width() - 2 * MARGIN_PX, size.height() - 2 * MARGIN_PX
    scale_y = min(down / content.height, across / content.width / MOST_SQUEEZED, LARGEST_SCALE)
    scale_x = min(across / content.width, scale_y)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(size.width() / 2, size.height() / 2)
    painter.scale(scale_x, scale_y)
    painter.translate(-content.middle.x, -content.middle.y)
    _paint(painter, drawing)
    painter.end()
    return picture


def _paint(painter: QPainter, drawing: Drawing) -> None:
    tokens = current_tokens()
    for edge, route in drawing.routes.items():
        pen = _pen(painter, tokens.text_quiet)
        if isinstance(edge.outlet, BranchOutlet):
            pen.setDashPattern([3, 2])
        painter.strokePath(path_of(route), pen)
    for name, shape in drawing.shapes.items():
        is_node = shape.kind is NodeKind.NODE
        for tab in shape.tabs:
            tab_rect = tab.rect.moved(*drawing.positions[name])
            _box(painter, tab_rect, tokens.accent_quiet, tokens.accent_quiet)
        _box(
            painter,
            drawing.card_rect(name),
            tokens.surface_raised if is_node else tokens.text_quiet,
            tokens.accent if is_node else tokens.text_quiet,
        )
        if is_node and drawing.graph.nodes[name].graph is not None:
            _box(painter, _inset(painter, drawing.card_rect(name)), tokens.surface_raised, tokens.accent)


def _inset(painter: QPainter, rect: Rect) -> Rect:
    """For the second line around a subgraph, a few px on the screen further in."""
    scale = painter.transform()
    dx, dy = DOUBLE_GAP_PX / scale.m11(), DOUBLE_GAP_PX / scale.m22()
    return Rect(rect.left + dx, rect.top + dy, rect.width - 2 * dx, rect.height - 2 * dy)


def _box(painter: QPainter, rect: Rect, fill: str, outline: str) -> None:
    painter.setPen(_pen(painter, outline))
    painter.setBrush(QColor(fill))
    scale = painter.transform()
    painter.drawRoundedRect(QRectF(*rect), CORNER_PX / scale.m11(), CORNER_PX / scale.m22())


def _pen(painter: QPainter, colour: str) -> QPen:
    """As wide on the screen however much the graph is squeezed. A cosmetic pen counts the device's own pixels."""
    pen = QPen(QColor(colour), LINE_PX * painter.device().devicePixelRatio())
    pen.setCosmetic(True)
    return pen
