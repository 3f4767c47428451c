"""A graph file's description as Mermaid text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from engine.graph.spec_mermaid import graph_mermaid

HEAD = """---
config:
  flowchart:
    curve: linear
---
graph TD;
"""
TAIL = """	classDef default fill:#f2f0ff,line-height:1.2
	classDef first fill-opacity:0
	classDef last fill:#bfb6fc
"""


def graph(
    names: str, edges: list[tuple[str | tuple[str, ...], str]], routers: dict[str, dict[str, str | None]] | None = None
) -> GraphSpec:
    return GraphSpec(
        nodes={name: NodeSpec(fn=f"nodes:{name}") for name in names.split()},
        edges=tuple(EdgeSpec(*edge) for edge in edges),
        routers={
            node: (RouterSpec("routing:go", tuple(BranchSpec(*pair) for pair in branches.items())),)
            for node, branches in (routers or {}).items()
        },
    )


def edges_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("\t") and (" --> " in line or " -." in line)]


def test_a_whole_graph_is_written_from_start_to_end() -> None:
    text = graph_mermaid(graph("a b", [(START, "a"), ("b", END)], {"a": {"go on": "b", "again": "a"}}))

    lines = [
        "\t__start__([<p>__start__</p>]):::first",
        "\ta(a)",
        "\tb(b)",
        "\t__end__([<p>__end__</p>]):::last",
        "\t__start__ --> a;",
        "\tb --> __end__;",
        "\ta -. &nbsp;go on&nbsp; .-> b;",
        "\ta -. &nbsp;again&nbsp; .-> a;",
        "",
    ]
    assert text == HEAD + "\n".join(lines) + TAIL


def test_two_branches_to_one_node_are_two_edges() -> None:
    text = graph_mermaid(graph("a b", [(START, "a")], {"a": {"yes": "b", "maybe": "b", "nowhere": None}}))

    assert edges_of(text) == ["__start__ --> a;", "a -. &nbsp;yes&nbsp; .-> b;", "a -. &nbsp;maybe&nbsp; .-> b;"]


def test_a_label_that_only_repeats_the_target_is_left_out() -> None:
    text = graph_mermaid(graph("a b", [], {"a": {"b": "b"}}))

    assert edges_of(text) == ["a -.-> b;"]


def test_a_join_is_one_edge_from_each_source() -> None:
    text = graph_mermaid(graph("a b c", [(("a", "b"), "c")]))

    assert edges_of(text) == ["a --> c;", "b --> c;"]


def test_edges_to_nodes_that_are_not_there_are_left_out() -> None:
    text = graph_mermaid(graph("a", [("a", "gone"), ("gone", "a")], {"a": {"x": "gone"}}))

    assert edges_of(text) == []


def test_start_and_end_are_drawn_as_such_even_if_nothing_leads_there() -> None:
    text = graph_mermaid(graph("a b", []))

    assert "__start__([<p>__start__</p>]):::first" in text
    assert "__end__([<p>__end__</p>]):::last" in text


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=8), max_size=5, unique=True))
def test_any_names_give_text_with_a_line_for_each_node(names: list[str]) -> None:
    plain = [name for name in names if ":" not in name and name not in (START, END)]
    spec = GraphSpec(nodes={name: NodeSpec() for name in plain})

    text = graph_mermaid(spec)

    assert text.startswith("---\n")
    assert text.endswith(TAIL)


def test_a_word_of_mermaid_is_no_id() -> None:
    ways = ((START, "end"), ("end", "b"), ("b", END))
    inner = GraphSpec(nodes={"end": NodeSpec(), "b": NodeSpec()}, edges=tuple(EdgeSpec(*way) for way in ways))
    spec = graph("a", [(START, "a"), ("a", "subgraph")])

    text = graph_mermaid(GraphSpec(nodes={**spec.nodes, "subgraph": NodeSpec(graph=inner)}, edges=spec.edges))

    assert '\tsubgraph \\73ubgraph["subgraph"]' in text.splitlines()
    assert "\tsubgraph\\3aend(end)" in text.splitlines()
    assert "\t\\65nd(end)" in graph_mermaid(graph("end", [(START, "end")])).splitlines()
