"""The banner of the past, the card of questions and the card of a failed node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from editor.debugger.run_state import ErrorReport, Phase, Question
from editor.panels.answer_card import LEAST_PX, AnswerCard
from editor.panels.error_card import ErrorCard, report_text
from editor.panels.past_banner import PastBanner
from editor.panels.question_text import question_text
from editor.widgets.code_view import CodeView
from editor.widgets.foldable import Foldable
from editor.widgets.json_edit import JsonEdit
from editor.widgets.segmented import Segmented
from engine.runner import requests
from tests.editor.panels.scripted import TECHNICAL, UNCLEAR, Scripted

APPROVAL = {
    "type": "object",
    "properties": {"approved": {"type": "boolean"}, "limit": {"type": "integer", "minimum": 1}},
    "required": ["approved", "limit"],
}


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    """In a window, since cards hide and show themselves."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(460, 640)
    widget.setParent(window)
    widget.resize(460, 640)
    window.show()
    widget._window = window  # type: ignore[attr-defined]  # the window lives as long as the card
    return window


def button(widget: QWidget, text: str) -> QPushButton:
    return next(button for button in widget.findChildren(QPushButton) if button.text() == text)


def click(widget: QWidget, text: str) -> None:
    QTest.mouseClick(button(widget, text), Qt.MouseButton.LeftButton)


# ---- the banner


@pytest.fixture
def banner(qtbot: QtBot, scripted: Scripted) -> PastBanner:
    banner = PastBanner(scripted.session)
    shown(qtbot, banner)
    return banner


def test_the_banner_shows_only_while_the_past_is_looked_at(banner: PastBanner, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)
    assert banner.isHidden()

    scripted.session.look_at(scripted.after("classify").id)

    assert not banner.isHidden()
    assert banner.text == "Step 1 of 3. Read-only."


def test_back_to_now_follows_the_head_again(banner: PastBanner, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)
    scripted.session.step_back()

    click(banner, "Back to now")

    assert scripted.session.focus.checkpoint_id is None
    assert banner.isHidden()


def test_fork_here_makes_a_branch_without_changes_and_pauses(banner: PastBanner, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)
    moment = scripted.after("classify")
    scripted.session.look_at(moment.id)

    click(banner, "Fork here")
    scripted.rest()

    fork = scripted.requests(requests.Fork)[-1]
    assert (fork.checkpoint_id, fork.changes, fork.then) == (moment.id, {}, "pause")
    assert scripted.head.next == moment.next


def test_a_checkpoint_of_an_abandoned_branch_is_called_so(banner: PastBanner, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)
    old_head = scripted.head.id
    scripted.session.fork(scripted.after("classify").id, {"intent": "general"}, "classify", "pause")
    scripted.qtbot.waitUntil(lambda: scripted.head.id != old_head)

    scripted.session.look_at(old_head)

    assert banner.text == "Step 3 of another branch. Read-only."


# ---- questions


@pytest.fixture
def card(qtbot: QtBot, scripted: Scripted) -> AnswerCard:
    card = AnswerCard(scripted.session)
    shown(qtbot, card)
    return card


def ask(scripted: Scripted, *questions: Question) -> None:
    """Put other questions in place of the scripted one; the session is told as by its runner."""
    state = replace(scripted.session.run_state, questions=questions)
    scripted.session._show(state, scripted.session.focus)


def reply_field(card: AnswerCard) -> QPlainTextEdit:
    return next(field for field in card.findChildren(QPlainTextEdit) if field.isVisible())


def test_the_card_shows_the_question_and_what_it_is_about(card: AnswerCard, scripted: Scripted) -> None:
    assert card.isHidden()

    scripted.run(UNCLEAR)

    assert not card.isHidden()
    assert card.forms[0].question.node == "escalate"
    said = question_text(card.forms[0].question.value)
    assert said.sentence == "What shall we answer this customer?"
    assert said.facts == (("Message", "It is odd", False),)


def test_the_typed_answer_is_sent_and_the_run_goes_on(card: AnswerCard, scripted: Scripted) -> None:
    scripted.run(UNCLEAR)
    question = scripted.session.run_state.questions[0]

    QTest.keyClicks(reply_field(card), "We call you back.")
    click(card, "Send answer")
    scripted.qtbot.waitUntil(lambda: scripted.session.run_state.phase is Phase.FINISHED)

    assert scripted.requests(requests.Answer)[-1].answers == {question.id: "We call you back."}
    assert card.isHidden()


def test_ctrl_enter_in_the_reply_sends_once(card: AnswerCard, scripted: Scripted, qapp: QApplication) -> None:
    scripted.run(UNCLEAR)
    field = reply_field(card)
    card.window().activateWindow()
    scripted.qtbot.waitUntil(lambda: card.window().isActiveWindow())
    field.setFocus()
    QTest.keyClicks(field, "yes")

    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    scripted.qtbot.waitUntil(lambda: scripted.session.run_state.phase is Phase.FINISHED)
    assert len(scripted.requests(requests.Answer)) == 1


