"""The camera of the canvas: zoom, pan, fit, wheel and touchpad, and the dotted ground. Knows no graph."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from editor.canvas.ground import Ground

SMALLEST_ZOOM, LARGEST_ZOOM = 0.05, 4.0
ZOOM_STEP = 1.2
WHEEL_NOTCH = 120.0
"""Qt's unit: one notch of a usual wheel."""
REACH = 100_000.0
"""The view scrolls this far around the origin, so that the point under the pointer can always stay there."""
FIT_MARGIN = 32.0


class ZoomableView(QGraphicsView):
    view_changed = Signal()
    """Zoom or place is another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground = Ground()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSceneRect(-REACH, -REACH, 2 * REACH, 2 * REACH)

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self.transform().m11()

    def zoom_in(self) -> None:
        self.zoom_at(self.viewport().rect().center(), self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.zoom_at(self.viewport().rect().center(), self.zoom / ZOOM_STEP)

    def zoom_reset(self) -> None:
        self.zoom_at(self.viewport().rect().center(), 1.0)

    def zoom_at(self, view_point: QPoint, zoom: float) -> None:
        """Zoom so that the scene point under this point of the viewport stays there."""
        zoom = max(SMALLEST_ZOOM, min(LARGEST_ZOOM, zoom))
        kept = self.mapToScene(view_point)
        self.resetTransform()
        self.scale(zoom, zoom)
        now = self.mapFromScene(kept)
        self.scroll_by(now.x() - view_point.x(), now.y() - view_point.y())

    def scroll_by(self, dx: float, dy: float) -> None:
        """Move the view by px of the screen."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(dx))
        down.setValue(down.value() + round(dy))
        self.view_changed.emit()

    def fit(self, rect: QRectF) -> None:
        """Show this rectangle of the scene whole, never larger than at 100 %."""
        if rect.isEmpty():
            return
        port = self.viewport().rect()
        zoom_x = (port.width() - 2 * FIT_MARGIN) / rect.width()
        zoom_y = (port.height() - 2 * FIT_MARGIN) / rect.height()
        zoom = max(SMALLEST_ZOOM, min(zoom_x, zoom_y, 1.0))
        self.resetTransform()
        self.scale(zoom, zoom)
        self.centerOn(rect.center())
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms at the pointer; two fingers on a touchpad pan, with Ctrl they zoom."""
        is_touchpad = not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        if is_touchpad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scroll_by(-event.pixelDelta().x(), -event.pixelDelta().y())
        else:
            notches = (event.angleDelta().y() or event.angleDelta().x()) / WHEEL_NOTCH
            self.zoom_at(event.position().toPoint(), self.zoom * ZOOM_STEP**notches)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """A pinch on a touchpad zooms."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_at(event.position().toPoint(), self.zoom * (1 + event.value()))
            return True
        return super().viewportEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._ground.paint(painter, QRectF(rect), self.viewport().size(), self.zoom)
