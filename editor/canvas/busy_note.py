"""A note at the canvas's top that something takes a while, with a button that ends it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QWidget

from editor.theme.shadow import raise_above
from editor.widgets.buttons import text_button

TOP_PX = 16


class BusyNote(QFrame):
    def __init__(self, canvas: QWidget, cancel: Callable[[], object]) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = QLabel()
        bar = self._bar = QProgressBar()
        bar.setRange(0, 0)  # how long it takes is not known
        bar.setTextVisible(False)
        bar.setFixedWidth(72)
        bar.setAccessibleName("Busy")
        self.button = text_button("Cancel", cancel, tip="Esc")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(12)
        for widget in (self._words, bar, self.button):
            row.addWidget(widget)
        self.hide()

    def say(self, words: str) -> None:
        self._words.setText(words)
        self.setAccessibleName(words)

    def show_share(self, share: float) -> None:
        """How much is done, from 0 to 1."""
        if self._bar.maximum() == 0:
            self._bar.setRange(0, 100)
        self._bar.setValue(round(share * 100))

    def place(self) -> None:
        size = self.sizeHint()
        self.setGeometry((self._canvas.width() - size.width()) // 2, TOP_PX, size.width(), size.height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        raise_above(self)
        self.place()
        self.raise_()
