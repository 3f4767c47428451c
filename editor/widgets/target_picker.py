"""A closed list of nodes of which one is chosen, or none. Filled only when it is opened: a graph may have thousands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from editor.widgets.choice_box import ChoiceBox

Choice = tuple[str, str | None]
"""(text, value)."""


class TargetPicker(ChoiceBox):
    picked = Signal(object)
    """The value of another choice; only after the user's doing."""

    def __init__(self, name: str, choices: Callable[[], Sequence[Choice]]) -> None:
        super().__init__()
        self._choices = choices
        self._value: str | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._take)

    @property
    def value(self) -> str | None:
        return self._value

    def show_value(self, value: str | None, text: str) -> None:
        self._value = value
        self.clear()
        self.addItem(text, value)
        self.setToolTip(text)

    def showPopup(self) -> None:
        self._fill()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._fill()
        super().keyPressEvent(event)

    def _fill(self) -> None:
        if self.count() > 1:
            return
        choices = self._choices()  # before: one of them may be what is shown
        self.clear()
        for text, value in choices:
            self.addItem(text, value)
        self.setCurrentIndex(max(0, self.findData(self._value)))

    def _take(self, index: int) -> None:
        value = self.itemData(index)
        if value != self._value:
            self.picked.emit(value)
