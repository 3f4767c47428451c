"""The outlines of nodes. No Qt."""

from __future__ import annotations

import pytest

from editor.canvas.node_shape import NodeKind, NodeShape, badge_of, node_shape
from engine.graph.spec import END, START, BranchOutlet, BranchSpec, GraphSpec, NodeSpec, PlainOutlet, RouterSpec
from tests.editor.canvas.graphs import loop, measure


def shape(name: str, *, has_plain_edge: bool = False) -> NodeShape:
    return node_shape(loop().graph, name, measure, has_plain_edge=has_plain_edge)


def test_a_card_has_its_ports_in_the_middle_of_its_sides() -> None:
    card = shape("a")

    assert (card.card.width, card.card.height) == (180, 56)
    assert card.input_port == (0, 28)
    assert card.plain_port == (180, 28)


def test_start_has_no_inlet_and_end_no_outlet() -> None:
    assert shape(START).kind is NodeKind.START
    assert shape(START).input_port is None
    assert shape(END).plain_port is None
    assert shape(END).outlets(END) == ()


def test_a_router_has_one_labelled_outlet_for_each_branch_from_top_to_bottom() -> None:
    routed = shape("b")

    (tab,) = routed.tabs
    assert [row.text for row in tab.rows] == ["again", "done"]
    assert [outlet for outlet, _ in routed.outlets("b")] == [
        BranchOutlet("b", "", "again"),
        BranchOutlet("b", "", "done"),
    ]
    assert tab.rows[0].port.y < tab.rows[1].port.y
    assert all(row.port.x == tab.rect.right for row in tab.rows)
    assert routed.plain_port is None


def test_a_node_with_a_router_and_plain_edges_has_an_outlet_for_those_too() -> None:
    routed = shape("b", has_plain_edge=True)

    assert routed.port_of(PlainOutlet("b")) == routed.plain_port
    assert routed.tabs[0].rows[-1].text == "always"


def test_a_tab_is_level_with_its_card_and_inside_the_bounds() -> None:
    routed = shape("b")

    (tab,) = routed.tabs
    assert tab.rect.middle.y == pytest.approx(routed.card.middle.y, abs=1)
    assert routed.bounds.top <= tab.rect.top
    assert routed.bounds.right == tab.rect.right


def test_several_routers_are_stacked_without_overlap() -> None:
    routers = tuple(RouterSpec(fn="r:f", name=name, branches=(BranchSpec("x", None),)) for name in ("one", "two"))
    graph = GraphSpec(nodes={"n": NodeSpec()}, routers={"n": routers})

    first, second = node_shape(graph, "n", measure, has_plain_edge=False).tabs

    assert first.rect.bottom < second.rect.top


def test_a_long_label_does_not_make_an_endless_tab() -> None:
    router = RouterSpec(fn="r:f", branches=(BranchSpec("a very long label indeed " * 10, None),))
    graph = GraphSpec(nodes={"n": NodeSpec()}, routers={"n": (router,)})

    (tab,) = node_shape(graph, "n", measure, has_plain_edge=False).tabs

    assert tab.rect.width <= 176


def test_the_badge_tells_functions_from_expressions() -> None:
    assert badge_of(RouterSpec("routing:by_intent", (BranchSpec("a", "b"),))) == ("ƒ", "by_intent")
    assert badge_of(RouterSpec(branches=(BranchSpec("low", "a", "x < 3"),))) == ("x>3", "conditions")
    told_by_model = RouterSpec("langgraph.prebuilt:tools_condition", (BranchSpec("tools", "a"),))
    assert badge_of(told_by_model) == ("LLM", "tools_condition")


def test_branches_of_which_nothing_tells_who_decides_are_no_conditions() -> None:
    assert badge_of(RouterSpec(branches=(BranchSpec("a", "a"), BranchSpec("b", "b")), name="as seen")) == (
        "?", "as seen"
    )  # fmt: skip


def test_yes_and_no_are_told_apart_by_a_sign() -> None:
    router = RouterSpec(fn="r:f", branches=(BranchSpec("yes", None), BranchSpec("no", None)))
    graph = GraphSpec(nodes={"n": NodeSpec()}, routers={"n": (router,)})

    (tab,) = node_shape(graph, "n", measure, has_plain_edge=False).tabs

    assert [row.text for row in tab.rows] == ["✓ yes", "✗ no"]


def test_a_map_and_a_router_with_unknown_targets_have_badges_of_their_own() -> None:
    kinds = (BranchSpec("bug", "a", "kind == 'bug'"), BranchSpec("else", "b"))

    assert badge_of(RouterSpec(branches=kinds)) == ("map", "kind")
    assert badge_of(RouterSpec(fn="routing:anywhere")) == ("?", "anywhere")
