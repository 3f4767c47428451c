"""Jumps that only annotations name: read as text, the same that the engine reads at compile time, and told."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from engine.graph.facts_beside import jumps_beside
from engine.graph.jumps_in_code import targets_named_by
from engine.graph.problem import Problem, Severity
from engine.graph.problems import find_problems, problem_steps
from engine.graph.return_hints import command_targets
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec
from engine.graph.undeclared_jumps import NODES_A_STEP

HEAD = """
from typing import Any, Literal, Optional, Union
import typing
from engine import END, Command
"""


@pytest.mark.parametrize(
    ("annotation", "targets"),
    [
        ('Command[Literal["a", "b"]]', ("a", "b")),
        ('Command[typing.Literal["a"]]', ("a",)),
        ("\"Command[Literal['a', 'b']]\"", ("a", "b")),
        ('Union[dict, Command[Literal["a"]]]', ("a",)),
        ('Optional[Command[Literal["a"]]]', ("a",)),
        ('dict[str, Any] | Command[Literal["b", "a"]] | None', ("b", "a")),
        ('Command[Literal["a", "__end__"]]', ("a", END)),
        ("Command[Literal[END]]", (END,)),
        ("Command[str]", ()),
        ("Command", ()),
        ('Literal["a"]', ()),
        ("dict[str, Any]", ()),
        ("None", ()),
    ],
)
def test_the_text_names_what_the_engine_finds_when_the_function_is_there(
    annotation: str, targets: tuple[str, ...]
) -> None:
    text = f"def decide(state) -> {annotation}: ..."
    names: dict[str, object] = {}
    exec(HEAD + text, names)
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)

    assert targets_named_by(function.returns) == targets
    assert set(command_targets(names["decide"])) == set(targets)  # Python may give an equal Literal made before


def test_an_annotation_that_is_no_python_names_nothing() -> None:
    assert targets_named_by(ast.Constant("Command[Literal[")) == ()


GRAPH = GraphSpec(
    state="m:State",
    nodes={name: NodeSpec(f"m:{name}") for name in ("judge", "again", "report")},
    edges=(EdgeSpec(START, "judge"), EdgeSpec("report", END)),
)
CODE = """
def judge(state) -> Command[Literal["report", "again"]]: ...
async def again(state) -> "Command[Literal['judge']]": ...
def report(state): ...
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def found(graph: GraphSpec, folder: Path) -> list[Problem]:
    return list(find_problems(graph, jumps_in_code=jumps_beside(folder)))


def test_what_annotations_lead_to_is_reached_and_the_missing_lines_are_told(folder: Path) -> None:
    problems = found(GRAPH, folder)

    assert {problem.id for problem in problems} == {"undeclared_jumps"}
    assert {problem.node: problem.severity for problem in problems} == {
        "judge": Severity.WARNING,
        "again": Severity.WARNING,
    }
    assert "may jump to 'report' and 'again'" in next(each.sentence for each in problems if each.node == "judge")
    assert {"unreachable_node", "ends_without_edge"} <= {each.id for each in find_problems(GRAPH)}


def test_declared_destinations_count_alone(folder: Path) -> None:
    judge = replace(GRAPH.nodes["judge"], destinations=("report",))
    problems = found(replace(GRAPH, nodes={**GRAPH.nodes, "judge": judge}), folder)

    assert ("unreachable_node", "again") in {(each.id, each.node) for each in problems}
    assert "judge" not in {each.node for each in problems}


def test_a_jump_to_what_the_graph_does_not_have_is_an_error(folder: Path) -> None:
    nodes = {name: node for name, node in GRAPH.nodes.items() if name != "again"}
    (problem,) = [each for each in found(replace(GRAPH, nodes=nodes), folder) if each.severity is Severity.ERROR]

    assert (problem.id, problem.node) == ("unknown_jump", "judge")
    assert "'again', which does not exist" in problem.sentence


def test_in_a_subgraph_they_are_told_at_the_node_that_has_it(folder: Path) -> None:
    outer = GraphSpec(
        state="m:State",
        nodes={"inner": NodeSpec(graph=GRAPH)},
        edges=(EdgeSpec(START, "inner"), EdgeSpec("inner", END)),
    )

    told = {(each.inner.id, each.path) for each in found(outer, folder) if each.inner is not None}
    assert told == {("undeclared_jumps", ("inner",))}


def test_the_annotations_of_a_large_graph_are_read_once_and_some_at_a_time() -> None:
    asked: list[str] = []
    asked_by_step = [0]
    nodes = {f"n{number}": NodeSpec(fn=f"m:f{number}") for number in range(3 * NODES_A_STEP + 1)}

    def jumps_in_code(fn: str) -> tuple[str, ...]:
        asked.append(fn)
        return ()

    for _ in problem_steps(GraphSpec(state="m:State", nodes=nodes), jumps_in_code=jumps_in_code):
        asked_by_step.append(len(asked))

    assert sorted(asked) == sorted(node.fn for node in nodes.values())
    assert max(later - sooner for sooner, later in pairwise(asked_by_step)) == NODES_A_STEP
