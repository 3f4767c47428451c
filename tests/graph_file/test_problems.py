"""What is wrong in a graph is said in a sentence, at the right place, and what is right is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.graph import problems
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
from engine.graph.problem import ModuleReason
from engine.graph.problems import PROBLEMS_A_STEP, Problem, Severity, find_problems, problem_steps
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeId,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    PlainOutlet,
    RouterSpec,
    is_reference,
)


def graph(*edges: tuple[str | tuple[str, ...], str], nodes: str = "", **routers: RouterSpec) -> GraphSpec:
    """A graph with the nodes named in ``nodes``, or with all ends of the edges."""
    ends = {end for source, target in edges for end in (*([source] if isinstance(source, str) else source), target)}
    names = nodes.split() or sorted(ends - {START, END})
    return GraphSpec(
        state="state:State",
        nodes={name: NodeSpec(f"nodes:f{index}") for index, name in enumerate(names)},
        edges=tuple(EdgeSpec(*edge) for edge in edges),
        routers={(START if name == "START" else name): (router,) for name, router in routers.items()},
    )


def branches(*targets: str | None) -> tuple[BranchSpec, ...]:
    return tuple(BranchSpec(f"to {target}", target) for target in targets)


def found(spec: GraphSpec, id: str) -> Problem:
    (problem,) = [problem for problem in find_problems(spec) if problem.id == id]
    assert problem.sentence.endswith(".")
    assert problem.way_out.endswith(".")
    return problem


GOOD = graph((START, "a"), ("a", END))


def test_a_good_graph_and_the_example_have_no_problems(example_graph: Path) -> None:
    assert find_problems(GOOD) == ()
    assert find_problems(read_graph(example_graph)) == ()


def test_a_loop_with_a_way_out_has_no_problem() -> None:
    spec = graph((START, "a"), nodes="a b", a=RouterSpec("r:f", branches("b", END)), b=RouterSpec("r:g", branches("a")))

    assert find_problems(spec) == ()


def test_an_empty_graph_gets_a_hint_only() -> None:
    assert [(problem.id, problem.severity) for problem in find_problems(GraphSpec())] == [("no_nodes", Severity.HINT)]


def test_a_graph_without_an_entry_says_it_once_and_not_for_each_node() -> None:
    problems = find_problems(graph(("a", "b"), ("b", END)))

    assert [problem.id for problem in problems] == ["no_entry"]
    assert problems[0].node == START


def test_a_node_that_nothing_reaches_is_named() -> None:
    problem = found(graph((START, "a"), ("a", END), ("lost", "a")), "unreachable_node")

    assert problem.sentence == "No way leads from START to 'lost'."
    assert (problem.node, problem.severity) == ("lost", Severity.WARNING)


def test_a_router_whose_targets_are_unknown_may_reach_every_node() -> None:
    spec = graph((START, "a"), ("b", "a"), a=RouterSpec("r:f"))

    assert {problem.id for problem in find_problems(spec)} == {"router_without_branches"}


def test_a_loop_without_a_way_out_is_named() -> None:
    problem = found(graph((START, "a"), ("a", "b"), ("b", "a")), "no_way_to_end")

    assert problem.sentence == "No way leads from 'a', 'b' to END: the run goes on until the recursion limit."


def test_a_run_that_ends_without_an_edge_to_end_is_a_hint() -> None:
    assert found(graph((START, "a")), "ends_without_edge").severity is Severity.HINT


def test_edges_to_and_from_what_does_not_exist_stand_at_the_edge() -> None:
    spec = graph((START, "a"), ("a", "gone"), ("lost", "a"), ("a", START), (END, "a"), nodes="a")

    assert found(spec, "unknown_target").edge == EdgeId(PlainOutlet("a"), "gone")
    assert found(spec, "unknown_source").edge == EdgeId(PlainOutlet("lost"), "a")
    assert found(spec, "edge_into_start").edge == EdgeId(PlainOutlet("a"), START)
    assert found(spec, "edge_from_end").edge == EdgeId(PlainOutlet(END), "a")


def test_a_branch_to_what_does_not_exist_stands_at_the_branch() -> None:
    spec = graph((START, "a"), a=RouterSpec("r:f", branches("gone", END)))

    assert found(spec, "unknown_target").edge == EdgeId(BranchOutlet("a", "", "to gone"), "gone")


def test_a_router_on_no_node_is_named() -> None:
    spec = graph((START, "a"), ("a", END), gone=RouterSpec("r:f", branches("a")))

    assert found(spec, "router_on_unknown_node").node == "gone"


def test_a_branch_without_a_target_is_named() -> None:
    problem = found(graph((START, "a"), a=RouterSpec("r:f", branches(None, END))), "branch_without_target")

    assert (problem.node, problem.router, problem.branch) == ("a", "", "to None")


def test_a_router_with_neither_function_nor_conditions_is_an_error() -> None:
    assert found(graph((START, "a"), a=RouterSpec(None, branches(END))), "router_without_function").node == "a"


def test_a_module_that_cannot_be_read_is_told_once_for_all_nodes_that_need_it() -> None:
    def why_not(reference: str) -> str | None:
        return None if reference == "state:State" else ModuleReason("nodes.py: The module is not Python, line 3.")

    problems = find_problems(graph((START, "a"), ("a", "b"), ("b", END)), why_not)

    (problem,) = problems
    assert (problem.id, problem.node, problem.also) == ("unreadable_module", "a", ("b",))
    assert problem.way_out == "Correct it there. The graph uses it in 2 places."


def test_of_several_routers_the_one_that_is_wrong_is_named() -> None:
    first, second = RouterSpec("nodes:f", branches(END)), RouterSpec(None, branches(END), name="second")
    spec = replace(graph((START, "a")), routers={"a": (first, second)})

    problem = found(spec, "router_without_function")

    assert problem.sentence.startswith("The router 'second' of 'a' has neither")


def test_conditions_want_an_else_and_want_it_last() -> None:
    when, otherwise = BranchSpec("many", "a", "n > 3"), BranchSpec("else", END)

    assert found(graph((START, "a"), a=RouterSpec(None, (when,))), "router_without_else").router == ""
    late = found(graph((START, "a"), a=RouterSpec(None, (otherwise, when))), "branch_after_else")
    assert late.branch == "many"
    assert find_problems(graph((START, "a"), a=RouterSpec(None, (when, otherwise)))) == ()


@pytest.mark.parametrize("condition", ["", "  ", "a\nb"])
def test_a_condition_that_is_not_one_line_is_an_error(condition: str) -> None:
    spec = graph((START, "a"), a=RouterSpec(None, (BranchSpec("x", END, condition), BranchSpec("else", END))))

    assert found(spec, "bad_condition").branch == "x"


def test_a_condition_beside_a_function_is_said_to_be_ignored() -> None:
    assert found(graph((START, "a"), a=RouterSpec("r:f", (BranchSpec("x", END, "n > 3"),))), "condition_ignored")


def test_nodes_and_graphs_without_functions_and_state_are_errors() -> None:
    spec = GraphSpec(nodes={"a": NodeSpec()}, edges=GOOD.edges)

    assert found(spec, "node_without_function").node == "a"
    assert found(spec, "no_state").severity is Severity.ERROR


def test_illegal_and_similar_names_are_named() -> None:
    spec = graph((START, "a|b"), ("a|b", "Plan"), ("Plan", "plan"), ("plan", END))

    assert found(spec, "illegal_name").node == "a|b"
    assert found(spec, "similar_names").node == "plan"


def test_a_join_that_cannot_be_is_named() -> None:
    spec = graph((START, "a"), ("a", "b"), (("a", "b"), "c"), ("b", "c"), ((START, "b"), "a"), ("c", END))

    assert found(spec, "join_with_start").edge == EdgeId(PlainOutlet(START), "a")
    assert found(spec, "join_and_edge").edge == EdgeId(PlainOutlet("b"), "c")


@pytest.mark.parametrize("text", ["", "f", ":f", "m:", "m:f()", "../m:f", "a b:f", "m:f:g", "m.:f"])
def test_what_is_no_reference_is_named(text: str) -> None:
    spec = GraphSpec(state="state:State", nodes={"a": NodeSpec(text)}, edges=GOOD.edges)

    assert not is_reference(text)
    assert found(spec, "bad_reference").node == "a"


def test_functions_that_are_not_there_are_named_where_they_are_used() -> None:
    spec = graph((START, "a"), a=RouterSpec("routing:f", branches(END)))

    problems = find_problems(
        spec, lambda reference: f"There is no '{reference}'." if "state" not in reference else None
    )

    assert [(problem.id, problem.node, problem.router) for problem in problems] == [
        ("unknown_function", "a", None),
        ("unknown_function", "a", ""),
    ]


def test_a_key_in_the_metadata_is_warned_of_without_repeating_it() -> None:
    secret = "sk-" + "a1" * 20
    spec = GraphSpec(state="s:S", nodes={"a": NodeSpec("n:a", metadata={"token": secret})}, edges=GOOD.edges)

    problem = found(spec, "looks_secret")

    assert "'token' of 'a'" in problem.sentence
    assert secret not in problem.sentence + problem.way_out


def test_errors_come_first() -> None:
    spec = graph((START, "a"), ("lost", "gone"), nodes="a lost")

    severities = [problem.severity for problem in find_problems(spec)]

    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.ERROR


def test_names_in_sentences_are_short_and_visible() -> None:
    nodes = {"a\u202eb": NodeSpec("n:a"), "x" * 100_000: NodeSpec("n:b"), "start": NodeSpec("n:c")}
    spec = GraphSpec(state="s:S", nodes=nodes, edges=(EdgeSpec(START, "start"),))

    sentences = " ".join(problem.sentence for problem in find_problems(spec))

    assert "'a\\u202eb'" in sentences
    assert len(sentences) < 1000


def with_options(**options: object) -> GraphSpec:
    return replace(GOOD, nodes={"a": replace(GOOD.nodes["a"], **options)})  # type: ignore[arg-type]  # as the class


@pytest.mark.parametrize(
    ("options", "option", "words"),
    [
        ({"retry": (RetrySpec(), RetrySpec(max_attempts=0))}, "retry", "number of attempts is a whole number from 1"),
        ({"retry": (RetrySpec(retry_on=("ConectionError",)),)}, "retry", "'ConectionError' is no error that Python"),
        ({"cache": CacheSpec(ttl=0)}, "cache", "whole seconds from 1"),
        ({"cache": CacheSpec(key="key")}, "cache", "'key' does not have the form 'module:name'"),
        ({"timeout": TimeoutSpec()}, "timeout", "needs a time"),
        ({"timeout": TimeoutSpec(run=0)}, "timeout", "above 0 seconds"),
        ({"circuit_breaker": BreakerSpec(recovery_s=0)}, "circuit_breaker", "pause is above 0"),
        ({"rate_limit": RateLimitSpec(0)}, "rate_limit", "number of calls"),
        ({"fallback": (FallbackSpec("other"),)}, "fallback", "'other' does not have the form"),
        ({"error_handler": "x"}, "error_handler", "'x' does not have the form"),
        ({"input_schema": "Small"}, "input_schema", "'Small' does not have the form"),
    ],
)
def test_an_option_that_the_engine_refuses_is_said_at_its_node(
    options: dict[str, object], option: str, words: str
) -> None:
    problem = found(with_options(**options), "bad_option")

    assert words in problem.sentence
    assert (problem.node, problem.option, problem.severity) == ("a", option, Severity.ERROR)


def test_options_that_are_right_are_no_problem() -> None:
    policies = (RetrySpec(1, 0, 0.5, 0, retry_on=("OSError", "errors:Busy")),)
    spec = with_options(
        retry=policies, cache=CacheSpec(1, "n:key"), timeout=TimeoutSpec(idle=0.1, refresh_on="heartbeat")
    )

    assert find_problems(spec) == ()


def test_a_jump_that_is_declared_is_a_way() -> None:
    spec = graph((START, "a"), ("b", END), nodes="a b")
    assert found(spec, "unreachable_node").node == "b"

    jumping = replace(spec, nodes={**spec.nodes, "a": replace(spec.nodes["a"], destinations=("b",))})

    assert find_problems(jumping) == ()


def test_a_jump_to_a_node_that_is_not_there_is_an_error() -> None:
    problem = found(with_options(destinations=("gone",)), "unknown_destination")

    assert "may jump to 'gone', which does not exist" in problem.sentence


def test_what_options_name_is_looked_for() -> None:
    spec = with_options(error_handler="n:handle", input_schema="s:Small", retry=(RetrySpec(retry_on=("e:Busy",)),))
    defaults = replace(spec, defaults=DefaultsSpec(cache=CacheSpec(key="n:key")))

    problems = find_problems(defaults, lambda reference: f"No {reference}." if "f0" not in reference else None)

    assert {(p.id, p.option) for p in problems if p.option} == {
        ("unknown_function", "error_handler"),
        ("unknown_input_schema", "input_schema"),
        ("unknown_function", "retry"),
        ("unknown_function", "cache"),
    }
    assert all(p.node == (None if p.option == "cache" else "a") for p in problems if p.option)


def test_very_many_findings_of_one_check_come_in_steps() -> None:
    lonely = {f"n{number}": NodeSpec(fn="m:f") for number in range(10 * PROBLEMS_A_STEP)}
    with_entry = GraphSpec("g", "m:State", {"a": NodeSpec(fn="m:f"), **lonely}, (EdgeSpec(START, "a"),))

    found = find_problems(with_entry)
    assert len(found) >= 10 * PROBLEMS_A_STEP
    assert sum(1 for _ in problem_steps(with_entry)) >= len(found) // PROBLEMS_A_STEP + len(problems._CHECKS)
