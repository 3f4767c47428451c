"""What an empty canvas says: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from editor.widgets.kept_words import keep_said


class EmptyHint(QWidget):
    """Lets the mouse through to the canvas."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        lines = QVBoxLayout(self)
        lines.setSpacing(6)
        self._how = QLabel()
        for label, text, role in (
            (QLabel(), "This graph has no nodes yet", "title"),
            (self._how, "", "quiet"),
            (QLabel(), "Then drag from START to it, and from it to END.", "quiet"),
        ):
            label.setText(text)
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            lines.addWidget(label)
        keep_said(self, "Double-click anywhere, or press {Tab}, to add the first one.", self._say_how)

    def _say_how(self, text: str) -> None:
        self._how.setText(text)
        self.place()

    def place(self) -> None:
        """Stand in the middle, a little above START and END."""
        size = self.sizeHint()
        self.setGeometry(
            (self._canvas.width() - size.width()) // 2, self._canvas.height() // 4, size.width(), size.height()
        )
