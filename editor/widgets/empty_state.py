"""What a panel shows while it has nothing to show: an icon, what is missing, and how to get it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.widgets.buttons import text_button
from editor.widgets.labels import IconLabel, role_label

TEXT_WIDTH_PX = 340  # about 50 letters a line, where a short text reads best
MARGIN_PX = 24


class EmptyState(QWidget):
    def __init__(self, icon_name: str, title: str = "", text: str = "") -> None:
        super().__init__()
        self._icon = IconLabel(icon_name, "quiet", 28)
        self._title = role_label(title, "strong")
        self._text = role_label(text, "quiet", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, 12)
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
        self._fit_text()
        if icon_name:
            self._icon.set_icon(icon_name, role)

    def minimumSizeHint(self) -> QSize:
        """Small: the text gets narrower with the panel, it must not keep the panel wide."""
        return QSize(160, 96)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_text()

    def _fit_text(self) -> None:
        """As wide as the text needs, up to what reads well and what there is; then exactly as high as that takes."""
        wanted = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 4
        width = max(80, min(wanted, TEXT_WIDTH_PX, self.width() - 2 * MARGIN_PX))
        self._text.setFixedWidth(width)  # first: the height asked for below is for this width at least
        self._text.setFixedHeight(max(0, self._text.heightForWidth(width)))

    def add_button(self, text: str, on_click: Callable[[], object], *, kind: str = "") -> None:
        self._column.insertSpacing(self._column.count() - 1, 8)
        button = text_button(text, on_click, kind=kind)
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
