"""A disabled node is passed by: what that means for problems, Mermaid text, differences and an exported program."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from engine.graph.disabled import graph_as_it_runs
from engine.graph.export_python import export_python
from engine.graph.graph_diff import diff_graphs
from engine.graph.graph_file import GraphFileError, parse_graph
from engine.graph.key_uses import KeyUses
from engine.graph.node_options import DefaultsSpec, RateLimitSpec, RetrySpec, TimeoutSpec
from engine.graph.problems import Severity, find_problems
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from engine.graph.spec_mermaid import graph_mermaid
from engine.graph.state_problems import StateFacts, find_state_problems
from engine.graph.state_source import read_state_class
from tests.graph_file.test_export_python import run

INNER = GraphSpec(
    "",
    nodes={"one": NodeSpec("parts:one"), "two": NodeSpec("parts:two", disabled=True)},
    edges=(EdgeSpec(START, "one"), EdgeSpec("one", "two"), EdgeSpec("two", END)),
)

WHOLE = GraphSpec(
    "passed by",
    "parts:State",
    {
        "gone": NodeSpec("missing:module", retry=(RetrySpec(),), rate_limit=RateLimitSpec(1), disabled=True),
        "inside": NodeSpec(graph=INNER),
        "jump": NodeSpec("parts:jump", destinations=("nowhere",), disabled=True),
        "last": NodeSpec("parts:last"),
        "side": NodeSpec(graph="missing.graph.json", disabled=True),
    },
    (
        EdgeSpec(START, "gone"),
        EdgeSpec("gone", "inside"),
        EdgeSpec("gone", "side"),
        EdgeSpec(("inside", "side"), "jump"),
        EdgeSpec("last", END),
    ),
    {"jump": (RouterSpec(None, (BranchSpec("few", "last", "len(way) < 9"), BranchSpec("else", END))),)},
)

PARTS = """
import operator
from typing import Annotated, TypedDict

class State(TypedDict, total=False):
    way: Annotated[list, operator.add]

def one(state):
    return {"way": ["one"]}

def last(state):
    return {"way": ["last"]}
"""


def test_what_is_wrong_with_a_disabled_node_keeps_no_graph_from_running() -> None:
    found = find_problems(WHOLE, lambda reference: "It is not there." if "missing" in reference else None)

    assert [problem.id for problem in found if problem.severity is Severity.ERROR] == []
    enabled = replace(WHOLE, nodes={name: replace(node, disabled=False) for name, node in WHOLE.nodes.items()})
    errors = {problem.id for problem in find_problems(enabled, lambda _reference: "It is not there.")}
    assert {"unknown_function", "unknown_destination"} <= errors


def test_a_router_of_a_disabled_node_still_decides_and_that_is_said() -> None:
    (problem,) = [each for each in find_problems(WHOLE) if each.id == "router_of_disabled_node"]

    assert problem.node == "jump"
    assert problem.severity is Severity.WARNING
    assert problem.sentence == "'jump' is disabled, but its router still decides, on a state that it did not update."


def test_a_disabled_node_makes_no_jump_so_the_run_ends_there() -> None:
    graph = GraphSpec(
        state="state:State",
        nodes={"a": NodeSpec("nodes:a", destinations=("b",), disabled=True), "b": NodeSpec("nodes:b")},
        edges=(EdgeSpec(START, "a"), EdgeSpec("b", END)),
    )

    found = {problem.id: problem for problem in find_problems(graph)}

    assert found["unreachable_node"].node == "b"
    assert "It is disabled" in found["ends_without_edge"].way_out


def test_a_disabled_node_writes_no_key_and_needs_no_async_function() -> None:
    state = read_state_class("class State(TypedDict):\n    n: int\n", "State")
    graph = GraphSpec(
        state="state:State",
        nodes={"a": NodeSpec("nodes:a", timeout=TimeoutSpec(1)), "b": NodeSpec("nodes:b")},
        edges=(EdgeSpec(START, "a"), EdgeSpec(START, "b")),
    )
    facts = StateFacts(state, {name: KeyUses(writes={"n": 1}) for name in "ab"})
    ids = lambda graph: {problem.id for problem in find_state_problems(graph, facts)}  # noqa: E731

    assert ids(graph) == {"timeout_without_async", "conflicting_writers"}
    assert ids(replace(graph, nodes={**graph.nodes, "a": replace(graph.nodes["a"], disabled=True)})) == set()


def test_a_graph_without_disabled_nodes_is_left_as_it_is() -> None:
    graph = replace(WHOLE, nodes={"last": WHOLE.nodes["last"], "inside": NodeSpec(graph=replace(INNER, nodes={}))})

    assert graph_as_it_runs(graph) is graph


def test_mermaid_and_differences_tell_it() -> None:
    enabled = replace(WHOLE, nodes={**WHOLE.nodes, "gone": replace(WHOLE.nodes["gone"], disabled=False)})

    assert "gone(gone<hr/><small><em>disabled = True</em></small>)" in graph_mermaid(WHOLE)
    assert [str(each) for each in diff_graphs(enabled, WHOLE)] == ["+ disabled of node 'gone': true"]


def test_only_true_and_false_say_whether_a_node_is_disabled() -> None:
    text = '{"format": "stategraph", "format_version": "1.0", "nodes": {"a": {"disabled": "yes"}}}'

    with pytest.raises(GraphFileError, match="disabled"):
        parse_graph(text, where="x.graph.json")


@pytest.mark.differential
def test_the_exported_program_passes_them_by_on_both_engines(tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text(PARTS, encoding="utf-8")
    text = export_python(WHOLE)
    (tmp_path / "exported.py").write_text(text, encoding="utf-8")

    ours = run(tmp_path, "stepgraph", [{"way": ["in"]}])

    assert ours[0]["way"][-1] == "last"
    assert "missing" not in text
    assert text.count("def pass_by(state):") == 1
    if importlib.util.find_spec("langgraph"):
        assert run(tmp_path, "langgraph", [{"way": ["in"]}]) == ours


def test_where_a_timeout_holds_for_all_the_exported_function_is_asynchronous() -> None:
    graph = GraphSpec(
        "t",
        "parts:State",
        {"a": NodeSpec("parts:a", disabled=True)},
        (EdgeSpec(START, "a"), EdgeSpec("a", END)),
        defaults=DefaultsSpec(timeout=TimeoutSpec(1.0)),
    )

    text = export_python(graph)

    assert "async def pass_by_async(state):" in text
    assert 'builder.add_node("a", pass_by_async)' in text
