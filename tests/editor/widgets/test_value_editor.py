"""Editing one value in place, with real keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from editor.widgets.value_editor import ValueEditor
from editor.widgets.value_text import ValueKind


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(420, 400)
    return window


def open_editor(window: QWidget, value: Any) -> tuple[ValueEditor, list[Any], list[bool]]:
    editor = ValueEditor("intent", value, window)
    taken: list[Any] = []
    given_up: list[bool] = []
    editor.taken_over.connect(taken.append)
    editor.given_up.connect(lambda: given_up.append(True))
    window.show()
    editor.place_over(QRect(8, 40, 300, 24), window.rect())
    editor.open()
    return editor, taken, given_up


def type_over(editor: ValueEditor, text: str) -> None:
    QTest.keyClick(editor.field(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor.field(), text)


def test_enter_takes_a_new_text_over(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, _ = open_editor(window, "billing")

    type_over(editor, "technical")
    QTest.keyClick(editor.field(), Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: taken == ["technical"])


def test_escape_gives_up_and_takes_nothing_over(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, given_up = open_editor(window, "billing")

    type_over(editor, "technical")
    QTest.keyClick(editor.field(), Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: given_up == [True])
    assert taken == []


def test_an_unchanged_value_is_no_edit(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, given_up = open_editor(window, 3)

    editor.take_over()

    assert (taken, given_up) == ([], [True])


def test_a_number_field_refuses_words_and_says_so(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, given_up = open_editor(window, 0.94)

    type_over(editor, "high")
    editor.take_over()

    assert taken == given_up == []
    assert editor.field().property("invalid") is True


def test_a_truth_value_is_a_choice(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, _ = open_editor(window, True)
    field = editor.field()
    assert isinstance(field, QComboBox)

    field.setCurrentText("false")
    QTest.keyClick(field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: taken == [False])


def test_a_list_is_edited_as_json_and_enter_breaks_the_line(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, _ = open_editor(window, ["a"])
    assert isinstance(editor.field(), QPlainTextEdit)

    type_over(editor, '["a",')
    QTest.keyClick(editor.field(), Qt.Key.Key_Return)
    QTest.keyClicks(editor.field(), '"b"]')
    QTest.keyClick(editor.field(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: taken == [["a", "b"]])


def test_the_type_can_be_changed_and_the_value_is_carried_over(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, _ = open_editor(window, 3)

    editor.set_kind(ValueKind.TEXT)
    field = editor.field()
    assert isinstance(field, QLineEdit)
    assert field.text() == "3"
    editor.take_over()

    assert taken == ["3"]


def test_the_same_number_of_another_type_is_an_edit(qtbot: QtBot, window: QWidget) -> None:
    editor, taken, _ = open_editor(window, 1)

    type_over(editor, "1.0")
    editor.take_over()

    assert taken == [1.0]
    assert type(taken[0]) is float


def test_the_editor_stays_inside_its_area(qtbot: QtBot, window: QWidget) -> None:
    editor, _, _ = open_editor(window, "x")
    area = QRect(0, 0, 420, 400)

    editor.place_over(QRect(300, 390, 400, 24), area)

    assert area.contains(editor.geometry())


def test_a_wrong_value_leaves_the_editor_as_wide_as_it_is(qtbot: QtBot, window: QWidget) -> None:
    window.resize(600, 400)
    editor, _, _ = open_editor(window, 2.0)
    editor.place_over(QRect(8, 40, 560, 24), window.rect())
    width, height = editor.width(), editor.height()

    type_over(editor, "abc")
    QTest.keyClick(editor.field(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.field().property("invalid") is True)

    assert editor.width() == width
    assert editor.height() > height, "there is room for the sentence"