def test_losing_the_focus_or_looking_elsewhere_answers_nothing_and_keeps_the_text(
    card: AnswerCard, scripted: Scripted
) -> None:
    scripted.run(UNCLEAR)
    QTest.keyClicks(reply_field(card), "half an ans")

    reply_field(card).clearFocus()
    scripted.session.step_back()
    assert card.isHidden()
    scripted.session.back_to_now()
    card.hide()
    card.show()

    assert scripted.requests(requests.Answer) == []
    assert reply_field(card).toPlainText() == "half an ans"
    assert scripted.session.run_state.phase is Phase.WAITING


def test_a_schema_gives_a_form_and_a_wrong_answer_is_not_sent(card: AnswerCard, scripted: Scripted) -> None:
    scripted.run(UNCLEAR)
    question = replace(scripted.session.run_state.questions[0], response_schema=APPROVAL)
    ask(scripted, question)
    limit = next(field for field in card.findChildren(QLineEdit) if field.accessibleName() == "Limit")

    QTest.keyClicks(limit, "0")
    click(card, "Send answer")
    assert scripted.requests(requests.Answer) == []
    assert limit.property("invalid") is True
    QTest.keyClick(limit, Qt.Key.Key_Backspace)
    QTest.keyClicks(limit, "5")
    click(card, "Send answer")

    scripted.qtbot.waitUntil(lambda: len(scripted.requests(requests.Answer)) == 1)
    assert scripted.requests(requests.Answer)[0].answers == {question.id: {"approved": False, "limit": 5}}


def test_the_switch_to_json_sends_any_value(card: AnswerCard, scripted: Scripted) -> None:
    scripted.run(UNCLEAR)
    switch = card.findChildren(Segmented)[0]
    QTest.keyClicks(reply_field(card), "carried over")

    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect_of("JSON").center().toPoint())
    edit = card.findChildren(JsonEdit)[0]
    assert edit.text() == '"carried over"'
    edit.set_text('{"answer": [1, 2]}')
    click(card, "Send answer")

    scripted.qtbot.waitUntil(lambda: len(scripted.requests(requests.Answer)) == 1)
    assert list(scripted.requests(requests.Answer)[0].answers.values()) == [{"answer": [1, 2]}]


