"""A problem that has one certain way out is gone after its fix, and back after undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from editor.document.document import Document, normal_document
from editor.document.layout import Layout
from editor.document.problem_fixes import fix_of, fixes_of, with_label
from editor.document.problems import LiveProblems
from editor.document.router_labels import returned_labels
from editor.document.source_code import ProjectSources
from editor.document.undo_history import UndoHistory
from engine.graph.node_options import TimeoutSpec
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

NODES = """
def a(state):
    return {"n": state["n"]}

def b(state):
    return {"n": 1, "extra": 2}

def c(state):
    return {"n": 2}
"""
STATE = "from typing import TypedDict\n\nclass State(TypedDict):\n    n: int\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nodes.py").write_text(NODES, encoding="utf-8")
    (tmp_path / "state.py").write_text(STATE, encoding="utf-8")
    return tmp_path


def graph(**fields: object) -> GraphSpec:
    nodes = {name: NodeSpec(f"nodes:{name}") for name in "abc"}
    edges = ((START, "a"), ("a", "b"), ("a", "c"), ("b", END), ("c", END))
    made = GraphSpec(state="state:State", nodes=nodes, edges=tuple(EdgeSpec(*edge) for edge in edges))
    return replace(made, **fields)  # type: ignore[arg-type]  # as the class has them


def with_router(*branches: BranchSpec) -> GraphSpec:
    return graph(routers={"b": (RouterSpec(None, branches),)})


def with_node(**fields: object) -> GraphSpec:
    made = graph()
    return replace(made, nodes={**made.nodes, "b": replace(made.nodes["b"], **fields)})  # type: ignore[arg-type]  # same


@pytest.mark.parametrize(
    ("spec", "id", "label"),
    [
        (with_router(BranchSpec("x", END, "n > 1")), "router_without_else", "Add an else branch"),
        (
            with_router(BranchSpec("e", END), BranchSpec("x", END, "n > 1")),
            "branch_after_else",
            "Move the else to the end",
        ),
        (with_node(destinations=("gone",)), "unknown_destination", "Take it off the destinations of 'b'"),
        (with_node(timeout=TimeoutSpec(5)), "timeout_without_async", "Take the timeout off 'b'"),
        (
            with_router(BranchSpec("x", END, "m > 1"), BranchSpec("e", END)),
            "unknown_key",
            "Add the key 'm' to the state",
        ),
        (graph(), "unknown_key_written", "Add the key 'extra' to the state"),
        (graph(), "conflicting_writers", "Give 'n' the reducer operator.add"),
        (graph(state=None), "no_state", "Write a state class"),
        (with_node(fn=None), "node_without_function", "Write a function for 'b'"),
        (with_node(fn="nodes:missing"), "unknown_function", "Write nodes:missing"),
    ],
)
def test_a_fix_takes_its_problem_away_and_undo_brings_it_back(
    spec: GraphSpec, id: str, label: str, folder: Path
) -> None:
    if id == "no_state":
        (folder / "state.py").unlink()
    history = UndoHistory(Document(spec))
    live, sources = LiveProblems(folder), ProjectSources(folder)
    (problem,) = [each for each in live.of(history.document) if each.id == id]

    fix = fix_of(problem, history.document, sources)
    assert fix is not None and fix.label == label
    assert history.do(with_label(fix))

    assert id not in [each.id for each in live.of(history.document)]
    assert history.undo_label == label
    history.undo()
    assert id in [each.id for each in live.of(history.document)]


ROUTES = """
from typing import Literal

def by_return(state):
    if state["n"]:
        return "c"
    return "stop" if state["n"] > 3 else "end"

def by_annotation(state) -> Literal["c", "later"]:
    return pick(state)
