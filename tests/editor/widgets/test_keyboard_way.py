"""The keyboard goes to a place of choice when the part that has it is hidden."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from editor.widgets.keyboard_way import KeyboardWay


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A field, a card with a field, and the place of choice, in the order of Tab."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for name in ("next by Tab", "card", "chosen"):
        part = QFrame() if name == "card" else QLineEdit()
        part.setObjectName(name)
        column.addWidget(part)
    card = window.findChild(QFrame, "card")
    field = QLineEdit(card)
    field.setObjectName("in the card")
    KeyboardWay(card, window.findChild(QLineEdit, "chosen"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_a_card_that_goes_hands_the_keyboard_on(window: QWidget) -> None:
    window.findChild(QLineEdit, "in the card").setFocus()

    window.findChild(QFrame, "card").hide()

    assert QApplication.focusWidget() is window.findChild(QLineEdit, "chosen")


def test_a_card_without_the_keyboard_leaves_it_where_it_is(window: QWidget) -> None:
    elsewhere = window.findChild(QLineEdit, "next by Tab")
    elsewhere.setFocus()

    window.findChild(QFrame, "card").hide()

    assert QApplication.focusWidget() is elsewhere
