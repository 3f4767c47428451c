"""The drawing follows documents and says what differs. No Qt."""

from __future__ import annotations

from dataclasses import replace

from editor.canvas.drawing import Drawing
from editor.canvas.geometry import RouteKind, polyline
from editor.canvas.hit import HitKind, hit_at, node_at
from editor.canvas.reach import downstream, upstream
from editor.canvas.shapes import Point
from editor.canvas.walk import next_stop, stops_of
from editor.document import commands
from editor.document.changes import apply_changes
from editor.document.document import Document
from editor.document.layout import Layout
from engine.graph.spec import END, START, BranchOutlet, EdgeId, GraphSpec, PlainOutlet, drawn_edges
from tests.editor.canvas.graphs import document, loop, measure


def drawing_of(shown: Document) -> Drawing:
    drawing = Drawing(measure)
    drawing.follow(shown)
    return drawing


def done(before: Document, command: commands.Command) -> Document:
    return apply_changes(before, command.changes)


def test_a_first_document_is_all_new() -> None:
    drawing = Drawing(measure)

    difference = drawing.follow(loop())

    assert difference.added == {START, "a", "b", "c", END}
    assert difference.edges_added == set(drawn_edges(loop().graph))


def test_a_move_touches_the_node_and_its_edges_only() -> None:
    drawing = drawing_of(loop())

    difference = drawing.follow(done(loop(), commands.move(loop(), {"c": (400, 240)})))

    assert difference.moved == {"c"}
    assert not difference.added | difference.reshaped
    assert not difference.edges_rerouted


def test_a_preview_is_undone_by_the_document() -> None:
    drawing = drawing_of(loop())
    before = dict(drawing.routes)

    drawing.preview({"a": (160, 300)})
    moved = dict(drawing.routes)
    drawing.follow(loop())

    assert moved != before
    assert drawing.routes == before
    assert drawing.positions["a"] == (120, 0)


def test_the_edge_that_closes_a_cycle_returns_over_the_top() -> None:
    drawing = drawing_of(loop())

    route = drawing.routes[EdgeId(BranchOutlet("b", "", "again"), "a")]

    assert route.kind is RouteKind.BACK
    assert min(point.y for point in polyline(route)) < min(drawing.bounds("a").top, drawing.bounds("b").top)


def test_two_returning_edges_do_not_run_over_each_other() -> None:
    shown = document(
        {START: (0, 0), "a": (100, 0), "b": (400, 0), "c": (700, 0), END: (1100, 0)},
        [(START, "a"), ("a", "b"), ("b", "c"), ("c", END), ("c", "a"), ("b", "a")],
    )

    drawing = drawing_of(shown)

    heights = [
        min(point.y for point in polyline(route)) for route in drawing.routes.values() if route.kind is RouteKind.BACK
    ]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) >= 10


def test_a_self_loop_is_a_loop() -> None:
    shown = document({START: (0, 0), "a": (100, 0), END: (400, 0)}, [(START, "a"), ("a", "a"), ("a", END)])

    assert drawing_of(shown).routes[EdgeId(PlainOutlet("a"), "a")].kind is RouteKind.SELF_LOOP


def test_a_join_has_a_bar_and_loses_it_when_it_becomes_plain_edges() -> None:
    nodes = {START: (0, 0), "a": (100, 0), "b": (100, 120), "c": (400, 60), END: (700, 60)}
    joined = document(nodes, [(START, "a"), (START, "b"), (("a", "b"), "c"), ("c", END)])
    plain = document(nodes, [(START, "a"), (START, "b"), ("a", "c"), ("b", "c"), ("c", END)])
    drawing = drawing_of(joined)
    edge = EdgeId(PlainOutlet("a"), "c")

    with_bar = drawing.routes[edge].join_bar
    difference = drawing.follow(plain)

    assert with_bar is not None
    assert drawing.routes[edge].join_bar is None
    assert edge in difference.edges_rerouted


def test_nodes_without_a_place_are_laid_out_and_stay_where_they_were_shown() -> None:
    unplaced = replace(loop(), layout=Layout())
    drawing = drawing_of(unplaced)
    shown = dict(drawing.positions)

    drawing.follow(done(unplaced, commands.rename_branch(unplaced, "b", "", "again", "retry")))

    assert drawing.positions == shown
    assert len(set(shown.values())) == 5


def test_another_graph_without_places_does_not_inherit_start_and_end_from_the_one_before() -> None:
    unplaced = replace(loop(), layout=Layout({}))
    drawing = drawing_of(Document(GraphSpec(), Layout({START: (0, 0), END: (136, 0)})))

    drawing.follow(unplaced)

    assert drawing.positions == drawing_of(unplaced).positions
    assert drawing.positions[END][0] > drawing.positions["b"][0]


def test_what_is_hit_depends_on_where() -> None:
    drawing = drawing_of(loop())
    card = drawing.card_rect("a")
    port = drawing.port(BranchOutlet("b", "", "done"))

    assert hit_at(drawing, Point(card.left + 8, card.middle.y)).kind is HitKind.LANE
    assert hit_at(drawing, card.middle).node == "a"
    assert hit_at(drawing, port).outlet == BranchOutlet("b", "", "done")
    assert hit_at(drawing, port.moved(-40, 0)).kind is HitKind.BRANCH
    assert hit_at(drawing, Point(-500, -500)).kind is HitKind.NOTHING


def test_an_edge_is_hit_on_its_line_and_taken_by_its_end() -> None:
    drawing = drawing_of(loop())
    edge = EdgeId(PlainOutlet("a"), "b")
    line = polyline(drawing.routes[edge])

    middle = hit_at(drawing, line[len(line) // 2])
    end = hit_at(drawing, line[-1].moved(-14, 0))

    assert (middle.kind, middle.edge) == (HitKind.EDGE, edge)
    assert (end.kind, end.edge) == (HitKind.EDGE_END, edge)


def test_the_nearest_node_within_reach_is_found() -> None:
    drawing = drawing_of(loop())

    assert node_at(drawing, Point(110, 28), 24) == "a"
    assert node_at(drawing, Point(-200, -200), 24) is None


def test_arrow_keys_walk_to_the_next_node_in_their_direction() -> None:
    drawing = drawing_of(loop())

    assert next_stop(stops_of(drawing), "a", "right") == "b"
    assert next_stop(stops_of(drawing), "b", "left") == "a"
    assert next_stop(stops_of(drawing), "b", "down") == "c"
    assert next_stop(stops_of(drawing), "c", "down") is None
    assert next_stop(stops_of(drawing), None, "right") == START


def test_what_leads_to_a_node_and_what_follows_go_round_a_cycle() -> None:
    graph = loop().graph

    assert upstream(graph, "a") == {START, "a", "b"}
    assert downstream(graph, "a") == {"a", "b", END}
    assert downstream(graph, "c") == {"c"}
