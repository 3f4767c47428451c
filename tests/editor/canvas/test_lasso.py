"""The lasso: Ctrl+Alt+drag selects what the line goes round, and only that."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from editor.canvas.gestures.lasso import is_inside
from editor.canvas.graph_view import GraphView
from editor.canvas.shapes import Point
from editor.document.undo_history import UndoHistory
from engine.graph.spec import EdgeId, PlainOutlet
from tests.editor.canvas.graphs import loop
from tests.editor.canvas.test_graph_view import Hand

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
ROUND_C = [QPointF(x, y) for x, y in ((380, 180), (700, 170), (720, 300), (500, 320), (370, 280))]
A_AND_B_BUT_NOT_C = [QPointF(x, y) for x, y in ((100, -80), (720, -100), (720, 120), (370, 90), (90, 130))]


@pytest.fixture
def view(qtbot) -> GraphView:
    view = GraphView(UndoHistory(loop()))
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    return view


def lasso(view: GraphView, points: list[QPointF], held: Qt.KeyboardModifier = HELD, *, release: bool = True) -> None:
    hand = Hand(view)
    hand.press(points[0], held)
    for point in points[1:]:
        hand.move(point, held)
    if release:
        hand.release(points[-1], held)


def test_what_the_line_goes_round_is_selected_with_the_edges_in_it(view: GraphView) -> None:
    lasso(view, A_AND_B_BUT_NOT_C)

    assert view.selected_nodes() == {"a", "b"}
    assert EdgeId(PlainOutlet("a"), "b") in view.selected_edges()
    assert view.graph_scene.overlay.lasso == ()


def test_the_line_selects_while_it_is_drawn_and_esc_takes_it_back(view: GraphView) -> None:
    view.select(["b"])
    lasso(view, ROUND_C, release=False)
    assert view.selected_nodes() == {"c"}
    assert len(view.graph_scene.overlay.lasso) == len(ROUND_C)

    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert view.selected_nodes() == {"b"}
    assert view.graph_scene.overlay.lasso == ()


def test_shift_adds_and_nothing_is_cut(view: GraphView) -> None:
    edges = set(view.drawing.routes)
    view.select(["a"])

    lasso(view, ROUND_C, HELD | Qt.KeyboardModifier.ShiftModifier)

    assert view.selected_nodes() == {"a", "c"}
    assert set(view.drawing.routes) == edges


def test_a_click_with_the_keys_held_selects_nothing(view: GraphView) -> None:
    view.select(["a"])
    lasso(view, [QPointF(300, 300)])

    assert view.selected_nodes() == frozenset()


def test_a_point_in_the_bay_of_a_line_is_outside() -> None:
    bay = [Point(0, 0), Point(100, 0), Point(100, 100), Point(50, 20), Point(0, 100)]

    assert is_inside(bay, Point(10, 40))
    assert not is_inside(bay, Point(50, 60))
    assert not is_inside(bay, Point(-1, 40))
