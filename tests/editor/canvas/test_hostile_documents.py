"""Documents that no person would draw: the canvas shows them, at once and without a warning."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QImage, QPainter

from editor.canvas.graph_view import GraphView
from editor.canvas.shapes import Rect
from editor.canvas.spatial_grid import SpatialGrid
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import document
from tests.patience import slowness

LONGEST_S = 5.0
"""Far above what it takes (0.1 s), far below what it took before these were guarded against (minutes)."""

FAR = 1_000_000_000
HOSTILE = {
    "a node a billion px away, with an edge back": document(
        {START: (0, 0), "a": (FAR, FAR), "b": (0, 100), END: (-FAR, 0)}, [(START, "a"), ("a", "b"), ("a", END)]
    ),
    "a name of a million letters": document(
        {START: (0, 0), "x" * 1_000_000: (100, 0), END: (400, 0)}, [(START, "x" * 1_000_000)]
    ),
    "all nodes in one place": document(
        {START: (0, 0), **{f"n{number}": (0, 0) for number in range(200)}, END: (0, 0)},
        [(f"n{number}", f"n{(number + 1) % 200}") for number in range(200)],
    ),
    "a router of a thousand branches": document(
        {START: (0, 0), "a": (100, 0), END: (800, 0)},
        [(START, "a")],
        {"a": {f"label {number}": END if number % 2 else None for number in range(1000)}},
    ),
    "letters of all kinds": document(
        {START: (0, 0), "שלום 🙂 \u202e \u0301 日本語\nline": (100, 0), END: (400, 0)},
        [(START, "שלום 🙂 \u202e \u0301 日本語\nline")],
    ),
    "no place at all": document({}, [(START, END)]),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_document_is_shown_without_delay(qtbot, qapp, name: str) -> None:
    started = time.process_time()

    view = show(qtbot, HOSTILE[name])
    view.fit_all()
    view.zoom_reset()
    view.grab()

    assert time.process_time() - started < LONGEST_S * slowness()
    assert view.graph_scene.nodes.keys() == {START, END, *HOSTILE[name].graph.nodes}


def test_large_and_small_rectangles_find_each_other() -> None:
    grid: SpatialGrid[str] = SpatialGrid()
    grid.put("large", Rect(-FAR, 0, 2 * FAR, 10))
    grid.put("small", Rect(0, 5, 10, 10))

    assert grid.keys_meeting(Rect(2, 6, 1, 1)) == {"large", "small"}
    assert grid.keys_meeting(Rect(-FAR, -FAR, 2 * FAR, 2 * FAR)) == {"large", "small"}
    grid.remove("large")
    assert grid.keys_meeting(Rect(2, 6, 1, 1)) == {"small"}


def test_the_scene_can_be_painted_into_a_picture(qtbot, qapp) -> None:
    view = show(qtbot, HOSTILE["all nodes in one place"])
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    picture.fill(0)

    painter = QPainter(picture)
    view.graph_scene.make_within(view.drawing.extent())
    view.graph_scene.render(painter)
    painter.end()

    assert any(picture.pixelColor(x, y).value() > 0 for x in range(0, 400, 4) for y in range(0, 300, 4))


def show(qtbot, shown: Document) -> GraphView:
    view = GraphView(UndoHistory(shown))
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    return view
