"""Copy, cut, paste and duplicate by their keys, over the real clipboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest

from editor.canvas.graph_view import GraphView
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import loop

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def open_canvas(qtbot, qapp) -> Iterator:
    def opened(document: Document, read_only_reason: str = "") -> tuple[GraphView, UndoHistory]:
        history = UndoHistory(document, read_only_reason)
        view = GraphView(history)
        qtbot.addWidget(view)
        view.resize(1200, 700)
        view.show()
        view.zoom_reset()
        view.centerOn(450, 100)
        return view, history

    yield opened
    QGuiApplication.clipboard().clear()


def press(view: GraphView, letter: str) -> None:
    QTest.keyClick(view, Qt.Key[f"Key_{letter}"], CTRL)


def point_at(view: GraphView, scene: QPointF) -> None:
    place = QPointF(view.mapFromScene(scene))
    none = Qt.MouseButton.NoButton
    on_screen = QPointF(view.viewport().mapToGlobal(place.toPoint()))
    event = QMouseEvent(QEvent.Type.MouseMove, place, on_screen, none, none, Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(view.viewport(), event)


def test_copied_nodes_are_pasted_at_the_pointer_with_the_edges_between_them(open_canvas) -> None:
    view, history = open_canvas(loop())
    view.select(["a", "b"])

    press(view, "C")
    point_at(view, QPointF(200, 300))
    press(view, "V")

    graph, places = history.document.graph, history.document.layout.positions
    assert graph.nodes.keys() == {"a", "b", "c", "a_2", "b_2"}
    assert ("a_2", "b_2") in {(edge.source, edge.target) for edge in graph.edges}
    assert [branch.target for branch in graph.routers["b_2"][0].branches] == ["a_2", END]
    assert (places["a_2"], places["b_2"]) == ((200, 300), (480, 300))
    assert view.selected_nodes() == {"a_2", "b_2"}


def test_what_one_window_copies_another_one_pastes(open_canvas) -> None:
    first, _ = open_canvas(loop())
    second, history = open_canvas(Document())
    first.select(["a", "b"])

    press(first, "C")
    press(second, "V")

    assert history.document.graph.nodes.keys() == {"a", "b"}


def test_a_paste_is_one_undo_step(open_canvas) -> None:
    view, history = open_canvas(loop())
    before = history.document
    view.select(["a"])

    press(view, "C")
    press(view, "V")
    label = history.undo_label
    history.undo()

    assert label == "Paste"
    assert history.document == before
    assert not history.can_undo


def test_cut_takes_away_and_paste_brings_back(open_canvas) -> None:
    view, history = open_canvas(loop())
    view.select(["a", START])

    press(view, "X")
    after_cut = set(history.document.graph.nodes)
    press(view, "V")

    assert after_cut == {"b", "c"}
    assert "a" in history.document.graph.nodes


def test_pasting_twice_at_the_same_place_does_not_cover_the_first(open_canvas) -> None:
    view, history = open_canvas(loop())
    view.select(["a"])
    press(view, "C")
    point_at(view, QPointF(200, 300))

    press(view, "V")
    press(view, "V")

    places = history.document.layout.positions
    assert places["a_2"] == (200, 300)
    assert places["a_3"] == (232, 332)


def test_duplicate_leaves_the_clipboard_alone(open_canvas) -> None:
    view, history = open_canvas(loop())
    QGuiApplication.clipboard().setText("my shopping list")
    view.select(["a"])

    press(view, "D")

    assert history.document.layout.positions["a_2"] == (152, 32)
    assert view.selected_nodes() == {"a_2"}
    assert QGuiApplication.clipboard().text() == "my shopping list"


def test_a_whole_graph_file_can_be_pasted(open_canvas) -> None:
    view, history = open_canvas(Document())
    QGuiApplication.clipboard().setText(format_graph(loop().graph))

    press(view, "V")

    assert history.document.graph.nodes.keys() == {"a", "b", "c"}
    assert history.document.graph.routers.keys() == {"b"}


def test_text_that_is_no_graph_is_refused_in_words(open_canvas) -> None:
    view, history = open_canvas(loop())
    told: list[str] = []
    view.message.connect(told.append)
    QGuiApplication.clipboard().setText("my shopping list")

    press(view, "V")

    assert told == ["The clipboard holds no nodes that can be pasted."]
    assert not history.can_undo


def test_a_read_only_graph_can_be_copied_but_not_cut_or_pasted_into(open_canvas) -> None:
    view, history = open_canvas(loop(), "This file is read-only.")
    told: list[str] = []
    view.message.connect(told.append)
    view.select(["a"])

    press(view, "X")
    after_cut = QGuiApplication.clipboard().text()
    press(view, "C")
    press(view, "V")
    press(view, "D")

    assert after_cut == ""
    assert '"a"' in QGuiApplication.clipboard().text()
    assert told == ["This file is read-only."] * 3
    assert history.document.graph.nodes.keys() == {"a", "b", "c"}


def test_copying_only_edges_says_what_to_select(open_canvas) -> None:
    view, _ = open_canvas(loop())
    told: list[str] = []
    view.message.connect(told.append)
    view.select((), view.drawing.routes)

    press(view, "C")

    assert told == ["Select nodes to copy. The edges between them come along."]


def test_cards_that_the_file_does_not_place_stay_where_they_are_shown(open_canvas) -> None:
    view, _ = open_canvas(Document(loop().graph, Layout()))
    before = dict(view.drawing.positions)
    view.select(["a"])

    press(view, "C")
    point_at(view, QPointF(300, 400))
    press(view, "V")

    after = view.drawing.positions
    assert {name: after[name] for name in before} == before
    assert after["a_2"] == (300, 400)


def test_the_pointer_outside_pastes_into_the_middle_of_the_view(open_canvas) -> None:
    view, history = open_canvas(loop())
    view.select(["c"])
    press(view, "C")
    point_at(view, QPointF(300, 400))
    QGuiApplication.sendEvent(view, QEvent(QEvent.Type.Leave))

    press(view, "V")

    middle = view.mapToScene(view.viewport().rect().center()) - QPointF(0, 0)
    x, y = history.document.layout.positions["c_2"]
    assert (QPointF(x, y) - middle).manhattanLength() <= 4
    assert view.viewport().rect().contains(view.mapFromScene(QPointF(x, y)) + QPoint(5, 5))
