"""Our own layered layout. No Qt."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from editor.canvas.auto_layout import lay_out, place_missing, tidy_positions
from editor.canvas.node_shape import node_shape
from editor.document.layout import GRID_PX
from engine.graph.graph_file import read_graph
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec
from tests.editor.canvas.graphs import document, loop, measure


def shapes_of(graph: GraphSpec):
    return {name: node_shape(graph, name, measure, has_plain_edge=False) for name in (START, *graph.nodes, END)}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(0, 60), st.integers(0, 10_000))
def test_no_two_cards_overlap_and_all_stand_on_the_grid(nodes: int, edges: int, seed: int) -> None:
    draw = random.Random(seed)
    names = [f"n{number}" for number in range(nodes)]
    lines = {(draw.choice([START, *names]), draw.choice([*names, END])) for _ in range(edges)}
    graph = GraphSpec(nodes={n: NodeSpec() for n in names}, edges=tuple(EdgeSpec(*line) for line in sorted(lines)))
    shapes = shapes_of(graph)

    positions = tidy_positions(graph, shapes)

    boxes = [shapes[name].bounds.moved(*place) for name, place in positions.items()]
    assert set(positions) == {START, END, *names}
    assert not any(a.grown(-1).meets(b.grown(-1)) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(x % GRID_PX == 0 and y % GRID_PX == 0 for x, y in positions.values())


def test_the_flow_runs_from_left_to_right() -> None:
    graph = loop().graph

    positions = tidy_positions(graph, shapes_of(graph))

    assert positions[START][0] < positions["a"][0] < positions["b"][0] < positions[END][0]


def test_a_chain_is_straight() -> None:
    graph = document({"a": (0, 0), "b": (0, 0)}, [(START, "a"), ("a", "b"), ("b", END)]).graph
    shapes = shapes_of(graph)

    positions = tidy_positions(graph, shapes)

    middles = {positions[name][1] + shapes[name].card.middle.y for name in positions}
    assert max(middles) - min(middles) <= GRID_PX


def test_the_same_graph_is_always_laid_out_the_same() -> None:
    graph = loop().graph

    assert tidy_positions(graph, shapes_of(graph)) == tidy_positions(graph, shapes_of(graph))


def test_nothing_to_lay_out_is_fine() -> None:
    assert lay_out({}, []) == {}


def test_a_new_node_is_placed_beside_what_leads_to_it_on_free_ground() -> None:
    shown = document({START: (0, 12), "a": (120, 0), "b": (400, 0), END: (700, 12)}, [("a", "b"), ("a", "new")])
    graph = GraphSpec(nodes={**shown.graph.nodes, "new": NodeSpec()}, edges=shown.graph.edges)
    shapes = shapes_of(graph)

    positions = place_missing(graph, shapes, shown.layout.positions)

    assert {name: positions[name] for name in shown.layout.positions} == shown.layout.positions
    assert positions["new"][0] > positions["a"][0]
    new = shapes["new"].bounds.moved(*positions["new"])
    assert not any(shapes[name].bounds.moved(*positions[name]).meets(new) for name in positions if name != "new")


def test_the_branches_of_the_example_stand_in_the_order_of_their_outlets(example_graph) -> None:
    graph = read_graph(example_graph)

    positions = tidy_positions(graph, shapes_of(graph))

    branches = [positions[name][1] for name in ("generate_query", "answer_general", "plan_search")]
    assert branches == sorted(branches)


def test_the_first_edge_is_straight_whatever_follows() -> None:
    """A router's outlets are not level with its card, so the card stands between what START and they would like."""
    graph = document({"a": (0, 0), "b": (0, 0), "c": (0, 0)}, [(START, "a")], {"a": {"one": "b", "two": "c"}}).graph
    shapes = shapes_of(graph)

    positions = tidy_positions(graph, shapes)

    start, first = (positions[name][1] + shapes[name].card.middle.y for name in (START, "a"))
    assert start == first