"""


def routed(*branches: BranchSpec, fn: str | None = None) -> GraphSpec:
    made = graph(routers={"b": (RouterSpec(fn, branches),)})
    return replace(made, edges=tuple(edge for edge in made.edges if edge.source != "b"))


def edges(*pairs: tuple[str | tuple[str, ...], str]) -> GraphSpec:
    return graph(edges=tuple(EdgeSpec(*pair) for pair in pairs))


def named(*names: str) -> GraphSpec:
    return graph(nodes={name: NodeSpec("nodes:a") for name in names}, edges=())


@pytest.mark.parametrize(
    ("spec", "id", "label"),
    [
        (routed(fn="routes:by_return"), "router_without_branches", "Declare what it returns: 'c', 'stop', 'end'"),
        (routed(fn="routes:by_annotation"), "router_without_branches", "Declare what it returns: 'c', 'later'"),
        (routed(fn="routes:by_return"), "router_without_branches", "Add a branch"),
        (routed(BranchSpec("x", END)), "router_without_function", "Write a function for it"),
        (routed(BranchSpec("x", END)), "router_without_function", "Let conditions decide"),
        (routed(BranchSpec("x", None), fn="routes:by_return"), "branch_without_target", "Lead it to END"),
        (routed(BranchSpec("x", None), fn="routes:by_return"), "branch_without_target", "Delete the branch"),
        (routed(BranchSpec("x", END, "n"), fn="routes:by_return"), "condition_ignored", "Remove the condition"),
        (routed(BranchSpec("x", END, "n"), fn="routes:by_return"), "condition_ignored", "Let the conditions decide"),
        (routed(BranchSpec("x", "gone"), fn="routes:by_return"), "unknown_target", "Let the branch lead nowhere"),
        (routed(BranchSpec("x", "gone"), fn="routes:by_return"), "unknown_target", "Add the node 'gone'"),
        (edges((START, "a"), ("a", "gone")), "unknown_target", "Add the node 'gone'"),
        (edges((START, "a"), ("a", "gone")), "unknown_target", "Delete the edge"),
        (edges((START, "a"), ("a", START)), "edge_into_start", "Delete the edge"),
        (edges((START, "a"), (END, "a")), "edge_from_end", "Delete the edge"),
        (edges((START, "a"), ("gone", "a")), "unknown_source", "Delete the edge"),
        (edges((START, "a"), ("a", "c"), (("a", "b"), "c")), "join_and_edge", "Delete the single edge"),
        (edges((START, "a"), ("a", "c"), (("a", "b"), "c")), "join_and_edge", "Take it out of the join"),
        (edges((START, "a"), ("a", "c"), ("b", "c"), (("a", "b"), "c")), "join_and_edge", "Take it out of the join"),
        (edges((("__start__", "a"), "c")), "join_with_start", "Take START out of the join"),
        (edges(("a", "b"), ("b", END)), "no_entry", "Start with 'a'"),
        (edges((START, "a"), ("b", END)), "unreachable_node", "Run 'b' at the start"),
        (edges((START, "a"), ("b", END)), "unreachable_node", "Delete 'b'"),
        (edges((START, "a")), "ends_without_edge", "Lead 'a' to END"),
        (named("plan", "Plan", "Plan_2"), "similar_names", "Rename it to 'Plan_3'"),
        (graph(routers={"gone": (RouterSpec("routes:by_return", (BranchSpec("x", END),)),)}), "router_on_unknown_node",
         "Delete the router"),
        (with_node(graph=GraphSpec(nodes={"x": NodeSpec("nodes:a")})), "function_and_graph", "Take the function away"),
        (with_node(graph=GraphSpec(nodes={"x": NodeSpec("nodes:a")})), "function_and_graph", "Take the graph away"),
    ],
)  # fmt: skip
def test_each_choice_takes_its_problem_away_in_one_step(spec: GraphSpec, id: str, label: str, folder: Path) -> None:
    (folder / "routes.py").write_text(ROUTES, encoding="utf-8")
    before = normal_document(Document(spec))
    history = UndoHistory(before)
    live, sources = LiveProblems(folder), ProjectSources(folder)
    problem = next(each for each in live.of(history.document) if each.id == id)

    (fix,) = [each for each in fixes_of(problem, history.document, sources) if each.label == label]
    assert history.do(with_label(fix))

    assert problem not in live.of(history.document)
    history.undo()
    assert history.document.graph == before.graph
    assert not history.can_undo


@pytest.mark.parametrize("places", [{}, {"a": (400, 80), "b": (0, 0), "c": (660, 80)}])
def test_a_missing_target_is_added_with_a_function_beside_the_node_that_leads_there(
    folder: Path, places: dict[str, tuple[int, int]]
) -> None:
    history = UndoHistory(Document(edges((START, "a"), ("a", "gone")), Layout(positions=places)))
    problem = next(each for each in LiveProblems(folder).of(history.document) if each.id == "unknown_target")

    history.do(with_label(fixes_of(problem, history.document, ProjectSources(folder))[0]))

    assert history.document.graph.nodes["gone"].fn == "nodes:gone"
    assert history.document.position_of("gone") == ((660, 212) if places else None)
    history.undo()
    assert not history.can_undo


def test_declared_branches_lead_to_the_nodes_they_name(folder: Path) -> None:
    (folder / "routes.py").write_text(ROUTES, encoding="utf-8")
    history = UndoHistory(Document(routed(fn="routes:by_return")))
    problem = next(each for each in LiveProblems(folder).of(history.document) if each.id == "router_without_branches")

    history.do(with_label(fixes_of(problem, history.document, ProjectSources(folder))[0]))

    (router,) = history.document.graph.routers["b"]
    assert {branch.label: branch.target for branch in router.branches} == {"c": "c", "stop": None, "end": END}


def test_a_problem_in_a_subgraph_is_mended_there(folder: Path) -> None:
    inner = graph(edges=(EdgeSpec(START, "a"),), state=None)
    history = UndoHistory(Document(graph(nodes={"sub": NodeSpec(graph=inner)}, edges=(EdgeSpec(START, "sub"),))))
    live = LiveProblems(folder)
    problem = next(p for p in live.of(history.document) if p.inner is not None and p.inner.id == "ends_without_edge")

    (fix,) = fixes_of(problem, history.document, ProjectSources(folder))
    history.do(with_label(fix))

    changed = history.document.graph.nodes["sub"].graph
    assert isinstance(changed, GraphSpec)
    assert EdgeSpec("a", END) in changed.edges
    assert problem not in live.of(history.document)


@pytest.mark.parametrize(
    "source",
    ["", "x = 1", "def f(s):\n return", "def f(s):\n return s", "def f(s):\n return 'a' if s else s", "def f(", "("],
)
def test_a_function_that_may_return_anything_has_no_labels(source: str) -> None:
    assert returned_labels(source) == ()


def test_returns_of_inner_functions_are_not_those_of_the_router() -> None:
    source = "def f(s):\n    def g():\n        return 1\n    return 'a'\n"

    assert returned_labels(source) == ("a",)


def test_what_only_a_person_can_tell_has_no_fix(folder: Path) -> None:
    spec = graph(edges=(EdgeSpec(START, "a"), EdgeSpec("a", "nobody")))

    for problem in LiveProblems(folder).of(Document(spec)):
        if problem.id in ("unknown_target", "unreachable_node"):
            assert fix_of(problem, Document(spec), ProjectSources(folder)) is None


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("[Send('work', {'n': n}) for n in s['items']] or 'none'", ("work", "none")),
        ("[types.Send('work', s), Send('rest', s)]", ("work", "rest")),
        ("['a', 'b']", ("a", "b")),
        ("[Send(name, s) for name in s['names']]", ()),
        ("[Send('work', s), s['next']]", ()),
        ("[]", ()),
        ("s['next'] or 'end'", ()),
    ],
)
def test_the_nodes_of_a_fan_out_are_where_it_leads(value: str, labels: tuple[str, ...]) -> None:
    assert returned_labels(f"def f(s):\n    return {value}\n") == labels
