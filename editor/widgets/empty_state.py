"""What a panel shows while it has nothing to show: an icon, what is missing, and how to get it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.widgets.buttons import text_button
from editor.widgets.labels import IconLabel, role_label

TEXT_WIDTH_PX = 300  # about 45 letters a line, where a short text reads best


class EmptyState(QWidget):
    def __init__(self, icon_name: str, title: str = "", text: str = "") -> None:
        super().__init__()
        self._icon = IconLabel(icon_name, "quiet", 28)
        self._title = role_label(title, "strong")
        self._text = role_label(text, "quiet", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setMaximumWidth(TEXT_WIDTH_PX)
        self._text.setMinimumWidth(120)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(8)
        self._column.addStretch(2)
        self._column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(4)
        self._column.addWidget(self._title)
        # A wrapped label with an alignment would be as narrow as its longest word, so it stands in a row instead.
        self._column.addWidget(self._text, 0)
        self._column.setAlignment(self._text, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(3)
        self.set_texts(title, text)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def text(self) -> str:
        return self._text.text()

    def set_texts(self, title: str, text: str, icon_name: str = "", role: str = "quiet") -> None:
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        # Wide enough for the text in as few lines as the width allows.
        wanted = self._text.fontMetrics().horizontalAdvance(text) + 4
        self._text.setFixedWidth(min(TEXT_WIDTH_PX, max(120, wanted)))
        if icon_name:
            self._icon.set_icon(icon_name, role)

    def add_button(self, text: str, on_click: Callable[[], object], *, kind: str = "") -> None:
        self._column.insertSpacing(self._column.count() - 1, 8)
        button = text_button(text, on_click, kind=kind)
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
