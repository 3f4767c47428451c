"""A problem that has one certain way out is gone after its fix, and back after undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from editor.document.document import Document
from editor.document.problem_fixes import fix_of, with_label
from editor.document.problems import LiveProblems
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


def test_what_only_a_person_can_tell_has_no_fix(folder: Path) -> None:
    spec = graph(edges=(EdgeSpec(START, "a"), EdgeSpec("a", "nobody")))

    for problem in LiveProblems(folder).of(Document(spec)):
        if problem.id in ("unknown_target", "unreachable_node"):
            assert fix_of(problem, Document(spec), ProjectSources(folder)) is None
