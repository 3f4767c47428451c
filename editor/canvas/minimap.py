"""A small picture of the whole drawing in the canvas's corner, with a frame around what is in view. Click to go there.

Shows itself only while something lies outside the view. Painted from the overview's batches into a picture that is made
anew at most four times a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from editor.theme.theme import current_tokens

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

WIDTH, HEIGHT, MARGIN = 200, 128, 16
ROOMY = QSize(800, 440)
"""A smaller canvas has a smaller map: it must not hide a fourth of the graph."""
LEAST_SHARE = 0.5
PADDING = 8.0
REDRAW_MS = 250


class Minimap(QWidget):
    def __init__(self, view: GraphView) -> None:
        super().__init__(view)
        self._view = view
        self._picture = QImage()
        self._content = QRectF()
        self._is_wanted = True
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_MS)
        self._redraw.timeout.connect(self._draw)
        self.resize(WIDTH, HEIGHT)
        self.setAccessibleName("Minimap")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def set_wanted(self, wanted: bool) -> None:
        """The user's choice; even if wanted it hides while everything is in view."""
        self._is_wanted = wanted
        self.follow_view()

    def follow_view(self) -> None:
        """Zoom, place or size of the view is another one."""
        share = max(LEAST_SHARE, min(1.0, self._view.width() / ROOMY.width(), self._view.height() / ROOMY.height()))
        size = QSize(round(WIDTH * share), round(HEIGHT * share))
        if size != self.size():
            self.resize(size)
            self._draw_picture()
        self.move(self._view.width() - self.width() - MARGIN, self._view.height() - self.height() - MARGIN)
        visible = self._visible_rect()
        self.setVisible(self._is_wanted and not self._content.isEmpty() and not visible.contains(self._content))
        self.update()

    def follow_drawing(self) -> None:
        """Something on the canvas looks different: draw it soon."""
        if not self._redraw.isActive():
            self._redraw.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.border_strong), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._picture.isNull():
            return
        painter.drawImage(QPointF(0, 0), self._picture)
        frame = self._on_map(self._visible_rect()).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        fill = QColor(tokens.accent)
        fill.setAlphaF(0.08)
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, 2, 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _draw(self) -> None:
        self._content = self._view.graph_scene.content_rect()
        self._draw_picture()
        self.follow_view()

    def _draw_picture(self) -> None:
        scene, size = self._view.graph_scene, self.size()
        ratio = self.devicePixelRatioF()
        self._picture = QImage((QSizeF(size) * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        if not self._content.isEmpty():
            painter = QPainter(self._picture)
            painter.translate(self._on_map(self._content).topLeft())
            painter.scale(self._scale(), self._scale())
            painter.translate(-self._content.topLeft())
            if not scene.overview.paint(painter, scene, self._scale()):
                self._redraw.start()
            painter.end()

    def _scale(self) -> float:
        """Map px for one scene px."""
        room_x, room_y = self.width() - 2 * PADDING, self.height() - 2 * PADDING
        return min(room_x / max(1.0, self._content.width()), room_y / max(1.0, self._content.height()))

    def _on_map(self, scene_rect: QRectF) -> QRectF:
        scale = self._scale()
        left = (self.width() - self._content.width() * scale) / 2
        top = (self.height() - self._content.height() * scale) / 2
        offset = scene_rect.topLeft() - self._content.topLeft()
        return QRectF(
            left + offset.x() * scale, top + offset.y() * scale, scene_rect.width() * scale, scene_rect.height() * scale
        )

    def _visible_rect(self) -> QRectF:
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def _go(self, place: QPointF) -> None:
        origin = self._on_map(QRectF(self._content.topLeft(), self._content.topLeft())).topLeft()
        scene = self._content.topLeft() + (place - origin) / self._scale()
        self._view.centerOn(scene)
        self._view.view_changed.emit()