def test_of_two_questions_one_can_be_left_for_later(card: AnswerCard, scripted: Scripted) -> None:
    scripted.run(UNCLEAR)
    first = scripted.session.run_state.questions[0]
    ask(scripted, first, Question("q2", "approve", "Approve the refund?"))
    assert button(card, "Send 2 answers").isEnabled()

    later = card.forms[1].later
    QTest.mouseClick(later, Qt.MouseButton.LeftButton, pos=QPoint(8, later.height() // 2))
    scripted.qtbot.waitUntil(card.forms[0].isVisible)
    QTest.keyClicks(reply_field(card), "one")
    click(card, "Send answer")

    scripted.qtbot.waitUntil(lambda: len(scripted.requests(requests.Answer)) == 1)
    assert scripted.requests(requests.Answer)[0].answers == {first.id: "one"}


@pytest.mark.parametrize(
    ("payload", "sentence", "labels"),
    [
        ("How old are you?", "How old are you?", []),
        ({"prompt": "Sure?", "order_id": 7}, "Sure?", ["Order id"]),
        ({"amount": 3}, "", ["Amount"]),
        (42, "", [""]),
        (None, "", []),
    ],
)
def test_any_payload_is_laid_out(payload: Any, sentence: str, labels: list[str]) -> None:
    said = question_text(payload)

    assert said.sentence == sentence
    assert [label for label, _, _ in said.facts] == labels


# ---- a failed node


@pytest.fixture
def error(qtbot: QtBot, failing: Scripted) -> ErrorCard:
    error = ErrorCard(failing.session)
    shown(qtbot, error)
    return error


def test_a_failed_node_is_named_with_its_message_and_what_is_kept(error: ErrorCard, failing: Scripted) -> None:
    assert error.isHidden()

    failing.run(TECHNICAL)

    assert not error.isHidden()
    assert error._title.full_text == "search_tickets failed"
    assert error._kind.text() == "KeyError"
    assert error._kept.text().split("\n") == [
        "search_articles finished and will not run again.",
        "Not run because of search_tickets: answer_technical.",
    ]


def test_the_variables_of_the_failing_frame_are_folded_and_copied(error: ErrorCard) -> None:
    report = ErrorReport("KeyError", "'rows'", "", "a", (("x", "1"), ("rows", "[]")), "search in nodes.py, line 3")

    error._fill(report)

    assert not error._locals_fold.isHidden()
    assert not error._locals_fold.is_open
    assert error._locals.toPlainText() == "x    = 1\nrows = []"
    assert "Variables of search in nodes.py, line 3:\nx    = 1" in report_text(report)


def test_the_traceback_unfolds(error: ErrorCard, failing: Scripted) -> None:
    failing.run(TECHNICAL)
    code = error.findChildren(CodeView)[0]
    assert code.isHidden()

    error.findChildren(Foldable)[0].set_open(True)

    assert 'rows = state["rows"]' in code.toPlainText()


def test_retry_runs_on_and_the_card_comes_back_if_it_fails_again(error: ErrorCard, failing: Scripted) -> None:
    failing.run(TECHNICAL)

    click(error, "Retry")
    assert error.isHidden()
    failing.rest()

    assert failing.session.run_state.phase is Phase.FAILED
    assert not error.isHidden()


def test_copy_takes_all_of_the_report_and_show_names_the_node(error: ErrorCard, failing: Scripted) -> None:
    failing.run(TECHNICAL)
    nodes: list[str] = []
    error.show_node.connect(nodes.append)

    click(error, "Copy")
    click(error, "Show node")

    assert QGuiApplication.clipboard().text().startswith("search_tickets: KeyError: 'rows'\n\nFile")
    assert nodes == ["search_tickets"]


# ---- a question open beside a failure, and in a run that was ended


def test_a_question_beside_a_failure_can_be_answered_at_once(card: AnswerCard, failing: Scripted, qtbot: QtBot) -> None:
    failing.run(TECHNICAL)
    beside = AnswerCard(failing.session)
    shown(qtbot, beside)
    assert beside.isHidden()

    ask(failing, Question("0" * 32, "escalate", "Which?"))

    assert not beside.isHidden()
    assert beside._hint.text() == "Ctrl+Enter sends, and search_tickets is tried again with it"
    QTest.keyClicks(reply_field(beside), "That one.")
    click(beside, "Send answer")
    assert failing.requests(requests.Answer)[-1].answers == {"0" * 32: "That one."}


def test_a_question_that_follows_at_once_has_the_keyboard_of_the_one_before(
    card: AnswerCard, scripted: Scripted, qtbot: QtBot
) -> None:
    scripted.run(UNCLEAR)
    card.window().activateWindow()
    qtbot.waitUntil(lambda: card.window().isActiveWindow(), timeout=30_000)
    reply_field(card).setFocus()

    ask(scripted, Question("1" * 32, "escalate", "And then?"))

    def focused() -> list[object]:
        fields = [field for field in card.findChildren(QPlainTextEdit) if field.isVisible() and field.hasFocus()]
        return [form.question.value for form in card.forms for field in fields if form.isAncestorOf(field)]

    qtbot.waitUntil(lambda: focused() == ["And then?"], timeout=30_000)


def test_long_questions_beside_a_failure_scroll_rather_than_make_the_window_higher(
    failing: Scripted, qtbot: QtBot
) -> None:
    column = QSplitter(Qt.Orientation.Vertical)
    beside, state = AnswerCard(failing.session), QWidget()
    state.setMinimumHeight(160)
    for part in (ErrorCard(failing.session), beside, state):
        column.addWidget(part)
    window = shown(qtbot, column)
    window.resize(460, 800)
    column.resize(460, 800)
    failing.run(TECHNICAL)

    ask(failing, *(Question(str(number) * 32, "escalate", "Which one?") for number in range(6)))

    qtbot.waitUntil(lambda: beside.isVisible() and beside.minimumHeight() >= LEAST_PX, timeout=30_000)
    qtbot.waitUntil(lambda: column.minimumSizeHint().height() <= 800, timeout=30_000)


def test_a_run_that_was_stopped_shows_what_it_asks_and_goes_on_with_the_answer(
    scripted: Scripted, qtbot: QtBot
) -> None:
    went_on: list[Callable[[], None]] = []
    card = AnswerCard(scripted.session, went_on.append)
    shown(qtbot, card)
    scripted.run(UNCLEAR)
    scripted.session.stop()
    qtbot.waitUntil(lambda: scripted.session.run_state.phase is Phase.STOPPED)

    assert not card.isHidden()
    assert scripted.session.run_state.waits_for_answer
    QTest.keyClicks(reply_field(card), "We call you back.")
    click(card, "Send answer")
    assert scripted.session.run_state.phase is Phase.STOPPED, "whether it may go on is asked first"
    went_on[0]()
    qtbot.waitUntil(lambda: scripted.session.run_state.phase is Phase.FINISHED)


def test_a_run_that_failed_and_was_stopped_still_says_why(error: ErrorCard, failing: Scripted, qtbot: QtBot) -> None:
    failing.run(TECHNICAL)

    failing.session.stop()
    qtbot.waitUntil(lambda: failing.session.run_state.phase is Phase.STOPPED)

    assert not error.isHidden()
    assert not failing.session.run_state.waits_for_answer
