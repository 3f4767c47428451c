"""One function, class or module in an editor that is part of the document: typing is an edit of it, undo is its undo.

Knows no node and no graph: whoever owns it says which definition of which module to show. Each letter goes to the
history at once and joins the ones before it as far as they are one word, so nothing typed is ever only here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.document.changes import ModuleSpliced
from editor.document.command import CommandError
from editor.document.module_commands import edit_module
from editor.document.module_text import why_not_shown
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError, changed_part, read_module
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.panels.code_assistant import CodeAssistant, Place
from editor.panels.code_help import CodeHelp
from editor.panels.code_part import Part, after, first_line, hidden_characters, part_of, shown, typed, whole
from editor.widgets.buttons import text_button
from editor.widgets.code_editor import LONGEST_LINE, CodeEditor
from editor.widgets.code_find import CodeFind
from editor.widgets.labels import IconLabel, role_label

CHECK_AFTER_MS = 300
"""A mistake shown while somebody is still typing a word is only noise."""
REST_MS = 600
"""After so long without a letter the next one begins a new step of undo."""
NO_FOLDER = Path("/nowhere")
"""Of a graph without a file: there are no other modules."""


class CodePane(QWidget):
    told = Signal(str)
    """A sentence that needs no answer."""
    place_wanted = Signal(object, int)
    """(path, line): a definition that stands elsewhere."""
    shown_changed = Signal()
    """It shows something else now, or a longer or shorter text."""

    def __init__(self, history: UndoHistory, help: CodeHelp, name: str) -> None:
        super().__init__()
        self._history = history
        self._folder: Path | None = None
        self._sources = ProjectSources(None)
        self._key = ""
        self._name = ""
        self._part: Part | None = None
        self._shown = ""
        self._looked_at = ""
        """The module's text when it was last looked for what is shown."""
        self._is_ours = False
        self._why_locked = ""
        self._step = 0
        self._last_kind = ""
        self.editor = CodeEditor(name)
        self.editor.setProperty("flat", True)
        self.search = CodeFind(self.editor)
        self.assistant = CodeAssistant(self.editor, help, self._asked_place)
        self._problem = role_label("", "error", wrap=True)
        self._problem_row = _problem_row(self._problem, self._go_to_problem)
        self._problem_line = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search)
        column.addWidget(self.editor, 1)
        column.addWidget(self._problem_row)
        self.setFocusProxy(self.editor)
        self._check = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._check.timeout.connect(self.check_now)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.end_step)
        self.editor.text_edited.connect(self._on_edited)
        self.editor.left.connect(self._on_left)
        self.editor.refused.connect(self.told)
        self.editor.set_extra_keys(self._take_key)
        self.assistant.told.connect(self.told)
        self.assistant.step_ended.connect(self.end_step)
        self.assistant.definition_found.connect(self._go_to_definition)
        unsubscribe = history.subscribe(self._on_history)
        self.destroyed.connect(lambda _gone=None: unsubscribe())

    # ---- what is shown

    @property
    def key(self) -> str:
        """The module that is shown, relative to the graph's folder; "" if none is."""
        return self._key if self._part is not None else ""

    @property
    def name(self) -> str:
        """The definition that is shown; "" for the whole module."""
        return self._name

    @property
    def problem(self) -> str:
        """Why the module is no Python at the moment, as a sentence; "" if it is."""
        return self._problem.text()

    def height_of_bars(self) -> int:
        """What search and mistake take of the height now."""
        return sum(bar.sizeHint().height() for bar in (self.search, self._problem_row) if not bar.isHidden())

    def first_line(self) -> int:
        return 1 if self._part is None else first_line(self._text(), self._part)

    def set_folder(self, folder: Path | None) -> None:
        """Where the modules are; None for a graph without a file. What is the same there stays, the caret too."""
        before = self._text()
        self._folder, self._sources = folder, ProjectSources(folder)
        if self._part is None or self._text() != before:
            self.show_nothing()

    def show_part(self, key: str, name: str = "") -> str:
        """Shows a definition of a module, or all of it; "" or, if it cannot, why not in a sentence."""
        self._see()
        if self._part is not None and (key, name) == (self._key, self._name):
            self.refresh()
            return ""
        try:
            text = self._sources.text_of(key).text
        except SourceError as error:
            return str(error)
        if reason := why_not_shown(text) or why_too_long(text):
            return f"{key}: {reason}"
        part = part_of(text, name) if name else whole(text)
        if part is None:
            return f"{key} does not define '{name}'."
        self.end_step()
        self._key, self._name, self._part = key, name, part
        self._shown = shown(text, part)
        self.editor.set_text(self._shown, first_line(text, part))
        self.assistant.hide()
        self.set_read_only(self._why_locked)
        self.check_now()
        self.shown_changed.emit()
        return ""

    def show_nothing(self) -> None:
        self.end_step()
        self._key, self._name, self._part, self._shown = "", "", None, ""
        self.editor.set_text("", 1)
        self.assistant.hide()
        self.check_now()

    def refresh(self) -> None:
        """The module may be another one on disk now; what is edited here is not read again."""
        if self._part is None:
            return
        text = self._text()
        if text == self._looked_at:
            return
        self._looked_at = text
        part = part_of(text, self._name) if self._name else whole(text)
        if part is not None and (part != self._part or shown(text, part) != self._shown):
            self._take(text, part)

    def set_read_only(self, reason: str) -> None:
        """Why nothing can be typed, as a sentence; "" if it can."""
        self._why_locked = reason
        self.editor.setReadOnly(bool(reason) or self._part is None)
        self.editor.setToolTip("")
        if reason:
            self.assistant.hide()

    def go_to_line(self, line: int) -> None:
        """A line of the module; the rest of the module is shown if it is not in the part."""
        inside = self.first_line() <= line < self.first_line() + self.editor.blockCount()
        if not inside and self._name:
            self.show_part(self._key)
        self.editor.go_to_line(line)

    # ---- actions

    def end_step(self) -> None:
        """What is typed next is another step of undo."""
        self._rest.stop()
        self._step += 1
        self._last_kind = ""

    # ---- typing

    def _on_edited(self) -> None:
        if self._part is None:
            return
        new_shown = self.editor.text()
        new_text, part = typed(self._text(), self._part, new_shown)
        kind = _kind(self._shown, new_shown)
        if not _joins(kind, self._last_kind):
            self._step += 1
        self._last_kind = kind
        label = f"Edit '{self._name}'" if self._name else f"Edit {self._key}"
        try:
            merge_key = ("typing", id(self), self._step) if kind else None
            command = edit_module(
                self._history.document, self._sources, self._key, new_text, label, merge_key=merge_key
            )
        except CommandError as error:
            self._take_back(str(error))
            return
        self._part, self._shown, self._is_ours, self._looked_at = part, new_shown, True, new_text
        try:
            done = self._history.do(command)
        finally:
            self._is_ours = False
        if not done and command.changes:
            self._take_back(self._history.modules_locked_reason)
            return
        self._check.start()
        self._rest.start()
        self.shown_changed.emit()

    def _take_back(self, why: str) -> None:
        """The document did not take what was typed, so it does not stand here either."""
        text = self._text()
        part = part_of(text, self._name) if self._name else whole(text)
        if part is not None:
            self._take(text, part)
        self.told.emit(why)

    def _on_history(self, event: HistoryEvent) -> None:
        self._sources.see(event.new.modules)
        if self._part is None or self._is_ours:
            return
        if not event.changes:
            self.refresh()
            return
        part: Part | None = self._part
        splices = [each for each in event.changes if isinstance(each, ModuleSpliced) and each.path == self._key]
        for splice in splices:
            part = after(part, splice) if part is not None and self._name else None
        if not splices:
            return
        text = self._text()
        part = part or (part_of(text, self._name) if self._name else whole(text))
        if part is None:
            self._key, self._name, part = self._key, "", whole(text)
        self._take(text, part)

    def _take(self, text: str, part: Part) -> None:
        """The module is another text now, by no key of this editor."""
        self._part, self._shown, self._looked_at = part, shown(text, part), text
        self._last_kind = ""
        self._step += 1
        self.editor.take_text(self._shown, first_line(text, part))
        self.assistant.hide()
        self._check.start()
        self.shown_changed.emit()

    # ---- mistakes

    def check_now(self) -> None:
        """Says where the module is no Python, and where it has characters that nobody sees."""
        self._check.stop()
        hidden = hidden_characters(self._text())
        line, words = next(iter(hidden.items()), (0, ""))
        try:
            read_module(self._text())
        except SourceError as error:
            line, words = error.line or 0, str(error).removeprefix("The module is not Python: ")
            if error.line is not None:
                words = words.removesuffix(f", line {error.line}.")
                words = f"Line {error.line}: {words[:1].upper()}{words[1:]}."
        self._problem_line = line
        self._problem.setText(words)
        if self._problem_row.isHidden() == bool(words):
            self._problem_row.setVisible(bool(words))
            self.shown_changed.emit()
        self.editor.show_problems({**hidden, **({line: words} if line else {})})

    def _go_to_problem(self) -> None:
        if self._problem_line:
            self.go_to_line(self._problem_line)
        self.editor.setFocus()

    # ---- keys and help

    def _take_key(self, event: QKeyEvent) -> bool:
        """Keys that mean something here while the caret is in the code."""
        if self.assistant.take_key(event):
            return True
        if event.key() == Qt.Key.Key_F3 and not self.search.isHidden():
            self.search.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return True
        if event.key() == Qt.Key.Key_Escape and not self.search.isHidden():
            self.search.close_bar()
            return True
        return False

    def _on_left(self) -> None:
        self.end_step()
        self.assistant.hide()

    def _asked_place(self) -> Place | None:
        if self._part is None:
            return None
        return Place(self._folder or NO_FOLDER, self._key, self._text(), self.first_line())

    def _go_to_definition(self, path: Path, line: int) -> None:
        if self._folder is not None and path == self._folder / self._key:
            self.go_to_line(line)
        else:
            self.place_wanted.emit(path, line)

    # ---- inside

    def _see(self) -> None:
        self._sources.see(self._history.document.modules)

    def _text(self) -> str:
        """The module as it is now. What cannot be read any more has no text."""
        self._see()
        try:
            return self._sources.text_of(self._key).text if self._key else ""
        except SourceError:
            return ""


def _kind(old: str, new: str) -> str:
    """What was done: "letter", "sign" or "delete" for one character; "" for more at once, or another line."""
    start, end, put = changed_part(old, new)
    if end - start == 1 and not put:
        return "delete"
    if start == end and len(put) == 1 and put != "\n":
        return "letter" if put.isalnum() or put == "_" else "sign"
    return ""


def _joins(kind: str, last: str) -> bool:
    """Whether undo takes both back at once: a word with the signs behind it, or a row of deletions."""
    if kind == "delete" or last == "delete":
        return kind == last
    return bool(kind and last) and not (kind == "letter" and last == "sign")


def why_too_long(text: str) -> str:
    """Why a text cannot be shown in a text field, as a sentence; "" if it can."""
    lines = text.split("\n")
    number = next((i for i, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), 0)
    if not number:
        return ""
    return f"Line {number} has {len(lines[number - 1]):,} characters, more than can be edited here. Use another editor."


def _problem_row(label: QWidget, go: Any) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(12, 6, 8, 6)
    line.setSpacing(8)
    line.addWidget(IconLabel("error", "danger"))
    line.addWidget(label, 1)
    line.addWidget(text_button("Go to it", go, kind="quiet"))
    row.hide()
    return row
