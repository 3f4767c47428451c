"""A key that a function reads and nobody writes is told where it cannot come with the input: in a subgraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.document.document import Document
from editor.document.problems import LiveProblems
from engine.graph.facts_beside import state_problems_beside
from engine.graph.problem import Problem
from engine.graph.problems import Severity
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

MODULE = """
from typing import TypedDict
class Outer(TypedDict):
    n: int
class Wide(Outer):
    hidden: str
class Open(Unknown):
    n: int
class Inner(TypedDict):
    n: int
    hidden: str
def reads(state): return {"n": len(state["hidden"])}
def asks(state): return {"n": state.get("hidden", 1)}
def writes(state): return {"hidden": "x"}
def fan(state): return [Send("inner", {"hidden": "x"})]
"""


def through(*names: str) -> tuple[EdgeSpec, ...]:
    return tuple(EdgeSpec(*pair) for pair in zip((START, *names), (*names, END), strict=True))


def graph(
    *inner: str, outer_state: str = "m:Outer", inner_state: str | None = "m:Inner", inner_schema: str | None = None
) -> GraphSpec:
    """A graph with one node, which is a graph of these functions one after the other."""
    nodes = {name: NodeSpec(f"m:{name}") for name in inner}
    within = GraphSpec("", inner_state, nodes, through(*inner))
    return GraphSpec("g", outer_state, {"inner": NodeSpec(graph=within, input_schema=inner_schema)}, through("inner"))


def found(spec: GraphSpec, folder: Path) -> list[Problem]:
    """As the command line and as the editor tell it."""
    (folder / "m.py").write_text(MODULE, encoding="utf-8")
    beside = [each for each in state_problems_beside(spec, folder) if (each.inner or each).id == "key_never_written"]
    live = [each for each in LiveProblems(folder).of(Document(spec)) if (each.inner or each).id == "key_never_written"]
    assert beside == live
    return live


@pytest.mark.parametrize("reader", ["reads", "asks"])
def test_a_subgraph_does_not_get_a_key_that_the_graph_around_it_does_not_have(tmp_path: Path, reader: str) -> None:
    (problem,) = found(graph(reader), tmp_path)

    assert problem.path == ("inner",)
    assert (problem.inner.node, problem.inner.key) == (reader, "hidden")
    assert problem.severity is Severity.WARNING
    assert f"'{reader}' reads 'hidden' in line 1" in problem.sentence


@pytest.mark.parametrize(
    "spec",
    [
        graph("writes", "reads"),
        graph("reads", outer_state="m:Wide"),
        graph("reads", outer_state="m:Open"),
        graph("reads", outer_state="m:Inner", inner_state=None),
        graph("reads", inner_schema="m:Inner"),
        GraphSpec("g", "m:Inner", {"reads": NodeSpec("m:reads")}, through("reads")),
    ],
    ids=["written", "shared", "open", "the same state", "an input of its own", "the outermost graph"],
)
def test_nothing_is_said_where_it_is_written_or_may_come_with_the_input(tmp_path: Path, spec: GraphSpec) -> None:
    assert found(spec, tmp_path) == []


def test_a_send_may_give_it(tmp_path: Path) -> None:
    sent = graph("reads")
    router = RouterSpec("m:fan", (BranchSpec("inner", "inner"),))

    assert found(GraphSpec("g", sent.state, sent.nodes, (EdgeSpec("inner", END),), {START: (router,)}), tmp_path) == []
