"""Drawing edges with the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from editor.canvas.graph_view import GraphView
from editor.document import commands
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import loop


@pytest.fixture
def canvas(qtbot, qapp) -> tuple[GraphView, UndoHistory, list[str]]:
    history = UndoHistory(loop())
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    view.setFocus()
    told: list[str] = []
    view.message.connect(told.append)
    return view, history, told


def press(view: GraphView, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view.search.popup.field, key)


def plain_edges(history: UndoHistory) -> set[tuple[object, str]]:
    return {(edge.source, edge.target) for edge in history.document.graph.edges}


def test_e_then_a_name_then_enter_draws_an_edge(canvas) -> None:
    view, history, _ = canvas
    view.select(["c"])

    QTest.keyClick(view, Qt.Key.Key_E)
    QTest.keyClicks(view.search.popup.field, "b")
    press(view, Qt.Key.Key_Return)

    assert ("c", "b") in plain_edges(history)
    assert view.hasFocus()


def test_e_then_arrows_choose_the_target(canvas) -> None:
    view, history, _ = canvas
    view.select(["c"])

    QTest.keyClick(view, Qt.Key.Key_E)
    shown = [offer.title for offer in view.search.popup.offers()][:4]
    press(view, Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert shown == ["END", "a", "b", "c"]
    assert ("c", "a") in plain_edges(history)


def test_a_node_with_branches_asks_first_which_one_the_free_ones_first(canvas, qtbot) -> None:
    view, history, _ = canvas
    history.do(commands.add_branch(history.document, "b", "", "review"))
    view.select(["b"])

    QTest.keyClick(view, Qt.Key.Key_E)
    branches = [(offer.title, offer.detail) for offer in view.search.popup.offers()]
    press(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.search.popup is not None)
    QTest.keyClicks(view.search.popup.field, "c")
    press(view, Qt.Key.Key_Return)

    assert branches == [
        ("review", "leads nowhere yet"),
        ("again", "leads to a"),
        ("done", "leads to END"),
    ]
    (router,) = history.document.graph.routers["b"]
    assert router.branch("review").target == "c"


def test_a_new_node_is_added_beside_on_free_ground(canvas) -> None:
    view, history, _ = canvas
    history.do(commands.add_node(history.document, "in_the_way", (664, 200)))
    view.select(["c"])

    QTest.keyClick(view, Qt.Key.Key_E)
    QTest.keyClicks(view.search.popup.field, "zoom")
    press(view, Qt.Key.Key_Return)

    assert ("c", "zoom") in plain_edges(history)
    assert not view.node_rect("zoom").intersects(view.node_rect("in_the_way"))
    assert not view.node_rect("zoom").intersects(view.node_rect("c"))


def test_a_second_plain_edge_asks_what_it_means(canvas) -> None:
    view, history, _ = canvas
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_E)
    QTest.keyClicks(view.search.popup.field, "c")
    press(view, Qt.Key.Key_Return)
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    menu.actions()[0].trigger()
    menu.close()

    assert ("a", "c") in plain_edges(history)


@pytest.mark.parametrize(
    ("selected", "words"),
    [
        ([], "Select one node to draw an edge from it."),
        (["a", "b"], "Select one node to draw an edge from it."),
        ([END], "Nothing can start at END: it is where the run ends."),
    ],
)
def test_what_has_no_edge_to_draw_says_why(canvas, selected: list[str], words: str) -> None:
    view, history, told = canvas
    view.select(selected)

    QTest.keyClick(view, Qt.Key.Key_E)

    assert told == [words]
    assert view.search.popup is None
    assert not history.can_undo


def test_a_graph_is_built_by_keyboard_alone(canvas) -> None:
    view, history, _ = canvas
    view.select_all()
    QTest.keyClick(view, Qt.Key.Key_Delete)

    view.select([START])
    QTest.keyClick(view, Qt.Key.Key_E)
    QTest.keyClicks(view.search.popup.field, "think")
    press(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_E)
    QTest.keyClicks(view.search.popup.field, "end")
    press(view, Qt.Key.Key_Return)

    assert plain_edges(history) == {(START, "think"), ("think", END)}
