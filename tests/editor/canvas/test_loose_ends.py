"""An edge to a node that is not there is a short stub: it says what is missing, and can be taken in hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from editor.canvas.drawing import Drawing
from editor.canvas.drawn_ahead import drawn, texts_to_measure
from editor.canvas.geometry import Route, RouteKind
from editor.canvas.graph_view import GraphView
from editor.canvas.hit import HitKind, hit_at
from editor.canvas.line_look import line_look
from editor.canvas.line_painter import SIGN_HEIGHT
from editor.canvas.shapes import Point, Rect
from editor.canvas.tips import tip_for
from editor.debugger.run_picture import RunPicture
from editor.document import commands
from editor.document.changes import apply_changes
from editor.document.document import Document
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import END, START, BranchOutlet, EdgeId, EdgeSpec, PlainOutlet
from tests.editor.canvas.graphs import document, measure
from tests.editor.canvas.shown_problems import view_with_problems
from tests.editor.canvas.test_graph_view import Hand

LOOSE = EdgeId(PlainOutlet("a"), "ghost")
PLACES = {START: (0, 12), "a": (120, 0), "b": (480, 0), END: (800, 12)}


def shown(*more: tuple[str | tuple[str, ...], str]) -> Document:
    return document(PLACES, [(START, "a"), ("a", "ghost"), ("b", END), *more])


def drawing_of(graph: Document) -> Drawing:
    drawing = Drawing(measure)
    drawing.follow(graph)
    return drawing


def test_it_runs_straight_from_its_port_and_says_the_missing_name() -> None:
    drawing = drawing_of(shown())

    route = drawing.routes[LOOSE]

    assert route.kind is RouteKind.STUB
    assert route.start == drawing.port(LOOSE.outlet)
    assert route.start.y == route.tip.y
    assert 40 < route.tip.x - route.start.x < 120
    assert line_look(LOOSE, route.kind, None).counter == "ghost"


def test_beside_an_edge_and_other_stubs_it_stands_below_them() -> None:
    drawing = drawing_of(shown(("a", "b"), ("a", "phantom")))

    first, second = (drawing.routes[EdgeId(PlainOutlet("a"), name)] for name in ("ghost", "phantom"))

    assert first.start.y < first.tip.y < second.tip.y
    assert not _sign(first).meets(_sign(second))


def _sign(route: Route) -> Rect:
    width = 2 * (route.tip.x - route.label_at.x)
    return Rect(route.tip.x - width, route.tip.y - SIGN_HEIGHT / 2, width, SIGN_HEIGHT)


def test_a_long_name_is_no_long_stub() -> None:
    long = "n" * 200
    drawing = drawing_of(shown(("b", long)))

    route = drawing.routes[EdgeId(PlainOutlet("b"), long)]

    assert route.tip.x - route.start.x < 220


def test_each_source_of_a_join_into_nowhere_has_its_own() -> None:
    drawing = drawing_of(document(PLACES, [(START, "a"), (START, "b"), (("a", "b"), "ghost")]))

    assert drawing.routes[LOOSE].kind is RouteKind.STUB
    assert drawing.routes[EdgeId(PlainOutlet("b"), "ghost")].kind is RouteKind.STUB


def test_a_branch_and_a_jump_into_nowhere_have_theirs() -> None:
    graph = document(PLACES, [(START, "a"), ("b", END)], {"a": {"yes": "ghost", "no": "phantom", "open": None}})
    jumping = replace(graph.graph.nodes["b"], destinations=("ghost",))
    drawing = drawing_of(replace(graph, graph=replace(graph.graph, nodes={**graph.graph.nodes, "b": jumping})))

    stubs = {edge: route for edge, route in drawing.routes.items() if route.kind is RouteKind.STUB}

    yes, no = (EdgeId(BranchOutlet("a", "", label), name) for label, name in (("yes", "ghost"), ("no", "phantom")))
    jump = EdgeId(JumpOutlet("b"), "ghost")
    assert stubs.keys() == {yes, no, jump}
    assert not _sign(stubs[yes]).meets(_sign(stubs[no]))
    assert stubs[jump].tip.y > drawing.bounds("b").bottom


def test_a_drawing_made_ahead_knows_how_wide_the_missing_names_are() -> None:
    graph = shown()
    widths = {text: measure(text) for text in texts_to_measure((graph.graph,))}

    ahead = drawn(graph, (), widths).drawing

    assert ahead is not None
    assert ahead.routes == drawing_of(graph).routes


def test_it_becomes_an_edge_when_the_node_comes_and_a_stub_when_that_goes() -> None:
    before = shown()
    drawing = drawing_of(before)
    after = apply_changes(before, commands.add_node(before, "ghost", (480, 200)).changes)

    came = drawing.follow(after)
    kind_then = drawing.routes[LOOSE].kind
    went = drawing.follow(before)

    assert LOOSE in came.edges_rerouted and LOOSE in went.edges_rerouted
    assert kind_then is RouteKind.FORWARD
    assert drawing.routes == drawing_of(before).routes


def test_the_next_stub_moves_up_when_the_one_above_is_deleted() -> None:
    before = shown(("a", "phantom"))
    drawing = drawing_of(before)
    after = apply_changes(before, commands.disconnect(before, LOOSE).changes)

    drawing.follow(after)

    assert drawing.routes == drawing_of(after).routes


def test_a_run_through_the_drawing_meets_it_along_its_whole_length() -> None:
    drawing = drawing_of(shown())
    route = drawing.routes[LOOSE]

    hits = [hit_at(drawing, Point(x, route.tip.y)) for x in (route.label_at.x, route.tip.x - 2)]

    assert [(hit.kind, hit.edge) for hit in hits] == [(HitKind.EDGE_END, LOOSE)] * 2
    assert "ghost, which does not exist" in tip_for(RunPicture(), drawing, {}, hits[0])


@pytest.fixture
def view(qtbot, tmp_path: Path) -> GraphView:
    return view_with_problems(qtbot, shown(), tmp_path)


def sign_of(view: GraphView) -> QPointF:
    return QPointF(*view.drawing.routes[LOOSE].label_at)


def rows_of(menu: QMenu) -> list[str]:
    return [row.text() for row in menu.actions() if not row.isSeparator()]


def quick_fixes(view: GraphView) -> QMenu:
    (menu,) = [each for each in view.findChildren(QMenu, "quick fixes") if each.isVisible()]
    return menu


def test_a_drag_leads_it_to_a_node(view: GraphView) -> None:
    Hand(view).drag(sign_of(view), QPointF(570, 28))

    assert EdgeSpec("a", "b") in view.document.graph.edges
    assert EdgeSpec("a", "ghost") not in view.document.graph.edges


def test_a_click_opens_what_can_be_done_and_adding_the_node_leads_the_edge_there(view: GraphView) -> None:
    Hand(view).click(sign_of(view))
    menu = quick_fixes(view)
    sentence, add, delete = rows_of(menu)

    menu.actions()[1].trigger()
    menu.close()

    assert "leads to 'ghost', which does not exist" in sentence
    assert (add, delete) == ("Add the node 'ghost'", "Delete the edge")

    assert view.drawing.routes[LOOSE].kind is RouteKind.FORWARD


def test_the_keys_open_the_same_on_the_selected_stub_and_delete_it(view: GraphView) -> None:
    view.select((), [LOOSE])

    QTest.keyClick(view, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    menu = quick_fixes(view)
    rows = rows_of(menu)
    menu.close()
    QTest.keyClick(view, Qt.Key.Key_Delete)

    assert "Delete the edge" in rows
    assert LOOSE not in view.drawing.routes


def test_the_menu_at_it_has_the_ways_out(view: GraphView) -> None:
    QTest.mouseMove(view.viewport(), view.mapFromScene(sign_of(view)))
    hit = hit_at(view.drawing, Point(*view.drawing.routes[LOOSE].label_at))
    menu = QMenu(view)

    view.quick_fixes._add_to_menu(menu, hit)

    assert rows_of(menu) == ["Add the node 'ghost'", "Delete the edge"]


def test_a_card_dropped_there_is_led_to(view: GraphView) -> None:
    view.search.open_into(LOOSE)
    popup = view.search.popup
    assert popup is not None

    QTest.keyClicks(popup.field, "mended")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)

    assert EdgeSpec("a", "mended") in view.document.graph.edges
    assert not any(edge.target == "ghost" for edge in view.document.graph.edges)


def test_walking_to_its_end_says_that_nothing_is_there(view: GraphView) -> None:
    told: list[str] = []
    view.message.connect(told.append)
    view.select((), [LOOSE])

    view.walking.walk("right")

    assert told == ["There is no node 'ghost'."]
    assert view.selected_edges() == {LOOSE}
