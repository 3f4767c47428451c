"""The badge of a router: hovering tells what decides and how it did, a double-click or Enter opens it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.canvas.graph_view import GraphView
from editor.debugger.run_picture import EdgeLook, EdgeMoment, NodeMoment, RunPicture
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, BranchOutlet, EdgeId
from tests.editor.canvas.graphs import loop
from tests.editor.canvas.test_graph_view import Hand

AGAIN, DONE = (
    EdgeId(BranchOutlet("b", "", "again"), "a"),
    EdgeId(BranchOutlet("b", "", "done"), END),
)


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    view = GraphView(UndoHistory(loop()))
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    return view


@pytest.fixture
def opened(view: GraphView) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    view.router_activated.connect(lambda node, router: found.append((node, router)))
    view.node_activated.connect(lambda node: found.append((node, "the node itself")))
    return found


def badge(view: GraphView) -> QPointF:
    (tab,) = view.graph_scene.drawing.shapes["b"].tabs
    return view.node_rect("b").topLeft() + QPointF(*tab.header.middle)


def test_a_double_click_on_the_badge_opens_the_router_and_on_the_card_the_node(
    view: GraphView, opened: list[tuple[str, str]]
) -> None:
    for place in (badge(view), view.node_rect("b").center()):
        at = view.mapFromScene(place)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert opened == [("b", ""), ("b", "the node itself")]


def test_enter_on_an_edge_of_a_router_opens_the_router(view: GraphView, opened: list[tuple[str, str]]) -> None:
    view.select((), [DONE])

    QTest.keyClick(view, Qt.Key.Key_Return)

    assert opened == [("b", "")]


def test_the_badge_can_be_dragged_with_its_node(view: GraphView) -> None:
    before = view.node_rect("b").topLeft()

    hand = Hand(view)
    start = badge(view)
    hand.press(start)
    hand.move(start + QPointF(60, 60))
    hand.release(start + QPointF(60, 60))

    assert view.node_rect("b").topLeft() != before


def test_hovering_tells_why(view: GraphView) -> None:
    view.reads_of = {"routing:choose": ("topic", "tries")}.__getitem__
    hand = Hand(view)

    hand.hover(badge(view))
    assert view.viewport().toolTip().splitlines() == [
        "choose(state)",
        "Reads topic, tries",
        "Double-click to see its code",
    ]
    moments = {AGAIN: EdgeMoment(EdgeLook.TAKEN, 2), DONE: EdgeMoment(EdgeLook.NEXT, 1)}
    view.show_run(RunPicture({"b": NodeMoment()}, moments))
    hand.hover(badge(view) + QPointF(1, 0))
    assert view.viewport().toolTip().splitlines()[:2] == [
        "choose(state) → 'done'",
        "In this run: again 2 times, done once",
    ]
