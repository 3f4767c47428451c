"""A path of names, each a button that goes there; the last one is where one is. Knows no graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from editor.theme.icons import icon

HEIGHT_PX = 36
LONGEST = 40
"""Letters of one name; more is cut in its middle and told by the tooltip."""


class Breadcrumb(QWidget):
    chosen = Signal(int)
    """How many of the names lead to the place that was clicked: 1 for the outermost."""
    up_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Place in the graph")
        self.up = QToolButton()
        self.up.setIcon(icon("up"))
        self.up.setAutoRaise(True)
        self.up.setAccessibleName("Go to the graph around this one")
        self.up.clicked.connect(self.up_wanted)
        self.steps: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 12, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self.up)
        self._row.addStretch(1)
        self.note = QLabel()
        self.note.setProperty("quiet", True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.note, 2)

    def show_path(self, names: Sequence[str]) -> None:
        """The outermost first."""
        while self._row.count() > 3:
            self._row.takeAt(1).widget().deleteLater()
        self.steps = []
        for index, name in enumerate(names):
            if index:
                arrow = QLabel("›")
                arrow.setProperty("quiet", True)
                self._row.insertWidget(self._row.count() - 2, arrow)
            self._row.insertWidget(self._row.count() - 2, self._step(name, index + 1, is_last=index == len(names) - 1))
        self.setAccessibleDescription(" in ".join(reversed(names)))

    def _step(self, name: str, count: int, *, is_last: bool) -> QPushButton:
        button = QPushButton(_cut(name).replace("&", "&&"))
        button.setFlat(True)
        button.setProperty("crumb", "here" if is_last else "way")
        button.setEnabled(not is_last)
        button.setToolTip("" if is_last else f"Go back to '{name}'")
        button.setAccessibleName(f"{name}, shown" if is_last else f"Go to {name}")
        button.clicked.connect(partial(self.chosen.emit, count))
        self.steps.append(button)
        return button


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 :]}"
