"""The router's tab under the mouse: another order, breakpoints at branches, stubs for what leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from editor.canvas.graph_view import GraphView
from editor.canvas.hit import HitKind, hit_at
from editor.canvas.node_shape import node_shape
from editor.canvas.shapes import Point
from editor.debugger.breakpoints import Breakpoint, BreakpointLook, Where, branch_looks, branch_toggled
from editor.document.document import Document
from engine.graph.spec import END, BranchOutlet, BranchSpec, RouterSpec
from tests.editor.canvas.graphs import loop, measure
from tests.editor.canvas.test_graph_view import Hand

AGAIN, DONE = BranchOutlet("b", "", "again"), BranchOutlet("b", "", "done")
Open = Callable[[Document], tuple[GraphView, Hand]]


def routed(*branches: BranchSpec, fn: str | None = None) -> Document:
    document = loop()
    return replace(document, graph=replace(document.graph, routers={"b": (RouterSpec(fn, branches),)}))


def by_conditions() -> Document:
    return routed(BranchSpec("x", "a", "n > 1"), BranchSpec("y", "c", "n > 2"), BranchSpec("else", END))


def row_of(view: GraphView, label: str) -> QPointF:
    (row,) = [r for tab in view.drawing.shapes["b"].tabs for r in tab.rows if r.outlet == BranchOutlet("b", "", label)]
    x, y = view.drawing.positions["b"]
    return QPointF(row.rect.middle.x + x, row.rect.middle.y + y)


def order(view: GraphView) -> list[str]:
    return [branch.label for branch in view.document.graph.routers["b"][0].branches]


def test_a_label_dragged_down_puts_its_branch_there_in_one_step(open_view: Open) -> None:
    view, hand = open_view(by_conditions())
    place = view.document.position_of("b")

    hand.drag(row_of(view, "x"), row_of(view, "y") + QPointF(0, 6))

    assert order(view) == ["y", "x", "else"]
    assert view.document.position_of("b") == place
    assert view.graph_scene.overlay.drop_line is None
    view._history.undo()
    assert view.document == by_conditions()


def test_the_else_stays_last_whatever_is_dragged(open_view: Open) -> None:
    view, hand = open_view(by_conditions())
    told: list[str] = []
    view.message.connect(told.append)

    hand.drag(row_of(view, "x"), row_of(view, "else") + QPointF(0, 60))
    hand.drag(row_of(view, "else"), row_of(view, "y") - QPointF(0, 60))

    assert order(view) == ["y", "x", "else"]
    assert told == ["The else stays last: it is taken when no condition holds."]


def test_a_click_on_a_label_selects_the_node_and_esc_ends_a_drag(open_view: Open) -> None:
    view, hand = open_view(by_conditions())
    hand.click(row_of(view, "y"))
    assert view.selected_nodes() == {"b"}

    hand.press(row_of(view, "x"))
    hand.move(row_of(view, "else"))
    assert view.graph_scene.overlay.drop_line is not None
    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert order(view) == ["x", "y", "else"]
    assert view.graph_scene.overlay.drop_line is None


@pytest.mark.parametrize("zoom", [0.6, 1.0])
def test_a_ghost_beside_the_port_becomes_a_breakpoint_of_the_branch_by_a_click(open_view: Open, zoom: float) -> None:
    view, hand = open_view(loop())
    view.zoom_at(view.viewport().rect().center(), zoom)
    toggled: list[BranchOutlet] = []
    view.branch_stop_toggled.connect(toggled.append)
    beside = view.port_position(AGAIN) + QPointF(19, 0)
    view.set_read_only("A run is shown.")

    hand.hover(beside)
    assert view.graph_scene.nodes["b"].dress.branch_stops == ((AGAIN, "ghost"),)
    hand.click(beside)

    assert toggled == [AGAIN]
    view.show_branch_stops({AGAIN: BreakpointLook.PLAIN, DONE: BreakpointLook.DISABLED})
    hand.hover(QPointF(300, 500))
    assert view.graph_scene.nodes["b"].dress.branch_stops == ((AGAIN, "on"), (DONE, "disabled"))


def test_a_small_stop_is_hit_as_near_on_the_screen_as_a_large_one_and_the_nearest_counts(open_view: Open) -> None:
    view, _ = open_view(loop())
    again, done = (view.port_position(outlet) + QPointF(19, 0) for outlet in (AGAIN, DONE))

    hit = hit_at(view.drawing, Point(again.x() + 9, again.y() - 9), scale=0.5)
    assert (hit.kind, hit.outlet) == (HitKind.BRANCH_STOP, AGAIN)
    assert hit_at(view.drawing, Point(again.x() + 9, again.y() - 9)).kind is not HitKind.BRANCH_STOP
    nearer = hit_at(view.drawing, Point(done.x(), (again.y() + 2 * done.y()) / 3), scale=0.5)
    assert nearer.outlet == DONE


def test_the_port_itself_still_draws_edges(open_view: Open) -> None:
    view, _ = open_view(loop())
    port = view.port_position(AGAIN)

    assert hit_at(view.drawing, Point(port.x() + 5, port.y())).kind is HitKind.OUTLET
    assert hit_at(view.drawing, Point(port.x() + 40, port.y())).kind is not HitKind.BRANCH_STOP


def test_breakpoints_of_branches_are_told_apart_by_router_and_level() -> None:
    set_here = branch_toggled((), AGAIN, ("sub",))
    both = branch_toggled(set_here, AGAIN)

    assert branch_looks(both) == {AGAIN: BreakpointLook.PLAIN}
    assert branch_looks(set_here) == {}
    assert branch_toggled(both, AGAIN) == set_here
    off = Breakpoint("1", Where.BRANCH, "b", "", "again", enabled=False)
    assert branch_looks((off,)) == {AGAIN: BreakpointLook.DISABLED}


def test_a_branch_without_a_target_ends_at_the_tab() -> None:
    graph = routed(BranchSpec("x", "gone"), BranchSpec("y", "a"), BranchSpec("z", None), fn="routing:choose").graph

    (tab,) = node_shape(graph, "b", measure, has_plain_edge=False).tabs

    assert [row.is_connected for row in tab.rows] == [True, True, False]


def test_a_router_without_branches_shows_that_it_may_lead_anywhere(open_view: Open) -> None:
    view, _ = open_view(routed(fn="routing:choose"))
    other, _ = open_view(loop())
    tab = view.drawing.shapes["b"].tabs[0]
    x, y = view.drawing.positions["b"]
    at = view.mapFromScene(QPointF(tab.rect.right + x + 8, tab.rect.top + y + 34))

    picture = view.grab().toImage()

    ground = picture.pixelColor(5, 5)
    around = [picture.pixelColor(at.x() + dx, at.y() + dy) for dx in range(-2, 8) for dy in range(-2, 3)]
    assert tab.badge == "?"
    assert any(colour != ground for colour in around)
    assert other.drawing.shapes["b"].tabs[0].badge == "ƒ"
