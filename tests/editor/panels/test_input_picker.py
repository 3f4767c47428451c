"""Choosing the input of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from editor.panels.input_picker import InputPicker
from editor.panels.ready_inputs import ready_inputs
from tests.editor.panels.scripted import BILLING, Scripted


def write(folder: Path, name: str, value: Any) -> None:
    (folder / "inputs").mkdir(exist_ok=True)
    (folder / "inputs" / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")


def picker_of(qtbot: QtBot, scripted: Scripted, recent: tuple[dict[str, Any], ...] = ()) -> InputPicker:
    picker = InputPicker(scripted.session, recent)
    qtbot.addWidget(picker)
    picker.resize(640, 400)
    picker.show()
    return picker


def button(picker: InputPicker, text: str) -> QPushButton:
    return next(button for button in picker.findChildren(QPushButton) if button.text() == text)


def asked(picker: InputPicker) -> list[tuple[Any, str]]:
    told: list[tuple[Any, str]] = []
    picker.run_requested.connect(lambda value, mode: told.append((value, mode)))
    return told


def test_inputs_are_read_from_the_folder_beside_the_graph_plain_and_wrapped(tmp_path: Path) -> None:
    write(tmp_path, "b_plain.json", {"user_id": "ada"})
    write(tmp_path, "a_wrapped.json", {"title": "Billing", "description": "Two tries.", "input": BILLING})

    first, second = ready_inputs(tmp_path / "x.graph.json")

    assert (first.title, first.description, first.value) == ("Billing", "Two tries.", BILLING)
    assert (second.title, second.value) == ("B plain", {"user_id": "ada"})


@pytest.mark.parametrize("text", ["{", "[1]", "\udcff", "[" * 100_000])
def test_a_file_that_holds_no_object_is_listed_with_the_reason(tmp_path: Path, text: str) -> None:
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "bad.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    (only,) = ready_inputs(tmp_path / "x.graph.json")

    assert "bad.json" in only.problem
    assert only.value == {}


def test_without_a_folder_there_are_no_ready_made_inputs(tmp_path: Path) -> None:
    assert ready_inputs(tmp_path / "nowhere" / "x.graph.json") == ()


def test_the_first_input_is_chosen_and_run_asks_for_it(qtbot: QtBot, scripted: Scripted) -> None:
    write(scripted.graph_path.parent, "billing.json", BILLING)
    picker = picker_of(qtbot, scripted)
    told = asked(picker)

    QTest.mouseClick(button(picker, "Run"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(picker, "Step"), Qt.MouseButton.LeftButton)

    assert told == [(BILLING, "run"), (BILLING, "step")]


def test_a_click_on_another_input_shows_its_json(qtbot: QtBot, scripted: Scripted) -> None:
    write(scripted.graph_path.parent, "a.json", BILLING)
    write(scripted.graph_path.parent, "b.json", {"user_id": "bob"})
    picker = picker_of(qtbot, scripted)

    spot = picker.list.visualRect(picker.list.model().index(1, 0)).center()
    QTest.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    assert picker.current_input() == {"user_id": "bob"}


def test_text_that_is_no_object_cannot_be_run_and_the_field_says_why(qtbot: QtBot, scripted: Scripted) -> None:
    write(scripted.graph_path.parent, "a.json", BILLING)
    picker = picker_of(qtbot, scripted)
    told = asked(picker)

    picker.edit.set_text("[1, 2]")
    QTest.keyClick(picker.edit.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert told == []
    assert not button(picker, "Run").isEnabled()
    assert "object" in picker.edit.problem()


def test_ctrl_enter_in_the_text_runs_what_was_typed(qtbot: QtBot, scripted: Scripted) -> None:
    picker = picker_of(qtbot, scripted)
    told = asked(picker)

    picker.edit.field.selectAll()
    QTest.keyClicks(picker.edit.field, '{"message": "hi"}')
    QTest.keyClick(picker.edit.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert told == [({"message": "hi"}, "run")]
    assert picker.recent == ({"message": "hi"},)


def test_what_was_used_before_is_offered_again(qtbot: QtBot, scripted: Scripted) -> None:
    write(scripted.graph_path.parent, "a.json", BILLING)

    picker = picker_of(qtbot, scripted, ({"user_id": "dan", "message": "When do you open?"}, BILLING))

    titles = [picker.list.model().index(i, 0).data() for i in range(picker.list.model().rowCount())]
    assert titles == ["A", "When do you open?"], "one that is ready-made is not listed twice"


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ({"n": 3, "rows": ["a"]}, 'n: 3, rows: ["a"]'),
        ({"n": 3, "topic": "tea\n for two"}, "tea for two"),
        ({}, "Empty input"),
    ],
)
def test_what_was_used_before_is_named_by_what_it_holds(
    qtbot: QtBot, scripted: Scripted, value: dict[str, object], title: str
) -> None:
    picker = InputPicker(scripted.session, recent=[value])
    qtbot.addWidget(picker)

    model = picker.list.model()

    assert model.index(model.rowCount() - 1, 0).data() == title


def test_while_a_run_is_under_way_nothing_is_started(qtbot: QtBot, scripted: Scripted) -> None:
    write(scripted.graph_path.parent, "a.json", BILLING)
    picker = picker_of(qtbot, scripted)
    told = asked(picker)

    scripted.start()

    assert not button(picker, "Run").isEnabled()
    QTest.keyClick(picker.edit.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told == []


STATE = """
from typing import TypedDict

