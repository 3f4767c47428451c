"""Asks which Python runs the graphs of a folder. Starts none of them; opened by ``python_joints``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QListWidget, QListWidgetItem, QWidget

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.app.project_python import name_in_words
from editor.theme.icons import icon
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, role_label
from engine.runner.interpreter import Interpreter, interpreter_at, why_not

WORDS = "The graphs of this folder run on it, with what is installed there. Nothing is started before you run one."


class PythonDialog(QDialog):
    """Accepted means: take ``interpreter``; None leaves it to the program, which takes ``found``."""

    def __init__(
        self,
        parent: QWidget | None,
        folder: Path,
        found: Interpreter,
        chosen: Interpreter | None,
        offers: Sequence[Interpreter],
    ) -> None:
        super().__init__(parent)
        self.setObjectName("python")
        self.setWindowTitle("Python of this graph")
        self._folder = folder
        self._found = found
        self._rows: list[Interpreter | None] = []
        self.list = QListWidget()
        self.list.setAccessibleName("Pythons")
        self._place = ElidedLabel("", "caption", Qt.TextElideMode.ElideMiddle)
        self._why_not = role_label("", "error", wrap=True)
        self._take = text_button("Use this Python", self.accept, kind="primary")
        self._take.setDefault(True)
        title = role_label("Which Python runs this graph?", "title")
        whole = dialog_column(self)
        whole.addLayout(headline("output", "accent", (title, role_label(WORDS, "quiet", wrap=True))))
        whole.addWidget(self.list, 1)
        whole.addWidget(self._place)
        whole.addWidget(self._why_not)
        look = text_button("Another one…", self._look_for, icon_name="open")
        whole.addLayout(answer_row((text_button("Cancel", self.reject), self._take), (look,)))
        self._add(None, f"Found by itself: {name_in_words(found)}")
        for offer in offers:
            self._add(offer)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(self._on_activated)
        self.show_interpreter(chosen)
        self.list.setFocus()
        self.resize(560, 380)

    @property
    def interpreter(self) -> Interpreter | None:
        return self._rows[self.list.currentRow()]

    def show_interpreter(self, interpreter: Interpreter | None) -> None:
        """Selects it; one that is not listed is added."""
        if interpreter not in self._rows:
            self._add(interpreter)
        self.list.setCurrentRow(self._rows.index(interpreter))

    def _add(self, interpreter: Interpreter | None, text: str = "") -> None:
        if not text and interpreter is not None:
            text = (
                f"{name_in_words(interpreter)}: Stepgraph's own" if interpreter.is_own else name_in_words(interpreter)
            )
        is_fit = not why_not(interpreter or self._found)
        item = QListWidgetItem(icon("output" if is_fit else "warning", role="quiet" if is_fit else "warning"), text)
        item.setToolTip(str((interpreter or self._found).path))
        self._rows.append(interpreter)
        self.list.addItem(item)

    def _show(self, _row: int) -> None:
        shown = self.interpreter or self._found
        reason = why_not(shown)
        self._place.set_full_text(str(shown.path))
        self._why_not.setText(reason)
        self._why_not.setVisible(bool(reason))
        self._take.setEnabled(not reason)

    def _on_activated(self, _item: QListWidgetItem) -> None:
        if self._take.isEnabled():
            self.accept()

    def _look_for(self) -> None:
        dialog = QFileDialog(self, "The program of a Python, such as bin/python", str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.show_interpreter(interpreter_at(Path(path))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
