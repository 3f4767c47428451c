"""Typing in the code pane is an edit of the document: one step a word, undone in place, locked with a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from editor.document import module_commands
from editor.document.document import Document
from editor.document.source_code import ProjectSources
from editor.document.undo_history import UndoHistory
from editor.panels.code_assistant import DOC_COLUMNS, DOC_LINES
from editor.panels.code_help import CodeHelp, Question
from editor.panels.code_pane import CodePane
from engine.graph.spec import GraphSpec, NodeSpec

NODES = (
    "import json\r\n\r\n\r\n@mark\r\ndef f(state):\r\n    return {}\r\n\r\n\r\n"
    "def g(state):\r\n    return 'ü\U0001f600'\r\n"
)


class Helper(CodeHelp):
    """Answers what it is told to answer, when it is told to."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.asked: list[tuple[Question, Callable[[Any], None]]] = []

    def ask(self, question: Question, then: Callable[[Any], None]) -> None:
        self.asked.append((question, then))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory(Document(GraphSpec("g", None, {"a": NodeSpec(fn="nodes:f")})), clock=Clock())


@pytest.fixture
def pane(qtbot: QtBot, history: UndoHistory, tmp_path: Path) -> Iterator[CodePane]:
    (tmp_path / "nodes.py").write_bytes(NODES.encode())
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    pane = CodePane(history, Helper(window), "Code")
    pane.setParent(window)
    pane.resize(600, 400)
    pane.set_folder(tmp_path)
    assert pane.show_part("nodes.py", "f") == ""
    window.show()
    pane.editor.setFocus()
    yield pane
    pane.editor.clearFocus()


def put_caret(pane: CodePane, behind: str) -> None:
    place = pane.editor.text().index(behind) + len(behind)
    pane.editor.select(place, place)


def module(history: UndoHistory) -> str:
    return history.document.modules["nodes.py"].text


def test_only_the_function_is_shown_with_the_numbers_of_the_module(pane: CodePane, history: UndoHistory) -> None:
    assert pane.editor.toPlainText() == "@mark\ndef f(state):\n    return {}"
    assert pane.first_line() == 4
    assert not history.document.modules, "looking at it is no edit"
    assert not history.can_undo


def test_typing_is_in_the_document_at_once_and_keeps_the_rest(pane: CodePane, history: UndoHistory) -> None:
    put_caret(pane, "{")

    QTest.keyClicks(pane.editor, "'x': 1")

    assert module(history) == NODES.replace("{}", "{'x': 1}")
    assert history.is_modified


def test_undo_takes_back_a_word_and_shows_where(pane: CodePane, history: UndoHistory) -> None:
    put_caret(pane, "return ")
    QTest.keyClicks(pane.editor, "first second")
    put_caret(pane, "@mark")

    history.undo()

    assert "return first {}" in pane.editor.toPlainText()
    assert pane.editor.selection()[1] == pane.editor.text().index("{}")
    history.undo()
    assert module(history) == NODES
    assert not history.can_undo
    history.redo()
    history.redo()
    assert "return first second{}" in pane.editor.toPlainText()


def test_a_rest_ends_the_step(pane: CodePane, history: UndoHistory) -> None:
    put_caret(pane, "return ")
    QTest.keyClicks(pane.editor, "ab")
    pane.end_step()
    QTest.keyClicks(pane.editor, "cd")

    history.undo()

    assert "return ab{}" in pane.editor.toPlainText()


def test_enter_tab_backspace_and_comments_are_edits_of_their_own(pane: CodePane, history: UndoHistory) -> None:
    put_caret(pane, "def f(state):")

    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    QTest.keyClicks(pane.editor, "pass")
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    QTest.keyClick(pane.editor, Qt.Key.Key_Tab)
    QTest.keyClick(pane.editor, Qt.Key.Key_Backspace)
    pane.editor.toggle_comment()

    assert "def f(state):\r\n    pass\r\n\r\n    return {}" in module(history)
    for _ in range(5):
        history.undo()
    assert module(history) == NODES


