"""One file in the question of trust: what changed in it since it was trusted, or the whole of it. Runs nothing."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.app.shown_code import changes_to_show, code_to_show
from editor.widgets.code_view import CodeView
from editor.widgets.labels import ElidedLabel, role_label
from editor.widgets.segmented import Segmented

CHANGES, WHOLE = "Changes", "Whole file"


class ShownFile(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.source = CodeView("python", "Source code")
        self.changes = CodeView("diff", "What changed since you trusted it", numbers=False)
        self.switch = Segmented((CHANGES, WHOLE), "What is shown of the file")
        self.switch.chosen.connect(self._show)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.changes)
        self._pages.addWidget(self.source)
        self._title = ElidedLabel("", "strong")
        self._about = role_label("", "caption")
        line = QFrame()
        line.setProperty("role", "line")
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self._title, 1)
        row.addWidget(self._about)
        row.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(line)
        column.addWidget(self._pages, 1)

    def show_file(self, name: str, about: str, text: str, before: str | None) -> None:
        """``before``: the text that was trusted; None if it is not known, and then all of the file is shown."""
        changes = changes_to_show(before, text) if before is not None else ""
        self._title.set_full_text(name)
        self._about.setText(about)
        self.source.set_code(code_to_show(text))
        self.changes.set_code(changes)
        self.switch.setVisible(bool(changes))
        self.switch.choose(CHANGES if changes else WHOLE)
        self._show(self.switch.word)

    def _show(self, word: str) -> None:
        self._pages.setCurrentWidget(self.changes if word == CHANGES else self.source)
