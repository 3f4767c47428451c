"""One superstep: who runs, in which order writes are applied, what a conflict says."""

from __future__ import annotations

import operator
import threading
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest

from engine import END, START, Command, GraphRecursionError, InvalidUpdateError, Send, StateGraph, UnknownNodeError
from engine.channels.managed import RemainingSteps
from engine.runtime.apply_step import apply_step
from engine.runtime.live_state import LiveState
from engine.runtime.written_from_outside import OutsideWrites
from tests.engine.graphs import State, appends, chain, parallel, saved, thread
from tests.patience import PATIENCE_S


class Private(TypedDict, total=False):
    """What one node tells another, beside the graph's state."""

    secret: str


def test_nodes_run_one_after_the_other() -> None:
    assert chain("a", "b").compile().invoke({"v": 1}) == {"v": 1, "log": ["a", "b"]}


def test_writes_of_one_step_are_applied_by_node_name_then_by_order_of_sending() -> None:
    graph = StateGraph(State)
    for name in "zma":
        graph.add_node(name, appends(name))
    graph.add_node("w", lambda packet: {"log": [f"w{packet}"]})
    graph.add_conditional_edges(START, lambda _: ["z", "m", "a", *(Send("w", i) for i in range(12))])

    log = graph.compile().invoke({})["log"]

    assert log == ["a", "m", "z", *(f"w{i}" for i in range(12))]


def test_parallel_nodes_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=PATIENCE_S)
    graph = parallel("ab", a=lambda _: {"log": [meeting.wait() >= 0]}, b=lambda _: {"log": [meeting.wait() >= 0]})

    assert graph.compile().invoke({})["log"] == [True, True]


def test_a_join_waits_for_all_its_sources() -> None:
    graph = chain("a", "b")
    graph.add_node("d", appends("d"))
    graph.add_edge(["a", "b"], "d")

    assert graph.compile().invoke({})["log"] == ["a", "b", "d"]


def test_a_half_filled_join_waits_across_runs_of_a_thread() -> None:
    graph = StateGraph(State)
    for name in "abd":
        graph.add_node(name, appends(name))
    graph.add_conditional_edges(START, lambda state: "b" if state.get("v") else "a", ["a", "b"])
    graph.add_edge(["a", "b"], "d")
    runnable = saved(graph)

    first = runnable.invoke({"v": 0}, thread())["log"]
    second = runnable.invoke({"v": 1}, thread())["log"]

    assert (first, second) == (["a"], ["a", "b", "d"])


def test_an_arm_that_is_shorter_makes_the_meeting_node_run_twice_unless_it_is_deferred() -> None:
    def diamond(defer: bool) -> Any:
        graph = StateGraph(State)
        for name in "abcd":
            graph.add_node(name, appends(name), defer=defer and name == "d")
        for edge in ((START, "a"), ("a", "b"), ("a", "d"), ("b", "c"), ("c", "d")):
            graph.add_edge(*edge)
        return graph.compile().invoke({})["log"]

    assert diamond(False) == ["a", "b", "d", "c", "d"]
    assert diamond(True) == ["a", "b", "c", "d"]


def test_a_command_goes_on_beside_the_static_edge() -> None:
    graph = chain("a", "c", a=lambda _: Command(update={"log": ["a"]}, goto="b"))
    graph.add_node("b", appends("b"))

    assert graph.compile().invoke({})["log"] == ["a", "b", "c"]


def test_a_router_sees_its_own_nodes_writes_and_not_those_of_siblings() -> None:
    seen: list[Any] = []
    graph = parallel("ab")
    graph.add_conditional_edges("a", lambda state: seen.append(state["log"]) or END)

    graph.compile().invoke({})

    assert seen == [["a"]]


def test_two_writes_to_a_plain_key_name_both_nodes_and_both_values() -> None:
    graph = parallel("ab", a=lambda _: {"v": 1}, b=lambda _: {"v": 2})

    with pytest.raises(InvalidUpdateError, match=r"At key 'v'.*\n.*\nIn this step 'a' wrote 1; 'b' wrote 2\."):
        graph.compile().invoke({})


def test_a_step_that_cannot_be_applied_changes_nothing() -> None:
    plan = chain("a").compile().plan
    state = LiveState(plan)
    state.adopt(apply_step(state, [OutsideWrites("x", [("v", 1), ("log", ["kept"])])]))
    before = state.read(("v", "log")), dict(state.versions)

    with pytest.raises(InvalidUpdateError):
        apply_step(state, [OutsideWrites("x", [("log", ["lost"]), ("v", 2), ("v", 3)], triggers=("t",))])

    assert (state.read(("v", "log")), dict(state.versions)) == before


