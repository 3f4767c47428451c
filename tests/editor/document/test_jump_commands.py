"""The jumps that code names are declared by a fix: of one node or of all, as one step of undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.document.document import Document, normal_document
from editor.document.layout import Layout
from editor.document.problem_fixes import Fix, fixes_of, with_label
from editor.document.problems import LiveProblems
from editor.document.source_code import ProjectSources
from editor.document.undo_history import UndoHistory
from engine.graph.jumps import jumps
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec

CODE = """
from typing import Literal
from engine import Command
State = dict
def judge(state) -> Command[Literal["report", "again", "gone"]]: ...
def again(state) -> Command[Literal["judge"]]: ...
def report(state): ...
"""
GRAPH = GraphSpec(
    state="m:State",
    nodes={name: NodeSpec(f"m:{name}") for name in ("judge", "again", "report")},
    edges=(EdgeSpec(START, "judge"), EdgeSpec("report", END)),
)


@pytest.fixture
def history(tmp_path: Path) -> UndoHistory:
    (tmp_path / "m.py").write_text(CODE, encoding="utf-8")
    return UndoHistory(normal_document(Document(GRAPH, Layout())))


def fixes_at(history: UndoHistory, folder: Path, node: str) -> tuple[Fix, ...]:
    problems = LiveProblems(folder).of(history.document)
    problem = next(each for each in problems if (each.id, each.node) == ("undeclared_jumps", node))
    return fixes_of(problem, history.document, ProjectSources(folder))


def test_the_jumps_of_a_node_are_drawn_as_far_as_the_graph_has_their_targets(
    history: UndoHistory, tmp_path: Path
) -> None:
    fix = fixes_at(history, tmp_path, "judge")[0]
    assert fix.label == "Draw the jumps of 'judge'"

    history.do(with_label(fix))

    assert {(line.outlet.node, line.target) for line in jumps(history.document.graph)} == {
        ("judge", "again"),
        ("judge", "report"),
    }
    left = {(each.id, each.node) for each in LiveProblems(tmp_path).of(history.document)}
    assert ("undeclared_jumps", "judge") not in left and ("undeclared_jumps", "again") in left


def test_those_of_all_nodes_are_drawn_at_once_and_taken_back_at_once(history: UndoHistory, tmp_path: Path) -> None:
    fix = fixes_at(history, tmp_path, "again")[1]
    assert fix.label == "Draw the jumps of all 2 nodes"

    history.do(with_label(fix))

    assert len(jumps(history.document.graph)) == 3
    history.undo()
    assert history.document.graph == GRAPH
