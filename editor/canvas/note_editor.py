"""A field of several lines in the place of a note. Ctrl+Enter and a click elsewhere take the text, Esc does not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from editor.canvas.canvas_field import is_left, keeps_its_keys, remove
from editor.theme.fonts import ui_font

SMALLEST_WIDTH_PX, SMALLEST_HEIGHT_PX = 180, 72


class NoteEditor(QPlainTextEdit):
    """Lives until it is left; then removes itself."""

    closed = Signal()

    def __init__(self, parent: QWidget, place: QRect, text: str, accept: Callable[[str], bool]) -> None:
        super().__init__(text, parent)
        self._accept = accept
        self._first_text = text
        self._is_closed = False
        self.setFont(ui_font(12))
        self.setObjectName("note editor")
        self.setAccessibleName("Text of the note")
        self.setPlaceholderText("What should others know?")
        self.setTabChangesFocus(False)
        self.setGeometry(
            place.x(),
            place.y(),
            max(place.width(), SMALLEST_WIDTH_PX),
            max(place.height(), SMALLEST_HEIGHT_PX),
        )
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take_or_leave()
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

    def take_or_leave(self) -> None:
        """Keep what was typed if it can be kept."""
        if not self._is_closed:
            text = self.toPlainText()
            if text != self._first_text:
                self._accept(text)
            self.leave()

    def leave(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        remove(self, self.closed.emit)
