"""A selection becomes a subgraph and is dissolved again: one undo step each, and the graph runs as before."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, TypedDict

import pytest

from editor.document.command import CommandError
from editor.document.dissolve_subgraph import dissolve, dissolved_names
from editor.document.document import Document, level_document
from editor.document.layout import Layout
from editor.document.subgraph_commands import add_reference, add_subgraph, make_subgraph, name_for_subgraph
from editor.document.undo_history import UndoHistory
from engine import StateGraph
from engine.graph.node_options import RetrySpec
from engine.graph.problems import find_problems
from engine.graph.spec import END, MAX_SUBGRAPH_DEPTH, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from tests.editor.document.builders import graph_of, standing_clock


def history_of(graph: GraphSpec, layout: Layout | None = None) -> UndoHistory:
    return UndoHistory(Document(graph, layout or Layout()), clock=standing_clock)


def router(**branches: str | None) -> tuple[RouterSpec, ...]:
    return (RouterSpec("routing:choose", tuple(BranchSpec(label, target) for label, target in branches.items())),)


def lines(graph: GraphSpec) -> list[tuple[str | tuple[str, ...], str]]:
    return [(edge.source, edge.target) for edge in graph.edges]


def made(graph: GraphSpec, *names: str, name: str = "sub") -> tuple[GraphSpec, GraphSpec]:
    """The graph and the new subgraph in it."""
    history = history_of(graph)
    assert history.do(make_subgraph(history.document, names, name))
    inner = history.document.graph.nodes[name].graph
    assert isinstance(inner, GraphSpec)
    return history.document.graph, inner


def refusal(graph: GraphSpec, *names: str) -> str:
    with pytest.raises(CommandError) as caught:
        make_subgraph(Document(graph), names, "sub")
    return str(caught.value)


CHAIN = graph_of((START, "a"), ("a", "b"), ("b", "c"), ("c", END))


def test_nodes_in_a_row_become_one_node_and_come_back() -> None:
    outer, inner = made(CHAIN, "a", "b")

    assert lines(outer) == [(START, "sub"), ("c", END), ("sub", "c")]
    assert lines(inner) == [(START, "a"), ("a", "b"), ("b", END)]
    assert inner.state == outer.state
    assert find_problems(outer) == ()
    history = history_of(outer)
    assert dissolved_names(history.document, "sub") == ("a", "b")
    history.do(dissolve(history.document, "sub"))
    assert history.document.graph == CHAIN


def test_it_is_one_undo_step_and_the_cards_keep_their_places() -> None:
    places = {START: (-100, 14), "a": (0, 0), "b": (240, 40), "c": (480, 0), END: (700, 14)}
    history = history_of(CHAIN, Layout(places))
    before = history.document

    history.do(make_subgraph(before, ["a", "b"], "sub"))

    assert history.undo_label == "Make 2 nodes a subgraph"
    assert history.document.position_of("sub") == (120, 20)
    assert history.document.position_of("a") is None
    inside = level_document(history.document, ("sub",))
    assert inside is not None
    assert [inside.position_of(name) for name in ("a", "b")] == [(0, 0), (240, 40)]
    assert inside.unplaced() == ()
    made_document = history.document
    history.do(dissolve(history.document, "sub"))
    assert history.document == before
    history.undo()
    assert history.document == made_document
    history.undo()
    assert history.document == before
    assert not history.can_undo


def test_a_subgraph_inside_the_selection_keeps_its_layout() -> None:
    layout = Layout({"a": (0, 0), "b": (200, 0)}, {}, {"a": Layout({"x": (4, 8)})})
    graph = replace(CHAIN, nodes={**CHAIN.nodes, "a": NodeSpec(graph=graph_of((START, "x"), ("x", END), name=""))})
    history = history_of(graph, layout)

    history.do(make_subgraph(history.document, ["a", "b"], "sub"))

    assert history.document.layout.subgraphs["sub"].subgraphs == {"a": Layout({"x": (4, 8)})}
    history.do(dissolve(history.document, "sub"))
    assert history.document.layout == layout


def test_a_loop_inside_leads_on_when_it_is_left() -> None:
    graph = graph_of(
        (START, "write"), ("write", "check"), ("done", END), routers={"check": router(again="write", good="done")}
    )

    outer, inner = made(graph, "write", "check")

    assert lines(outer) == [(START, "sub"), ("done", END), ("sub", "done")]
    assert inner.routers == {"check": router(again="write", good=END)}
    assert "sub" not in outer.routers


def test_a_router_at_the_end_stands_on_the_subgraph() -> None:
    graph = graph_of((START, "a"), ("a", "b"), ("x", END), ("y", END), routers={"b": router(left="x", right="y")})

    outer, inner = made(graph, "a", "b")

    assert outer.routers == {"sub": router(left="x", right="y")}
    assert lines(inner) == [(START, "a"), ("a", "b"), ("b", END)]
    history = history_of(outer)
    history.do(dissolve(history.document, "sub"))
    assert history.document.graph == graph


def test_a_branch_from_outside_leads_to_the_subgraph() -> None:
    graph = graph_of((START, "ask"), ("a", "b"), ("b", END), ("c", END), routers={"ask": router(yes="a", no="c")})

    outer, _ = made(graph, "a", "b")

    assert outer.routers == {"ask": router(yes="sub", no="c")}
    history = history_of(outer)
    history.do(dissolve(history.document, "sub"))
    assert history.document.graph == graph


def test_joins_wait_for_the_subgraph() -> None:
    graph = graph_of((START, "a"), ("a", "b"), (START, "x"), ("d", END))
    graph = replace(graph, edges=tuple(sorted((*graph.edges, EdgeSpec(("b", "x"), "d")), key=str)))

    outer, _ = made(graph, "a", "b")

    assert EdgeSpec(("sub", "x"), "d") in outer.edges
    history = history_of(outer)
    history.do(dissolve(history.document, "sub"))
    assert set(lines(history.document.graph)) == set(lines(graph))


def test_nodes_that_are_begun_together_stay_together() -> None:
    graph = graph_of((START, "p"), ("p", "a"), ("p", "b"), ("a", "d"), ("b", "d"), ("d", END))

    outer, inner = made(graph, "a", "b")

    assert lines(outer) == [(START, "p"), ("d", END), ("p", "sub"), ("sub", "d")]
    assert lines(inner) == [(START, "a"), (START, "b"), ("a", END), ("b", END)]


@pytest.mark.parametrize(
    ("graph", "names", "sentence"),
    [
        (CHAIN, "", "Select the nodes"),
        (graph_of((START, "a"), ("a", "b"), ("a", "x"), ("x", "c"), ("b", "c")), "bc", "begun in different ways"),
        (
            graph_of((START, "a"), ("a", "b"), ("a", "c"), ("b", "d"), ("c", END), ("d", END)),
            "abc",
            "ends in different",
        ),
        (graph_of((START, "a"), ("a", "b"), ("a", "c"), ("b", END), ("c", END)), "ab", "at the same time"),
        (
            graph_of((START, "a"), ("a", "b"), ("x", END), ("y", END), routers={"b": router(l="x", r="y", again="a")}),
            "ab",
            "ends in different ways",
        ),
        (
            graph_of((START, "q"), ("a", END), ("b", END), routers={"q": router(l="a", r="b")}),
            "ab",
            "begins at one node of the selection",
        ),
        (
            GraphSpec("g", "s:S", CHAIN.nodes, (EdgeSpec(START, "a"), EdgeSpec(START, "b"), EdgeSpec(("a", "b"), "c"))),
            "bc",
            "waits for nodes inside and outside",
        ),
        (replace(CHAIN, nodes={**CHAIN.nodes, "b": NodeSpec("n:b", defer=True)}), "ab", "is deferred"),
        (replace(CHAIN, nodes={**CHAIN.nodes, "b": NodeSpec("n:b", destinations=("c",))}), "ab", "may jump to 'c'"),
        (replace(CHAIN, nodes={**CHAIN.nodes, "c": NodeSpec("n:c", destinations=("a",))}), "ab", "may jump to 'a'"),
        (graph_of((START, "a"), ("a", END), routers={"a": (RouterSpec("r:f"),)}), "a", "has no branches"),
        (graph_of(("a", "b"), ("b", "a")), "ab", "would not know where to begin"),
    ],
)
def test_what_cannot_be_a_subgraph_is_told_in_words(graph: GraphSpec, names: str, sentence: str) -> None:
    assert sentence in refusal(graph, *names)


def nested_node(depth: int) -> NodeSpec:
    node = NodeSpec("n:f")
    for _ in range(depth):
        node = NodeSpec(graph=GraphSpec("", None, {"x": node}, (EdgeSpec(START, "x"), EdgeSpec("x", END))))
    return node


def test_no_subgraph_is_nested_deeper_than_a_file_can_hold() -> None:
    graph = replace(CHAIN, nodes={**CHAIN.nodes, "a": nested_node(MAX_SUBGRAPH_DEPTH)})

    assert "16 deep" in refusal(graph, "a")
    with pytest.raises(CommandError, match="16 deep"):
        make_subgraph(Document(CHAIN), ["a"], "sub", depth=MAX_SUBGRAPH_DEPTH)
    assert make_subgraph(Document(CHAIN), ["a"], "sub", depth=MAX_SUBGRAPH_DEPTH - 1).changes


# Dissolving -----------------------------------------------------------------------------------------------------------


def around(inner: GraphSpec, **fields: Any) -> GraphSpec:
    graph = graph_of((START, "before"), ("before", "sub"), ("sub", "after"), ("after", END))
    return replace(graph, nodes={**graph.nodes, "sub": NodeSpec(graph=replace(inner, name=""), **fields)})


def test_names_that_are_taken_get_a_number_and_everything_follows() -> None:
    inner = graph_of((START, "before"), ("after", END), routers={"before": router(on="after", again="before", out=END)})
    history = history_of(around(inner))

    history.do(dissolve(history.document, "sub"))

    graph = history.document.graph
    assert lines(graph) == [(START, "before"), ("after", END), ("after_2", "after"), ("before", "before_2")]
    assert graph.routers == {"before_2": router(on="after_2", again="before_2", out="after")}


def test_what_runs_at_once_inside_is_joined_by_what_comes_after() -> None:
    history = history_of(around(graph_of((START, "a"), (START, "b"), ("a", END), ("b", END))))

    history.do(dissolve(history.document, "sub"))

    assert (("a", "b"), "after") in lines(history.document.graph)


def test_what_never_ends_inside_leads_nowhere_afterwards() -> None:
    history = history_of(around(graph_of((START, "a"), ("a", "b"), ("b", "a"))))

    history.do(dissolve(history.document, "sub"))

    assert lines(history.document.graph) == [
        (START, "before"), ("a", "b"), ("after", END), ("b", "a"), ("before", "a")
    ]  # fmt: skip


def test_a_router_at_the_beginning_goes_to_the_node_before() -> None:
    inner = graph_of(("a", END), ("b", END), routers={START: router(l="a", r="b")})
    history = history_of(around(inner))

    history.do(dissolve(history.document, "sub"))

    assert history.document.graph.routers == {"before": router(l="a", r="b")}
    assert ("before", "a") not in lines(history.document.graph)


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        (CHAIN, "Select a subgraph"),
        (replace(CHAIN, nodes={**CHAIN.nodes, "sub": NodeSpec(graph="x.graph.json")}), "another file"),
        (around(replace(CHAIN, state="other:State")), "state class of its own"),
        (around(CHAIN, checkpointer="own"), "remembers its own runs"),
        (around(CHAIN, retry=(RetrySpec(),)), "options for the whole of it (retry)"),
        (around(CHAIN, defer=True), "options for the whole of it (defer)"),
        (around(GraphSpec("", "state:S")), "is empty"),
        (around(graph_of(("a", END))), "not clear where its nodes begin"),
        (
            around(
                graph_of((START, "a"), (START, "b"), ("c", END), ("b", END), routers={"a": router(on="c", end=END)})
            ),
            "run at once",
        ),
    ],
)
def test_what_cannot_be_dissolved_is_told_in_words(graph: GraphSpec, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        dissolve(Document(graph), "sub")
    assert sentence in str(caught.value)


# Adding ---------------------------------------------------------------------------------------------------------------


def test_an_empty_subgraph_and_a_reference_can_be_added() -> None:
    history = history_of(CHAIN)

    history.do(add_subgraph(history.document, name_for_subgraph(history.document), (8, 9)))
    history.do(add_reference(history.document, "other", (40, 0), "other.graph.json"))

    nodes = history.document.graph.nodes
    assert nodes["subgraph"] == NodeSpec(graph=GraphSpec("", "state:S"))
    assert nodes["other"] == NodeSpec(graph="other.graph.json")
    assert history.document.position_of("subgraph") == (8, 8)
    assert name_for_subgraph(history.document) == "subgraph_2"


# The run is the same --------------------------------------------------------------------------------------------------


class State(TypedDict, total=False):
    way: list[str]


def built(graph: GraphSpec) -> Any:
    """Nodes write their names; a router counts how often its node ran and takes the branch of that number."""
    builder = StateGraph(State)
    for name, node in graph.nodes.items():
        if isinstance(node.graph, GraphSpec):
            builder.add_node(name, built(node.graph).compile())
        else:
            builder.add_node(name, lambda state, name=name: {"way": [*state["way"], name]})
    for edge in graph.edges:
        builder.add_edge(list(edge.source) if edge.is_join else str(edge.source), edge.target)
    for name, routers in graph.routers.items():
        labels = [branch.label for branch in routers[0].branches]
        builder.add_conditional_edges(
            name,
            lambda state, labels=labels: labels[len(state["way"]) * 7 // 3 % len(labels)],
            {branch.label: str(branch.target) for branch in routers[0].branches},
        )
    return builder


def way(graph: GraphSpec) -> list[str]:
    try:
        return list(built(graph).compile().invoke({"way": []}, {"recursion_limit": 60})["way"])
    except RecursionError:
        return ["for ever"]


def random_graph(chance: random.Random) -> GraphSpec:
    """One node runs at a time; routers lead on, back and to the end."""
    names = [f"n{index}" for index in range(chance.randint(2, 7))]
    edges, routers = [EdgeSpec(START, names[0])], {}
    for index, name in enumerate(names):
        onward = [*names[index + 1 :], END]
        if chance.random() < 0.5:
            targets = [chance.choice([*names, END]) for _ in range(chance.randint(1, 3))] + [onward[0]]
            routers[name] = router(**{f"b{number}": target for number, target in enumerate(targets)})
        elif chance.random() < 0.9:
            edges.append(EdgeSpec(name, chance.choice(onward)))
    nodes = {name: NodeSpec(f"n:{name}") for name in names}
    return GraphSpec("random", "s:S", nodes, tuple(sorted(edges, key=str)), routers)


def test_a_graph_runs_the_same_with_a_subgraph_and_after_dissolving_it() -> None:
    chance = random.Random(5)
    compared = dissolved = 0
    for _ in range(1500):
        graph = random_graph(chance)
        document = history_of(graph).document
        expected = way(graph)
        names = chance.sample(sorted(graph.nodes), chance.randint(1, len(graph.nodes)))
        history = UndoHistory(document, clock=standing_clock)
        try:
            history.do(make_subgraph(document, names, "sub"))
        except CommandError:
            continue
        if expected != ["for ever"]:
            compared += 1
            assert way(history.document.graph) == expected, (graph, names)
        try:
            history.do(dissolve(history.document, "sub"))
        except CommandError:
            continue
        if expected != ["for ever"]:
            dissolved += 1
            assert way(history.document.graph) == expected, (graph, names)

    assert compared > 200
    assert dissolved > 150
