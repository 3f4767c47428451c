"""A quiet button with a long text at its left: it shows as much as fits, and all of it as its tooltip."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from editor.widgets.buttons import PushButton

PADDING_PX = 20  # both sides, with the frame


class ElidedButton(PushButton):
    def __init__(self, text: str, on_click: Callable[[], object], *, kind: str = "quiet") -> None:
        super().__init__()
        self._full = text
        if kind:
            self.setProperty("kind", kind)
        self.setProperty("align", "left")
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)
        self.clicked.connect(lambda _checked=False: on_click())

    @property
    def full_text(self) -> str:
        return self._full

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + PADDING_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = max(0, self.width() - PADDING_PX)
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, room)
        self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")