def test_a_mistake_is_kept_marked_and_can_be_undone(pane: CodePane, history: UndoHistory) -> None:
    put_caret(pane, "return ")

    QTest.keyClicks(pane.editor, "(")
    pane.check_now()

    assert "return ({}" in module(history)
    assert pane._problem.text() == "Line 6: '(' was never closed."
    assert pane.editor.problem_at(6)
    history.undo()
    pane.check_now()
    assert not pane._problem_row.isVisible()


def test_a_mistake_in_an_empty_last_line_is_marked_without_a_warning(pane: CodePane) -> None:
    put_caret(pane, "return {}")
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    pane.editor.select(len(pane.editor.text()), len(pane.editor.text()))
    last = pane.first_line() + pane.editor.blockCount() - 1

    pane.editor.show_problems({last: "Something is missing."})

    assert pane.editor.problem_at(last)


def test_characters_that_nobody_sees_are_marked(pane: CodePane, tmp_path: Path) -> None:
    (tmp_path / "tricky.py").write_text("a = 1\nb = 'x\u202e \u2066# y'\n", encoding="utf-8")

    pane.show_part("tricky.py")

    assert pane.problem == "Line 2: A character that cannot be seen, RIGHT-TO-LEFT OVERRIDE."
    assert pane.editor.problem_at(2)


def test_a_mistake_elsewhere_in_the_module_does_not_hide_the_function(
    pane: CodePane, history: UndoHistory, tmp_path: Path
) -> None:
    broken = NODES.replace("def g(state):", "def g(state:")
    history.do(module_commands.edit_module(history.document, ProjectSources(tmp_path), "nodes.py", broken))

    pane.show_nothing()

    assert pane.show_part("nodes.py", "f") == ""
    assert pane.editor.toPlainText().startswith("@mark\ndef f(state):")
    pane.check_now()
    assert "Line 9" in pane._problem.text()


def test_what_is_shown_of_a_broken_function_stays_when_somebody_looks_at_the_disk(
    pane: CodePane, history: UndoHistory
) -> None:
    put_caret(pane, "return {}")
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    QTest.keyClicks(pane.editor, "x = (")
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    text, caret = pane.editor.text(), pane.editor.textCursor().position()

    pane.refresh()

    assert (pane.editor.text(), pane.editor.textCursor().position()) == (text, caret)
    history.undo()
    pane.refresh()
    assert pane.editor.text() in module(history).replace("\r\n", "\n")


def test_an_edit_above_moves_the_numbers_and_nothing_else(pane: CodePane, history: UndoHistory, tmp_path: Path) -> None:
    put_caret(pane, "return ")
    caret = pane.editor.selection()

    sources = ProjectSources(tmp_path)
    history.do(module_commands.edit_module(history.document, sources, "nodes.py", "# one\r\n" + NODES))

    assert pane.first_line() == 5
    assert pane.editor.selection() == caret
    assert pane.editor.toPlainText() == "@mark\ndef f(state):\n    return {}"
    QTest.keyClicks(pane.editor, "x")
    assert module(history) == "# one\r\n" + NODES.replace("{}", "x{}")


def test_two_panes_on_one_module_show_the_same(
    pane: CodePane, history: UndoHistory, qtbot: QtBot, tmp_path: Path
) -> None:
    other = CodePane(history, Helper(pane), "All")
    qtbot.addWidget(other)
    other.set_folder(tmp_path)
    other.show_part("nodes.py")
    put_caret(pane, "return ")

    QTest.keyClicks(pane.editor, "x")

    assert other.editor.text() == module(history).replace("\r\n", "\n")


def test_letters_beyond_the_first_plane_do_not_shift_anything(pane: CodePane, history: UndoHistory) -> None:
    pane.show_part("nodes.py", "g")
    put_caret(pane, "\U0001f600")

    QTest.keyClicks(pane.editor, "x")
    QTest.keyClick(pane.editor, Qt.Key.Key_Left)
    QTest.keyClick(pane.editor, Qt.Key.Key_Backspace)

    assert module(history) == NODES.replace("\U0001f600", "x")


