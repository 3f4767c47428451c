"""A path of names, each a button that goes there; the last one is where one is. Knows no graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from editor.widgets.buttons import icon_button, text_button
from editor.widgets.labels import role_label

LONGEST = 40
"""Letters of one name; a longer one is cut in its middle and told whole by its tooltip."""


class Breadcrumb(QFrame):
    chosen = Signal(int)
    """How many of the names lead to the place that was clicked: 1 for the outermost."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setAccessibleName("Place in the graph")
        self.up = icon_button("up", "Up", self._go_up)
        self.steps: list[QPushButton] = []
        """Of the names that one is not at; the last name is a label."""
        self._parts: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 12, 4)
        self._row.setSpacing(2)
        self._row.addWidget(self.up)
        self._row.addStretch(1)

    def show_path(self, names: Sequence[str]) -> None:
        """The outermost first."""
        for part in self._parts:
            self._row.removeWidget(part)
            part.deleteLater()
        self.steps, self._parts = [], []
        for index, name in enumerate(names[:-1]):
            step = text_button(_cut(name).replace("&", "&&"), partial(self.chosen.emit, index + 1), kind="quiet")
            step.setToolTip(f"Back to '{name}'")
            step.setAccessibleName(f"Back to {name}")
            self.steps.append(step)
            self._insert(step)
            self._insert(role_label("›", "quiet"))
        for name in names[-1:]:
            here = role_label(_cut(name), "strong")
            here.setContentsMargins(8, 0, 0, 0)
            here.setToolTip(name if _cut(name) != name else "")
            self._insert(here)
        self.setAccessibleDescription(" in ".join(reversed(names)))

    def _insert(self, part: QWidget) -> None:
        self._row.insertWidget(1 + len(self._parts), part)
        self._parts.append(part)

    def _go_up(self) -> None:
        if self.steps:
            self.chosen.emit(len(self.steps))


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 :]}"
