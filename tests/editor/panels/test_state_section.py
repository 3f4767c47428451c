"""The state's keys in the inspector: they are edited in the Python class, and every edit can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from editor.document.commands import add_router, change_graph
from editor.document.document import Document
from editor.document.level_history import LevelHistory
from editor.document.undo_history import UndoHistory
from editor.panels.inspector_panel import InspectorPanel
from editor.panels.state_key_form import OTHER
from editor.panels.state_section import ROWS_AT_ONCE, StateSection
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from editor.widgets.summary_fold import SummaryFold
from engine.graph.spec import BranchSpec, GraphSpec, NodeSpec
from engine.graph.state_source import StateClass, read_state_class

STATE = """import operator
from typing import Annotated, TypedDict


class S(TypedDict):
    n: int
    log: Annotated[list, operator.add]
"""
NODES = 'def classify(state):\n    return {"n": state["n"] + 1}\n'


@pytest.fixture
def inspector(qtbot: QtBot, history: UndoHistory, tmp_path: Path) -> InspectorPanel:
    """Nothing is selected; the state is ``mystate:S``, and a condition reads n."""
    (tmp_path / "mystate.py").write_text(STATE, encoding="utf-8")
    (tmp_path / "nodes.py").write_text(NODES, encoding="utf-8")
    history.do(change_graph(history.document, state="mystate:S"))
    branches = (BranchSpec("few", None, "n < 3"), BranchSpec("else", None))
    history.do(add_router(history.document, "format", None, branches))
    panel = InspectorPanel(history, tmp_path)
    qtbot.addWidget(panel)
    panel.resize(320, 1400)
    panel.show()
    return panel


def state_of(history: UndoHistory) -> StateClass:
    return read_state_class(history.document.modules["mystate.py"].text, "S")


def visible(panel: InspectorPanel, name: str) -> QWidget:
    (found,) = [w for w in panel.findChildren(QWidget) if w.accessibleName() == name and w.isVisible()]
    return found


def field(panel: InspectorPanel, name: str) -> InlineField:
    found = visible(panel, name)
    assert isinstance(found, InlineField)
    return found


def open_key(panel: InspectorPanel, name: str) -> None:
    (found,) = [f for f in panel.findChildren(SummaryFold) if f.header.text() == name and f.header.isVisible()]
    QTest.keyClick(found.header, Qt.Key.Key_Space)


def type_into(field: InlineField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(panel: InspectorPanel, name: str, words: str) -> None:
    box = visible(panel, name)
    assert isinstance(box, QComboBox)
    box.setCurrentText(words)
    box.activated.emit(box.currentIndex())


def problem_of(field: InlineField) -> str:
    holder = field.parentWidget()
    assert isinstance(holder, CheckedField)
    return holder.problem


def test_a_key_is_added_given_a_reducer_and_each_is_one_step_back(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    before = history.document

    type_into(field(inspector, "New key of the state"), "found: list[Any]")
    choose(inspector, "Reducer of key found", "operator.add")

    text = history.document.modules["mystate.py"].text
    assert "    found: Annotated[list[Any], operator.add]\n" in text
    assert "from typing import Any\n" in text
    assert history.undo_label == "Change the reducer of 'found'"
    history.undo()
    assert "    found: list[Any]\n" in history.document.modules["mystate.py"].text
    history.undo()
    assert history.document.modules["mystate.py"].text == STATE
    assert history.document.graph == before.graph


def test_a_rename_takes_conditions_with_it_and_tells_where_code_still_says_the_old_name(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    open_key(inspector, "n")

    type_into(field(inspector, "Name of key n"), "count")

    assert [key.name for key in state_of(history).keys] == ["count", "log"]
    assert history.document.graph.routers["format"][-1].branches[0].when == "count < 3"
    QApplication.processEvents()
    texts = [b.text() for b in inspector.findChildren(QAbstractButton) if b.isVisible()]
    assert "classify reads it, nodes.py line 2" in texts and "classify writes it, nodes.py line 2" in texts
    history.undo()
    assert history.document.graph.routers["format"][-1].branches[0].when == "n < 3"
    assert [key.name for key in state_of(history).keys] == ["n", "log"]


def test_the_places_in_code_are_changed_by_a_button_as_a_step_of_its_own(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    open_key(inspector, "n")
    type_into(field(inspector, "Name of key n"), "count")
    QApplication.processEvents()

    next(b for b in inspector.findChildren(QAbstractButton) if b.text() == "Say 'count' there").click()

    assert history.document.modules["nodes.py"].text == NODES.replace('"n"', '"count"')
    assert not [b for b in inspector.findChildren(QAbstractButton) if "there" in b.text() and b.isVisible()]
    history.undo()
    assert history.document.modules["nodes.py"].text == NODES
    assert [key.name for key in state_of(history).keys] == ["count", "log"]


def test_what_code_still_says_stands_below_the_renamed_key_and_is_scrolled_to(
    inspector: InspectorPanel, history: UndoHistory, tmp_path: Path, qtbot: QtBot
) -> None:
    many = "".join(f"    key_{number}: int\n" for number in range(30))
    after = many.replace("key", "later")
    text = STATE.replace("    n: int\n", f"{many}    n: int\n{after}")
    (tmp_path / "mystate.py").write_text(text, encoding="utf-8")
    inspector.set_folder(tmp_path)
    inspector.resize(320, 500)
    inspector.activateWindow()
    open_key(inspector, "n")

    type_into(field(inspector, "Name of key n"), "count")

    def is_seen() -> bool:
        shown = [b for b in inspector.findChildren(QAbstractButton) if b.text() == "Say 'count' there"]
        return bool(shown) and not shown[0].visibleRegion().isEmpty()

    qtbot.waitUntil(is_seen, timeout=30_000)
    (button,) = [b for b in inspector.findChildren(QAbstractButton) if b.text() == "Say 'count' there"]
    name = field(inspector, "Name of key count")
    assert name.hasFocus()
    assert name.mapTo(inspector, QPoint(0, 0)).y() < button.mapTo(inspector, QPoint(0, 0)).y()


def test_the_mouse_wheel_scrolls_past_a_reducer_and_changes_nothing(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    open_key(inspector, "log")
    box = visible(inspector, "Reducer of key log")
    assert isinstance(box, QComboBox)
    before, middle = history.document, QPointF(box.rect().center())
    no_buttons, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase, down = Qt.ScrollPhase.NoScrollPhase, QPoint(0, -120)

    turned = QWheelEvent(middle, box.mapToGlobal(middle), QPoint(), down, no_buttons, no_keys, phase, False)
    QApplication.sendEvent(box, turned)

    assert box.currentText() == "operator.add"
    assert history.document is before


def test_a_place_leads_to_the_code(inspector: InspectorPanel) -> None:
    told: list[tuple[str, int]] = []
    inspector.show_code.connect(lambda module, line: told.append((module, line)))
    open_key(inspector, "n")
    QApplication.processEvents()

    next(
        b for b in inspector.findChildren(QAbstractButton) if b.text() == "classify writes it, nodes.py line 2"
    ).click()

    assert told == [("nodes.py", 2)]


def test_what_cannot_be_is_said_at_its_field(inspector: InspectorPanel, history: UndoHistory) -> None:
    new = field(inspector, "New key of the state")
    type_into(new, "n: int")
    assert "already is a key 'n'" in problem_of(new)
    open_key(inspector, "log")
    type_into(field(inspector, "Type of key log"), "list[")
    assert "as Python would read it" in problem_of(field(inspector, "Type of key log"))
    choose(inspector, "Reducer of key log", OTHER)
    type_into(field(inspector, "Reducer function of key log"), "merge")
    assert "does not know 'merge'" in problem_of(field(inspector, "Reducer function of key log"))

    assert "mystate.py" not in history.document.modules


def test_a_key_is_removed(inspector: InspectorPanel, history: UndoHistory) -> None:
    open_key(inspector, "log")
    button = visible(inspector, "Remove key log")
    assert isinstance(button, QAbstractButton)

    button.click()

    assert [key.name for key in state_of(history).keys] == ["n"]


def test_a_state_class_is_written_where_there_is_none(inspector: InspectorPanel, history: UndoHistory) -> None:
    history.do(change_graph(history.document, state=None))
    button = visible(inspector, "Write a state class")
    assert isinstance(button, QAbstractButton)

    button.click()

    assert history.document.graph.state == "state:State"
    assert read_state_class(history.document.modules["state.py"].text, "State").keys == ()
    type_into(field(inspector, "New key of the state"), "n: int")
    assert "    n: int\n" in history.document.modules["state.py"].text


def test_start_is_led_to_a_node_and_not(inspector: InspectorPanel, history: UndoHistory) -> None:
    (first,) = [edge.target for edge in history.document.graph.edges if edge.source == "__start__"]
    remove = visible(inspector, f"Disconnect START from {first}")
    assert isinstance(remove, QAbstractButton)
    remove.click()
    assert not [edge for edge in history.document.graph.edges if edge.source == "__start__"]

    picker = visible(inspector, "Let START lead to")
    QTest.keyClick(picker, Qt.Key.Key_Down)

    assert [edge for edge in history.document.graph.edges if edge.source == "__start__"]


def test_a_subgraph_without_a_state_of_its_own_has_that_of_the_graph_around_it(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "mystate.py").write_text(STATE, encoding="utf-8")
    inner = GraphSpec(name="", nodes={"x": NodeSpec("nodes:x")})
    nodes = {"sub": NodeSpec(graph=inner)}
    whole = UndoHistory(Document(GraphSpec(state="mystate:S", nodes=nodes)))
    level = LevelHistory(whole)
    panel = InspectorPanel(level, tmp_path)
    qtbot.addWidget(panel)
    panel.show()

    assert level.open(("sub",))
    QApplication.processEvents()

    section = panel.findChildren(StateSection)[0]
    assert section.known_keys(level.document) == {"n", "log"}
    assert "state of the graph around it" in section._why_not.text()
    assert not section._create.isVisible()


def test_of_many_keys_the_first_have_rows_and_a_button_shows_more(
    inspector: InspectorPanel, history: UndoHistory, tmp_path: Path
) -> None:
    names = [f"key_{number}" for number in range(ROWS_AT_ONCE * 2 + 50)]
    (tmp_path / "wide.py").write_text("class Wide(dict):\n" + "".join(f"    {name}: int\n" for name in names))
    history.do(change_graph(history.document, state="wide:Wide"))

    def rows() -> list[str]:
        QApplication.processEvents()
        folds = [fold for fold in inspector.findChildren(SummaryFold) if fold.header.isVisible()]
        return [fold.header.text() for fold in folds if fold.header.text() in {*names, "added"}]

    def button(text: str) -> QAbstractButton:
        (found,) = [b for b in inspector.findChildren(QAbstractButton) if b.text() == text and b.isVisible()]
        return found

    assert rows() == names[:ROWS_AT_ONCE]
    type_into(field(inspector, "New key of the state"), "added: int")
    assert rows() == [*names[:ROWS_AT_ONCE], "added"]
    assert field(inspector, "Name of key added").text() == "added"
    history.undo()
    button("Show 200 more of 250 keys").click()
    assert rows() == names[: ROWS_AT_ONCE * 2]
    focused = inspector.focusWidget()
    assert isinstance(focused, QAbstractButton) and focused.text() == names[ROWS_AT_ONCE]
    button("Show 50 more of 50 keys").click()
    assert rows() == names
    assert not [b for b in inspector.findChildren(QAbstractButton) if " more of " in b.text() and b.isVisible()]


def test_a_graph_without_a_file_gets_its_state_class_before_it_is_saved(qtbot: QtBot) -> None:
    history = UndoHistory(Document(GraphSpec("g", nodes={"a": NodeSpec("nodes:a")})))
    section = StateSection(history)
    qtbot.addWidget(section)
    section.set_folder(None)
    section.show_state(history.document)
    section.show()

    section._create.click()
    section.show_state(history.document)
    type_into(section._new.field, "question: str")

    assert history.document.graph.state == "state:State"
    assert "    question: str\n" in history.document.modules["state.py"].text
