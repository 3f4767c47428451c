"""A card put into an edge lies on no other: what is in its way moves right with all that follows, in one step."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from editor.canvas.drawing import Drawing
from editor.canvas.graph_view import GraphView
from editor.canvas.hit import Hit, HitKind
from editor.canvas.make_room import CLEARANCE_PX, GAP_PX, body_at, room_in_edge
from editor.canvas.menus import open_context_menu
from editor.canvas.shapes import Point, Rect
from editor.document import commands
from editor.document.document import Document
from editor.document.layout import Position, on_grid
from editor.document.remark import Remark
from editor.document.remark_commands import resize_remarks
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, EdgeId, PlainOutlet
from tests.editor.canvas.graphs import document, measure
from tests.editor.canvas.test_graph_view import Hand

Open = Callable[[Document], tuple[GraphView, Hand]]

A_B = EdgeId(PlainOutlet("a"), "b")
CHAIN = [(START, "a"), ("a", "b"), ("b", "c"), ("c", END)]
CLOSE = {START: (-160, 12), "a": (0, 0), "b": (240, 0), "c": (480, 0), END: (720, 12), "new": (0, 300)}
"""60 px from card to card: no room for another."""
WIDE = {**CLOSE, "b": (520, 0), "c": (760, 0), END: (1000, 12)}


def drawing_of(shown: Document) -> Drawing:
    drawing = Drawing(measure)
    drawing.follow(shown)
    return drawing


def put(shown: Document, corner: Position, edge: EdgeId = A_B) -> Document:
    """As the gesture does it."""
    history = UndoHistory(shown)
    drawing = drawing_of(history.document)
    room = room_in_edge(drawing, edge, "new", body_at(drawing, "new", corner))
    history.do(commands.move(history.document, {**room.places, "new": room.corner}))
    history.do(resize_remarks(history.document, room.remarks))
    history.do(commands.insert_on_edge(history.document, edge, "new"))
    return history.document


def test_where_there_is_room_nothing_moves() -> None:
    shown = document(WIDE, CHAIN)

    assert put(shown, (260, 0)).layout.positions == {**WIDE, "new": (260, 0)}
    assert put(document(CLOSE, CHAIN), (120, 100)).layout.positions == {**CLOSE, "new": (120, 100)}


def test_what_follows_moves_right_by_as_much_as_is_missing() -> None:
    places = put(document(CLOSE, CHAIN), (120, 0)).layout.positions

    assert places["a"] == CLOSE["a"]
    assert places["new"] == (180 + GAP_PX, 0)
    step = places["b"][0] - CLOSE["b"][0]
    assert step == 180 + GAP_PX
    assert all(places[name] == (CLOSE[name][0] + step, CLOSE[name][1]) for name in ("b", "c", END))


def test_what_leads_back_and_what_stands_elsewhere_stays() -> None:
    shown = document({**CLOSE, "other": (240, 400), "back": (-200, 200)}, [*CHAIN, ("c", "back"), ("back", "a")])

    places = put(shown, (240, 0)).layout.positions

    assert {name: places[name] for name in (START, "a", "other", "back")} == {
        START: (-160, 12),
        "a": (0, 0),
        "other": (240, 400),
        "back": (-200, 200),
    }
    assert places["c"][0] > CLOSE["c"][0]


def test_a_card_in_the_way_of_those_that_move_goes_along() -> None:
    shown = document({**CLOSE, "bystander": (720, -8), END: (1200, 400)}, CHAIN)

    places = put(shown, (240, 0)).layout.positions

    assert places["bystander"] == (720 + places["c"][0] - CLOSE["c"][0], -8)
    assert places[END][1] == 400


def test_a_frame_goes_along_with_all_of_its_cards_and_is_widened_for_some_of_them() -> None:
    shown = document(CLOSE, CHAIN)
    whole = Remark("frame", (460, -60, 240, 160), "whole")
    part = Remark("frame", (-20, -100, 480, 240), "part")
    shown = replace(shown, layout=replace(shown.layout, remarks={"frame": whole, "frame_2": part}))

    after = put(shown, (240, 0)).layout

    step = after.positions["c"][0] - CLOSE["c"][0]
    assert after.remarks["frame"].rect == (460 + step, -60, 240, 160)
    assert after.remarks["frame_2"].rect == (-20, -100, 480 + step, 240)


@pytest.mark.parametrize("seed", range(60))
def test_wherever_a_card_is_dropped_nothing_new_overlaps(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"n{number}" for number in range(12)]
    cells = draw.sample([(x, y) for x in range(6) for y in range(4)], 12)
    places = {name: (x * 220 + draw.randrange(0, 20, 4), y * 110) for name, (x, y) in zip(names, cells, strict=True)}
    lines = {(draw.choice(names), draw.choice(names)) for _ in range(18)}
    lines = {(a, b) for a, b in lines if a != b}
    shown = document({START: (-400, 0), **places, END: (2000, 0), "new": (0, 2000)}, sorted(lines))
    source, target = draw.choice(sorted(lines))
    edge = EdgeId(PlainOutlet(source), target)
    before = drawing_of(shown)
    middle = before.routes[edge].start, before.routes[edge].tip
    corner = on_grid((middle[0].x + middle[1].x) / 2 - 90, (middle[0].y + middle[1].y) / 2 - 28)

    after = drawing_of(put(shown, corner, edge))

    old, new = overlapping(before), overlapping(after)
    if before.inlet(target).x >= before.port(edge.outlet).x:
        assert new <= old
    assert after.positions[source] == before.positions[source]


def overlapping(drawing: Drawing) -> set[frozenset[str]]:
    bodies = {name: drawing.body_rect(name) for name in drawing.shapes}
    return {frozenset((a, b)) for a in bodies for b in bodies if a != b and bodies[a].meets(bodies[b])}


def test_dropped_by_hand_the_others_make_room_and_one_undo_takes_all_back(open_view: Open) -> None:
    view, hand = open_view(document(CLOSE, CHAIN))
    history = view._history
    edge = QPointF(210, 28)

    hand.drag(view.node_rect("new").center(), edge)

    bodies = [view.drawing.body_rect(name).grown(CLEARANCE_PX / 2) for name in ("a", "new", "b", "c")]
    assert not any(one.meets(other) for one in bodies for other in bodies if one is not other)
    assert ("new", "b") in {(each.source, each.target) for each in history.document.graph.edges}
    assert history.undo_label == "Insert 'new'"
    history.undo()
    assert history.document.layout.positions == CLOSE
    assert not history.can_undo


def test_a_card_that_gets_a_tab_pushes_what_would_lie_under_it(open_view: Open) -> None:
    view, _ = open_view(document(CLOSE, CHAIN))
    before = view.document.layout.positions

    view._stage.connect(PlainOutlet("b"), "new")
    (menu,) = (each for each in view.findChildren(QMenu) if each.isVisible())
    menu.actions()[1].trigger()
    menu.close()

    body, places = view.drawing.body_rect("b"), view.drawing.positions
    assert body.width > view.drawing.card_rect("b").width
    assert view.drawing.body_rect("c").left >= body.right + GAP_PX
    assert places["c"][0] - before["c"][0] == places[END][0] - before[END][0]
    assert {name: places[name] for name in (START, "a", "b", "new")} == {
        name: before[name] for name in (START, "a", "b", "new")
    }
    view._history.undo()
    assert view.drawing.positions == before


def test_a_target_just_added_does_not_lie_under_the_tab(open_view: Open) -> None:
    view, _ = open_view(document({START: (-160, 12), "a": (0, 0), END: (720, 12)}, [(START, "a"), ("a", END)]))

    view.search.open(Point(230, 40), PlainOutlet("a"))
    QTest.keyClicks(view.search.popup.field, "other")
    QTest.keyClick(view.search.popup.field, Qt.Key.Key_Return)
    (menu,) = (each for each in view.findChildren(QMenu) if each.isVisible())
    menu.actions()[1].trigger()
    menu.close()

    assert view.drawing.card_rect("other").left >= view.drawing.body_rect("a").right + GAP_PX


def test_the_body_of_a_card_is_that_of_its_shape() -> None:
    drawing = drawing_of(document(CLOSE, CHAIN))

    assert body_at(drawing, "new", (40, 8)) == Rect(40, 8, 180, 56)


def test_tab_on_an_edge_asks_what_to_put_into_it_and_the_others_make_room(open_view: Open) -> None:
    view, _hand = open_view(document(CLOSE, CHAIN))
    history = view._history
    view.select((), [A_B])

    QTest.keyClick(view, Qt.Key.Key_Tab)
    popup = view.search.popup
    assert popup is not None
    assert popup.field.accessibleName() == "Between a and b"
    QTest.keyClicks(popup.field, "review")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)

    assert {("a", "review"), ("review", "b")} <= {(each.source, each.target) for each in history.document.graph.edges}
    assert ("a", "b") not in {(each.source, each.target) for each in history.document.graph.edges}
    assert view.drawing.body_rect("review").left == 180 + GAP_PX
    assert view.drawing.body_rect("b").left == 180 + GAP_PX + 180 + GAP_PX
    assert view.selected_nodes() == {"review"}
    history.undo()
    assert history.document.layout.positions == CLOSE
    assert not history.can_undo


def test_tab_with_a_node_selected_adds_as_ever(open_view: Open) -> None:
    view, _hand = open_view(document(CLOSE, CHAIN))
    view.select(["a"], [A_B])

    QTest.keyClick(view, Qt.Key.Key_Tab)

    assert view.search.popup is not None
    assert view.search.popup.field.accessibleName() == "Add a node"


def test_the_menu_of_an_edge_offers_to_put_a_node_into_it(open_view: Open) -> None:
    view, _hand = open_view(document(CLOSE, CHAIN))

    menu = open_context_menu(
        view, Hit(HitKind.EDGE, edge=A_B), QPointF(210, 28), view.mapToGlobal(view.rect().center())
    )
    next(row for row in menu.actions() if row.text().startswith("Insert a node here")).trigger()
    menu.close()

    assert view.search.popup is not None
    assert view.search.popup.field.accessibleName() == "Between a and b"
