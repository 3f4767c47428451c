"""The camera of the canvas: zoom, pan, fit, wheel and touchpad, and the dotted ground. Knows no graph."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMoveEvent, QNativeGestureEvent, QPainter, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from editor.canvas.ground import Ground

SMALLEST_ZOOM, LARGEST_ZOOM = 0.05, 4.0
ZOOM_STEP = 1.2
WHEEL_NOTCH = 120.0
"""Qt's unit: one notch of a usual wheel."""
SCROLL_NOTCH_PX = 60.0
REACH = 100_000.0
"""The view scrolls this far around the origin, so that the point under the pointer can always stay there."""
FIT_MARGIN = 32.0
REFIT_FROM = 0.15
"""A view that shows everything and was not moved since fits again when a side changes by this share of its length. A
banner above a usual canvas changes it by a tenth at most and moves nothing."""

_Camera = tuple[float, int, int]
"""Zoom and the values of both scroll bars."""


class ZoomableView(QGraphicsView):
    view_changed = Signal()
    """Zoom or place is another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wheel_scrolls = False
        """The wheel of a mouse scrolls and zooms only with Ctrl. By default it zooms."""
        self._ground = Ground()
        self._corner: QPoint | None = None
        """Where in the window the view's corner was last; None while the view is hidden."""
        self._fitted: tuple[_Camera, QSize] | None = None
        """What the camera and the size were after everything was fitted in."""
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

    def content_rect(self) -> QRectF:
        """Everything there is to see. Empty here, as nothing is known of what is drawn."""
        return QRectF()

    def fit_all(self) -> None:
        """Show everything, and go on showing everything in another size until the user moves the view."""
        self.fit(self.content_rect())
        self._fitted = (self._camera(), self.viewport().size())

    @property
    def shows_fitted(self) -> bool:
        """Everything was fitted in, and the user has not moved the view since."""
        return self._fitted is not None and self._fitted[0] == self._camera()

    # ---- staying in place when the window's parts come and go

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._corner = self._corner_in_window()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._stay_in_place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stay_in_place()
        if self._fitted is not None and self.shows_fitted:
            before, now = self._fitted[1], self.viewport().size()
            across, down = abs(now.width() - before.width()), abs(now.height() - before.height())
            if across > REFIT_FROM * before.width() or down > REFIT_FROM * before.height():
                self.fit_all()

    def _stay_in_place(self) -> None:
        """A banner above the canvas moves its corner; what is drawn keeps its place on the screen."""
        if not self.isVisible():
            self._corner = None
            return
        before, self._corner = self._corner, self._corner_in_window()
        if before is not None and before != self._corner:
            is_fitted = self.shows_fitted
            step = self._corner - before
            self.scroll_by(step.x(), step.y())
            if is_fitted and self._fitted is not None:
                self._fitted = (self._camera(), self._fitted[1])

    def _corner_in_window(self) -> QPoint:
        return self.mapTo(self.window(), QPoint(0, 0))

    def _camera(self) -> _Camera:
        return self.zoom, self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    # ---- input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key scrolls by itself: what is not said in ``keys`` goes on to the window."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms at the pointer or scrolls, as is wanted; two fingers on a touchpad pan, with Ctrl they zoom."""
        is_touchpad = not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        has_ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if is_touchpad and not has_ctrl:
            self.scroll_by(-event.pixelDelta().x(), -event.pixelDelta().y())
        elif self.wheel_scrolls and not has_ctrl:
            across, down = event.angleDelta().x(), event.angleDelta().y()
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                across, down = across + down, 0
            self.scroll_by(-across / WHEEL_NOTCH * SCROLL_NOTCH_PX, -down / WHEEL_NOTCH * SCROLL_NOTCH_PX)
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
