"""The line above a tree of values that shows one of them only: which it is, and the way back to all.

Deep values run out of the panel's width after some ten levels; shown from one of them, there is room for the next ten.
Used by ``value_view``, which it lies upon.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor.widgets.buttons import icon_button
from editor.widgets.labels import ElidedLabel
from editor.widgets.preview_node import Path, short_path_text

HEIGHT_PX = 32


class ValueRoot(QWidget):
    def __init__(self, parent: QWidget, on_back: Callable[[], object]) -> None:
        super().__init__(parent)
        self._path = ElidedLabel(role="strong", mode=Qt.TextElideMode.ElideMiddle)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(
            icon_button("previous", "Back to the whole state", on_back, tip="Back to the whole state (Backspace)")
        )
        row.addWidget(self._path, 1)
        self.setAutoFillBackground(True)
        self.hide()

    def show_path(self, path: Path) -> None:
        self._path.set_full_text(short_path_text(path))
        self.raise_()
        self.show()
