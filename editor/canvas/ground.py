"""The dotted ground of the canvas, kept as one picture for each zoom. Drawing it costs one copy of pixels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from editor.theme.theme import current_tokens
from editor.theme.tokens import Tokens

SPACING = 24
"""Scene px between two dots; six steps of the grid."""
DOTS_FROM = 0.5
"""Below this zoom the ground is plain."""


class Ground:
    def __init__(self) -> None:
        self._key: tuple[Tokens, float, QSize, float] | None = None
        self._picture = QImage()

    def paint(self, painter: QPainter, exposed: QRectF, viewport: QSize, zoom: float) -> None:
        """Fill the exposed part of the scene. The painter may be scaled and moved, not turned."""
        tokens = current_tokens()
        if zoom < DOTS_FROM:
            painter.fillRect(exposed, QColor(tokens.canvas))
            return
        ratio = painter.device().devicePixelRatioF()
        step = SPACING * zoom
        key = (tokens, zoom, viewport, ratio)
        if key != self._key:
            self._key, self._picture = key, _picture(tokens, step, viewport, ratio)
        to_view = painter.worldTransform()
        origin = to_view.map(QPointF(0, 0))
        shift = QPointF(origin.x() % step - step, origin.y() % step - step)
        where = to_view.mapRect(exposed).toAlignedRect()
        painter.save()
        painter.resetTransform()
        painter.setClipRect(where)
        painter.drawImage(shift.toPoint(), self._picture)
        painter.restore()


def _picture(tokens: Tokens, step: float, viewport: QSize, ratio: float) -> QImage:
    """A viewport and two steps wide, so that it covers at any shift."""
    width, height = viewport.width() + 2 * step + 2, viewport.height() + 2 * step + 2
    picture = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    picture.fill(QColor(tokens.canvas))
    dot = max(1, round(1.5 * ratio))
    columns = [round(i * step * ratio) for i in range(int(width / step) + 1)]
    rows = [round(i * step * ratio) for i in range(int(height / step) + 1)]
    painter = QPainter(picture)
    colour = QColor(tokens.canvas_grid)
    for y in rows:
        for x in columns:
            painter.fillRect(QRect(x, y, dot, dot), colour)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
