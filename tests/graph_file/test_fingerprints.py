"""What makes a node another one than it was: its own code and what that uses, its options, its edges and routers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.graph.fingerprints import code_print, node_prints
from engine.graph.spec import BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

CODE = '''
import json
from model import answer

LIMIT = 3

def helper(x):
    return x + LIMIT

def plan(state):
    """Plan."""
    return {"x": helper(state["x"]), "a": answer(state)}

@wrapped
def other(state):
    return json.dumps(state)
'''


@pytest.mark.parametrize(
    ("was", "now", "is_other"),
    [
        ("LIMIT = 3", "LIMIT = 4", True),
        ("return x + LIMIT", "return x - LIMIT", True),
        ("from model import answer", "from model2 import answer", True),
        ('"""Plan."""', '"""Plan it."""', True),
        ("json.dumps", "json.loads", False),
        ("@wrapped", "@unwrapped", False),
        ("import json", "import json  # the fast one", False),
        ("\ndef plan", "\n# planning\n\ndef plan", False),
        ("import json", "import json\n\n\n", False),
    ],
)
def test_a_function_is_another_one_if_it_or_what_it_uses_is(was: str, now: str, is_other: bool) -> None:
    assert was in CODE
    assert (code_print(CODE, "plan") != code_print(CODE.replace(was, now), "plan")) is is_other


def test_of_what_is_no_python_all_of_the_text_counts() -> None:
    assert code_print("def plan(:", "plan") != code_print("def plan(:  ", "plan")
    assert code_print(CODE, "gone") != code_print(CODE + "\n", "gone")


GRAPH = GraphSpec(
    nodes={"a": NodeSpec(fn="nodes:plan"), "b": NodeSpec(fn="nodes:other"), "c": NodeSpec(fn="gone:f")},
    edges=(EdgeSpec("__start__", "a"), EdgeSpec("a", "b")),
    routers={"b": (RouterSpec(fn="nodes:helper", branches=(BranchSpec("yes", "c"), BranchSpec("no", "__end__"))),)},
)
TEXTS = {"nodes.py": CODE}


def changed(now: GraphSpec, texts: dict[str, str] = TEXTS) -> tuple[set[str], set[str]]:
    """(nodes with another wiring, with other code)"""
    before, after = node_prints(GRAPH, TEXTS), node_prints(now, texts)
    both = before.keys() & after.keys()
    return (
        {name for name in both if before[name].wiring != after[name].wiring},
        {name for name in both if before[name].code != after[name].code},
    )


def test_an_edge_concerns_both_its_ends_and_a_router_the_node_it_is_on() -> None:
    router = replace(GRAPH.routers["b"][0], branches=(BranchSpec("yes", "a"), BranchSpec("no", "__end__")))

    assert changed(replace(GRAPH, edges=(*GRAPH.edges, EdgeSpec("a", "c")))) == ({"a", "c"}, set())
    assert changed(replace(GRAPH, edges=GRAPH.edges[::-1])) == (set(), set()), "their order says nothing"
    assert changed(replace(GRAPH, routers={"b": (router,)})) == ({"b"}, set())
    assert changed(replace(GRAPH, nodes={**GRAPH.nodes, "a": NodeSpec(fn="nodes:plan", defer=True)})) == ({"a"}, set())


def test_the_code_of_a_router_is_its_nodes_and_unknown_code_is_not_compared() -> None:
    texts = {"nodes.py": CODE.replace("return x + LIMIT", "return x")}

    assert changed(GRAPH, texts) == (set(), {"a", "b"})
    assert node_prints(GRAPH, TEXTS)["c"].code == ""


def test_a_subgraph_is_what_is_in_it() -> None:
    inner = GraphSpec(nodes={"k": NodeSpec(fn="nodes:helper")})
    whole = GraphSpec(nodes={"sub": NodeSpec(graph=inner)})
    (was,) = node_prints(whole, TEXTS).values()
    (code,) = node_prints(whole, {"nodes.py": CODE.replace("LIMIT = 3", "LIMIT = 5")}).values()
    rewired = replace(inner, edges=(EdgeSpec("__start__", "k"),))
    (wiring,) = node_prints(GraphSpec(nodes={"sub": NodeSpec(graph=rewired)}), TEXTS).values()

    assert (was.wiring, was.code != code.code) == (code.wiring, True)
    assert (was.code, was.wiring != wiring.wiring) == (wiring.code, True)
