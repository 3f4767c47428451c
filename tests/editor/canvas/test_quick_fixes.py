"""The marks of problems open a menu with what is wrong and the ways out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from editor.canvas.graph_view import GraphView
from editor.canvas.hit import HitKind, hit_at
from editor.canvas.problem_marks import mark_rect
from editor.canvas.shapes import Point
from editor.document import commands
from engine.graph.problems import find_problems
from engine.graph.spec import START, EdgeSpec
from tests.editor.canvas.graphs import loop
from tests.editor.canvas.shown_problems import view_with_problems
from tests.editor.canvas.test_graph_view import Hand


@pytest.fixture
def view(qtbot, tmp_path: Path) -> GraphView:
    return view_with_problems(qtbot, loop(), tmp_path)


def mark_of(view: GraphView, name: str) -> QPointF:
    middle = mark_rect(view.drawing.shapes[name], view.zoom).middle
    x, y = view.drawing.positions[name]
    return QPointF(x + middle.x, y + middle.y)


def menu_of(view: GraphView) -> QMenu:
    (menu,) = [each for each in view.findChildren(QMenu, "quick fixes") if each.isVisible()]
    return menu


def texts(menu: QMenu) -> list[str]:
    return [row.text() for row in menu.actions() if not row.isSeparator()]


def test_a_click_on_the_mark_opens_the_sentence_and_its_fixes_and_one_undo_takes_it_back(view: GraphView) -> None:
    Hand(view).click(mark_of(view, "c"))
    menu = menu_of(view)

    assert texts(menu) == ["No way leads from START to 'c'.", "Run 'c' at the start", "Delete 'c'"]
    assert any(label.text() == "No way leads from START to 'c'." for label in menu.findChildren(QLabel))
    assert view.selected_nodes() == {"c"}
    menu.actions()[1].trigger()
    menu.close()

    assert EdgeSpec(START, "c") in view.document.graph.edges
    view._history.undo()
    assert view.document == loop()


def test_the_keyboard_opens_it_and_enter_takes_the_first_way_out(view: GraphView) -> None:
    view.select(["c"])

    QTest.keyClick(view, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(menu_of(view), Qt.Key.Key_Return)

    assert EdgeSpec(START, "c") in view.document.graph.edges


def test_without_a_problem_there_is_a_word_and_no_menu(view: GraphView) -> None:
    told: list[str] = []
    view.message.connect(told.append)
    view.select(["a"])
    view.show_problems(())

    QTest.keyClick(view, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    Hand(view).click(mark_of(view, "c"))

    assert told == ["Select a node with a problem to see what can be done."]
    assert not [menu for menu in view.findChildren(QMenu) if menu.isVisible()]
    assert view.selected_nodes() == {"c"}


@pytest.mark.parametrize("zoom", [0.35, 1.0, 2.0])
def test_the_mark_is_hit_where_it_is_painted(view: GraphView, zoom: float) -> None:
    view.zoom_at(view.viewport().rect().center(), zoom)
    point = mark_of(view, "c")

    assert hit_at(view.drawing, Point(point.x(), point.y()), view.zoom).kind is HitKind.MARK
    assert hit_at(view.drawing, Point(point.x() - 60, point.y()), view.zoom).kind is HitKind.BODY


def test_a_locked_graph_tells_why_when_a_fix_is_chosen(view: GraphView) -> None:
    told: list[str] = []
    view.message.connect(told.append)
    view.set_read_only("A run is shown.")
    Hand(view).click(mark_of(view, "c"))

    menu_of(view).actions()[1].trigger()

    assert told == ["A run is shown."]
    assert view.document == loop()


def test_a_card_with_a_mark_can_still_be_dragged_beside_it(view: GraphView) -> None:
    start = view.node_rect("c").center()

    Hand(view).drag(start, start + QPointF(40, 40))

    assert view.document.position_of("c") == (440, 240)


def test_a_graph_without_a_file_gets_what_a_fix_writes_with_its_first_save(view: GraphView) -> None:
    view.set_folder(None)
    view._history.do(commands.add_node(view.document, "fresh", (700, 300)))
    view.show_problems(find_problems(view.document.graph))
    view.select(["fresh"])

    QTest.keyClick(view, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = menu_of(view)
    next(row for row in menu.actions() if row.text() == "Write a function for 'fresh'").trigger()
    menu.close()

    assert view.document.graph.nodes["fresh"].fn == "nodes:fresh"
    assert "def fresh(state)" in view.document.modules["nodes.py"].text
