"""The button names the input of the next run, and follows what is chosen or typed in the picker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from editor.app.input_button import InputButton
from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_graph, support_router_script
from editor.debugger.session import DebugSession
from editor.panels.input_picker import InputPicker


@pytest.fixture
def button(qtbot: Any, window: QWidget, example_graph: Path) -> InputButton:
    session = DebugSession(lambda: FakeBackend(support_router_script()), parent=window)
    session.open_graph(example_graph, support_router_graph())
    button = InputButton(InputPicker(session))
    button.setParent(window)
    button.show()
    return button


def test_the_first_ready_made_input_is_chosen_by_itself(button: InputButton) -> None:
    assert button.title() == "Billing: found on the second try"
    assert button.chosen_input() == {"user_id": "ada", "message": "Why was I charged 49 euros in May?"}


def test_another_choice_is_named_in_full_in_the_tooltip(button: InputButton) -> None:
    button.picker.choose("6-escalation")

    assert "Escalation: the model is not sure" in button.toolTip()
    assert "Escalation" in button.accessibleName()


def test_an_edited_input_is_called_so_and_is_what_runs(button: InputButton) -> None:
    button.picker.edit.set_text('{"user_id": "me"}')

    assert button.title() == "Edited input"
    assert button.chosen_input() == {"user_id": "me"}


def test_text_that_is_no_json_cannot_be_run_and_says_so(button: InputButton) -> None:
    button.picker.edit.set_text("{ half")

    assert button.title() == "Input is not valid JSON"
    assert button.chosen_input() is None


def test_the_keyboard_is_at_the_inputs_or_at_the_first_field_if_there_is_nothing_to_choose(
    button: InputButton, qtbot: Any
) -> None:
    button.open_picker()
    qtbot.waitUntil(button.picker.list.hasFocus, timeout=30_000)

    QTest.keyClick(button.picker.list, Qt.Key.Key_Return)
    assert button.picker.isAncestorOf(QApplication.focusWidget())
    assert not button.picker.list.hasFocus()

    button.close_picker()
    button.picker.edit.set_value({})
    button.open_picker()
    assert isinstance(QApplication.focusWidget(), (QLineEdit, QPlainTextEdit))


def test_the_key_of_an_action_runs_from_the_picker_and_closes_it(button: InputButton, qtbot: Any) -> None:
    run = QAction("Run")
    run.setShortcut("F5")
    button.take_keys([run])
    button.open_picker()
    qtbot.waitUntil(button.picker.list.hasFocus, timeout=30_000)

    with qtbot.waitSignal(run.triggered, timeout=30_000):
        QTest.keyClick(button.picker.list, Qt.Key.Key_F5)

    assert not button.picker.isVisible()


def test_run_in_the_picker_closes_it_and_asks_for_the_run(button: InputButton, qtbot: Any) -> None:
    wanted: list[str] = []
    button.run_requested.connect(wanted.append)
    button.open_picker()
    assert button.picker.isVisible()

    button.picker.run_requested.emit(button.chosen_input(), "step")

    assert wanted == ["step"]
    assert not button.picker.isVisible()
