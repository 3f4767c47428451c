"""What an empty canvas says: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class EmptyHint(QWidget):
    """Lets the mouse through to the canvas."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        lines = QVBoxLayout(self)
        lines.setSpacing(6)
        for text, role in (
            ("This graph has no nodes yet", "title"),
            ("Double-click anywhere, or press Tab, to add the first one.", "quiet"),
            ("Then drag from START to it, and from it to END.", "quiet"),
        ):
            label = QLabel(text)
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            lines.addWidget(label)

    def place(self) -> None:
        """Stand in the middle, a little above START and END."""
        size = self.sizeHint()
        self.setGeometry(
            (self._canvas.width() - size.width()) // 2, self._canvas.height() // 4, size.width(), size.height()
        )
