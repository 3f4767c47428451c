"""Find and go to a node, by keyboard, in a window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.canvas.graph_view import GraphView
from editor.document import commands
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import document

NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def canvas(qtbot, qapp) -> tuple[GraphView, UndoHistory]:
    names = ["plan", "search", "search_again", "answer"]
    places = {name: (4000 * index, 0) for index, name in enumerate([START, *names, END])}
    history = UndoHistory(document(places, [(START, "plan")]))
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(0, 0)
    view.setFocus()
    return view, history


def is_in_view(view: GraphView, name: str) -> bool:
    return view.mapToScene(view.viewport().rect()).boundingRect().contains(view.node_rect(name))


@pytest.mark.parametrize("key", [Qt.Key.Key_F, Qt.Key.Key_P])
def test_typing_goes_to_the_best_node_at_once(canvas, key: Qt.Key) -> None:
    view, _ = canvas

    QTest.keyClick(view, key, CTRL)
    QTest.keyClicks(view.find_bar.field, "answ")

    assert view.find_bar.isVisible()
    assert view.selected_nodes() == {"answer"}
    assert is_in_view(view, "answer")
    assert view.find_bar.count.text() == "1 of 1"


def test_enter_goes_on_and_shift_enter_goes_back_round_and_round(canvas) -> None:
    view, _ = canvas
    view.find_bar.open()
    field = view.find_bar.field

    QTest.keyClicks(field, "search")
    seen = [view.selected_nodes()]
    for key, held in ((Qt.Key.Key_Return, NONE), (Qt.Key.Key_Return, NONE), (Qt.Key.Key_Return, SHIFT)):
        QTest.keyClick(field, key, held)
        seen.append(view.selected_nodes())

    assert seen == [{"search"}, {"search_again"}, {"search"}, {"search_again"}]
    assert view.find_bar.count.text() == "2 of 2"


def test_a_node_is_found_by_its_function_too(canvas) -> None:
    view, history = canvas
    history.do(commands.change_node(history.document, "plan", fn="tools:make_outline"))
    view.find_bar.open()

    QTest.keyClicks(view.find_bar.field, "outline")

    assert view.selected_nodes() == {"plan"}


def test_what_is_nowhere_is_said_and_moves_nothing(canvas) -> None:
    view, _ = canvas
    before = view.mapToScene(0, 0)
    view.find_bar.open()

    QTest.keyClicks(view.find_bar.field, "xyzzy")

    assert view.find_bar.count.text() == "None"
    assert view.find_bar.field.property("invalid") is True
    assert not view.find_bar.next.isEnabled()
    assert view.mapToScene(0, 0) == before


def test_escape_closes_the_bar_and_the_node_stays_selected(canvas) -> None:
    view, _ = canvas
    view.find_bar.open()
    QTest.keyClicks(view.find_bar.field, "plan")

    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Escape)

    assert not view.find_bar.isVisible()
    assert view.hasFocus()
    assert view.selected_nodes() == {"plan"}


def test_f3_goes_on_after_the_bar_is_closed(canvas) -> None:
    view, _ = canvas
    view.find_bar.open()
    QTest.keyClicks(view.find_bar.field, "search")
    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Escape)

    QTest.keyClick(view, Qt.Key.Key_F3)

    assert view.selected_nodes() == {"search_again"}


def test_from_far_away_the_view_comes_near_enough_to_read(canvas) -> None:
    view, _ = canvas
    view.zoom_at(view.viewport().rect().center(), 0.1)
    view.find_bar.open()

    QTest.keyClicks(view.find_bar.field, "answer")

    assert view.zoom == pytest.approx(0.8)
    assert is_in_view(view, "answer")


def test_a_card_is_not_hidden_below_the_bar(canvas) -> None:
    view, _ = canvas
    corner = view.node_rect("plan").center()
    view.centerOn(corner.x() - 480, corner.y() + 300)  # the card is at the right top
    view.find_bar.open()

    QTest.keyClicks(view.find_bar.field, "plan")

    place = view.mapFromScene(view.node_rect("plan")).boundingRect()
    assert not view.find_bar.geometry().intersects(place)


def test_a_deleted_node_is_not_gone_to(canvas) -> None:
    view, history = canvas
    view.find_bar.open()
    QTest.keyClicks(view.find_bar.field, "search")
    history.do(commands.delete(history.document, ["search"]))

    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Return)

    assert view.selected_nodes() == {"search_again"}
    assert view.find_bar.count.text() == "1 of 1"
