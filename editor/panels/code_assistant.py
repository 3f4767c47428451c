"""Completion, arguments, definitions and help at the caret of a code editor: when they are asked for and how shown.

What is known comes from ``code_help``, a process; an answer that comes when something else was typed is dropped.
Used by ``code_pane``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolTip

from editor.panels.code_help import CodeHelp, Question
from editor.widgets.code_editor import CodeEditor
from editor.widgets.code_popup import CallTip, ChoiceList, CodeChoice
from editor.widgets.code_text import TextEdit, begins_a_known_name, word_before

DOC_COLUMNS, DOC_LINES = 64, 18
"""Of what a name is, beside the pointer."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the editor shows a part of."""

    folder: Path
    module: str
    """Relative to the folder."""
    text: str
    """Of the whole module."""
    first_line: int
    """Of the editor's text in the module, from 1."""


class CodeAssistant(QObject):
    told = Signal(str)
    step_ended = Signal()
    """What is typed next is another step of undo."""
    definition_found = Signal(object, int)
    """(path, line)"""

    def __init__(self, editor: CodeEditor, help: CodeHelp, place: Callable[[], Place | None]) -> None:
        super().__init__(editor)
        self._editor = editor
        self._help = help
        self._place = place
        self.choices = ChoiceList(editor)
        self.tip = CallTip(editor)
        self.choices.taken.connect(self._complete)
        editor.letter_typed.connect(self._on_letter)
        editor.caret_moved.connect(self._on_caret)
        editor.help_wanted.connect(self._ask_doc)
        editor.entered.connect(self._warm_up)

    def complete(self) -> None:
        """Shows what could stand here."""
        if not self._editor.isReadOnly():
            self._ask("complete", self._offer, told_if_none=True)

    def go_to_definition(self) -> None:
        self._ask("definition", self._tell_definition)

    def explain(self) -> None:
        """Shows what the name at the caret is: its signature and its docstring."""
        caret = self._editor.cursorRect()
        point = self._editor.viewport().mapToGlobal(caret.bottomLeft())
        self._ask_doc(self._editor.selection()[1], point)

    def hide(self) -> None:
        self.choices.close_list()
        self.tip.hide()

    def take_key(self, event: QKeyEvent) -> bool:
        """A key that an open list or tip is for."""
        if self.choices.take_key(event):
            return True
        if event.key() == Qt.Key.Key_Escape and not self.tip.isHidden():
            self.tip.hide()
            return True
        return False

    def _warm_up(self) -> None:
        """The first answer takes a second or two; so it is asked for before anybody waits for one."""
        if self._help.pid is None and not self._editor.isReadOnly():
            self._ask("complete", lambda _answer: None)

    def _on_letter(self, letter: str) -> None:
        if letter == ".":
            self._ask("complete", self._offer)
        elif begins_a_known_name(self._editor.text(), self._editor.selection()[1]):
            self._ask("complete", self._offer_aside)
        elif letter in "(,":
            self._ask("signature", self._show_tip)
        elif letter == ")":
            self.tip.hide()

    def _on_caret(self) -> None:
        if self.choices.isVisible():
            text, (_, caret) = self._editor.text(), self._editor.selection()
            word = word_before(text, caret)
            if not word and text[caret - 1 : caret] != ".":
                self.choices.close_list()
            else:
                self.choices.narrow(word)
        if self.tip.isVisible():
            self._ask("signature", self._show_tip)

    def _ask(
        self, kind: str, then: Callable[[Any], None], at: int | None = None, *, told_if_none: bool = False
    ) -> None:
        """``then`` hears the answer if all that was typed since is more letters of the same word."""
        place = self._place()
        if place is None:
            return
        text = self._editor.text()
        caret = self._editor.selection()[1] if at is None else at
        line = place.first_line + text.count("\n", 0, caret)
        column = caret - (text.rfind("\n", 0, caret) + 1)
        before = self._before_word()

        def answered(answer: Any) -> None:
            if told_if_none and not answer:
                self.told.emit("There is nothing to complete here.")
            elif self._before_word() == before:
                then(answer)

        self._help.ask(Question(kind, place.folder, place.module, place.text, line, column), answered)

    def _before_word(self) -> str:
        """The text up to the word at whose end the caret is."""
        text, (_, caret) = self._editor.text(), self._editor.selection()
        return text[: caret - len(word_before(text, caret))]

    def _offer(self, answer: Any) -> None:
        if not self._editor.hasFocus() or not answer:
            return
        self.choices.offer(_choices_in(answer), word_before(self._editor.text(), self._editor.selection()[1]))

    def _offer_aside(self, answer: Any) -> None:
        """Unless a list is open already, which was asked for."""
        if answer and self._editor.hasFocus() and not self.choices.isVisible() and self.tip.isHidden():
            self.choices.offer_aside(_choices_in(answer), word_before(self._editor.text(), self._editor.selection()[1]))

    def _complete(self, name: str) -> None:
        caret = self._editor.selection()[1]
        word = word_before(self._editor.text(), caret)
        self.step_ended.emit()
        place = caret - len(word) + len(name)
        self._editor.apply(TextEdit(caret - len(word), caret, name, place, place))
        self.step_ended.emit()

    def _show_tip(self, answer: Any) -> None:
        if answer and self._editor.hasFocus() and not self.choices.isVisible():
            self.tip.show_call(answer["name"], answer["parameters"], answer["index"])
        else:
            self.tip.hide()

    def _ask_doc(self, place: int, point: QPoint) -> None:
        self._ask("doc", lambda doc: QToolTip.showText(point, _as_tip(doc), self._editor) if doc else None, place)

    def _tell_definition(self, answer: Any) -> None:
        if answer:
            self.definition_found.emit(Path(answer["path"]), answer["line"])
        else:
            self.told.emit("Its definition was not found.")


def _choices_in(answer: Any) -> list[CodeChoice]:
    return [CodeChoice(name, kind) for name, kind, _rest in answer]


def _wrapped(line: str) -> list[str]:
    """With its indentation on every line; a word that is longer is cut."""
    indent = line[: len(line) - len(line.lstrip())][: DOC_COLUMNS // 2]
    return textwrap.wrap(line, DOC_COLUMNS, subsequent_indent=indent) or [""]


def _as_tip(doc: str) -> str:
    """Plain text for a tooltip, which takes some texts for markup. Narrow, so that it stands beside the pointer."""
    lines = [part for line in doc.splitlines() for part in _wrapped(line)][:DOC_LINES]
    escaped = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;")
    return f'<pre style="margin:0">{escaped}</pre>'
