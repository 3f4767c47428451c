"""A question that asks for approval of actions: what is to be done, and accept, edit, respond or ignore for each.

Does for ``answer_card`` what ``question_form`` does for any other question. The shapes are in ``inbox_request``.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from editor.debugger.run_state import Question
from editor.panels.inbox_request import InboxRequest, ReplyKind, inbox_requests, reply_to, schema_of, what_follows
from editor.panels.question_fact import fact_widget
from editor.panels.question_text import facts_of, restart_note
from editor.widgets.buttons import set_kind
from editor.widgets.labels import role_label
from editor.widgets.naming import named
from editor.widgets.schema_form import SchemaForm
from editor.widgets.segmented import Segmented

RESPONSE_HEIGHT_PX = 84


class InboxForm(QWidget):
    submitted = Signal()
    changed = Signal()

    def __init__(self, question: Question, *, may_wait: bool) -> None:
        super().__init__()
        self.question = question
        self.parts = [RequestPart(request) for request in inbox_requests(question.value)]
        self.later = QCheckBox("Answer later")
        self.later.setVisible(may_wait)
        self.later.toggled.connect(self._on_later)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in self.parts:
            part.submitted.connect(self.submitted)
            part.changed.connect(self.changed)
            column.addWidget(part)
        column.addWidget(self.later)
        column.addWidget(role_label(restart_note(question.node), "caption", wrap=True))

    @property
    def is_left_out(self) -> bool:
        return self.later.isChecked()

    @property
    def send_word(self) -> str:
        """What sending does: the one chosen reply, if there is only one request."""
        return self.parts[0].send_word if len(self.parts) == 1 else ""

    def reply(self) -> tuple[Any, bool]:
        """(the list of replies, whether all are in order). Shows what is wrong beside the field."""
        replies = [part.reply() for part in self.parts]
        return [value for value, _ in replies], all(is_good for _, is_good in replies)

    def focus_reply(self) -> None:
        self.parts[0].focus_reply()

    def _on_later(self, later: bool) -> None:
        for part in self.parts:
            part.setEnabled(not later)
        self.changed.emit()


class RequestPart(QWidget):
    """One action and the reply to it."""

    submitted = Signal()
    changed = Signal()

    def __init__(self, request: InboxRequest) -> None:
        super().__init__()
        self._request = request
        self.choice = Segmented(tuple(kind.value for kind in request.allowed), f"Reply to {request.action}")
        self.edit = SchemaForm(schema_of(request.args))
        self.response = named(QPlainTextEdit(), f"Response to {request.action}")
        self._facts = QWidget()
        self._note = role_label("", "caption", wrap=True)
        self._problem = role_label("", "error", wrap=True)
        self._lay_out()
        self.choice.chosen.connect(self._on_choice)
        self.edit.submitted.connect(self.submitted)
        self.response.textChanged.connect(self._clear_problem)
        self._show_choice()

    @property
    def kind(self) -> ReplyKind:
        return ReplyKind(self.choice.word)

    @property
    def send_word(self) -> str:
        return {ReplyKind.EDIT: "Send edited", ReplyKind.RESPOND: "Send response"}.get(self.kind, self.kind.value)

    def reply(self) -> tuple[Any, bool]:
        match self.kind:
            case ReplyKind.EDIT:
                args, problems = self.edit.answer()
                self.edit.show_problems(problems)
                return reply_to(self._request, ReplyKind.EDIT, {} if problems else args), not problems
            case ReplyKind.RESPOND:
                text = self.response.toPlainText()
                if not text.strip():
                    self._show_problem("Write what the graph shall be told.")
                return reply_to(self._request, ReplyKind.RESPOND, text), bool(text.strip())
            case kind:
                return reply_to(self._request, kind), True

    def focus_reply(self) -> None:
        match self.kind:
            case ReplyKind.EDIT if (first := self.edit.first_input()) is not None:
                first.setFocus()
            case ReplyKind.RESPOND:
                self.response.setFocus()
            case _:
                self.choice.setFocus()

    def _on_choice(self, _word: str) -> None:
        self._show_choice()
        if self.kind in (ReplyKind.EDIT, ReplyKind.RESPOND) and not self.choice.hasFocus():
            self.focus_reply()
        self.changed.emit()

    def _show_choice(self) -> None:
        """What was typed for one kind of reply stays while another is looked at."""
        self._facts.setVisible(self.kind is not ReplyKind.EDIT)
        self.edit.setVisible(self.kind is ReplyKind.EDIT)
        self.response.setVisible(self.kind is ReplyKind.RESPOND)
        self._note.setText(what_follows(self.kind))
        self._clear_problem()

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        set_kind(self.response, "invalid", bool(text))

    def _clear_problem(self) -> None:
        self._show_problem("")

    def _lay_out(self) -> None:
        self.response.setTabChangesFocus(True)
        self.response.setPlaceholderText("Your words to the graph")
        self.response.setFixedHeight(RESPONSE_HEIGHT_PX)
        facts = QVBoxLayout(self._facts)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setSpacing(8)
        for label, text, is_code in facts_of(self._request.args):
            facts.addWidget(fact_widget(label, text, is_code=is_code))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(role_label(self._request.action, "title", wrap=True))
        if self._request.description:
            said = role_label(self._request.description, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(said)
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addStretch(1)
        column.addSpacing(4)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(self.edit)
        column.addWidget(self.response)
        column.addWidget(self._problem)
        column.addWidget(self._facts)
