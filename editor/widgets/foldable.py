"""A header that folds what is below it away. Space, Enter and a click toggle."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from editor.theme.icons import icon
from editor.widgets.buttons import ToolButton
from editor.widgets.naming import named


class Foldable(QWidget):
    toggled = Signal(bool)
    """Whether the body is now shown."""

    def __init__(self, title: str, body: QWidget, *, open_: bool = False) -> None:
        super().__init__()
        self._body = body
        self._open = open_
        self._header = named(ToolButton(), title)
        self._header.setText(title)
        self._header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._header.setIconSize(QSize(12, 12))
        self._header.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._header.clicked.connect(lambda _checked=False: self._show(not self._open))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._header)
        column.addWidget(body, 1)
        self._show(open_)

    @property
    def is_open(self) -> bool:
        return self._open

    def set_open(self, open_: bool) -> None:
        if open_ != self._open:
            self._show(open_)

    def set_title(self, title: str) -> None:
        self._header.setText(title)
        self._header.setAccessibleName(title)

    def _show(self, open_: bool) -> None:
        self._open = open_
        self._header.setAccessibleDescription("open" if open_ else "folded")
        self._header.setIcon(icon("expand" if open_ else "collapse", role="quiet"))
        self._body.setVisible(open_)
        self.toggled.emit(open_)
