"""Differences between two versions of a graph, told as a reviewer would."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.graph.graph_diff import Kind, diff_graphs, format_diff, renamed_nodes
from engine.graph.graph_file import read_graph
from engine.graph.node_options import DefaultsSpec, RetrySpec, TimeoutSpec
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

BEFORE = GraphSpec(
    name="g",
    state="state:State",
    nodes={"a": NodeSpec("nodes:a"), "b": NodeSpec("nodes:b"), "c": NodeSpec()},
    edges=(EdgeSpec(START, "a"), EdgeSpec("b", END), EdgeSpec(("b", "c"), "a")),
    routers={"a": (RouterSpec("r:f", (BranchSpec("yes", "b"), BranchSpec("no", "c"))),)},
)


def test_the_same_graph_has_no_differences(example_graph: Path) -> None:
    graph = read_graph(example_graph)

    assert diff_graphs(graph, graph) == ()
    assert format_diff(diff_graphs(BEFORE, replace(BEFORE, edges=tuple(reversed(BEFORE.edges))))) == ""


def test_a_renamed_node_is_one_line_however_many_edges_follow() -> None:
    after = replace(
        BEFORE,
        nodes={"first": NodeSpec("nodes:a"), "b": NodeSpec("nodes:b"), "c": NodeSpec()},
        edges=(EdgeSpec(START, "first"), EdgeSpec("b", END), EdgeSpec(("b", "c"), "first")),
        routers={"first": BEFORE.routers["a"]},
    )

    assert format_diff(diff_graphs(BEFORE, after)) == "> node 'first': 'a' -> 'first'\n"


def test_a_declared_jump_follows_a_renamed_node() -> None:
    before = GraphSpec(nodes={"a": NodeSpec("n:a", destinations=("b",)), "b": NodeSpec("n:b")})
    after = GraphSpec(nodes={"a": NodeSpec("n:a", destinations=("c",)), "c": NodeSpec("n:b")})

    (only,) = diff_graphs(before, after)

    assert only.kind is Kind.RENAMED


def test_a_node_without_a_function_is_paired_by_its_neighbours() -> None:
    after = replace(
        BEFORE,
        nodes={"a": NodeSpec("nodes:a"), "b": NodeSpec("nodes:b"), "d": NodeSpec("nodes:new")},
        edges=(EdgeSpec(START, "a"), EdgeSpec("b", END), EdgeSpec(("b", "d"), "a")),
        routers={"a": (RouterSpec("r:f", (BranchSpec("yes", "b"), BranchSpec("no", "d"))),)},
    )

    assert renamed_nodes(BEFORE, after) == {"c": "d"}
    assert format_diff(diff_graphs(BEFORE, after)) == ("> node 'd': 'c' -> 'd'\n+ fn of node 'd': \"nodes:new\"\n")


def test_two_nodes_with_one_function_are_not_guessed_at() -> None:
    before = GraphSpec(nodes={"a": NodeSpec("n:f"), "b": NodeSpec("n:f")})
    after = GraphSpec(nodes={"c": NodeSpec("n:f"), "d": NodeSpec("n:f")})

    assert renamed_nodes(before, after) == {}
    assert [difference.kind for difference in diff_graphs(before, after)] == [Kind.REMOVED] * 2 + [Kind.ADDED] * 2


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (replace(BEFORE, name="h"), ['~ name: "g" -> "h"']),
        (replace(BEFORE, recursion_limit=5), ["+ recursion_limit: 5"]),
        (replace(BEFORE, state=None), ['- state: "state:State"']),
        (replace(BEFORE, defaults=DefaultsSpec((RetrySpec(2),))), ['+ defaults: {"retry": {"max_attempts": 2}}']),
        (
            replace(BEFORE, nodes={**BEFORE.nodes, "b": NodeSpec("nodes:b", timeout=TimeoutSpec(5))}),
            ["+ timeout of node 'b': 5"],
        ),
        (replace(BEFORE, extra={"x-note": [1]}), ["+ x-note: [1]"]),
        (
            replace(BEFORE, nodes={**BEFORE.nodes, "b": NodeSpec("nodes:b2", defer=True)}),
            ['~ fn of node \'b\': "nodes:b" -> "nodes:b2"', "+ defer of node 'b': true"],
        ),
        (
            replace(
                BEFORE, nodes={**BEFORE.nodes, "d": NodeSpec("nodes:d")}, edges=(*BEFORE.edges, EdgeSpec("d", END))
            ),
            ['+ node \'d\': {"fn": "nodes:d"}', "+ edge 'd' to END"],
        ),
        (
            replace(BEFORE, edges=BEFORE.edges[:1]),
            ["- edge 'b' to END", "- join 'b' and 'c' to 'a'"],
        ),
        (
            replace(BEFORE, routers={"a": (RouterSpec("r:g", (BranchSpec("no", END), BranchSpec("new", None))),)}),
            [
                '~ fn of router of \'a\': "r:f" -> "r:g"',
                "- branch 'yes' of router of 'a': 'b'",
                "~ branch 'no' of router of 'a': 'c' -> END",
                "+ branch 'new' of router of 'a': nowhere",
            ],
        ),
        (
            replace(BEFORE, routers={**BEFORE.routers, "b": (RouterSpec(None, (BranchSpec("x", END),), "late"),)}),
            ["+ router 'late' of 'b'", "+ branch 'x' of router 'late' of 'b': END"],
        ),
        (replace(BEFORE, routers={}), ["- router of 'a'"]),
    ],
)
def test_each_difference_is_a_line(after: GraphSpec, lines: list[str]) -> None:
    assert format_diff(diff_graphs(BEFORE, after)).splitlines() == lines


def test_the_order_of_branches_is_told_where_it_decides() -> None:
    conditions = (BranchSpec("many", "b", "n > 3"), BranchSpec("few", "c", "n > 0"), BranchSpec("else", END))
    before = replace(BEFORE, routers={"a": (RouterSpec(None, conditions),)})
    after = replace(BEFORE, routers={"a": (RouterSpec(None, (conditions[1], conditions[0], conditions[2])),)})
    by_function = replace(
        BEFORE, routers={"a": (replace(BEFORE.routers["a"][0], branches=BEFORE.routers["a"][0].branches[::-1]),)}
    )

    assert format_diff(diff_graphs(before, after)) == "~ order of router of 'a': many, few, else -> few, many, else\n"
    assert diff_graphs(BEFORE, by_function) == ()


def test_a_difference_is_json_too() -> None:
    (difference,) = diff_graphs(BEFORE, replace(BEFORE, name="h"))

    assert json.loads(json.dumps(difference.to_json())) == {
        "kind": "changed",
        "thing": "name",
        "before": '"g"',
        "after": '"h"',
    }
