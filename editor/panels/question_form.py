"""One question of the graph: what it says, and a form for the reply with a switch to plain JSON.

Knows one ``Question``; ``answer_card`` holds several and sends.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from editor.debugger.run_state import Question
from editor.panels.question_fact import fact_widget
from editor.panels.question_lists import list_widget
from editor.panels.question_text import question_text, restart_note
from editor.widgets.json_edit import JsonEdit
from editor.widgets.labels import role_label
from editor.widgets.naming import named
from editor.widgets.schema_form import SchemaForm
from editor.widgets.segmented import Segmented

REPLY_HEIGHT_PX = 84
FORM, TEXT, JSON = "Form", "Text", "JSON"


class QuestionForm(QWidget):
    submitted = Signal()
    changed = Signal()

    def __init__(self, question: Question, *, may_wait: bool) -> None:
        super().__init__()
        self.question = question
        self._form = SchemaForm(question.response_schema) if question.response_schema else None
        self._text = named(QPlainTextEdit(), f"Reply to {question.node}")
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText("Your answer")
        self._text.setFixedHeight(REPLY_HEIGHT_PX)
        self._json = JsonEdit(f"Reply to {question.node} as JSON")
        self._json.setFixedHeight(REPLY_HEIGHT_PX + 24)
        self._json.set_text('""' if self._form is None else "{}")
        self._switch = Segmented((FORM if self._form else TEXT, JSON), "How to write the reply")
        self._first_page: QWidget = self._form or self._text
        self.later = QCheckBox("Answer later")
        self.later.setVisible(may_wait)
        self._lay_out()
        self._connect_parts()

    @property
    def is_left_out(self) -> bool:
        return self.later.isChecked()

    def reply(self) -> tuple[Any, bool]:
        """(the answer, whether it is one). Shows what is wrong beside the field."""
        if self._switch.word == JSON:
            parsed = self._json.show_problem()
            if not parsed.ok:
                self._json.go_to_problem()
            return parsed.value, parsed.ok
        if self._form is None:
            return self._text.toPlainText(), True
        value, problems = self._form.answer()
        self._form.show_problems(problems)
        return value, not problems

    @property
    def send_word(self) -> str:
        """What sending does, if it is more than sending an answer."""
        return ""

    def focus_reply(self) -> None:
        if self._switch.word == JSON:
            self._json.setFocus()
        elif self._form is None:
            self._text.setFocus()
        elif (first := self._form.first_input()) is not None:
            first.setFocus()

    def _change_mode(self, word: str) -> None:
        """What was written is carried over where both sides can hold it."""
        if word == JSON:
            value = self._form.answer()[0] if self._form else self._text.toPlainText()
            self._json.set_value(value)
        elif self._form is None:
            parsed = self._json.parsed()
            if parsed.ok and isinstance(parsed.value, str):
                self._text.setPlainText(parsed.value)
        self._show_page()
        self.focus_reply()

    def _show_page(self) -> None:
        """One of the two; not a stack, which would always be as high as its highest page."""
        self._first_page.setVisible(self._switch.word != JSON)
        self._json.setVisible(self._switch.word == JSON)

    def _connect_parts(self) -> None:
        self._switch.chosen.connect(self._change_mode)
        self._json.submitted.connect(self.submitted)
        self.later.toggled.connect(self._on_later)
        if self._form is not None:
            self._form.submitted.connect(self.submitted)

    def _on_later(self, later: bool) -> None:
        self._first_page.setEnabled(not later)
        self._json.setEnabled(not later)
        self._switch.setEnabled(not later)
        self.changed.emit()

    def _lay_out(self) -> None:
        said = question_text(self.question.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        if said.sentence:
            sentence = role_label(said.sentence, "title", wrap=True)
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(sentence)
        for (label, text, is_code), value in zip(said.facts, said.values, strict=True):
            column.addWidget(list_widget(label, value) or fact_widget(label, text, is_code=is_code))
        top = QHBoxLayout()
        top.addWidget(role_label("Your reply", "strong"), 1)
        top.addWidget(self.later)
        top.addWidget(self._switch)
        column.addSpacing(4)
        column.addLayout(top)
        column.addWidget(self._first_page)
        column.addWidget(self._json)
        column.addWidget(role_label(restart_note(self.question.asked_by), "caption", wrap=True))
        self._show_page()
