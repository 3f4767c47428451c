"""The rows of the outline: the order of flow, what is inside subgraphs, and what a filter leaves."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from editor.panels.outline_rows import order_of_flow, outline
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec


def graph(*lines: str, **nodes: NodeSpec) -> GraphSpec:
    """From lines such as "START a b END"."""
    ends = {"START": START, "END": END}
    edges, names = [], []
    for line in lines:
        stops = [ends.get(name, name) for name in line.split()]
        names += [name for name in stops if name not in (START, END)]
        edges += [EdgeSpec(a, b) for a, b in pairwise(stops)]
    every = {name: NodeSpec(f"nodes:{name}") for name in dict.fromkeys(names)}
    return GraphSpec(nodes={**every, **nodes}, edges=tuple(edges))


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (["START a b c END"], "abc"),
        (["START c b a END"], "cba"),
        (["START a b d", "a c d END"], "abcd"),  # a join comes after all of its branches
        (["START a b c", "c a"], "abc"),  # an edge back
        (["START a", "a a", "a b"], "ab"),
        (["START b", "z y"], "bzy"),  # what START does not lead to, last
        (["START a", "START b", "b a"], "ba"),
    ],
)
def test_nodes_stand_in_the_order_of_flow(lines: list[str], order: str) -> None:
    assert order_of_flow(graph(*lines)) == list(order)


def test_branches_stand_in_their_order_after_plain_edges() -> None:
    shown = graph("START a p", "x", "y")
    router = RouterSpec("nodes:route", (BranchSpec("one", "y"), BranchSpec("two", "x")))
    shown = replace(shown, routers={"a": (router,)})

    assert order_of_flow(shown) == ["a", "p", "y", "x"]


def test_a_declared_jump_counts_as_an_edge() -> None:
    jumping = NodeSpec("nodes:a", destinations=("z",))

    assert order_of_flow(graph("START a", "b", "z", a=jumping)) == ["a", "z", "b"]


def test_ten_thousand_nodes_in_a_chain_need_no_recursion() -> None:
    names = [f"n{number}" for number in range(10_000)]

    assert order_of_flow(graph(" ".join(["START", *names]))) == names


NESTED = graph("START a s b END", s=NodeSpec(graph=graph("START k l END", l=NodeSpec(graph=graph("START m")))))


def test_nodes_of_subgraphs_follow_their_card_and_can_be_left_out() -> None:
    rows = [(row.depth, row.name, row.opens, row.is_open) for row in outline(NESTED)]
    assert rows == [
        (0, "a", False, False),
        (0, "s", True, True),
        (1, "k", False, False),
        (1, "l", True, True),
        (2, "m", False, False),
        (0, "b", False, False),
    ]

    closed = [(row.path, row.name, row.is_open) for row in outline(NESTED, closed=frozenset({("s",)}))]
    assert closed == [((), "a", False), ((), "s", False), ((), "b", False)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("M", ["s", "l", "m"]),  # the subgraphs around it are kept
        ("nodes:k", ["s", "k"]),
        ("nothing", []),
    ],
)
def test_a_filter_leaves_what_fits_and_what_is_around_it(text: str, left: list[str]) -> None:
    assert [row.name for row in outline(NESTED, closed=frozenset({("s",)}), text=text)] == left


def test_a_function_is_told_where_the_name_does_not_say_it() -> None:
    rows = outline(graph("START a b", b=NodeSpec("nodes:other")))

    assert [row.detail for row in rows] == ["", "nodes:other"]
    assert [row.runs for row in rows] == ["nodes:a", "nodes:other"]
