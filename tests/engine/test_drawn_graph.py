"""Drawn graphs and their Mermaid text, compared with what langchain-core writes for the same graph."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from langchain_core.runnables.graph import Graph as LangChainGraph

from engine.graph.drawn_graph import DrawnGraph


def both(nodes: list[str], edges: list[tuple[Any, ...]], metadata: dict[str, Any] | None = None) -> tuple[str, str]:
    ours, theirs = DrawnGraph(), LangChainGraph()
    for name in nodes:
        ours.add_node(None, name, metadata=metadata)
        theirs.add_node(None, name, metadata=metadata)
    for source, target, *rest in edges:
        ours.add_edge(source, target, *rest)
        theirs.add_edge(theirs.nodes[source], theirs.nodes[target], *rest)
    return ours.draw_mermaid(), theirs.draw_mermaid()


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        (["__start__", "a", "__end__"], [("__start__", "a"), ("a", "__end__")]),
        (["__start__", "a", "b"], [("__start__", "a"), ("a", "b", "yes please", True), ("a", "a", None, True)]),
        (["a", "__b__", "c d"], [("a", "__b__", "one two three four five six seven eight nine ten"), ("a", "c d")]),
        (
            ["__start__", "child:plan", "child:act", "child:deep:x", "child:deep:y", "alone:z", "__end__"],
            [
                ("__start__", "child:plan"),
                ("child:plan", "child:act", None, True),
                ("child:act", "child:deep:x"),
                ("child:deep:x", "child:deep:y"),
                ("child:deep:y", "__end__"),
                ("__start__", "alone:z"),
            ],
        ),
    ],
)
def test_mermaid_text_is_that_of_langchain_core(nodes: list[str], edges: list[tuple[Any, ...]]) -> None:
    ours, theirs = both(nodes, edges)

    assert ours == theirs


def test_metadata_is_written_under_the_name_and_escaped() -> None:
    ours, theirs = both(["a", "b"], [("a", "b")], {"owner": "x <y>", "tags": {"b", "a"}, "ignored": {"no": "scalar"}})

    assert ours == theirs
    assert "owner = x #60;y#62;" in ours


def test_two_subgraphs_of_one_name_are_refused() -> None:
    graph = DrawnGraph()
    for name in ("one:x", "one:y", "one:same:a", "one:same:b", "same:c", "same:d"):
        graph.add_node(None, name)
    graph.add_edge("one:x", "one:y")
    graph.add_edge("one:same:a", "one:same:b")
    graph.add_edge("same:c", "same:d")

    with pytest.raises(ValueError, match="duplicate subgraph 'same'"):
        graph.draw_mermaid()


def test_a_subgraph_takes_the_place_of_its_node() -> None:
    inner = DrawnGraph()
    for name in ("__start__", "plan", "act", "__end__"):
        inner.add_node(None, name)
    for source, target in (("__start__", "plan"), ("plan", "act"), ("act", "__end__")):
        inner.add_edge(source, target)
    outer = DrawnGraph()
    outer.add_node(None, "__start__")
    outer.add_node(None, "child")
    outer.add_edge("__start__", "child")
    outer.add_edge("child", "__end__")

    outer.expand("child", inner)

    assert set(outer.nodes) == {"__start__", "__end__", "child:plan", "child:act"}
    assert {(e.source, e.target) for e in outer.edges} == {
        ("__start__", "child:plan"),
        ("child:plan", "child:act"),
        ("child:act", "__end__"),
    }
    assert len(inner.nodes) == 4


def test_an_edge_to_an_unknown_node_is_refused() -> None:
    graph = DrawnGraph()
    graph.add_node(None, "a")

    with pytest.raises(ValueError, match="nowhere"):
        graph.add_edge("a", "nowhere")


def test_json_tells_labels_and_conditions_only_where_there_are_some() -> None:
    graph = DrawnGraph()
    graph.add_node(print, "a", metadata={"defer": True})
    graph.add_edge("a", "__end__", "done", True)

    described = graph.to_json()

    assert described["nodes"][0]["metadata"] == {"defer": True}
    assert described["nodes"][1] == {"id": "__end__"}
    assert described["edges"] == [{"source": "a", "target": "__end__", "data": "done", "conditional": True}]


def test_json_calls_the_nodes_of_a_subgraph_by_their_ids() -> None:
    drawn, inner = DrawnGraph(), DrawnGraph()
    drawn.add_node("f", "child")
    names = ("__start__", "a", "b", "__end__")
    for name in names:
        inner.add_node(name, name)
    for source, target in pairwise(names):
        inner.add_edge(source, target)
    drawn.expand("child", inner)

    assert [node["data"]["name"] for node in drawn.to_json()["nodes"]] == ["child:a", "child:b"]
