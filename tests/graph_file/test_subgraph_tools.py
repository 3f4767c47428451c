"""Problems, differences, Mermaid text and Python export of graphs with subgraphs."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.graph.export_python import ExportError, export_python
from engine.graph.graph_diff import diff_graphs, format_diff
from engine.graph.graph_file import format_graph
from engine.graph.problem import Problem, Severity
from engine.graph.problems import find_problems
from engine.graph.references import (
    MAX_READ_IN,
    GraphPlace,
    GraphReferenceError,
    why_no_graph_beside,
    with_files_read_in,
)
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from engine.graph.spec_mermaid import graph_mermaid
from engine.graph.subgraph_problems import problems_at
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


def chain(*names: str, **fields: Any) -> GraphSpec:
    nodes = {name: NodeSpec(f"code:{name}") for name in names}
    ways = [START, *names, END]
    return GraphSpec(
        **{
            "state": "code:State",
            "nodes": nodes,
            "edges": tuple(EdgeSpec(*pair) for pair in itertools.pairwise(ways)),
            **fields,
        }
    )


def with_inner(inner: GraphSpec | str, name: str = "auth", **fields: Any) -> GraphSpec:
    """START -> before -> (a subgraph) -> END."""
    graph = chain("before", name)
    return replace(graph, nodes={**graph.nodes, name: NodeSpec(graph=inner, **fields)})


# Problems -------------------------------------------------------------------------------------------------------------


def ids(problems: tuple[Problem, ...]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(problem.id, problem.path, problem.inner.id if problem.inner else "") for problem in problems]


def test_a_sound_subgraph_has_no_problems_with_and_without_a_state_class_of_its_own() -> None:
    assert find_problems(with_inner(chain("a", "b", name=""))) == ()
    assert find_problems(with_inner(chain("a", "b", name="", state=None))) == ()


def test_a_problem_inside_has_its_path_and_stands_at_the_card_outside() -> None:
    deepest = replace(chain("a"), nodes={"a": NodeSpec()})
    graph = with_inner(with_inner(deepest, "deep"))

    (problem,) = find_problems(graph)

    assert problem.path == ("auth", "deep")
    assert problem.node == "auth"
    assert problem.severity is Severity.ERROR
    assert problem.sentence == "In 'deep' in 'auth': 'a' has no function yet."
    assert problem.inner is not None
    assert (problem.inner.id, problem.inner.node) == ("node_without_function", "a")


def test_each_level_is_told_its_own_problems_and_those_further_inside() -> None:
    deepest = replace(chain("a"), nodes={"a": NodeSpec()})
    middle = with_inner(deepest, "deep")
    found = find_problems(with_inner(replace(middle, nodes={**middle.nodes, "alone": NodeSpec("code:x")})))

    assert problems_at(found, ()) == found
    assert ids(problems_at(found, ("auth",))) == [
        ("inside_subgraph", ("deep",), "node_without_function"),
        ("unreachable_node", (), ""),
    ]
    assert ids(problems_at(found, ("auth", "deep"))) == [("node_without_function", (), "")]
    assert problems_at(found, ("before",)) == ()


@pytest.mark.parametrize(
    ("inner", "id"),
    [
        (GraphSpec(""), "empty_subgraph"),
        (chain("a", name="", recursion_limit=5), "limit_of_subgraph"),
        (replace(chain("a"), edges=()), "no_entry"),
        (chain("a", state="nonsense"), "bad_reference"),
    ],
)
def test_what_can_be_wrong_with_a_subgraph_itself(inner: GraphSpec, id: str) -> None:
    assert id in [problem.inner.id for problem in find_problems(with_inner(inner)) if problem.inner]


def test_a_node_with_a_function_and_a_graph_is_a_problem() -> None:
    assert [problem.id for problem in find_problems(with_inner(chain("a"), fn="code:a"))] == ["function_and_graph"]


@pytest.mark.parametrize("reference", ["../x.graph.json", "/x.graph.json", "a\\x.graph.json", "x.json", ""])
def test_a_bad_reference_is_a_problem(reference: str) -> None:
    assert [problem.id for problem in find_problems(with_inner(reference))] == ["bad_graph_reference"]


def test_a_reference_to_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "there.graph.json").write_text("{}", encoding="utf-8")
    why_not = why_no_graph_beside(tmp_path / "main.graph.json")

    def found(reference: str) -> list[str]:
        return [problem.id for problem in find_problems(with_inner(reference), None, why_not)]

    assert found("there.graph.json") == []
    assert found("missing.graph.json") == ["unknown_graph"]
    assert found("main.graph.json") == ["unknown_graph"]


# Differences ----------------------------------------------------------------------------------------------------------


def test_a_difference_inside_is_told_with_its_place() -> None:
    before = with_inner(with_inner(chain("a", "b"), "deep"))
    after = with_inner(with_inner(chain("a", "c"), "deep"), checkpointer="own")

    text = format_diff(diff_graphs(before, after))

    assert text == (
        "+ checkpointer of node 'auth': \"own\"\n"
        "> node 'c' in 'deep' in 'auth': 'b' -> 'c'\n"
        "~ fn of node 'c' in 'deep' in 'auth': \"code:b\" -> \"code:c\"\n"
    )


def test_a_renamed_subgraph_is_one_line() -> None:
    assert format_diff(diff_graphs(with_inner(chain("a")), with_inner(chain("a"), "login"))) == (
        "> node 'login': 'auth' -> 'login'\n"
    )


def test_a_graph_that_moved_into_a_file_of_its_own_is_told() -> None:
    text = format_diff(diff_graphs(with_inner(chain("a")), with_inner("auth.graph.json")))

    assert text.startswith("~ graph of node 'auth': ")


# Mermaid --------------------------------------------------------------------------------------------------------------


def test_a_subgraph_is_a_frame_around_its_nodes() -> None:
    text = graph_mermaid(with_inner(chain("a", "b")))

    assert "\tbefore --> auth\\3aa;\n" in text
    assert "\tauth\\3ab --> __end__;\n" in text
    assert "\tsubgraph auth\n\tauth\\3aa(a)\n\tauth\\3ab(b)\n\tauth\\3aa --> auth\\3ab;\n\tend\n" in text


def test_two_subgraphs_of_one_name_stay_closed_instead_of_failing() -> None:
    text = graph_mermaid(with_inner(with_inner(chain("a", "b"))))

    assert "subgraph" not in text
    assert "\tauth(auth)\n" in text


# Export ---------------------------------------------------------------------------------------------------------------

CODE = """
import operator
from typing import Annotated, TypedDict

