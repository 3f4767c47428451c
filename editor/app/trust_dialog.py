"""Asks, once per folder, whether its code may run, and shows that code. Runs nothing; opened by ``run_permission``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.app.project_python import ENTRY
from editor.app.shown_file import ShownFile
from editor.app.trust import CodeFile, Reach, Verdict
from editor.theme.icons import icon
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, role_label

ICONS = {Reach.PYTHON: "output", Reach.GRAPH: "graph"}


class TrustDialog(QDialog):
    """Accepted means: trust this folder and run. ``also_changes`` says whether to ask again when the code changes."""

    def __init__(self, parent: QWidget | None, graph_path: Path, code: tuple[CodeFile, ...], verdict: Verdict) -> None:
        super().__init__(parent)
        self.setObjectName("trust")
        self.setWindowTitle("Trust this folder?")
        self._code = code
        self._changed = verdict.changed if verdict.known_before else frozenset()
        self._before = verdict.before
        self.files = QListWidget()
        self.files.setAccessibleName("Files that would run")
        self.files.setProperty("flat", True)
        self.shown = ShownFile()
        self._always = QCheckBox("I write the code in this folder: do not ask again when it changes")
        whole = dialog_column(self)
        whole.addLayout(self._headline(graph_path, verdict))
        whole.addWidget(self._files_and_source(), 1)
        whole.addWidget(self._always)
        whole.addLayout(self._buttons())
        self._fill()
        self._cancel.setFocus()  # Enter must not run foreign code by accident
        self.resize(840, 580)

    @property
    def also_changes(self) -> bool:
        return self._always.isChecked()

    def _headline(self, graph_path: Path, verdict: Verdict) -> QHBoxLayout:
        words = (
            role_label(title_in_words(verdict), "title"),
            role_label(explanation(self._code, verdict), "quiet", wrap=True),
            ElidedLabel(str(graph_path.resolve().parent), "caption", Qt.TextElideMode.ElideMiddle),
        )
        return headline("untrusted", "next", words)

    def _files_and_source(self) -> QWidget:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.files)
        splitter.addWidget(self.shown)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([230, 560])
        splitter.setChildrenCollapsible(False)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(splitter)
        return card

    def _buttons(self) -> QHBoxLayout:
        self._cancel = text_button("Cancel", self.reject)
        trust = text_button("Trust this folder and run", self.accept, kind="primary", icon_name="trust")
        return answer_row((self._cancel, trust))

    def _fill(self) -> None:
        for file in self._code:
            is_changed = file.name in self._changed
            item = QListWidgetItem(icon(ICONS.get(file.reach, "code"), role="quiet"), file.name)
            if is_changed:
                item.setIcon(icon("edit", role="warning"))
                item.setText(f"{file.name}  (changed)")
            item.setToolTip(reach_in_words(file.reach))
            self.files.addItem(item)
        self.files.currentRowChanged.connect(self._show_file)
        changed_rows = [row for row, file in enumerate(self._code) if file.name in self._changed]
        first_module = next((row for row, file in enumerate(self._code) if file.reach is Reach.NAMED), 0)
        self.files.setCurrentRow(changed_rows[0] if changed_rows else first_module)

    def _show_file(self, row: int) -> None:
        file = self._code[row]
        self.shown.show_file(file.name, reach_in_words(file.reach), file.text, self._before.get(file.name))


def title_in_words(verdict: Verdict) -> str:
    if verdict.changed == {ENTRY} and verdict.known_before:
        return "Another Python would run this graph"
    return "The code in this folder has changed" if verdict.known_before else "Do you trust the code in this folder?"


def explanation(code: tuple[CodeFile, ...], verdict: Verdict) -> str:
    python = next((file.path for file in code if file.reach is Reach.PYTHON), None)
    on = "" if python is None else f" It runs on {python}, with what is installed there."
    if verdict.known_before:
        count = len(verdict.changed)
        files = "One file is" if count == 1 else f"{count} files are"
        if verdict.changed == {ENTRY}:
            return f"It is new or different since you trusted this folder.{on} Nothing has run yet."
        return f"{files} new or different since you trusted it.{on} Nothing has run yet; look at it before it does."
    count = sum(file.reach not in (Reach.GRAPH, Reach.PYTHON) for file in code)
    files = "this file" if count == 1 else f"these {count} files"
    return f"Running the graph executes {files} with your rights on this computer.{on} Nothing has run yet."


def reach_in_words(reach: Reach) -> str:
    return {
        Reach.PYTHON: "Runs the graph",
        Reach.GRAPH: "Stands in the graph file",
        Reach.NAMED: "Named by the graph",
        Reach.IMPORTED: "Imported by what the graph names",
        Reach.NEARBY: "Beside it; other code could import it",
    }[reach]
