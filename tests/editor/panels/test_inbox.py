"""Questions of the agent-inbox shape: which replies they allow, and the exact values that the graph receives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from editor.debugger.run_state import Question
from editor.panels.answer_card import AnswerCard
from editor.panels.inbox_form import InboxForm
from editor.panels.inbox_request import InboxRequest, ReplyKind, inbox_requests, reply_to
from editor.panels.question_form import QuestionForm
from engine.runner import requests
from tests.editor.panels.scripted import UNCLEAR, Scripted

ALL = {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True}
MAIL = {"to": "ada@example.org", "body": "Dear Ada,\nyou are right.", "copies": 2, "urgent": False, "tags": ["refund"]}


def request(config: dict[str, bool] | None = None, args: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "action_request": {"action": "send_email", "args": MAIL if args is None else args},
        "config": ALL if config is None else config,
        "description": "Look at the mail before it goes out.",
    }


@pytest.mark.parametrize("payload", [request(), [request()]])
def test_a_request_is_known_alone_and_in_a_list(payload: Any) -> None:
    (found,) = inbox_requests(payload)

    assert found == InboxRequest("send_email", MAIL, "Look at the mail before it goes out.", tuple(ReplyKind))


@pytest.mark.parametrize(
    "payload",
    [
        "Sure?",
        None,
        [],
        {"action_request": "send", "config": ALL},
        {"action_request": {"action": "send", "args": {}}},
        request({"allow_accept": False}),
        [request(), "Sure?"],
    ],
)
def test_another_payload_is_an_ordinary_question(payload: Any) -> None:
    assert inbox_requests(payload) == ()


def test_only_what_the_config_allows_is_offered() -> None:
    (found,) = inbox_requests(request({"allow_respond": True, "allow_accept": True}))

    assert found.allowed == (ReplyKind.ACCEPT, ReplyKind.RESPOND)


def test_the_replies_have_the_shapes_of_the_inbox() -> None:
    (both,) = inbox_requests(request())
    (only_accept,) = inbox_requests(request({"allow_accept": True}))

    assert reply_to(both, ReplyKind.ACCEPT) == {"type": "accept", "args": {"action": "send_email", "args": MAIL}}
    assert reply_to(only_accept, ReplyKind.ACCEPT) == {"type": "accept", "args": None}
    assert reply_to(both, ReplyKind.EDIT, {"to": "x"}) == {
        "type": "edit",
        "args": {"action": "send_email", "args": {"to": "x"}},
    }
    assert reply_to(both, ReplyKind.RESPOND, "No.") == {"type": "response", "args": "No."}
    assert reply_to(both, ReplyKind.IGNORE) == {"type": "ignore", "args": None}


@pytest.fixture
def card(qtbot: QtBot, scripted: Scripted) -> AnswerCard:
    card = AnswerCard(scripted.session)
    qtbot.addWidget(card)
    card.resize(420, 640)
    scripted.run(UNCLEAR)
    return card


def ask(scripted: Scripted, *payloads: Any) -> None:
    """Put these questions in place of the scripted one, which lends the first its id."""
    session = scripted.session
    first = session.run_state.questions[0]
    questions = (first, *(Question(f"q{i}", "approve", None) for i in range(1, len(payloads))))
    questions = tuple(replace(each, value=value) for each, value in zip(questions, payloads, strict=True))
    session._show(replace(session.run_state, questions=questions), session.focus)


def choose(card: AnswerCard, word: str, part: int = 0) -> None:
    form = card.forms[0]
    assert isinstance(form, InboxForm)
    choice = form.parts[part].choice
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.rect_of(word).center().toPoint())


def press(card: AnswerCard, text: str) -> None:
    button = next(button for button in card.findChildren(QPushButton) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def sent(scripted: Scripted) -> list[Any]:
    return [list(answer.answers.values()) for answer in scripted.requests(requests.Answer)]


def wait_until_sent(scripted: Scripted) -> list[Any]:
    scripted.qtbot.waitUntil(lambda: len(sent(scripted)) == 1)
    return sent(scripted)[0]


def test_accept_is_one_click(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, [request({"allow_accept": True, "allow_ignore": True})])

    press(card, "Accept")

    assert wait_until_sent(scripted) == [[{"type": "accept", "args": None}]]


def test_edited_arguments_keep_their_types_and_line_breaks(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, [request()])
    form = card.forms[0]
    assert isinstance(form, InboxForm)

    choose(card, "Edit")
    body = form.parts[0].edit.input_of("body")
    assert isinstance(body, QPlainTextEdit)
    QTest.keyClick(body, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(body, " Sorry!")
    press(card, "Send edited")

    edited = {**MAIL, "body": "Dear Ada,\nyou are right. Sorry!"}
    assert wait_until_sent(scripted) == [[{"type": "edit", "args": {"action": "send_email", "args": edited}}]]


def test_an_edit_that_is_no_value_is_not_sent(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, request(args={"copies": 2}))
    form = card.forms[0]
    assert isinstance(form, InboxForm)

    choose(card, "Edit")
    QTest.keyClicks(form.parts[0].edit.input_of("copies"), "x")
    press(card, "Send edited")

    assert sent(scripted) == []
    assert form.parts[0].edit.input_of("copies").property("invalid") is True


def test_a_response_needs_words(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, request())
    form = card.forms[0]
    assert isinstance(form, InboxForm)
    choose(card, "Respond")

    press(card, "Send response")
    assert sent(scripted) == []
    QTest.keyClicks(form.parts[0].response, "Too harsh, please rewrite.")
    press(card, "Send response")

    assert wait_until_sent(scripted) == [[{"type": "response", "args": "Too harsh, please rewrite."}]]


def test_the_arrow_keys_choose_and_ignore_is_sent(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, request({"allow_accept": True, "allow_ignore": True}))
    form = card.forms[0]
    assert isinstance(form, InboxForm)

    QTest.keyClick(form.parts[0].choice, Qt.Key.Key_Right)
    press(card, "Ignore")

    assert wait_until_sent(scripted) == [[{"type": "ignore", "args": None}]]


def test_two_requests_in_one_question_get_two_replies_in_their_order(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, [request({"allow_accept": True, "allow_ignore": True}), request({"allow_ignore": True})])

    choose(card, "Ignore")
    press(card, "Send answer")

    assert wait_until_sent(scripted) == [[{"type": "ignore", "args": None}, {"type": "ignore", "args": None}]]


def test_a_request_beside_an_ordinary_question_has_its_own_form(card: AnswerCard, scripted: Scripted) -> None:
    ask(scripted, "And why?", request())

    assert [type(form) for form in card.forms] == [QuestionForm, InboxForm]
    assert any(button.text() == "Send 2 answers" for button in card.findChildren(QPushButton))