class State(TypedDict, total=False):
    n: int
    way: Annotated[list, operator.add]

class Inner(TypedDict, total=False):
    n: int
    way: Annotated[list, operator.add]
    calls: Annotated[int, operator.add]

def before(state):
    return {"way": ["before"]}

def a(state):
    return {"way": ["a"], "n": state["n"] - 1}

def b(state):
    return {"way": ["b"]}

def count(state):
    return {"calls": 1}

def tell(state):
    return {"way": [f"calls {state['calls']}"]}
"""

RUN = """
import json, sys
if sys.argv[1] == "stepgraph":
    import engine.compat
    engine.compat.install()
import exported
from langgraph.checkpoint.memory import InMemorySaver
graph = exported.builder.compile(checkpointer=InMemorySaver())
config = {"configurable": {"thread_id": "t"}}
runs = [graph.invoke({"n": 3, "way": []}, config) for _ in range(2)]
print(json.dumps([type(exported.graph).__module__.split(".")[0], runs]))
"""


def looping(name: str) -> GraphSpec:
    """START -> a, again while n > 0, then b -> END. The router is the same on every level."""
    router = RouterSpec(None, (BranchSpec("again", "a", "n > 0"), BranchSpec("else", "b")))
    return GraphSpec(
        name,
        None,
        {"a": NodeSpec("code:a"), "b": NodeSpec("code:b")},
        (EdgeSpec(START, "a"), EdgeSpec("b", END)),
        {"a": (router,)},
    )


COUNTING = NodeSpec(graph=chain("count", "tell", state="code:Inner"), checkpointer="own")
NESTED = with_inner(
    replace(
        looping(""),
        nodes={
            **looping("").nodes,
            "b": NodeSpec(graph=chain("count", "tell", state="code:Inner"), checkpointer="own"),
        },
    ),
    "auth",
    metadata={"owner": "us"},
)
NESTED = replace(NESTED, name="nested", nodes={**NESTED.nodes, "before": NodeSpec(graph=looping(""))})


def run_exported(folder: Path, engine: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", RUN, engine],
        cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_exported_module_runs_the_same_on_both_engines(tmp_path: Path) -> None:
    pytest.importorskip("langgraph")
    (tmp_path / "code.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "exported.py").write_text(export_python(NESTED), encoding="utf-8")

    ours, theirs = run_exported(tmp_path, "stepgraph"), run_exported(tmp_path, "langgraph")

    assert [ours[0], theirs[0]] == ["engine", "langgraph"]
    assert ours[1] == theirs[1]
    assert ours[1][1]["way"][-1] == "calls 2"  # the innermost one remembers its first run


def test_a_builder_stands_before_the_graph_that_uses_it_and_has_a_name_of_its_own() -> None:
    text = export_python(NESTED)

    assert text.index("b_builder = StateGraph(code.Inner)") < text.index("auth_builder = StateGraph(code.State)")
    assert text.index("auth_builder = ") < text.index("\nbuilder = StateGraph(code.State)")
    assert 'b_graph = b_builder.compile(checkpointer=True, name="b")' in text
    assert 'builder.add_node("auth", auth_graph, metadata={"owner": "us"})' in text


def test_a_graph_of_another_file_is_exported_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "other.graph.json").write_text(format_graph(chain("a", "b", name="other")), encoding="utf-8")
    place = GraphPlace.of(tmp_path / "main.graph.json")

    whole = with_files_read_in(with_inner("other.graph.json"), place)

    assert whole == with_inner(chain("a", "b", name=""))
    with pytest.raises(ExportError, match="cannot be written"):
        export_python(with_inner("other.graph.json"))


def test_a_graph_of_another_folder_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "other.graph.json").write_text(format_graph(chain("a")), encoding="utf-8")

    with pytest.raises(GraphReferenceError, match="another folder"):
        with_files_read_in(with_inner("below/other.graph.json"), GraphPlace.of(tmp_path / "main.graph.json"))


def test_files_that_name_each_other_very_often_are_not_exported(tmp_path: Path) -> None:
    many = {f"n{i}": NodeSpec(graph="level0.graph.json") for i in range(60)}
    (tmp_path / "level0.graph.json").write_text(format_graph(chain("a")), encoding="utf-8")
    for level in (1, 2):
        nodes = {name: replace(node, graph=f"level{level - 1}.graph.json") for name, node in many.items()}
        (tmp_path / f"level{level}.graph.json").write_text(format_graph(GraphSpec(nodes=nodes)), encoding="utf-8")

    with pytest.raises(GraphReferenceError, match=str(MAX_READ_IN)):
        with_files_read_in(with_inner("level2.graph.json"), GraphPlace.of(tmp_path / "main.graph.json"))
