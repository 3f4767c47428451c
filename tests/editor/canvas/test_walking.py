"""Going about by keys: extending the selection, going along the edges of a node, stretching frames and notes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.canvas.graph_view import GraphView
from editor.document.layout import GRID_PX
from editor.document.remark import SMALLEST_PX, Remark
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, BranchOutlet, EdgeId, PlainOutlet
from tests.editor.canvas.graphs import document, loop

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
RESIZE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
FRAME = Remark("frame", (100, -60, 240, 180), "Plan")


@pytest.fixture
def history() -> UndoHistory:
    shown = loop()
    return UndoHistory(replace(shown, layout=replace(shown.layout, remarks={"frame": FRAME})))


@pytest.fixture
def view(qtbot: QtBot, history: UndoHistory) -> GraphView:
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    return view


def press(view: GraphView, *keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(view, key, held)


def test_shift_and_arrows_select_one_more_and_go_on_from_there(view: GraphView) -> None:
    view.select(["a"])

    press(view, Key.Key_Right, Key.Key_Down, held=SHIFT)
    assert view.selected_nodes() == {"a", "b", "c"}
    press(view, Key.Key_Up)
    assert view.selected_nodes() == {"b"}


def test_a_frame_is_selected_beside_nodes(view: GraphView) -> None:
    view.select(["a"])

    press(view, Key.Key_Up, held=SHIFT)

    assert view.selected_nodes() == {"a"}
    assert view.selected_remarks() == {"frame"}


def test_l_goes_along_the_edges_of_a_node_and_arrows_to_their_ends(view: GraphView) -> None:
    view.select(["b"])
    again, done = (EdgeId(BranchOutlet("b", "", label), target) for label, target in (("again", "a"), ("done", END)))
    arriving = EdgeId(PlainOutlet("a"), "b")
    seen = []
    for _ in range(4):
        press(view, Key.Key_L)
        (edge,) = view.selected_edges()
        seen.append(edge)
    assert seen == [again, done, arriving, again]

    press(view, Key.Key_L, held=SHIFT)
    assert view.selected_edges() == {arriving}
    press(view, Key.Key_Down)
    assert view.selected_edges() == {again}
    press(view, Key.Key_Right)
    assert (view.selected_nodes(), view.selected_edges()) == ({"a"}, frozenset())
    press(view, Key.Key_L, Key.Key_Left)
    assert view.selected_nodes() == {"a"}


def test_a_node_without_edges_says_so(view: GraphView) -> None:
    said: list[str] = []
    view.message.connect(said.append)
    view.select(["c"])

    press(view, Key.Key_L)

    assert said == ["Select one node with edges to go through them."]
    assert view.selected_nodes() == {"c"}


def test_an_edge_that_was_chosen_by_key_is_deleted_by_key(view: GraphView, history: UndoHistory) -> None:
    view.select([START])

    press(view, Key.Key_L, Key.Key_Delete)

    assert all(START not in edge.sources for edge in history.document.graph.edges)


def test_ctrl_alt_and_arrows_stretch_a_frame_and_held_down_it_is_one_step_of_undo(
    view: GraphView, history: UndoHistory
) -> None:
    view.select((), (), ["frame"])

    press(view, Key.Key_Right, Key.Key_Right, Key.Key_Down, held=RESIZE)
    rect = history.document.layout.remarks["frame"].rect
    assert rect == (100, -60, 240 + 2 * GRID_PX, 180 + GRID_PX)
    assert history.undo_label == "Resize a frame"
    history.undo()
    assert history.document.layout.remarks["frame"] == FRAME
    press(view, *[Key.Key_Up] * 40, held=RESIZE)
    assert history.document.layout.remarks["frame"].rect[3] == SMALLEST_PX["frame"][1]


def test_without_a_frame_stretching_says_what_to_do(view: GraphView, history: UndoHistory) -> None:
    said: list[str] = []
    view.message.connect(said.append)

    press(view, Key.Key_Right, held=RESIZE)

    assert said == ["Select a frame or a note to make it larger or smaller."]
    assert not history.can_undo


def test_a_self_loop_is_one_edge_of_its_node(qtbot: QtBot) -> None:
    view = GraphView(UndoHistory(document({START: (0, 12), "a": (120, 0), END: (400, 12)}, [("a", "a")])))
    qtbot.addWidget(view)
    view.show()
    view.select(["a"])

    press(view, Key.Key_L, Key.Key_L)

    assert view.selected_edges() == {EdgeId(PlainOutlet("a"), "a")}
