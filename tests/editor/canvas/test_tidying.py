"""Tidy: at once for usual graphs, in a process of its own for large ones; one edit; the view stays."""

from __future__ import annotations

import itertools
import random

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor.canvas import tidying
from editor.canvas.auto_layout import lay_out, links_of, tidy_positions
from editor.canvas.graph_view import GraphView
from editor.canvas.tidy_process import from_json, positions_from_json, to_json
from editor.document import commands
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import document, loop


@pytest.fixture
def canvas(qtbot, qapp):
    def opened(shown: Document) -> tuple[GraphView, UndoHistory, list[str]]:
        history = UndoHistory(shown)
        view = GraphView(history)
        qtbot.addWidget(view)
        view.resize(1200, 700)
        view.show()
        view.zoom_reset()
        view.centerOn(450, 100)
        told: list[str] = []
        view.message.connect(told.append)
        return view, history, told

    return opened


@pytest.fixture
def all_in_a_process(monkeypatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE_UP_TO", 0)


def scattered() -> Document:
    draw = random.Random(1)
    names = [f"n{number}" for number in range(12)]
    places = {name: (draw.randrange(1000) * 4, draw.randrange(1000) * 4) for name in (START, *names, END)}
    chain = [START, *names, END]
    return document(places, list(itertools.pairwise(chain)))


def test_a_small_graph_is_laid_out_at_once_with_start_where_it_was(canvas) -> None:
    view, history, _ = canvas(scattered())
    start = history.document.layout.positions[START]

    view.tidy()

    places = history.document.layout.positions
    assert places[START] == start
    assert all(places[f"n{i}"][0] < places[f"n{i + 1}"][0] for i in range(11))
    assert history.undo_label == "Tidy"


@pytest.mark.usefixtures("all_in_a_process")
def test_a_large_graph_is_laid_out_in_a_process_with_the_same_result(canvas, qtbot) -> None:
    shown = scattered()
    view, history, _ = canvas(shown)
    shapes = dict(view.drawing.shapes)
    wanted = tidy_positions(shown.graph, shapes)

    view.tidy()
    while_busy = (view.tidying.is_busy, history.can_undo)
    qtbot.waitUntil(lambda: not view.tidying.is_busy)

    places = history.document.layout.positions
    dx, dy = places[START][0] - wanted[START][0], places[START][1] - wanted[START][1]
    assert while_busy == (True, False)
    assert {name: (x - dx, y - dy) for name, (x, y) in places.items()} == wanted
    history.undo()
    assert history.document == UndoHistory(shown).document


@pytest.mark.usefixtures("all_in_a_process")
def test_escape_ends_it_without_an_edit(canvas) -> None:
    view, history, told = canvas(scattered())

    view.tidy()
    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert not view.tidying.is_busy
    assert not history.can_undo
    assert told == []


@pytest.mark.usefixtures("all_in_a_process")
def test_a_note_with_a_button_appears_while_it_lasts_and_the_button_ends_it(canvas, monkeypatch) -> None:
    view, history, _ = canvas(scattered())

    view.tidy()
    view.tidying.note.show()
    words = view.tidying.note.accessibleName()
    QTest.mouseClick(view.tidying.note.button, Qt.MouseButton.LeftButton)

    assert words == "Laying out 14 nodes …"
    assert not view.tidying.note.isVisible()
    assert not view.tidying.is_busy
    assert not history.can_undo


@pytest.mark.usefixtures("all_in_a_process")
def test_an_edit_of_the_graph_meanwhile_wins(canvas) -> None:
    view, history, told = canvas(scattered())

    view.tidy()
    history.do(commands.delete(history.document, ["n3"]))

    assert not view.tidying.is_busy
    assert told == ["The graph changed while it was being laid out, so it stays as it is. Tidy again."]
    assert history.undo_label == "Delete 'n3'"


@pytest.mark.usefixtures("all_in_a_process")
def test_a_move_meanwhile_does_not_end_it(canvas, qtbot) -> None:
    view, history, _ = canvas(scattered())

    view.tidy()
    history.do(commands.move(history.document, {"n3": (0, 0)}))
    qtbot.waitUntil(lambda: not view.tidying.is_busy)

    assert history.undo_label == "Tidy"


@pytest.mark.usefixtures("all_in_a_process")
def test_a_process_that_fails_is_told_and_changes_nothing(canvas, qtbot, monkeypatch) -> None:
    view, history, told = canvas(scattered())
    monkeypatch.setattr(tidying, "to_json", lambda _boxes, _links: "no json")

    view.tidy()
    qtbot.waitUntil(lambda: not view.tidying.is_busy)

    assert told[0].startswith("The layout could not be computed: ")
    assert not history.can_undo


@pytest.mark.usefixtures("all_in_a_process")
def test_a_python_that_does_not_start_is_told(canvas, qtbot, monkeypatch) -> None:
    view, _, told = canvas(scattered())
    monkeypatch.setattr(tidying.sys, "executable", "/nowhere/python")

    view.tidy()
    qtbot.waitUntil(lambda: not view.tidying.is_busy)

    assert told == ["The layout could not be computed: its process did not start."]


def test_only_the_selected_nodes_are_laid_out_and_their_corner_stays(canvas) -> None:
    shown = document(
        {START: (0, 0), "a": (100, 700), "b": (140, 300), "c": (900, 900), END: (2000, 0)}, [("a", "b"), ("b", "c")]
    )
    view, history, _ = canvas(shown)
    view.select(["a", "b"])

    view.tidy()

    before, after = shown.layout.positions, history.document.layout.positions
    assert {name for name in before if before[name] != after[name]} <= {"a", "b"}
    assert min(after["a"][0], after["b"][0]) == 100
    assert min(after["a"][1], after["b"][1]) == 300
    assert after["a"][0] < after["b"][0]
    assert history.undo_label == "Tidy 2 nodes"


def test_the_view_stays_where_the_user_was(canvas) -> None:
    view, _, _ = canvas(loop())
    view.scroll_by(40, 0)
    before = (view.zoom, view.mapToScene(QPoint(0, 0)))

    view.tidy()

    assert (view.zoom, view.mapToScene(QPoint(0, 0))) == before


def test_who_saw_the_whole_drawing_still_does(canvas) -> None:
    view, _, _ = canvas(scattered())
    view.fit_all()

    view.tidy()

    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    assert all(seen.contains(view.node_rect(name)) for name in view.drawing.shapes)


def test_a_read_only_graph_is_not_laid_out(canvas) -> None:
    view, history, told = canvas(scattered())
    view.set_read_only("A run exists.")

    view.tidy()

    assert told == ["A run exists."]
    assert not history.can_undo


def test_what_goes_to_the_process_comes_back_the_same(canvas) -> None:
    view, history, _ = canvas(loop())
    boxes = {name: shape.bounds for name, shape in view.drawing.shapes.items()}
    links = links_of(history.document.graph, view.drawing.shapes)

    again = from_json(to_json(boxes, links))

    assert again == (boxes, links)
    assert positions_from_json('{"a": [4, 8]}') == {"a": (4, 8)}
    assert lay_out(*again) == lay_out(boxes, links)
