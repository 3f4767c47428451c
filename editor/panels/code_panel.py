"""The code dock: a function of the graph, large, beside the canvas. Follows the selection; a list has all the others.

While a run has the code, it is locked with the reason and the way out.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.panels.code_chooser import CodeChooser
from editor.panels.code_help import CodeHelp
from editor.panels.code_section import CodeSection
from editor.panels.code_target import CodeTarget, of_node
from editor.panels.ran_code import RanCode
from editor.widgets.buttons import text_button
from editor.widgets.labels import IconLabel, role_label


class CodePanel(QWidget):
    stop_wanted = Signal()
    """The run is in the way of an edit."""

    def __init__(self, history: UndoHistory, help: CodeHelp) -> None:
        super().__init__()
        self._history = history
        self.section = CodeSection(history, help, "Code", is_large=True)
        self.chooser = CodeChooser()
        self.chooser.activated.connect(self._choose)
        self._locked = role_label("", wrap=True)
        self._lock_bar = self._make_lock_bar()
        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 4)
        top.addWidget(self.chooser, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._lock_bar)
        self.ran = RanCode(self.section)
        column.addWidget(self.ran, 1)
        self.setFocusProxy(self.section.pane.editor)
        unsubscribe = history.subscribe(self._on_history)
        self.destroyed.connect(lambda _gone=None: unsubscribe())
        self._mark_shown()

    def set_folder(self, folder: Path | None) -> None:
        """Where the graph's modules are; None while it has no file."""
        self.section.set_folder(folder)
        self._mark_shown()

    def show_node(self, node: str) -> None:
        self.show_target(of_node(node))

    def show_target(self, target: CodeTarget) -> None:
        self.section.show_target(target.now(self._history.document))
        self._mark_shown()

    def set_read_only(self, reason: str) -> None:
        """Why no code can be edited now, as a sentence; "" if it can."""
        self._locked.setText(reason)
        self._lock_bar.setVisible(bool(reason))
        self.section.set_read_only(reason)

    @property
    def said_of_run(self) -> str:
        """That the shown code is not the one that ran; "" if it is, or no run is shown."""
        return self.ran.said

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._list()

    # ---- inside

    def _on_history(self, event: HistoryEvent) -> None:
        if self.isVisible() and (not event.changes or event.old.graph is not event.new.graph):
            self._list()

    def _list(self) -> None:
        """Nobody reads it while the panel is hidden; of 5,000 nodes it takes 10 ms."""
        self.chooser.follow(self._history.document)
        self._mark_shown()

    def _mark_shown(self) -> None:
        """The list names what is shown; a whole module, which it does not have, is named as well."""
        shown = self.section.target
        self.chooser.setCurrentIndex(self.chooser.row_of(shown))
        self.chooser.setPlaceholderText(shown.title if shown != CodeTarget() else "Choose what to edit")

    def _choose(self, index: int) -> None:
        self.section.show_target(self.chooser.itemData(index))
        self.section.pane.setFocus()

    def _make_lock_bar(self) -> QFrame:
        bar = _bar("banner-info", "lock", self._locked, text_button("Stop and edit", self.stop_wanted.emit))
        bar.hide()
        return bar


def _bar(role: str, icon_name: str, *widgets: QWidget) -> QFrame:
    bar = QFrame()
    bar.setProperty("role", role)
    row = QHBoxLayout(bar)
    row.setContentsMargins(12, 6, 8, 6)
    row.setSpacing(8)
    row.addWidget(IconLabel(icon_name, "accent"))
    for place, widget in enumerate(widgets):
        row.addWidget(widget, int(place == 0))
    return bar
