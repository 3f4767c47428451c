"""Declared jumps (``Command(goto=...)``): dashed lines with a hook and "goto", edited like edges."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from editor.canvas.drawing import Drawing
from editor.canvas.geometry import RouteKind, polyline
from editor.canvas.graph_view import GraphView
from editor.canvas.line_look import DASHES
from editor.canvas.reach import downstream
from editor.document import commands
from editor.document.changes import apply_changes
from editor.document.command import CommandError
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import END, START, EdgeId, PlainOutlet
from tests.editor.canvas.graphs import loop, measure
from tests.editor.canvas.test_graph_view import Hand

FORWARD, BACK = EdgeId(JumpOutlet("a"), "c"), EdgeId(JumpOutlet("c"), "a")


def jumping(**destinations: tuple[str, ...]) -> Document:
    document = loop()
    nodes = {
        name: replace(node, destinations=destinations.get(name, ())) for name, node in document.graph.nodes.items()
    }
    return replace(document, graph=replace(document.graph, nodes=nodes))


@pytest.fixture
def view(qtbot) -> GraphView:
    view = GraphView(UndoHistory(jumping(a=(END, "c"), c=("a",))))
    qtbot.addWidget(view)
    view.resize(1200, 800)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    return view


def test_only_declared_jumps_are_drawn_dashed_with_their_word(view: GraphView) -> None:
    drawn = {edge for edge in view.drawing.routes if isinstance(edge.outlet, JumpOutlet)}

    assert drawn == {FORWARD, BACK, EdgeId(JumpOutlet("a"), END)}
    look = view.graph_scene.edges[FORWARD].look
    assert (look.dashes, look.counter) == (DASHES, "goto")
    assert view.graph_scene.edges[EdgeId(PlainOutlet("a"), "b")].look.counter == ""


def test_a_jump_leaves_below_its_card_and_back_keeps_below_all_cards() -> None:
    drawing = Drawing(measure)
    drawing.follow(jumping(a=("c",), c=("a",)))

    there, back = drawing.routes[FORWARD], drawing.routes[BACK]

    card = drawing.card_rect("a")
    assert there.start.y == card.bottom
    assert card.left < there.start.x < card.right
    assert there.kind is back.kind is RouteKind.JUMP
    assert there.tip == drawing.inlet("c")
    assert max(point.y for point in polyline(back)) > drawing.bounds("c").bottom
    for point in (*polyline(there), *polyline(back)):
        assert there.bounds.holds(*point) or back.bounds.holds(*point)


def test_a_jump_over_cards_goes_round_them_below() -> None:
    drawing = Drawing(measure)
    drawing.follow(jumping(a=(END,)))

    line = polyline(drawing.routes[EdgeId(JumpOutlet("a"), END)])

    between = drawing.body_rect("b")
    assert not any(between.holds(*point) for point in line)
    assert line[-1] == drawing.inlet(END)


def test_a_card_moved_under_a_jump_is_gone_round_as_in_a_fresh_drawing() -> None:
    before = jumping(a=(END,))
    drawing = Drawing(measure)
    drawing.follow(before)
    moved = apply_changes(before, commands.move(before, {"c": (420, 60)}).changes)

    drawing.follow(moved)

    fresh = Drawing(measure)
    fresh.follow(moved)
    assert drawing.routes == fresh.routes
    line = polyline(drawing.routes[EdgeId(JumpOutlet("a"), END)])
    assert not any(drawing.body_rect("c").holds(*point) for point in line)


def test_del_takes_a_selected_jump_off_the_declaration_and_leaves_the_edge_beside_it(view: GraphView) -> None:
    before = view.document
    both = commands.connect(before, PlainOutlet("a"), "c")
    view._history.do(both)
    view.select((), [FORWARD])

    QTest.keyClick(view, Qt.Key.Key_Delete)

    assert view.document.graph.nodes["a"].destinations == (END,)
    assert EdgeId(PlainOutlet("a"), "c") in view.drawing.routes
    view._history.undo()
    assert FORWARD in view.drawing.routes


def test_the_end_of_a_jump_is_led_elsewhere_by_the_mouse(view: GraphView) -> None:
    tip = view.drawing.routes[FORWARD].tip
    Hand(view).drag(QPointF(tip.x - 12, tip.y), view.node_rect("b").center())

    assert view.document.graph.nodes["a"].destinations == (END, "b")
    assert view.document.graph.edges == loop().graph.edges


def test_alt_drag_cuts_a_jump(view: GraphView) -> None:
    point = polyline(view.drawing.routes[BACK])[-8]
    held = Qt.KeyboardModifier.AltModifier
    Hand(view).drag(QPointF(point.x - 30, point.y), QPointF(point.x + 30, point.y), held)

    assert view.document.graph.nodes["c"].destinations == ()


def test_who_hears_the_graph_hears_of_jumps_and_walks_along_them(view: GraphView) -> None:
    view.select((), [FORWARD])

    assert "from a by Command(goto=...) to c" in view.accessibleDescription()
    assert downstream(view.document.graph, "c") == {"a", "b", "c", END}


def test_jumps_that_cannot_be_are_refused_in_words() -> None:
    document = jumping(a=("c",))

    for outlet, target in ((JumpOutlet("a"), "c"), (JumpOutlet(START), "a"), (JumpOutlet("a"), START)):
        with pytest.raises(CommandError, match=r"\.$"):
            commands.connect(document, outlet, target)
    more = apply_changes(document, commands.connect(document, JumpOutlet("a"), "b").changes)
    assert more.graph.nodes["a"].destinations == ("b", "c")


def test_deleting_a_node_and_cutting_a_jump_at_once_is_one_sound_edit() -> None:
    document = jumping(a=("b", "c"), c=("a", "b"))

    after = apply_changes(document, commands.delete(document, ["b"], [FORWARD]).changes)

    assert after.graph.nodes["a"].destinations == ()
    assert after.graph.nodes["c"].destinations == ("a",)