@pytest.mark.parametrize(
    ("router", "sentence"),
    [
        (lambda _: "tehcnical", "The router of 'a' chose 'tehcnical'.*Did you mean 'technical'"),
        (lambda _: [Send("tehcnical", {})], "'a' sends to 'tehcnical'"),
    ],
)
def test_a_route_to_nowhere_is_an_error_that_offers_the_nearest_name(router: Any, sentence: str) -> None:
    graph = chain("a")
    graph.add_node("technical", appends("technical"))
    graph.add_conditional_edges("a", router)

    with pytest.raises(UnknownNodeError, match=sentence):
        graph.compile().invoke({})


def test_a_goto_to_nowhere_is_an_error() -> None:
    with pytest.raises(UnknownNodeError, match="Node 'a' goes to 'b'"):
        chain("a", a=lambda _: Command(goto="b")).compile().invoke({})


def test_the_recursion_error_shows_the_last_cycle_and_what_was_done_is_kept() -> None:
    graph = chain("a", "b", a=lambda state: {"v": state["v"] + 1})
    graph.add_edge("b", "a")
    runnable = saved(graph)

    with pytest.raises(GraphRecursionError, match="The last steps ran: b -> a -> b"):
        runnable.invoke({"v": 0}, {**thread(), "recursion_limit": 6})

    assert runnable.get_state(thread()).values["v"] == 3


def test_managed_values_are_read_like_keys() -> None:
    class Counted(TypedDict, total=False):
        v: int
        left: RemainingSteps

    graph = StateGraph(Counted)
    graph.add_node("a", lambda state: {"v": state["left"]})
    graph.add_edge(START, "a")

    assert graph.compile().invoke({}, {"recursion_limit": 5}) == {"v": 4}


def test_a_step_costs_the_same_in_a_large_graph() -> None:
    """Counted, not timed: how many channels a step touches."""
    plan = chain(*(f"n{i}" for i in range(300))).compile().plan
    state = LiveState(plan)
    state.adopt(apply_step(state, [OutsideWrites("x", [("branch:to:n0", None)])]))

    changes = apply_step(state, [OutsideWrites("n0", [("branch:to:n1", None)], triggers=("branch:to:n0",))])

    assert set(changes.channels) == {"branch:to:n0", "branch:to:n1"}


def test_keys_that_the_schema_does_not_have_are_dropped() -> None:
    assert chain("a", a=lambda _: {"v": 1, "other": 2}).compile().invoke({"unknown": 3}) == {"v": 1, "log": []}


def test_output_is_none_if_no_output_key_was_written() -> None:
    class Out(TypedDict):
        answer: str

    class Inner(TypedDict, total=False):
        v: int
        answer: str

    graph = StateGraph(Inner, output_schema=Out)
    graph.add_node("a", lambda _: {"v": 1})
    graph.add_edge(START, "a")

    assert graph.compile().invoke({"v": 0}) is None


def test_private_keys_of_a_nodes_input_schema_belong_to_the_graph() -> None:
    def reads(state: Private) -> dict[str, Any]:
        return {"log": [state["secret"]]}

    graph = chain("a", "b", a=lambda _: {"secret": "s"}, b=reads)

    assert graph.compile().invoke({})["log"] == ["s"]


def test_a_reducer_key_starts_from_its_types_empty_value() -> None:
    class Counts(TypedDict):
        n: Annotated[int, operator.add]

    graph = StateGraph(Counts)
    graph.add_node("a", lambda state: {"n": state["n"] + 1})
    graph.add_edge(START, "a")

    assert graph.compile().invoke({}) == {"n": 1}


@dataclass
class Settings:
    z: int = 1
    a: str | None = None


def test_a_state_object_writes_its_fields_in_their_order_and_a_none_too() -> None:
    builder = StateGraph(Settings).add_node("a", lambda state: Settings(z=5)).add_edge(START, "a")

    (update,) = builder.compile().stream({"a": "x"})

    assert list(update["a"].items()) == [("z", 5), ("a", None)]


class Counted(TypedDict, total=False):
    n: int
    left: RemainingSteps


def test_a_node_may_hand_on_what_the_run_fills_in(caplog: pytest.LogCaptureFixture) -> None:
    builder = StateGraph(Counted).add_node("a", lambda state: {**state, "n": state["left"]}).add_edge(START, "a")

    assert builder.compile().invoke({"n": 0}, {"recursion_limit": 10}) == {"n": 9}
    assert not caplog.records


def test_a_router_that_returns_what_is_no_name_at_all_is_told_so() -> None:
    builder = chain("a").add_conditional_edges("a", lambda state: {"b"})

    with pytest.raises(UnknownNodeError, match=r"\{'b'\}"):
        builder.compile().invoke({})
