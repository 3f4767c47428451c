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
from engine.graph.node_options import (
    BreakerSpec,
    CacheSpec,
    DefaultsSpec,
    FallbackSpec,
    RateLimitSpec,
    RetrySpec,
    TimeoutSpec,
)
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from tests.patience import PATIENCE_S

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
        timeout=PATIENCE_S,
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


OPTIONS_MODULE = """
from operator import add
from typing import Annotated, TypedDict
from langgraph.errors import NodeError
from langgraph.types import Command

class State(TypedDict, total=False):
    n: int
    way: Annotated[list, add]

class Small(TypedDict):
    n: int

class Busy(Exception):
    pass

tries = {"flaky": 0, "dear": 0}

def flaky(state):
    tries["flaky"] += 1
    if tries["flaky"] % 3:
        raise Busy("not yet")
    return {"way": [f"flaky saw {sorted(state)}"]}

def dear(state):
    tries["dear"] += 1
    return {"way": [f"dear {tries['dear']}"]}

def whole_key(state):
    return str(state["n"])

def jump(state):
    return Command(goto="broken", update={"way": ["jump"]})

def broken(state):
    raise RuntimeError("for good")

def handle(state, error: NodeError):
    return Command(goto="last", update={"way": [f"handled {error.node}"]})

def last(state):
    return {"way": ["last"]}
"""

OPTIONS = GraphSpec(
    name="options",
    state="parts:State",
    nodes={
        "flaky": NodeSpec(
            "parts:flaky",
            input_schema="parts:Small",
            retry=(RetrySpec(retry_on=("LookupError",)), RetrySpec(5, 0.01, jitter=False, retry_on=("parts:Busy",))),
        ),
        "dear": NodeSpec("parts:dear", cache=CacheSpec(60, "parts:whole_key")),
        "jump": NodeSpec("parts:jump", destinations=("broken",)),
        "broken": NodeSpec("parts:broken"),
        "last": NodeSpec("parts:last"),
    },
    edges=(EdgeSpec(START, "flaky"), EdgeSpec("flaky", "dear"), EdgeSpec("dear", "jump"), EdgeSpec("last", END)),
    defaults=DefaultsSpec(error_handler="parts:handle"),
)


@pytest.mark.differential
def test_options_have_one_meaning_on_both_engines(tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text(OPTIONS_MODULE, encoding="utf-8")
    (tmp_path / "exported.py").write_text(export_python(OPTIONS), encoding="utf-8")

    ours = run(tmp_path, "stepgraph", [{"n": 1}, {"n": 1}, {"n": 2}])

    ways = [["flaky saw ['n']", dear, "jump", "handled broken", "last"] for dear in ("dear 1", "dear 1", "dear 2")]
    assert [result["way"] for result in ours] == ways
    if importlib.util.find_spec("langgraph"):
        assert run(tmp_path, "langgraph", [{"n": 1}, {"n": 1}, {"n": 2}]) == ours


def test_options_are_written_as_one_would_write_them() -> None:
    node = NodeSpec("n:f", timeout=TimeoutSpec(5, 2), cache=CacheSpec(), destinations=(END, "b"), metadata={"k": 1})
    text = export_python(
        GraphSpec(state="s:S", nodes={"a": node, "b": NodeSpec("n:g", timeout=TimeoutSpec(3))}, defaults=DEFAULTS)
    )

    assert "\nfrom langgraph.cache.memory import InMemoryCache\n" in text
    assert "\nfrom langgraph.types import CachePolicy, RetryPolicy, TimeoutPolicy\n" in text
    assert "builder.set_node_defaults(retry_policy=RetryPolicy(max_attempts=2))\n" in text
    assert '    destinations=(END, "b"),\n    cache_policy=CachePolicy(),\n' in text
    assert "    timeout=TimeoutPolicy(run_timeout=5, idle_timeout=2),\n" in text
    assert 'builder.add_node("b", n.g, timeout=3)\n' in text
    assert text.endswith('builder.compile(name="untitled", cache=InMemoryCache())\n')


DEFAULTS = DefaultsSpec((RetrySpec(2),))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"circuit_breaker": BreakerSpec()}, "'a' has a circuit breaker, which LangGraph does not have"),
        ({"rate_limit": RateLimitSpec(1)}, "rate limit, which LangGraph does not have"),
        ({"fallback": (FallbackSpec("n:g"),)}, "fallback, which LangGraph does not have"),
        ({"retry": (RetrySpec(0),)}, "retry: The number of attempts"),
        ({"retry": (RetrySpec(retry_on=("__import__",)),)}, "retry: '__import__' is no error"),
        ({"error_handler": "n:class"}, "error handler is not named like"),
        ({"cache": CacheSpec(key="n:f()")}, "cache: 'n:f"),
    ],
)
def test_an_option_that_cannot_be_exported_is_refused_in_words(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        export_python(GraphSpec(state="s:S", nodes={"a": NodeSpec("n:f", **options)}))


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
