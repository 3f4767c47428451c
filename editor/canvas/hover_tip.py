"""Shows the words about what is under the pointer once it has rested there: half a second, not Qt's usual 0.7."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QToolTip, QWidget

REST_MS = 500


class HoverTip(QObject):
    def __init__(self, widget: QWidget) -> None:
        """``widget``: where the pointer moves. Its own tooltip keeps the words, too, for who asks for them."""
        super().__init__(widget)
        self._widget = widget
        self._at = QPoint()
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(REST_MS)
        self.timer.timeout.connect(self._show)
        widget.installEventFilter(self)

    def say(self, words: str, at: QPoint) -> None:
        """The pointer is at this point of the widget, over what these words tell of; none if there are none."""
        if words != self._widget.toolTip():
            QToolTip.hideText()
            self._widget.setToolTip(words)
        self._at = at
        if words:
            self.timer.start()
        else:
            self.timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's own tooltip would come later, and a second time."""
        if event.type() in (QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self.timer.stop()
        return event.type() == QEvent.Type.ToolTip

    def _show(self) -> None:
        if self._widget.isVisible() and self._widget.underMouse():
            QToolTip.showText(self._widget.mapToGlobal(self._at), self._widget.toolTip(), self._widget)
