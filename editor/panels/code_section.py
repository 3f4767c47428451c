"""A code pane with its head: what is shown, where it stands, and what can be done where there is no code yet.

Shows what a reference of the graph names. The same part stands small in the inspector and large in the code dock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.document.changes import NodeRenamed
from editor.document.command import Command, CommandError
from editor.document.module_commands import add_node_stub, add_router_stub, write_missing
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.panels.code_help import CodeHelp
from editor.panels.code_pane import CodePane
from editor.panels.code_target import CodeTarget, is_there, why_no_code
from editor.widgets.buttons import icon_button, text_button, toggle_button
from editor.widgets.labels import ElidedLabel, role_label

LEAST_PX, MOST_PX = 120, 460


class CodeSection(QWidget):
    open_source = Signal(object, int)
    """(path, line): show this place in the user's own editor."""
    larger_wanted = Signal()
    told = Signal(str)

    def __init__(self, history: UndoHistory, help: CodeHelp, name: str, *, is_large: bool) -> None:
        super().__init__()
        self._history = history
        self._folder: Path | None = None
        self._target = CodeTarget()
        self._is_large = is_large
        self._why_locked = ""
        self._sources = ProjectSources(None)
        self.pane = CodePane(history, help, name)
        self._title = ElidedLabel("Code", "strong")
        self._where = ElidedLabel("", "quiet")
        self._whole = toggle_button("outline", "Show the whole module", self._show_whole)
        self._larger = icon_button("float", "Edit in a larger place", self.larger_wanted.emit)
        self._outside = icon_button("export", "Open in your own editor", self._open_outside)
        self._why_none = role_label("", "quiet", wrap=True)
        self._write = text_button("Write a function", self.write_stub, icon_name="add")
        self._nothing = QWidget()
        self._words = QVBoxLayout()
        self._pages = QStackedWidget()
        self._lay_out()
        self.pane.told.connect(self.told)
        self.pane.place_wanted.connect(self._go_to_place)
        self.pane.shown_changed.connect(self._on_shown)
        unsubscribe = history.subscribe(self._on_history)
        self.destroyed.connect(lambda _gone=None: unsubscribe())

    @property
    def target(self) -> CodeTarget:
        return self._target

    @property
    def reason(self) -> str:
        """Why no code is shown, as a sentence; "" if it is."""
        return self._why_none.text()

    @property
    def folder(self) -> Path | None:
        return self._folder

    def module_text(self) -> str | None:
        """Of the module that is shown, as it is now; None if none is, or if it cannot be read."""
        try:
            return self._sources.text_of(self.pane.key).text if self.pane.key else None
        except SourceError:
            return None

    def set_folder(self, folder: Path | None) -> None:
        self._folder, self._sources = folder, ProjectSources(folder)
        self.pane.set_folder(folder)
        self._refresh()

    def show_target(self, target: CodeTarget) -> None:
        """Shows this, or says why there is nothing to show. The same again keeps what the user chose to see of it."""
        if target != self._target:
            self._target = target
            self._whole.blockSignals(True)
            self._whole.setChecked(False)
            self._whole.blockSignals(False)
        self._refresh()

    def refresh(self) -> None:
        """Files on disk may be other ones now."""
        self.pane.refresh()
        self._refresh()

    def set_read_only(self, reason: str) -> None:
        self._why_locked = reason
        self.pane.set_read_only(reason)
        self._write.setEnabled(not reason)
        self._write.setToolTip(reason)

    def write_stub(self) -> None:
        """A function for what is shown, which has none, and the graph names it: one step of undo."""
        target, document = self._target, self._history.document
        if target.reference:
            self._do(lambda: write_missing(document, self._sources, target.reference or ""))
        elif target.is_router:
            self._do(lambda: add_router_stub(document, self._sources, target.node, target.router))
        elif target.node:
            self._do(lambda: add_node_stub(document, self._sources, target.node))

    def toggle_whole(self) -> None:
        """All of the module, or only what was asked for."""
        if not self._whole.isHidden():
            self._whole.toggle()

    def show_module(self, key: str, line: int = 0) -> None:
        """All of a module, at a line."""
        self._target = CodeTarget(module=key)
        self._refresh()
        if line:
            self.pane.go_to_line(line)

    # ---- inside

    def _do(self, make: Callable[[], Command]) -> None:
        try:
            done = self._history.do(make())
        except CommandError as error:
            self.told.emit(str(error))
            return
        if done:
            self.pane.setFocus()
        elif self._history.locked_reason:
            self.told.emit(self._history.locked_reason)

    def _on_history(self, event: HistoryEvent) -> None:
        if not event.changes:
            self.pane.show_nothing()
            self._target = CodeTarget()
        for change in event.changes:
            if isinstance(change, NodeRenamed) and change.old == self._target.node:
                self._target = replace(self._target, node=change.new)
        if event.old.graph is not event.new.graph or (self._target.reference and not self.pane.key):
            self._refresh()

    def _refresh(self) -> None:
        self._sources.see(self._history.document.modules)
        self._target = self._target.now(self._history.document)
        place, reason = self._place()
        if place is not None:
            key, name = place
            reason = self.pane.show_part(key, "" if self._whole.isChecked() else name)
        if reason or place is None:
            self.pane.show_nothing()
        self._why_none.setText(reason)
        offers = self._target.may_be_written and not is_there(self._sources, self._target.reference)
        self._write.setVisible(bool(reason) and offers)
        self._write.setText(f"Write '{self._target.function}'" if self._target.reference else "Write a function")
        self._whole.setVisible(not reason and not self._target.module)
        self._outside.setVisible(not reason and self._folder is not None)
        self._larger.setVisible(not reason and not self._is_large)
        self._title.set_full_text(self._target.title)
        self._pages.setCurrentIndex(1 if reason else 0)
        self._on_shown()

    def _place(self) -> tuple[tuple[str, str] | None, str]:
        """(module, definition) to show; else why there is none."""
        if self._target.module:
            return (self._target.module, ""), ""
        reference = self._target.reference
        if not reference:
            return None, why_no_code(self._target)
        try:
            found = self._sources.find(reference)
        except SourceError:  # no Python at the moment: shown as it is, the pane finds the function by its look
            module, _, name = reference.partition(":")
            return (self._sources.path_for(module), name), ""
        if found is not None:
            return (self._sources.key_of(found.path), found.definition.name), ""
        return None, self._sources.why_not(reference) or f"{reference} is not in this folder, so it is not shown."

    def _on_shown(self) -> None:
        pane = self.pane
        self._where.set_full_text(f"{pane.key}, line {pane.first_line()}" if pane.key else "")
        if not self._is_large:
            height = max(LEAST_PX, min(MOST_PX, pane.editor.text_height())) + pane.height_of_bars()
            self._pages.setFixedHeight(height if pane.key else self._height_of_words())

    def _height_of_words(self) -> int:
        """Why there is no code, wrapped at the width that is there, and what can be done."""
        words = self._words.totalHeightForWidth(max(1, self.width()))
        return max(words, self._nothing.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.pane.key:
            self._on_shown()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A button that is shown for the first time has its size only then."""
        if event.type() == QEvent.Type.LayoutRequest and not self.pane.key:
            self._on_shown()
        return super().eventFilter(watched, event)

    def _show_whole(self, _on: bool) -> None:
        line = self.pane.editor.line() if self.pane.key else 0
        self._refresh()
        if line:
            self.pane.editor.go_to_line(line)

    def _open_outside(self) -> None:
        if self._folder is not None and self.pane.key:
            self.open_source.emit(self._folder / self.pane.key, self.pane.editor.line())

    def _go_to_place(self, path: Path, line: int) -> None:
        """A definition in another module: here if it lies in the graph's folder, else in the user's own editor."""
        if self._folder is not None and path.is_relative_to(self._folder) and path.suffix == ".py":
            self.show_module(path.relative_to(self._folder).as_posix(), line)
        else:
            self.open_source.emit(path, line)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.setContentsMargins(12 if self._is_large else 0, 4 if self._is_large else 0, 4, 4)
        head.addWidget(self._title, 1)
        self._title.setHidden(self._is_large)  # its dock has the title; hidden it still has an owner
        head.addWidget(self._where, 2)
        for button in (self._whole, self._larger, self._outside):
            head.addWidget(button)
        words = self._words
        self._nothing.setLayout(words)
        self._nothing.installEventFilter(self)
        margin = 16 if self._is_large else 0
        words.setContentsMargins(margin, margin, margin, margin)
        words.setSpacing(12)
        words.addWidget(self._why_none)
        row = QHBoxLayout()
        row.addWidget(self._write)
        row.addStretch(1)
        words.addLayout(row)
        words.addStretch(1)
        self._pages.addWidget(self.pane)
        self._pages.addWidget(self._nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        if not self._is_large:
            self.pane.editor.setProperty("flat", False)
