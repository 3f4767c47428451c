"""The card of the graph's pending questions. Only the Send button and Ctrl+Enter answer; nothing else resumes the run.

Hidden unless somebody asks and now is shown: while the run waits, beside a failure of the same step, and in a run that
was stopped or is opened again. What was typed stays as long as the same questions are pending.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from editor.debugger.run_state import Phase, Question, RunState
from editor.debugger.session import DebugSession
from editor.panels.inbox_form import InboxForm
from editor.panels.inbox_request import inbox_requests
from editor.panels.question_form import QuestionForm
from editor.panels.question_text import send_text
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, IconLabel, role_label
from editor.widgets.tall_column import TallColumn

MARGIN_PX = 16
LEAST_PX, MOST_PX = 180, 560  # on a small screen the state below must stay visible
BELOW_PX = 28  # the status bar
PROBLEM_PX = 56  # of a field and the sentence below it
ASKED_IN = (Phase.WAITING, Phase.FAILED, Phase.STOPPED)


class AnswerCard(QFrame):
    def __init__(
        self, session: DebugSession, go_on: Callable[[Callable[[], None]], object] = lambda verb: verb()
    ) -> None:
        """``go_on``: lets the session go on, after what has to be true before (the code is saved and trusted)."""
        super().__init__()
        self._session = session
        self._go_on = go_on
        self._forms: list[QuestionForm | InboxForm] = []
        self._is_talking = False
        """The last answer was sent with the keyboard here."""
        self._left_at: QWidget | None = None
        """Where the keyboard went then, as the card was hidden."""
        self.setProperty("role", "card")
        self.setAccessibleName("The graph asks")
        self._title = ElidedLabel("", "strong")
        self._body = TallColumn()
        self._hint = role_label("", "caption", wrap=True)
        self._send = text_button("Send answer", self.send, kind="primary", icon_name="answer", tip="Ctrl+Enter")
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.send)
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._refresh()

    @property
    def forms(self) -> tuple[QuestionForm | InboxForm, ...]:
        return tuple(self._forms)

    def send(self) -> None:
        """Answer the questions that are not left for later, if every reply is in order."""
        if not self._session.may("answer"):
            return
        answers: dict[str, Any] = {}
        for form in self._forms:
            if form.is_left_out:
                continue
            value, is_good = form.reply()
            if not is_good:
                QTimer.singleShot(0, self, self._show_problem)  # the words of the problem have their place then
                return
            answers[form.question.id] = value
        if answers:
            self._is_talking = self._has_keyboard()
            self._go_on(partial(self._session.answer, answers))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._left_at = QApplication.focusWidget() if self._is_talking else None

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever has answered here, and has gone nowhere since, has the keyboard at the question that follows."""
        super().showEvent(event)
        left_at, self._left_at, self._is_talking = self._left_at, None, False
        if left_at is not None and QApplication.focusWidget() is left_at:
            self.focus_reply()

    def _has_keyboard(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _show_problem(self) -> None:
        """The field that the keyboard was brought to, with the words below it."""
        focused = QApplication.focusWidget()
        if focused is not None and self._scroll.isAncestorOf(focused):
            self._scroll.ensureWidgetVisible(focused, 0, PROBLEM_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A page of a form was switched or a problem appeared: another height fits."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_height()
        return super().eventFilter(watched, event)

    def _fit_height(self) -> None:
        """Ask for what the questions need, as far as there is room; beyond that they scroll."""
        inside = self._body.heightForWidth(max(1, self._scroll.maximumViewportSize().width()))
        around = self._head.sizeHint().height() + self._foot.sizeHint().height() + 4  # the card's edge
        wanted = min(inside + around, max(LEAST_PX, min(MOST_PX, self._room())))
        if inside > 0 and self.minimumHeight() != wanted:
            self.setMinimumHeight(wanted)

    def _room(self) -> int:
        """What is left of the window for it, with what stands above and below it as small as it goes."""
        column, window = self.parentWidget(), self.window()
        if not isinstance(column, QSplitter):
            return MOST_PX
        beside = [column.widget(place) for place in range(column.count())]
        others = [each for each in beside if each is not None and each is not self and each.isVisible()]
        least = sum(max(each.minimumHeight(), each.minimumSizeHint().height()) for each in others)
        handles = column.handleWidth() * len(others)
        return window.height() - column.mapTo(window, QPoint()).y() - BELOW_PX - least - handles

    def focus_reply(self) -> None:
        if self._forms:
            self._forms[0].focus_reply()

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        state = self._session.run_state
        if state.questions and tuple(form.question for form in self._forms) != state.questions:
            had_keyboard = self._has_keyboard()
            self._fill(state.questions)
            if had_keyboard:  # the next question came so soon that the card was not hidden in between
                QTimer.singleShot(0, self, self.focus_reply)
        is_asked = state.phase in ASKED_IN and bool(state.questions)
        is_possible = state.drift is None or not state.drift.missing
        self._hint.setText(hint_text(state))
        self.setVisible(is_asked and is_possible and not self._session.focus.in_past(state))
        QTimer.singleShot(0, self, self._fit_height)  # what stands beside it has come or gone then

    def _fill(self, questions: tuple[Question, ...]) -> None:
        while (item := self._body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        nodes = " and ".join(dict.fromkeys(question.where for question in questions))
        count = f", {len(questions)} questions" if len(questions) > 1 else ""
        self._title.set_full_text(f"{nodes} {'ask' if ' and ' in nodes else 'asks'}{count}")
        self._forms = [_form_for(question, may_wait=len(questions) > 1) for question in questions]
        for i, form in enumerate(self._forms):
            if i:
                self._body.addWidget(_line())
            form.submitted.connect(self.send)
            form.changed.connect(self._show_what_is_sent)
            self._body.addWidget(form)
        self._body.addStretch(1)
        self._show_what_is_sent()

    def _show_what_is_sent(self) -> None:
        words = [form.send_word for form in self._forms if not form.is_left_out]
        self._send.setText(send_text(words))
        self._send.setAccessibleName(self._send.text())
        self._send.setEnabled(bool(words))

    def _lay_out(self) -> None:
        self._head = head = QFrame()
        head.setProperty("role", "banner-waiting")
        row = QHBoxLayout(head)
        row.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        row.setSpacing(8)
        row.addWidget(IconLabel("question", "waiting", 18))
        row.addWidget(self._title, 1)
        inside = QWidget()
        self._body.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, 8)
        self._body.setSpacing(12)
        inside.setLayout(self._body)
        # Wrapped labels claim a least height of several lines at any width; the height for the real width decides.
        inside.setMinimumSize(1, 1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)  # setWidget fills it with the window's colour; the card's is wanted
        inside.installEventFilter(self)
        self._foot = foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 12)
        foot.setSpacing(12)
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._send)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(scroll, 1)
        column.addLayout(foot)


def hint_text(state: RunState) -> str:
    """What sending does beside answering."""
    head = state.checkpoints.get(state.head) if state.head is not None else None
    failed = dict.fromkeys(task.node for task in head.tasks if task.state == "failed") if head is not None else {}
    if failed:
        return f"Ctrl+Enter sends, and {' and '.join(failed)} is tried again with it"
    return "Ctrl+Enter sends" + (", and the run goes on" if state.phase is Phase.STOPPED else "")


def _form_for(question: Question, *, may_wait: bool) -> QuestionForm | InboxForm:
    kind = InboxForm if inbox_requests(question.value) else QuestionForm
    return kind(question, may_wait=may_wait)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line
