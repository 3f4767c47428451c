"""A line that is edited in place: Enter or leaving it takes the text over, Escape brings the old one back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from editor.theme.fonts import mono_font
from editor.theme.theme import current_tokens
from editor.widgets.buttons import set_kind


class InlineField(QLineEdit):
    committed = Signal(str)
    """A text other than the last one that was shown."""
    problem_changed = Signal(str)
    """Why the text cannot be taken, as a sentence; "" if it can."""

    def __init__(self, name: str, *, mono: bool = False, placeholder: str = "") -> None:
        super().__init__()
        self._shown = ""
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        if mono:
            self.setFont(mono_font(current_tokens().font_mono_px))
            self.setProperty("mono", True)
        self.textEdited.connect(lambda _text: self.show_problem(""))

    def show_text(self, text: str) -> None:
        """The text as it is in the document now. What somebody is typing at this moment is left alone."""
        was_untouched = self.text() == self._shown
        self._shown = text
        if was_untouched or not self.hasFocus():
            self.setText(text)
            self.setCursorPosition(0)
            self.show_problem("")

    def show_problem(self, text: str) -> None:
        set_kind(self, "invalid", bool(text))
        self.setToolTip(text)
        self.problem_changed.emit(text)

    def go_back(self) -> None:
        """Show the last text of the document again."""
        self.setText(self._shown)
        self.show_problem("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self.go_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._commit()

    def _commit(self) -> None:
        if self.text() != self._shown and not self.isReadOnly():
            self.committed.emit(self.text())
