"""The second letter of a name brings a list beside the caret, which takes no key from who goes on typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.document.undo_history import UndoHistory
from editor.panels.code_pane import CodePane
from tests.editor.panels.test_code_pane import Helper, history, module, pane, put_caret

__all__ = ["history", "pane"]

ANSWER = [["state", "param", "ate"], ["staticmethod", "class", "aticmethod"], ["str", "class", "r"]]


def begun(pane: CodePane) -> Helper:
    """The caret is behind ``return``, and nothing was asked yet."""
    helper = pane.assistant._help
    assert isinstance(helper, Helper)
    put_caret(pane, "return ")
    helper.asked.clear()
    return helper


def typed(pane: CodePane, text: str) -> Helper:
    """One question comes of it, and is answered."""
    helper = begun(pane)
    QTest.keyClicks(pane.editor, text)
    ((question, answer),) = helper.asked
    assert question.kind == "complete"
    answer(ANSWER)
    return helper


def shown(pane: CodePane) -> list[str]:
    rows = pane.assistant.choices.list
    return [rows.item(row).text() for row in range(rows.count())] if pane.assistant.choices.isVisible() else []


def test_the_second_letter_offers_what_begins_so_and_more_letters_narrow_it(pane: CodePane) -> None:
    helper = typed(pane, "st")
    first = shown(pane)
    QTest.keyClicks(pane.editor, "at")

    assert first == ["state", "staticmethod", "str"]
    assert shown(pane) == ["state", "staticmethod"]
    assert len(helper.asked) == 1


def test_enter_breaks_the_line_as_if_no_list_were_there(pane: CodePane, history: UndoHistory) -> None:
    typed(pane, "st")

    QTest.keyClick(pane.editor, Qt.Key.Key_Return)

    assert "return st\r\n" in module(history)
    assert shown(pane) == []


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        ([Qt.Key.Key_Tab], "state"),
        ([Qt.Key.Key_Down, Qt.Key.Key_Return], "state"),
        ([Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return], "staticmethod"),
    ],
    ids=["tab", "arrow and enter", "two arrows"],
)
def test_tab_takes_the_first_and_enter_what_an_arrow_chose(
    pane: CodePane, history: UndoHistory, keys: list[Qt.Key], taken: str
) -> None:
    typed(pane, "st")

    for key in keys:
        QTest.keyClick(pane.editor, key)

    assert f"return {taken}{{}}" in module(history)


def test_escape_closes_it_for_the_rest_of_the_word(pane: CodePane) -> None:
    helper = typed(pane, "st")

    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    QTest.keyClicks(pane.editor, "at")

    assert shown(pane) == []
    assert len(helper.asked) == 1


@pytest.mark.parametrize(
    ("before", "text"), [("", "s"), ("", "12"), ("'", "st"), ("# ", "st"), ("lambda ", "st"), ("[x for ", "st")]
)
def test_nobody_is_asked_for_numbers_words_and_new_names(pane: CodePane, before: str, text: str) -> None:
    helper = begun(pane)
    QTest.keyClicks(pane.editor, before)
    helper.asked.clear()

    QTest.keyClicks(pane.editor, text)

    assert helper.asked == []


def test_a_list_that_was_asked_for_stays_as_it_is(pane: CodePane) -> None:
    helper = begun(pane)
    QTest.keyClicks(pane.editor, "x.st")
    (_, after_dot), (_, while_typing) = helper.asked

    after_dot(ANSWER)
    while_typing(ANSWER)

    assert pane.assistant.choices.list.currentRow() == 0
