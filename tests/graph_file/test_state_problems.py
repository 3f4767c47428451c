"""What does not fit between a graph and its state, told from the text of the modules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.graph.key_uses import KeyUses, key_uses, with_key_renamed_in
from engine.graph.node_options import TimeoutSpec
from engine.graph.problems import Problem, Severity
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from engine.graph.state_problems import StateFacts, find_state_problems
from engine.graph.state_source import read_state_class

STATE = read_state_class(
    "class State(TypedDict):\n    n: int\n    log: Annotated[list, operator.add]\n    goal: str\n", "State"
)

MODULE = """
def plain(state):
    if "goal" in state and state.get("n", 0) < state["limit"]:
        return {"n": state["n"] + 1}
    return None

async def whole(state):
    helper(state)
    return Command(goto="x", update={"log": [state.kind]})

def open_ended(state, config):
    result = {"n": 1}
    return result

def yields(s):
    def inner(s):
        return {"inner": 1}
    yield {"n": s.copy()["n"]} if s["a"] else {"log": [], **extra}
"""


def test_reads_and_writes_of_functions_are_told_from_their_text() -> None:
    uses = key_uses(MODULE)

    assert uses["plain"] == KeyUses({"goal": 3, "n": 3, "limit": 3}, {"n": 4})
    assert uses["whole"] == KeyUses({"kind": 9}, {"log": 9}, may_read_more=True, is_async=True)
    assert uses["open_ended"] == KeyUses({}, {}, may_write_more=True)
    assert uses["yields"] == KeyUses({"a": 18}, {"n": 18, "log": 18}, may_read_more=True, may_write_more=True)
    assert key_uses("def (") == {}


def test_a_key_is_renamed_where_functions_use_it_and_nowhere_else() -> None:
    text = (
        "def f(state):\n"
        "    ä = 'é', state['n'], state[\"n\"]  # n 'n'\n"
        "    other = {'n': 1}\n"
        "    if 'n' in state and state.n > state.get('n', 'n'):\n"
        "        return {'n': 2, \"nn\": 'n'}\n"
        "    return {'n' 'n': f\"{state['n']}\"}\n"
    )

    renamed = with_key_renamed_in(text, key_uses(text).values(), "n", "count")

    assert renamed.splitlines()[:5] == [
        "def f(state):",
        "    ä = 'é', state['count'], state[\"count\"]  # n 'n'",
        "    other = {'n': 1}",
        "    if 'count' in state and state.count > state.get('count', 'n'):",
        "        return {'count': 2, \"nn\": 'n'}",
    ]
    assert with_key_renamed_in(text, key_uses(text).values(), "gone", "x") == text


def graph(*edges: tuple[str, str], **routers: RouterSpec) -> GraphSpec:
    names = sorted({end for edge in edges for end in edge} - {START, END})
    return GraphSpec(
        state="state:State",
        nodes={name: NodeSpec(f"nodes:{name}") for name in names},
        edges=tuple(EdgeSpec(*edge) for edge in edges),
        routers={name: (router,) for name, router in routers.items()},
    )


def found(spec: GraphSpec, facts: StateFacts, id: str) -> Problem:
    (problem,) = [problem for problem in find_state_problems(spec, facts) if problem.id == id]
    assert problem.sentence.endswith(".") and problem.way_out.endswith(".")
    return problem


SPLIT = graph((START, "a"), ("a", "b"), ("a", "c"), ("b", END), ("c", END))


def writing(**keys: str) -> StateFacts:
    return StateFacts(STATE, {node: KeyUses(writes=dict.fromkeys(names.split(), 1)) for node, names in keys.items()})


def test_a_condition_that_reads_a_key_the_state_does_not_have_is_an_error() -> None:
    router = RouterSpec(None, (BranchSpec("low", END, "n < 3 and nn > 2"), BranchSpec("else", END)))
    spec = graph((START, "a"), a=router)

    problem = found(spec, StateFacts(STATE), "unknown_key")

    assert "reads 'nn', which the state State does not have" in problem.sentence
    assert (problem.node, problem.router, problem.branch) == ("a", "", "low")
    assert not find_state_problems(spec, StateFacts(replace(STATE, is_open=True)))
    assert not find_state_problems(spec, StateFacts(None))


def test_two_nodes_of_one_step_that_write_a_key_without_a_reducer_conflict() -> None:
    problem = found(SPLIT, writing(a="n", b="n log", c="n log"), "conflicting_writers")

    assert "'b' and 'c' run in one step and both write 'n'" in problem.sentence
    assert problem.severity is Severity.WARNING
    one_after_the_other = graph((START, "b"), ("b", "c"), ("c", END))
    assert not [
        p for p in find_state_problems(one_after_the_other, writing(b="n", c="n")) if p.id != "key_never_written"
    ]


def test_three_writers_of_one_step_are_listed_in_one_sentence() -> None:
    split = graph((START, "a"), ("a", "b"), ("a", "c"), ("a", "d"))

    problem = found(split, writing(b="n", c="n", d="n"), "conflicting_writers")

    assert "'b', 'c' and 'd' run in one step and all write 'n'" in problem.sentence


def test_a_subgraph_and_a_node_without_a_function_hide_no_strange_key() -> None:
    split = graph((START, "a"), ("a", "b"), ("b", "c"), ("c", END))
    inner = GraphSpec("inner", None, {}, ())
    spec = replace(split, nodes={**split.nodes, "b": NodeSpec(graph=inner), "c": NodeSpec()})

    problem = found(spec, writing(a="typo"), "unknown_key_written")

    assert "'a' writes 'typo' in line" in problem.sentence


def test_a_deferred_node_conflicts_with_nobody() -> None:
    deferred = replace(SPLIT, nodes={**SPLIT.nodes, "c": replace(SPLIT.nodes["c"], defer=True)})

    assert not find_state_problems(deferred, writing(a="n", b="n", c="n"))


DECIDING = graph((START, "a"), a=RouterSpec(None, (BranchSpec("far", END, "goal == 'x'"), BranchSpec("else", "a"))))


def test_a_key_that_only_decides_and_that_nobody_writes_is_told() -> None:
    problem = found(DECIDING, StateFacts(STATE, {"a": KeyUses(writes={"n": 2})}), "key_never_written")

    assert "The router of 'a' reads 'goal', which no node writes." in problem.sentence
    assert problem.severity is Severity.HINT


@pytest.mark.parametrize(
    "uses", [{}, {"a": KeyUses(may_write_more=True)}, {"a": KeyUses({"goal": 1})}, {"a": KeyUses({}, {"goal": 1})}]
)
def test_nothing_is_said_where_a_writer_may_be(uses: dict[str, KeyUses]) -> None:
    assert find_state_problems(DECIDING, StateFacts(STATE, uses)) == ()


def test_keys_that_the_state_does_not_have_are_told_where_they_stand() -> None:
    spec = graph((START, "a"), ("a", END))
    strange = KeyUses(reads={"n": 1, "gaol": 2}, writes={"lgo": 3})

    assert "reads 'gaol' in line 2" in found(spec, StateFacts(STATE, {"a": strange}), "unknown_key_read").sentence
    written = found(spec, StateFacts(STATE, {"a": strange}), "unknown_key_written")
    assert "writes 'lgo' in line 3" in written.sentence and "dropped without a word" in written.way_out
    assert not find_state_problems(spec, StateFacts(STATE, {"a": replace(strange, schema="Private")}))
    assert not find_state_problems(spec, StateFacts(replace(STATE, is_open=True), {"a": strange}))


@pytest.mark.parametrize(("schema", "count"), [("m:State", 1), ("m:Private", 0)])
def test_the_state_as_an_input_schema_brings_no_keys_of_its_own(schema: str, count: int) -> None:
    spec = graph((START, "a"), ("a", END))
    spec = replace(spec, state="m:State", nodes={"a": replace(spec.nodes["a"], input_schema=schema)})

    problems = find_state_problems(spec, StateFacts(STATE, {"a": KeyUses(reads={"gaol": 2})}))

    assert len([problem for problem in problems if problem.id == "unknown_key_read"]) == count


@pytest.mark.parametrize("schema", ["", "dict"])
def test_a_node_that_code_may_send_an_input_of_its_own_may_read_other_keys(schema: str) -> None:
    """The work of a fan-out: ``Send("a", {"item": 1})`` gives it no state."""
    spec = graph(("a", END), **{START: RouterSpec("m:fan", (BranchSpec("a", "a"),))})
    uses = KeyUses(reads={"item": 2}, writes={"lgo": 3})

    of_it = find_state_problems(spec, StateFacts(STATE, {"a": replace(uses, schema=schema)}))
    of_the_state = find_state_problems(spec, StateFacts(STATE, {"a": replace(uses, schema="State")}))

    assert [problem.id for problem in of_it] == ["unknown_key_written"]
    assert [problem.id for problem in of_the_state] == ["unknown_key_read", "unknown_key_written"]


def test_a_timeout_on_a_function_that_is_not_asynchronous_is_an_error() -> None:
    spec = graph((START, "a"), ("a", END))
    limited = replace(spec, nodes={"a": replace(spec.nodes["a"], timeout=TimeoutSpec(5))})

    problem = found(limited, StateFacts(None, {"a": KeyUses()}), "timeout_without_async")

    assert (problem.node, problem.option) == ("a", "timeout")
    assert not find_state_problems(limited, StateFacts(None, {"a": KeyUses(is_async=True)}))


def test_a_key_that_a_subgraph_would_add_twice_is_told() -> None:
    inner = replace(graph((START, "a"), ("a", END)), name="")
    outer = graph((START, "sub"), ("sub", END))

    def found(inner: GraphSpec) -> list[str]:
        nodes = {"sub": NodeSpec(graph=inner)}
        return [problem.sentence for problem in find_state_problems(replace(outer, nodes=nodes), StateFacts(STATE))]

    told = ["'sub' hands back all of 'log', and operator.add adds it a second time."]
    assert found(inner) == told
    assert found(replace(inner, state=None)) == told
    assert found(replace(inner, state="state:Inner")) == []
