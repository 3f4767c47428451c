"""The button that shows which input a run would get, and opens the picker of inputs below itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from editor.panels.input_picker import INPUT_ROLE, InputPicker
from editor.theme.icons import icon
from editor.widgets.buttons import PushButton
from editor.widgets.labels import IconLabel

POPUP_SIZE = QSize(720, 400)
LEAST_PX, MOST_PX = 260, 400
ROOM_PX = 80  # icon, arrow and padding


class InputButton(PushButton):
    input_changed = Signal()
    run_requested = Signal(str)
    """ "run" or "step": with the chosen input."""

    def __init__(self, picker: InputPicker) -> None:
        super().__init__()
        self.setObjectName("input button")
        self.setIcon(icon("input", role="quiet"))
        self.setProperty("align", "left")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        arrow = IconLabel("expand", "quiet", 12)
        arrow.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 10, 0)
        across.addStretch(1)
        across.addWidget(arrow)
        self.picker = picker
        self._popup = QFrame(self, Qt.WindowType.Popup)
        self._popup.setProperty("role", "card")
        self._popup.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._popup.resize(POPUP_SIZE)
        inside = QVBoxLayout(self._popup)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(picker)
        self.clicked.connect(self.open_picker)
        picker.edit.changed.connect(self._on_change)
        picker.run_requested.connect(self._on_run)
        self._on_change()

    def open_picker(self) -> None:
        self.picker.refresh()
        below = self.mapToGlobal(QPoint(0, self.height() + 4))
        screen = self.screen().availableGeometry()
        x = max(screen.left() + 4, min(below.x(), screen.right() - self._popup.width() - 4))
        self._popup.move(x, below.y())
        self._popup.show()
        self.picker.take_focus()

    def take_keys(self, actions: Iterable[QAction]) -> None:
        """Actions that run the chosen input: their keys count in the popup, too, which closes then."""
        for action in actions:
            self._popup.addAction(action)
            action.triggered.connect(self.close_picker)

    def close_picker(self) -> None:
        self._popup.hide()

    def chosen_input(self) -> dict[str, Any] | None:
        """None while the text is no JSON object."""
        return self.picker.current_input()

    def title(self) -> str:
        """The name of the ready-made input, or that it was edited."""
        value = self.chosen_input()
        if value is None:
            return "Input is not valid JSON"
        chosen = self.picker.list.currentIndex().data(INPUT_ROLE)
        if chosen is not None and chosen.value == value:
            return str(chosen.title)
        return "Edited input" if value else "Empty input"

    def _on_change(self) -> None:
        title = self.title()
        self.ensurePolished()  # the theme makes the letters heavier, so wider
        metrics = self.fontMetrics()
        self.setFixedWidth(max(LEAST_PX, min(metrics.horizontalAdvance(title) + ROOM_PX, MOST_PX)))
        self.setText(metrics.elidedText(title, Qt.TextElideMode.ElideRight, self.maximumWidth() - ROOM_PX + 4))
        self.setToolTip(f"Input of the next run: {title}")
        self.setAccessibleName(f"Input: {title}")
        self.input_changed.emit()

    def _on_run(self, _value: object, mode: str) -> None:
        self.close_picker()
        self.run_requested.emit(mode)
