"""The status bar: what the run is doing, tinted while a session exists, and at its right end what is shown.

Takes words from ``run_words``; a timer only turns the seconds of a running node.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QStatusBar, QWidget

from editor.app.run_words import RunWords
from editor.theme.icons import icon
from editor.widgets.buttons import set_kind, text_button
from editor.widgets.labels import IconLabel, role_label


class RunStatusBar(QStatusBar):
    python_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._words = RunWords()
        self._icon = IconLabel("info", "text", 14)
        self._label = role_label()
        self._label.setAccessibleName("State of the run")
        self._right = role_label()
        self._python = text_button("", self.python_clicked.emit, kind="status")
        self._python.hide()
        spacer = QWidget()
        spacer.setFixedWidth(6)
        for widget in (spacer, self._icon):
            self.addWidget(widget)
        self.addWidget(self._label, 1)
        self.addPermanentWidget(self._python)
        self.addPermanentWidget(self._right)
        self._label.setText("Ready")
        self._icon.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def show_words(self, words: RunWords) -> None:
        if words == self._words:
            return
        self._words = words
        self._label.setText(words.text or "Ready")
        self._icon.setVisible(bool(words.icon))
        if words.icon:
            self._icon.set_icon(words.icon, words.tint.value or "text")
        for widget in (self, self._label, self._right, self._python):
            set_kind(widget, "tint", words.tint.value)

    @property
    def right_text(self) -> str:
        return self._right.text()

    def show_right(self, text: str) -> None:
        """About the graph, not about the run: its size, that it is read-only."""
        self._right.setText(text)

    @property
    def python_text(self) -> str:
        return self._python.text()

    def show_python(self, name: str, tip: str = "", trouble: str = "") -> None:
        """Which Python runs the graph; hidden without a name. ``trouble``: why it cannot."""
        self._python.setText(name)
        self._python.setAccessibleName(f"{trouble or tip}. Choose another Python")
        self._python.setToolTip(f"{trouble or tip}\nClick to choose another Python")
        self._python.setIcon(icon("warning", role="warning") if trouble else QIcon())
        self._python.setVisible(bool(name))


class Seconds(QTimer):
    """Ticks once a second while something runs, so that its time is seen to pass."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setInterval(1_000)
        self.setTimerType(Qt.TimerType.CoarseTimer)

    def run_if(self, is_wanted: bool) -> None:
        if is_wanted and not self.isActive():
            self.start()
        elif not is_wanted:
            self.stop()