class SupportState(TypedDict, total=False):
    user_id: str
    message: str
    attempts: int
    urgent: bool
"""


@pytest.fixture
def form_picker(qtbot: QtBot, scripted: Scripted) -> InputPicker:
    (scripted.graph_path.parent / "state.py").write_text(STATE, encoding="utf-8")
    write(scripted.graph_path.parent, "a.json", BILLING)
    return picker_of(qtbot, scripted)


def field(picker: InputPicker, key: str) -> QLineEdit:
    assert picker.form.form is not None
    found = picker.form.form.input_of(key)
    assert isinstance(found, QLineEdit)
    return found


def test_the_form_has_the_keys_of_the_state_and_what_is_typed_is_the_input(form_picker: InputPicker) -> None:
    picker = form_picker
    assert picker.switch.word == "Form" and picker.form.isVisible()

    field(picker, "user_id").setText("grace")
    QTest.keyClicks(field(picker, "attempts"), "2")

    assert picker.current_input() == {**BILLING, "user_id": "grace", "attempts": 2}
    assert json.loads(picker.edit.text()) == picker.current_input()


def test_an_empty_field_leaves_its_key_out(form_picker: InputPicker) -> None:
    field(form_picker, "user_id").clear()

    assert form_picker.current_input() == {"message": BILLING["message"]}


def test_a_wrong_field_is_said_in_words_and_nothing_is_run(form_picker: InputPicker) -> None:
    told = asked(form_picker)
    QTest.keyClicks(field(form_picker, "attempts"), "two")

    QTest.mouseClick(button(form_picker, "Run"), Qt.MouseButton.LeftButton)

    assert told == [] and form_picker.current_input() is None
    shown = [label.text() for label in form_picker.form.findChildren(QLabel) if label.isVisible()]
    assert "attempts is a whole number, such as 3." in shown


def test_json_that_is_edited_is_in_the_form(form_picker: InputPicker) -> None:
    form_picker.switch._take(1)
    form_picker.edit.set_value({"user_id": "linus", "extra": [1]})
    form_picker.switch._take(0)

    assert field(form_picker, "user_id").text() == "linus"
    assert form_picker.current_input() == {"user_id": "linus", "extra": [1]}
    assert "extra is no key of the state" in form_picker._odd.text() and form_picker._odd_line.isVisible()


def test_broken_json_is_not_lost_by_the_form(form_picker: InputPicker) -> None:
    form_picker.switch._take(1)
    form_picker.edit.set_text('{"user_id": ')

    form_picker.switch._take(0)

    assert form_picker.switch.word == "JSON" and form_picker.edit.text() == '{"user_id": '


def test_an_input_is_saved_by_name_chosen_and_forgotten(form_picker: InputPicker) -> None:
    picker = form_picker
    field(picker, "user_id").setText("grace")
    picker.name.setFocus()
    QTest.keyClicks(picker.name, "Grace asks")
    QTest.keyClick(picker.name, Qt.Key.Key_Return)
    assert picker.list.currentIndex().data() == "Grace asks"

    picker.list.setCurrentIndex(picker.list.model().index(0, 0))
    assert picker.current_input() == BILLING
    picker.choose_title("Grace asks")
    assert picker.current_input() == {**BILLING, "user_id": "grace"}

    QTest.keyClick(picker.list, Qt.Key.Key_Delete)
    titles = [picker.list.model().index(row, 0).data() for row in range(picker.list.model().rowCount())]
    assert "Grace asks" not in titles
    assert picker._about.text() == "Grace asks is forgotten. Its values stay here until you choose another input."


def test_delete_forgets_no_input_that_is_a_file(form_picker: InputPicker) -> None:
    before = form_picker.list.model().rowCount()

    QTest.keyClick(form_picker.list, Qt.Key.Key_Delete)

    assert form_picker.list.model().rowCount() == before
