"""Shows the words about what is under the pointer once it has rested there: half a second, not Qt's usual 0.7."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QToolTip, QWidget

REST_MS = 500


class HoverTip(QObject):
    rested = Signal(str)
    """The pointer has rested on this node, and its words are shown: who knows more may ``add`` it."""

    def __init__(self, widget: QWidget) -> None:
        """``widget``: where the pointer moves. Its own tooltip keeps the words, too, for who asks for them."""
        super().__init__(widget)
        self._widget = widget
        self._at = QPoint()
        self._words = ""
        self._about = ""
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(REST_MS)
        self.timer.timeout.connect(self._show)
        widget.installEventFilter(self)

    def say(self, words: str, at: QPoint, about: str = "") -> None:
        """The pointer is at this point of the widget, over what these words tell of; none if there are none.

        ``about``: the node, if it is one.
        """
        self._about = about
        if words != self._words:
            QToolTip.hideText()
            self._words = words
            self._widget.setToolTip(words)
        self._at = at
        if words:
            self.timer.start()
        else:
            self.timer.stop()

    def add(self, about: str, more: str) -> None:
        """More words about this node. Nothing if the pointer is elsewhere by now."""
        if more and about == self._about and self._words and not self.timer.isActive():
            self._widget.setToolTip(f"{self._words}\n\n{more}")
            self._show_words()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's own tooltip would come later, and a second time."""
        if event.type() in (QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self.timer.stop()
            self._about = ""
        return event.type() == QEvent.Type.ToolTip

    def _show(self) -> None:
        self._widget.setToolTip(self._words)
        self._show_words()
        if self._about:
            self.rested.emit(self._about)

    def _show_words(self) -> None:
        if self._widget.isVisible() and self._widget.underMouse():
            QToolTip.showText(self._widget.mapToGlobal(self._at), self._widget.toolTip(), self._widget)
