"""A text field in the place of what is renamed or named, on the canvas. Enter takes it, Esc and leaving it do not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from editor.canvas.canvas_field import is_left, keeps_its_keys, remove
from editor.theme.fonts import ui_font


class InlineEditor(QLineEdit):
    """Lives until Enter, Esc or a click elsewhere; then removes itself."""

    closed = Signal()

    def __init__(
        self, parent: QWidget, place: QRect, text: str, accept: Callable[[str], bool], *, hint: str = "", name: str = ""
    ) -> None:
        super().__init__(text, parent)
        self._accept = accept
        self._first_text = text
        self._is_closed = False
        self.setFont(ui_font(13))
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or hint)
        self.setObjectName("inline editor")
        self.setGeometry(place.x(), place.y(), max(place.width(), 140), 30)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return keeps_its_keys(event) or super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if is_left(event):
            self.take_or_leave()

    def take(self) -> None:
        """Hand the text over; stay open with a red frame if it was refused."""
        if self._is_closed:
            return
        text = self.text().strip()
        if text in ("", self._first_text):
            self.leave()
        elif self._accept(text):
            self._close()
        else:
            self.setProperty("invalid", True)
            self.style().polish(self)
            self.selectAll()

    def take_or_leave(self) -> None:
        """A click elsewhere keeps what was typed if it can be kept."""
        self.take()
        self.leave()

    def leave(self) -> None:
        if not self._is_closed:
            self._close()

    def _close(self) -> None:
        self._is_closed = True
        remove(self, self.closed.emit)
