"""Subgraphs in a graph file: inline or a reference, canonical, bounded, with problems found inside."""

from __future__ import annotations

import pytest

from engine.graph.graph_file import GraphFileError, format_graph, parse_graph
from engine.graph.spec import END, MAX_SUBGRAPH_DEPTH, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

HEAD = '"format": "stategraph", "format_version": "1.0"'

CANONICAL = """\
{
  "format": "stategraph",
  "format_version": "1.0",
  "name": "with subgraphs",
  "state": "state:State",
  "nodes": {
    "auth": {
      "graph": {
        "state": "state:Auth",
        "nodes": {
          "ask": {"fn": "nodes:ask"},
          "check": {
            "graph": {
              "nodes": {},
              "edges": []
            },
            "checkpointer": "own",
            "defer": true
          }
        },
        "edges": [
          {"from": "__start__", "to": "ask"},
          {"from": "check", "to": "__end__"}
        ],
        "routers": {
          "ask": {
            "fn": "routing:known",
            "branches": {
              "yes": "check",
              "no": "__end__"
            }
          }
        },
        "x-why": "kept"
      },
      "metadata": {"owner": "Zoë"},
      "x-colour": "amber"
    },
    "billing": {"graph": "shared/billing.graph.json", "checkpointer": "none"}
  },
  "edges": [
    {"from": "__start__", "to": "auth"},
    {"from": "auth", "to": "billing"}
  ]
}
"""


def nested(depth: int) -> GraphSpec:
    graph = GraphSpec(name="", state="state:State")
    for level in range(depth):
        graph = GraphSpec(
            name="" if level < depth - 1 else "deep",
            state="state:State",
            nodes={"inner": NodeSpec(graph=graph)},
            edges=(EdgeSpec(START, "inner"),),
        )
    return graph


def refused(body: str) -> GraphFileError:
    with pytest.raises(GraphFileError) as caught:
        parse_graph("{" + HEAD + ", " + body + "}", where="test.graph.json")
    return caught.value


def test_subgraphs_are_written_as_they_were_read() -> None:
    assert format_graph(parse_graph(CANONICAL, where="test")) == CANONICAL


def test_every_part_of_a_subgraph_is_read() -> None:
    graph = parse_graph(CANONICAL, where="test")

    auth = graph.nodes["auth"]
    assert isinstance(auth.graph, GraphSpec)
    assert auth.graph.name == ""
    assert auth.graph.state == "state:Auth"
    assert auth.graph.routers["ask"] == (
        RouterSpec("routing:known", (BranchSpec("yes", "check"), BranchSpec("no", END))),
    )
    assert auth.graph.extra == {"x-why": "kept"}
    assert auth.checkpointer == "inherit"
    assert auth.extra == {"x-colour": "amber"}
    assert auth.graph.nodes["check"].checkpointer == "own"
    assert graph.nodes["billing"] == NodeSpec(graph="shared/billing.graph.json", checkpointer="none")


def test_subgraphs_may_be_nested_as_deep_as_the_format_says_and_no_deeper() -> None:
    deepest = nested(MAX_SUBGRAPH_DEPTH)

    assert parse_graph(format_graph(deepest), where="test") == deepest
    with pytest.raises(GraphFileError, match="nested deeper than 16 levels"):
        parse_graph(format_graph(nested(MAX_SUBGRAPH_DEPTH + 1)), where="test")


def test_a_file_nested_ten_thousand_deep_is_refused_in_words() -> None:
    depth = 10_000
    text = "{" + HEAD + ', "nodes": ' + '{"a": {"graph": {"nodes": ' * depth + "{}" + "}}}" * depth + "}"

    with pytest.raises(GraphFileError, match="nested deeper"):
        parse_graph(text, where="hostile.graph.json")


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ('\n"nodes": {"a": {"graph": 5}}', 2, "should be an object, not 5"),
        ('\n"nodes": {"a":\n {"graph": {\n"edges": {}}}}', 4, "should be a list"),
        ('"nodes": {"a":\n {"graph": {"nodes": {"__end__": {}}}}}', 2, "reserved"),
        ('"nodes": {"a": {"graph": {"nodes": {"b":\n{"fn": 3}}}}}', 2, "should be text"),
        ('"nodes": {"a": {"graph": {"edges": [\n{"to": "b"}]}}}', 2, "'from' is missing"),
        ('"nodes": {"a": {"graph": {"routers": {"b":\n{"branches": 1}}}}}', 2, "should be an object"),
        ('"nodes": {"a": {"graph": {\n"recursion_limit": 0}}}', 2, "recursion limit"),
        ('"nodes": {"a": {\n"checkpointer": true}}', 2, '"inherit", "own" or "none"'),
    ],
)
def test_what_is_wrong_inside_is_told_with_its_line(body: str, line: int, sentence: str) -> None:
    error = refused(body)

    assert error.line == line
    assert sentence in error.what
