"""A graph as a Python module: the same text runs on langgraph and on our engine, with the same result."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.export_python import ExportError, export_python
from engine.graph.graph_file import read_graph
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

ROOT = Path(__file__).resolve().parents[2]

RUN = """
import json, sys
sys.path.append(sys.argv[2])  # the example's nodes take interrupt() from engine
if sys.argv[1] == "stepgraph":
    import engine.compat
    engine.compat.install()
import exported
engine_used = type(exported.graph).__module__.split(".")[0]
print(json.dumps([engine_used, [exported.graph.invoke(each) for each in json.loads(sys.argv[3])]]))
"""

CONDITIONS_MODULE = """
from typing import TypedDict

class State(TypedDict, total=False):
    n: int
    words: list
    way: list

def step(state):
    return {"n": state["n"] - 1, "way": [*state.get("way", []), "step"]}

def small(state):
    return {"way": [*state["way"], "small"]}

def long(state):
    return {"way": [*state["way"], "long"]}
"""

CONDITIONS = GraphSpec(
    name='conditions "quoted"',
    state="builder:State",
    nodes={
        "step": NodeSpec("builder:step", metadata={"note": 'a "b" \\', "deep": [None, True, {"x": 1.5}]}),
        "small": NodeSpec("builder:small"),
        "it's long": NodeSpec("builder:long", defer=True),
    },
    edges=(EdgeSpec(START, "step"), EdgeSpec("it's long", END), EdgeSpec("small", END)),
    routers={
        "step": (
            RouterSpec(
                None,
                (
                    BranchSpec("too many", "step", "n > len(words) + sum(k for k in [0, 1])"),
                    BranchSpec('say "long"', "it's long", "any(len(word) > 5 for word in words)"),
                    BranchSpec("else", "small"),
                ),
            ),
        )
    },
    recursion_limit=40,
)


def run(folder: Path, engine: str, inputs: list[Any]) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, engine, str(ROOT), json.dumps(inputs)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    used, results = json.loads(done.stdout.splitlines()[-1])  # what the nodes print comes before
    assert used == ("engine" if engine == "stepgraph" else "langgraph")
    return list(results)


@pytest.mark.differential
def test_the_example_runs_from_its_export_with_one_result_on_both_engines(example_graph: Path) -> None:
    folder = example_graph.parent
    (folder / "exported.py").write_text(export_python(read_graph(example_graph)), encoding="utf-8")
    inputs = [json.loads(file.read_text(encoding="utf-8"))["input"] for file in sorted((folder / "inputs").iterdir())]
    without_questions = [inputs[0], inputs[1], inputs[3], inputs[4]]

    ours = run(folder, "stepgraph", without_questions)

    assert all(result["answer"] for result in ours)
    if importlib.util.find_spec("langgraph"):
        assert run(folder, "langgraph", without_questions) == ours


@pytest.mark.differential
def test_conditions_become_a_function_with_one_result_on_both_engines(tmp_path: Path) -> None:
    (tmp_path / "builder.py").write_text(CONDITIONS_MODULE, encoding="utf-8")
    (tmp_path / "exported.py").write_text(export_python(CONDITIONS), encoding="utf-8")
    inputs = [{"n": 3, "words": []}, {"n": 1, "words": ["immense"]}, {"n": 1, "words": ["tiny"]}]

    ours = run(tmp_path, "stepgraph", inputs)

    assert [result["way"] for result in ours] == [["step", "step", "small"], ["step", "long"], ["step", "small"]]
    if importlib.util.find_spec("langgraph"):
        assert run(tmp_path, "langgraph", inputs) == ours


def test_the_text_is_what_one_would_write(example_graph: Path) -> None:
    text = export_python(read_graph(example_graph), source=example_graph.name)

    assert text.startswith('"""The state graph support_router, exported from support_router.graph.json by Stepgraph.')
    assert "from langgraph.graph import END, START, StateGraph\n\nimport nodes\nimport routing\nimport state\n" in text
    assert 'builder.add_edge(["search_articles", "search_tickets"], "answer_technical")\n' in text
    assert text.endswith('\ngraph = builder.compile(name="support_router")\n')


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (GraphSpec(nodes={"a": NodeSpec("n:a")}), "no state class"),
        (GraphSpec(state="s:S", nodes={"a": NodeSpec()}), "'a' has no function"),
        (GraphSpec(state="s:S", nodes={"a": NodeSpec("n:a()")}), "not named like"),
        (GraphSpec(state="s:S", nodes={"a": NodeSpec("n:class")}), "not named like"),
        (
            GraphSpec(state="s:S", routers={START: (RouterSpec(None, (BranchSpec("x", END, "a ="),)),)}),
            "branch 'x' of START is not an expression",
        ),
        (
            GraphSpec(state="s:S", routers={START: (RouterSpec("m:f"), RouterSpec("n:f", name="b"))}),
            "Two routers of START",
        ),
    ],
)
def test_a_graph_that_is_not_finished_says_what_is_missing(graph: GraphSpec, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        export_python(graph)


names = st.text(min_size=1, max_size=12)


@given(name=names, node=names, label=names, key=names, when=st.sampled_from(["x", "x > 1", "[y for y in x]"]) | names)
def test_nothing_in_a_file_becomes_code_but_conditions(name: str, node: str, label: str, key: str, when: str) -> None:
    graph = GraphSpec(
        name=name,
        state="s:S",
        nodes={node: NodeSpec("n:f", metadata={key: label})},
        edges=(EdgeSpec(START, node),),
        routers={node: (RouterSpec(None, (BranchSpec(label, node, when), BranchSpec("else", END))),)},
    )
    try:
        tree = ast.parse(export_python(graph, source=name))
    except ExportError:
        return

    statements = [type(statement).__name__ for statement in tree.body]

    assert statements == ["Expr", "ImportFrom", "Import", "Import", "FunctionDef", "FunctionDef", "Assign"] + [
        "Expr"
    ] * 3 + ["Assign"]
    assert ast.literal_eval(tree.body[7].value.args[0]) == node  # type: ignore[attr-defined]  # builder.add_node(...)
