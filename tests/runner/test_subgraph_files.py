"""Subgraphs of a graph file when it runs: inline or from other files, each kind of checkpointer, on both engines."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec
from engine.runner.engine_kit import EngineKit, kit_named
from engine.runner.host import load_graph
from engine.runner.user_code import UserCodeError

_numbers = itertools.count()

MODULE = """
import operator
from typing import Annotated, TypedDict

class State(TypedDict, total=False):
    log: Annotated[list, operator.add]

class Inner(TypedDict, total=False):
    log: Annotated[list, operator.add]
    times: Annotated[int, operator.add]

def first(state):
    return {"log": ["first"]}

def second(state):
    return {"log": ["second"]}

def count(state):
    return {"times": 1}

def tell(state):
    return {"log": [f"times {state['times']}"]}

async def later(state):
    return {"log": ["later"]}
"""


@pytest.fixture(params=["stepgraph", "langgraph"])
def kit(request: pytest.FixtureRequest) -> EngineKit:
    if request.param == "langgraph":
        pytest.importorskip("langgraph")
    return kit_named(request.param)


@pytest.fixture
def module(tmp_path: Path) -> str:
    """A module beside the graph, under a name that no other test has imported."""
    name = f"subgraph_code_{next(_numbers)}"
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    return name


def chain(module: str, *functions: str, **fields: Any) -> GraphSpec:
    nodes = {name: NodeSpec(f"{module}:{name}") for name in functions}
    ways = [START, *functions, END]
    edges = tuple(EdgeSpec(*pair) for pair in itertools.pairwise(ways))
    return GraphSpec(**{"state": f"{module}:State", "nodes": nodes, "edges": edges, **fields})


def around(module: str, node: NodeSpec) -> GraphSpec:
    return GraphSpec(
        state=f"{module}:State", nodes={"inner": node}, edges=(EdgeSpec(START, "inner"), EdgeSpec("inner", END))
    )


def save(folder: Path, graph: GraphSpec, name: str = "main") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.graph.json"
    path.write_text(format_graph(graph), encoding="utf-8")
    return path


def values(path: Path, kit: EngineKit, runs: int = 1) -> list[Any]:
    graph = load_graph(path, kit).compile(kit.memory_saver())
    config = {"configurable": {"thread_id": "t"}}
    return [graph.invoke({"log": ["in"]}, config)["log"] for _ in range(runs)]


def test_an_inline_subgraph_runs_as_one_node(tmp_path: Path, module: str, kit: EngineKit) -> None:
    path = save(tmp_path, around(module, NodeSpec(graph=chain(module, "count", "tell", state=f"{module}:Inner"))))

    assert values(path, kit) == [["in", "in", "times 1"]]


def test_a_subgraph_without_a_state_class_has_the_one_around_it(tmp_path: Path, module: str, kit: EngineKit) -> None:
    inner = around(module, NodeSpec(graph=chain(module, "first", "second", state=None)))
    path = save(tmp_path, around(module, NodeSpec(graph=GraphSpec("", None, inner.nodes, inner.edges))))

    assert values(path, kit)[0][-2:] == ["first", "second"]


@pytest.mark.parametrize(
    ("memory", "last"), [("inherit", "times 1"), ("own", "times 2"), ("none", "times 1")], ids=lambda each: str(each)
)
def test_the_checkpointer_says_what_a_subgraph_remembers(
    tmp_path: Path, module: str, kit: EngineKit, memory: Any, last: str
) -> None:
    inner = chain(module, "count", "tell", state=f"{module}:Inner")
    path = save(tmp_path, around(module, NodeSpec(graph=inner, checkpointer=memory)))

    assert values(path, kit, runs=2)[1][-1] == last


def test_another_graph_file_runs_as_a_node(tmp_path: Path, module: str, kit: EngineKit) -> None:
    save(tmp_path, chain(module, "first", "second"), "other")
    path = save(tmp_path, around(module, NodeSpec(graph="other.graph.json")))

    assert values(path, kit)[0][-2:] == ["first", "second"]


def test_a_graph_file_in_a_folder_below_uses_the_modules_beside_it(tmp_path: Path, module: str) -> None:
    below = tmp_path / "below"
    below.mkdir()
    other = f"below_{module}"
    (below / f"{other}.py").write_text(MODULE.replace('"first"', '"below"'), encoding="utf-8")
    save(below, chain(other, "first"), "other")
    path = save(tmp_path, around(module, NodeSpec(graph="below/other.graph.json")))

    assert values(path, kit_named("stepgraph"))[0][-1] == "below"


def test_two_modules_of_one_name_are_never_taken_for_each_other(tmp_path: Path, module: str) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (below / f"{module}.py").write_text(MODULE, encoding="utf-8")
    save(below, chain(module, "first"), "other")
    path = save(tmp_path, around(module, NodeSpec(graph="below/other.graph.json")))

    with pytest.raises(UserCodeError, match="Rename one of the two modules"):
        load_graph(path, kit_named("stepgraph"))


def test_one_coroutine_inside_makes_the_whole_graph_asynchronous(tmp_path: Path, module: str) -> None:
    save(tmp_path, chain(module, "later"), "other")
    inline = save(tmp_path, around(module, NodeSpec(graph=chain(module, "later"))), "inline")
    by_file = save(tmp_path, around(module, NodeSpec(graph="other.graph.json")), "by_file")
    neither = save(tmp_path, around(module, NodeSpec(graph=chain(module, "first"))), "neither")

    kit = kit_named("stepgraph")

    assert [load_graph(path, kit).is_async for path in (inline, by_file, neither)] == [True, True, False]


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("../other.graph.json", "leads out of the graph's folder"),
        ("a/../../other.graph.json", "leads out of the graph's folder"),
        ("/etc/other.graph.json", "is not a path from the graph's own folder"),
        ("C:\\other.graph.json", "is not a path from the graph's own folder"),
        ("other.py", "does not end with '.graph.json'"),
        ("missing.graph.json", "cannot be read"),
        ("main.graph.json", "stands inside itself: main.graph.json in main.graph.json"),
        ("linked.graph.json", "is a link out of the graph's folder"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_explained(
    tmp_path: Path, module: str, reference: str, sentence: str
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    outside = save(tmp_path, chain(module, "first"), "outside")
    (project / "linked.graph.json").symlink_to(outside)
    (project / f"{module}.py").write_text(MODULE, encoding="utf-8")
    path = save(project, around(module, NodeSpec(graph=reference)))

    with pytest.raises(UserCodeError) as caught:
        load_graph(path, kit_named("stepgraph"))

    assert str(caught.value).startswith("Node 'inner' names a graph that cannot be used.")
    assert sentence in str(caught.value)


def test_files_that_name_each_other_in_a_circle_are_refused(tmp_path: Path, module: str) -> None:
    save(tmp_path, around(module, NodeSpec(graph="main.graph.json")), "other")
    path = save(tmp_path, around(module, NodeSpec(graph="other.graph.json")))

    with pytest.raises(UserCodeError, match=r"main.graph.json in other.graph.json in main.graph.json"):
        load_graph(path, kit_named("stepgraph"))


def test_files_that_name_each_other_a_million_times_are_built_once_each(tmp_path: Path, module: str) -> None:
    save(tmp_path, chain(module, "first"), "level0")
    for level in range(1, 7):
        names = [f"n{index}" for index in range(10)]
        graph = GraphSpec(
            state=f"{module}:State",
            nodes={name: NodeSpec(graph=f"level{level - 1}.graph.json") for name in names},
            edges=tuple(EdgeSpec(*pair) for pair in itertools.pairwise([START, *names, END])),
        )
        path = save(tmp_path, graph, f"level{level}")

    assert load_graph(path, kit_named("stepgraph")).compile(None) is not None


def test_what_is_wrong_inside_is_told_with_its_place(tmp_path: Path, module: str) -> None:
    inner = around(module, NodeSpec(f"{module}:missing"))
    path = save(tmp_path, around(module, NodeSpec(graph=inner)))

    with pytest.raises(UserCodeError, match="In 'inner': Node 'inner' names 'missing'"):
        load_graph(path, kit_named("stepgraph"))


def test_a_node_with_a_function_and_a_graph_is_refused(tmp_path: Path, module: str) -> None:
    data = json.loads(format_graph(around(module, NodeSpec(f"{module}:first", graph=chain(module, "first")))))
    path = tmp_path / "both.graph.json"
    path.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(UserCodeError, match="both a function and a graph"):
        load_graph(path, kit_named("stepgraph"))
