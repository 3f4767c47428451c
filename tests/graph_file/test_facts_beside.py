"""The problems between a graph and its state are found from the files alone: on the command line and in subgraphs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import FAILED, OK, main
from engine.graph.facts_beside import facts_beside, state_problems_beside
from engine.graph.graph_file import parse_graph
from engine.graph.spec import GraphSpec

STATE = """
from typing import TypedDict
class State(TypedDict, total=False):
    n: int
    m: int
"""
NODES = """
from state import State
def one(state: State): return {"n": 1}
def two(state: State): return {"n": 2, "m": state["n"]}
"""
START = "__start__"


def written(folder: Path, *, branch: str = "n > 0") -> GraphSpec:
    """START runs two writers of one key side by side; a subgraph inside does the same."""
    level = {
        "nodes": {"a": {"fn": "nodes:one"}, "b": {"fn": "nodes:two"}},
        "edges": [{"from": START, "to": "a"}, {"from": START, "to": "b"}],
    }
    graph = {
        "format": "stategraph",
        "format_version": "1.0",
        "state": "nodes:State",
        "nodes": {"inner": {"graph": {"state": "state:State", **level}}},
        "edges": [{"from": START, "to": "inner"}],
        "routers": {"inner": {"branches": [{"label": "yes", "when": branch, "to": "__end__"}]}},
    }
    (folder / "state.py").write_text(STATE, encoding="utf-8")
    (folder / "nodes.py").write_text(NODES, encoding="utf-8")
    text = json.dumps(graph)
    (folder / "g.graph.json").write_text(text, encoding="utf-8")
    return parse_graph(text, where="g")


def test_conflicting_writers_inside_a_subgraph_are_found_and_told_where(tmp_path: Path) -> None:
    found = list(state_problems_beside(written(tmp_path), tmp_path))

    (conflict,) = [each for each in found if each.inner is not None and "'n'" in each.sentence]
    assert conflict.path == ("inner",)
    assert "In 'inner'" in conflict.sentence


def test_a_class_that_another_module_only_imports_is_found_there(tmp_path: Path) -> None:
    state = facts_beside(written(tmp_path), tmp_path).state

    assert state is not None and [key.name for key in state.keys] == ["n", "m"]


@pytest.mark.parametrize(("branch", "code"), [("n > 0", OK), ("nn > 0", FAILED)])
def test_check_says_them_and_fails_on_errors_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], branch: str, code: int
) -> None:
    written(tmp_path, branch=branch)

    assert main(["check", str(tmp_path / "g.graph.json")]) == code

    out = capsys.readouterr().out
    assert "'n'" in out and ("'nn'" in out) == (code == FAILED)


def test_what_cannot_be_read_is_no_problem(tmp_path: Path) -> None:
    graph = written(tmp_path)
    (tmp_path / "state.py").write_bytes(b"\xff\xfe def")
    (tmp_path / "nodes.py").write_text("def (", encoding="utf-8")

    assert list(state_problems_beside(graph, tmp_path)) == []


def test_modules_that_import_each_other_in_a_circle_end(tmp_path: Path) -> None:
    graph = written(tmp_path)
    (tmp_path / "state.py").write_text("from nodes import State", encoding="utf-8")

    assert facts_beside(graph, tmp_path).state is None
