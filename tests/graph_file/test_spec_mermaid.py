"""A graph file's description as Mermaid text."""

from __future__ import annotations

from dataclasses import replace

import pytest
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
    assert "\t\\73ubgraph\\3aend(end)" in text.splitlines()
    assert "\t\\65nd(end)" in graph_mermaid(graph("end", [(START, "end")])).splitlines()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a b", r"a\20b(a b)"),
        ("a(b)", r'a\28b\29("a#40;b#41;")'),
        ("end-of-day", r'\65nd-of-day("end-of-day")'),
        ("-->", r'\2d\2d\3e("--#62;")'),
        ('say "x"; 100%', r'say\20\22x\22\3b\20100\25("say #quot;x#quot;#59; 100#37;")'),
        ("*bold*", r'\2abold\2a("<p>*bold*</p>")'),
    ],
)
def test_a_name_that_means_something_to_mermaid_is_shown_as_it_stands(name: str, line: str) -> None:
    """Each of these was read and shown by Mermaid 11.17; as they are, most of them break the whole drawing."""
    spec = GraphSpec(nodes={name: NodeSpec()}, edges=(EdgeSpec(START, name),))

    assert f"\t{line}" in graph_mermaid(spec).splitlines()


def test_a_label_and_a_frame_that_mean_something_to_mermaid_are_shown_as_they_stand() -> None:
    inner = graph("one two", [(START, "one"), ("one", "two"), ("two", END)])
    spec = graph("a", [(START, "my (graph)")], {"a": {"x --> y; |1|": END}})

    text = graph_mermaid(replace(spec, nodes={**spec.nodes, "my (graph)": NodeSpec(graph=inner)}))

    assert "\ta -. &nbsp;x --#62; y#59; #124;1#124;&nbsp; .-> __end__;" in text.splitlines()
    assert '\tsubgraph my\\20\\28graph\\29["my #40;graph#41;"]' in text.splitlines()
