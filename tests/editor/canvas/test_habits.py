"""Gestures and keys of ux.md 1.1 and 1.2 that no other file of these tests holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from editor.canvas.graph_view import GraphView
from editor.canvas.hover_tip import REST_MS
from editor.canvas.line_look import DASHES
from editor.canvas.shapes import Point
from editor.document.document import Document
from editor.theme.theme import current_tokens
from engine.graph.spec import END, START, EdgeId, PlainOutlet
from tests.editor.canvas.graphs import document, loop
from tests.editor.canvas.test_graph_view import Hand

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Open = Callable[[Document], tuple[GraphView, Hand]]


def test_shift_on_the_left_third_selects_all_that_leads_there_and_in_the_middle_the_node(open_view: Open) -> None:
    view, hand = open_view(loop())
    card = view.node_rect("b")

    hand.click(QPointF(card.left() + 40, card.center().y()), SHIFT)
    assert view.selected_nodes() == {START, "a", "b"}
    view.select(())
    hand.click(card.center(), SHIFT)
    assert view.selected_nodes() == {"b"}


def test_zoom_keys_and_fitting_the_selection(open_view: Open) -> None:
    view, _ = open_view(loop())
    before = view.zoom
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom > before
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(before)

    view.zoom_at(view.viewport().rect().center(), 0.2)
    view.select(["c"])
    QTest.keyClick(view, Qt.Key.Key_Period)
    assert view.zoom == 1.0
    middle = view.mapToScene(view.viewport().rect().center())
    assert view.node_rect("c").adjusted(-40, -40, 40, 40).contains(middle)
    view.zoom_at(view.viewport().rect().center(), 0.2)
    QTest.keyClick(view, Qt.Key.Key_ParenRight, SHIFT)
    assert view.zoom == 1.0


def test_an_edge_is_dashed_while_a_node_is_held_over_it_and_whole_after_esc(open_view: Open) -> None:
    view, hand = open_view(document({START: (0, 12), "a": (120, 0), "b": (600, 0), "c": (400, 200)}, [("a", "b")]))
    edge = EdgeId(PlainOutlet("a"), "b")
    start = view.node_rect("c").center()

    hand.press(start)
    hand.move(start - QPointF(20, 100))
    hand.move(start - QPointF(20, 200))
    item = view.graph_scene.edges[edge]
    assert item.is_open
    assert item.look.dashes != DASHES
    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert not item.is_open
    assert view.document.position_of("c") == (400, 200)


def test_an_end_over_empty_ground_says_that_it_deletes_and_esc_keeps_the_edge(open_view: Open) -> None:
    view, hand = open_view(loop())
    tip = view.port_position("b")

    hand.press(tip - QPointF(14, 0))
    hand.move(tip + QPointF(-60, 220))
    assert view.graph_scene.overlay.words == "Release to delete the edge. Esc keeps it."
    QTest.keyClick(view, Qt.Key.Key_Escape)
    hand.release(tip + QPointF(-60, 220))

    assert view.document == loop()
    assert view.graph_scene.overlay.words == ""


def test_ctrl_and_shift_nudge_further_than_ctrl(open_view: Open) -> None:
    view, _ = open_view(loop())
    view.select(["c"])

    QTest.keyClick(view, Qt.Key.Key_Right, CTRL)
    QTest.keyClick(view, Qt.Key.Key_Down, CTRL | SHIFT)

    assert view.document.position_of("c") == (404, 224)


def test_words_come_after_half_a_second_of_rest_and_not_a_second_time(open_view: Open, qtbot, monkeypatch) -> None:
    view, hand = open_view(loop())
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, *_rest: said.append(words))
    monkeypatch.setattr(type(view.viewport()), "underMouse", lambda _self: True)
    tip = view.hover_tip
    assert tip.timer.interval() == REST_MS == 500

    hand.hover(view.node_rect("a").center())
    assert tip.timer.isActive()
    tip.timer.stop()
    tip._show()
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.ToolTip))

    assert said == ["a, nodes:a"]
    hand.hover(QPointF(300, 400))
    assert not tip.timer.isActive()


def test_who_knows_more_of_a_node_adds_it_to_its_words_while_the_pointer_is_there(open_view: Open, monkeypatch) -> None:
    view, hand = open_view(loop())
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, *_rest: said.append(words))
    monkeypatch.setattr(type(view.viewport()), "underMouse", lambda _self: True)
    tip = view.hover_tip
    asked: list[str] = []
    tip.rested.connect(asked.append)

    hand.hover(view.node_rect("a").center())
    tip.add("a", "too early")
    tip.timer.stop()
    tip._show()
    assert asked == ["a"]
    tip.add("b", "of another")
    tip.add("a", "Wrote last: n")
    assert said == ["a, nodes:a", "a, nodes:a\n\nWrote last: n"]
    hand.hover(QPointF(300, 400))
    tip.add("a", "too late")
    assert len(said) == 2


def test_ctrl_a_then_esc_selects_all_and_nothing(open_view: Open) -> None:
    view, _ = open_view(loop())

    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    assert view.selected_nodes() == {START, "a", "b", "c", END}
    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert view.selected_nodes() == frozenset()


@pytest.mark.parametrize("corner", [(1.0, 0.5), (1.0, 1.0), (0.4, 0.4)])
def test_the_reason_in_words_is_read_whole_also_at_the_edge_of_the_view(
    open_view: Open, corner: tuple[float, float]
) -> None:
    view, _ = open_view(loop())
    size = view.viewport().size()
    at = view.mapToScene(int(size.width() * corner[0]) - 5, int(size.height() * corner[1]) - 5)
    overlay = view.graph_scene.overlay
    overlay.words, overlay.words_at = "'answer_general' already leads to 'format'.", Point(at.x(), at.y())
    overlay.show()

    picture = view.viewport().grab().toImage()

    ground = QColor(current_tokens().failed_quiet)
    found = [
        (x, y) for x in range(picture.width()) for y in range(picture.height()) if picture.pixelColor(x, y) == ground
    ]
    width = max(x for x, _ in found) - min(x for x, _ in found)
    height = max(y for _, y in found) - min(y for _, y in found)
    assert width > 200  # the whole bubble, both of its ends
    assert height >= 24
    assert max(x for x, _ in found) < picture.width() - 4


def test_a_selected_card_lies_above_the_others(open_view: Open) -> None:
    view, _ = open_view(loop())
    items = view.graph_scene.nodes

    view.select(["a"])
    assert items["a"].zValue() > items["b"].zValue()
    view.select(["b"])
    assert items["b"].zValue() > items["a"].zValue()