def test_a_hard_blank_stays_one(pane: CodePane, history: UndoHistory) -> None:
    data = QMimeData()
    data.setText("'\u00a0'\r\n")
    put_caret(pane, "return ")

    pane.editor.insertFromMimeData(data)

    assert "return '\u00a0'\r\n{}" in module(history)


@pytest.mark.parametrize("text", ["a\u2028b", "x" * 20_000])
def test_what_a_field_cannot_hold_is_not_pasted_and_said(pane: CodePane, history: UndoHistory, text: str) -> None:
    told: list[str] = []
    pane.told.connect(told.append)
    data = QMimeData()
    data.setText(text)

    pane.editor.insertFromMimeData(data)

    assert not history.can_undo
    assert len(told) == 1 and told[0].endswith("not pasted.")


def test_a_module_with_an_endless_line_is_not_shown(pane: CodePane, tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = '" + "a" * 1_000_000 + "'\n", encoding="utf-8")

    assert pane.show_part("long.py") == (
        "long.py: Line 1 has 1,000,006 characters, more than can be edited here. Use another editor."
    )


def test_a_locked_history_takes_no_letter(pane: CodePane, history: UndoHistory) -> None:
    history.lock("A run has it.")
    pane.set_read_only(history.modules_locked_reason)

    QTest.keyClicks(pane.editor, "x")

    assert pane.editor.toPlainText() == "@mark\ndef f(state):\n    return {}"
    assert not history.document.modules
    pane.editor.setReadOnly(False)  # even if it were let in
    told: list[str] = []
    pane.told.connect(told.append)
    QTest.keyClicks(pane.editor, "x")
    assert pane.editor.toPlainText() == "@mark\ndef f(state):\n    return {}"
    assert told == ["A run has it."]


def test_a_failed_run_lets_modules_be_edited_and_nothing_else(pane: CodePane, history: UndoHistory) -> None:
    history.lock("A run has it.", spares_modules=True)
    pane.set_read_only(history.modules_locked_reason)
    put_caret(pane, "return ")

    QTest.keyClicks(pane.editor, "x")

    assert "return x{}" in module(history)
    assert history.undo()


def test_a_file_that_changed_on_disk_is_shown_anew(pane: CodePane, tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("def f(state):\n    return 1\n", encoding="utf-8")

    pane.refresh()

    assert pane.editor.toPlainText() == "def f(state):\n    return 1"
    assert pane.first_line() == 1


def test_the_first_save_of_a_graph_leaves_the_caret_where_it_is(
    pane: CodePane, history: UndoHistory, tmp_path: Path
) -> None:
    history.replace(Document())
    pane.set_folder(None)
    history.do(module_commands.edit_module(history.document, ProjectSources(None), "nodes.py", "def f(state): ...\n"))
    pane.show_part("nodes.py", "f")
    put_caret(pane, "state")
    caret = pane.editor.selection()
    (tmp_path / "nodes.py").write_text("def f(state): ...\n", encoding="utf-8")

    pane.set_folder(tmp_path)

    assert (pane.name, pane.editor.selection()) == ("f", caret)


# Find -----------------------------------------------------------------------------------------------------------------


def test_find_goes_from_place_to_place_and_round(pane: CodePane) -> None:
    pane.show_part("nodes.py")
    pane.search.open()
    QTest.keyClicks(pane.search.field, "STATE")

    assert pane.search.count.text() == "1 of 2"
    first = pane.editor.selection()
    QTest.keyClick(pane.search.field, Qt.Key.Key_F3)
    assert pane.search.count.text() == "2 of 2"
    QTest.keyClick(pane.search.field, Qt.Key.Key_Return)
    assert pane.editor.selection() == first
    QTest.keyClick(pane.search.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert pane.search.count.text() == "2 of 2"
    QTest.keyClick(pane.search.field, Qt.Key.Key_Escape)
    assert not pane.search.isVisible()
    assert QApplication.focusWidget() is pane.editor


def test_f3_goes_on_from_within_the_code(pane: CodePane) -> None:
    pane.show_part("nodes.py")
    pane.search.open()
    pane.search.field.setText("state")
    pane.editor.setFocus()

    QTest.keyClick(pane.editor, Qt.Key.Key_F3)
    assert pane.search.count.text() == "2 of 2"
    QTest.keyClick(pane.editor, Qt.Key.Key_Escape)
    assert not pane.search.isVisible()


def test_replacing_all_is_one_step(pane: CodePane, history: UndoHistory) -> None:
    pane.show_part("nodes.py")
    pane.search.open(replacing=True)
    pane.search.field.setText("state")
    pane.search.replacement.setText("values")

    pane.search.replace_all()

    assert module(history) == NODES.replace("state", "values")
    history.undo()
    assert module(history) == NODES


# Help -----------------------------------------------------------------------------------------------------------------


def test_a_dot_asks_and_enter_takes_the_choice(pane: CodePane, history: UndoHistory) -> None:
    helper = pane.assistant._help
    assert isinstance(helper, Helper)
    put_caret(pane, "return ")
    QTest.keyClicks(pane.editor, "json.")
    question, answer = helper.asked[-1]
    assert (question.kind, question.line, question.column) == ("complete", 6, len("    return json."))
    assert question.text == module(history)

    QTest.keyClicks(pane.editor, "du")  # faster than the answer
    answer([["dump", "function", "mp"], ["dumps", "function", "mps"], ["loads", "function", ""]])

    assert [pane.assistant.choices.list.item(i).text() for i in range(pane.assistant.choices.list.count())] == [
        "dump",
        "dumps",
    ]
    QTest.keyClick(pane.editor, Qt.Key.Key_Down)
    QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    assert "return json.dumps{}" in module(history)
    assert not pane.assistant.choices.isVisible()


def test_an_answer_that_comes_too_late_is_not_shown(pane: CodePane) -> None:
    helper = pane.assistant._help
    assert isinstance(helper, Helper)
    put_caret(pane, "return ")
    QTest.keyClicks(pane.editor, "json.")
    answer = helper.asked[-1][1]
    pane.show_part("nodes.py", "g")

    answer([["dump", "function", "mp"]])

    assert not pane.assistant.choices.isVisible()


def test_a_bracket_shows_the_arguments_until_it_is_closed(pane: CodePane) -> None:
    helper = pane.assistant._help
    assert isinstance(helper, Helper)
    put_caret(pane, "return ")
    QTest.keyClicks(pane.editor, "f(")
    helper.asked[-1][1]({"name": "f", "parameters": ["state", "b=1"], "index": 0})

    assert pane.assistant.tip.isVisible()
    assert pane.assistant.tip.accessibleName() == "f(state, b=1)"
    QTest.keyClicks(pane.editor, ")")
    assert not pane.assistant.tip.isVisible()


def test_what_a_name_is_stands_narrow_beside_it(pane: CodePane, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = pane.assistant._help
    assert isinstance(helper, Helper)
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _point, words, *_rest: said.append(words))
    put_caret(pane, "def f")

    pane.assistant.explain()
    asked, then = helper.asked[-1]
    assert (asked.kind, asked.line, asked.column) == ("doc", 5, 5)
    then("f(state) -> dict\n\n    " + "many <words> " * 40 + "\n" + "line\n" * 40)

    lines = said[0].removesuffix("</pre>").partition(">")[2].splitlines()
    assert lines[:2] == ["f(state) -> dict", ""]
    assert lines[2].startswith("    many &lt;words>")
    assert max(len(line.replace("&lt;", "<")) for line in lines) <= DOC_COLUMNS
    assert len(lines) == DOC_LINES
    then(None)
    assert len(said) == 1


def test_undo_keys_are_left_to_the_window(pane: CodePane, history: UndoHistory, qtbot: QtBot) -> None:
    put_caret(pane, "return ")
    QTest.keyClicks(pane.editor, "x")

    QTest.keyClick(pane.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert "return x{}" in pane.editor.toPlainText(), "nothing of its own"
    assert QApplication.focusWidget() is pane.editor
