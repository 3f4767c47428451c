"""What ``stream`` yields, mode by mode, and how several modes and subgraphs are told apart."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from engine import StateGraph, get_stream_writer
from tests.engine.graphs import State, appends, chain, on_a_loop, parallel, saved, thread
from tests.patience import PATIENCE_S


def test_values_are_the_state_after_each_step() -> None:
    chunks = list(chain("a", "b").compile().stream({"v": 1}, stream_mode="values"))

    assert chunks == [{"v": 1, "log": []}, {"v": 1, "log": ["a"]}, {"v": 1, "log": ["a", "b"]}]


def test_updates_are_what_each_node_wrote() -> None:
    graph = chain("a", "b", b=lambda _: None)

    assert list(graph.compile().stream({})) == [{"a": {"log": ["a"]}}, {"b": None}]


def test_tasks_come_as_a_start_and_an_end() -> None:
    start, end = chain("a").compile().stream({"v": 1}, stream_mode="tasks")

    assert start == {
        "id": start["id"],
        "name": "a",
        "input": {"v": 1, "log": []},
        "triggers": ("branch:to:a",),
    }
    assert end == {"id": start["id"], "name": "a", "error": None, "result": {"log": ["a"]}, "interrupts": []}


def test_checkpoints_name_what_comes_next() -> None:
    chunks = list(saved(chain("a")).stream({}, thread(), stream_mode="checkpoints"))

    assert [chunk["next"] for chunk in chunks] == [["__start__"], ["a"], []]


@pytest.mark.parametrize("modes", [["values", "updates"], ("values", "updates")])
def test_several_modes_are_tagged_also_when_given_as_a_tuple(modes: Any) -> None:
    chunks = list(chain("a").compile().stream({"v": 1}, stream_mode=modes))

    assert chunks == [
        ("values", {"v": 1, "log": []}),
        ("updates", {"a": {"log": ["a"]}}),
        ("values", {"v": 1, "log": ["a"]}),
    ]


def test_custom_chunks_arrive_while_the_node_is_still_running() -> None:
    received = threading.Event()

    def writes(_state: Any) -> dict[str, Any]:
        get_stream_writer()("working")
        assert received.wait(PATIENCE_S)
        return {"log": ["done"]}

    chunks = []
    for chunk in chain("a", a=writes).compile().stream({}, stream_mode="custom"):
        chunks.append(chunk)
        received.set()

    assert chunks == ["working"]


def test_chunks_of_subgraphs_carry_their_namespace() -> None:
    graph = StateGraph(State)
    graph.add_node("sub", chain("inner").compile())
    graph.set_entry_point("sub")

    (namespace, inner), (root, outer) = graph.compile().stream({}, subgraphs=True)

    assert namespace[0].startswith("sub:")
    assert (root, inner, outer) == ((), {"inner": {"log": ["inner"]}}, {"sub": {"log": ["inner"]}})


def test_version_2_yields_typed_parts() -> None:
    parts = list(chain("a").compile().stream({"v": 1}, stream_mode=["values", "updates"], version="v2"))

    assert parts[0] == {"type": "values", "ns": (), "data": {"v": 1, "log": []}, "interrupts": ()}
    assert parts[1] == {"type": "updates", "ns": (), "data": {"a": {"log": ["a"]}}}


def test_closing_the_stream_stops_after_the_step_and_the_thread_goes_on_later() -> None:
    runnable = saved(chain("a", "b"))
    stream = runnable.stream({}, thread())

    first = next(stream)
    stream.close()

    assert first == {"a": {"log": ["a"]}}
    assert runnable.invoke(None, thread())["log"] == ["a", "b"]


def test_finished_siblings_are_shown_before_the_error_is_raised() -> None:
    shown = threading.Event()

    def boom(_state: Any) -> None:
        assert shown.wait(PATIENCE_S)
        raise ValueError("boom")

    chunks = []
    graph = parallel(["fine", "boom"], fine=lambda _state: {"log": ["fine"]}, boom=boom).compile()
    with pytest.raises(ValueError, match="boom"):
        for chunk in graph.stream({}):
            chunks.append(chunk)
            shown.set()

    assert chunks == [{"fine": {"log": ["fine"]}}]


@on_a_loop
async def test_the_async_stream_yields_the_same() -> None:
    async def node(_state: Any) -> dict[str, Any]:
        get_stream_writer()("hi")
        return {"log": ["a"]}

    graph = chain("a", "b", a=node, b=appends("b")).compile()

    chunks = [chunk async for chunk in graph.astream({}, stream_mode=["updates", "custom"])]

    assert chunks == [("custom", "hi"), ("updates", {"a": {"log": ["a"]}}), ("updates", {"b": {"log": ["b"]}})]


def test_invoke_with_another_mode_returns_the_chunks() -> None:
    assert chain("a").compile().invoke({}, stream_mode="updates") == [{"a": {"log": ["a"]}}]


def test_a_task_that_never_begins_is_not_shown_as_begun() -> None:
    def boom(_state: State) -> dict[str, Any]:
        raise ValueError("boom!")

    runnable = parallel(["a", "b", "c"], a=boom).compile()

    shown: list[str] = []
    with pytest.raises(ValueError, match="boom!"):
        for chunk in runnable.stream({}, {"max_concurrency": 1}, stream_mode="tasks"):
            shown.append(chunk["name"])

    assert shown == ["a", "a"]


def test_a_task_that_waits_for_its_turn_is_shown_when_it_begins() -> None:
    runnable = parallel(["a", "b"]).compile()

    chunks = list(runnable.stream({}, {"max_concurrency": 1}, stream_mode="tasks"))

    assert [(chunk["name"], "input" in chunk) for chunk in chunks] == [
        ("a", True),
        ("a", False),
        ("b", True),
        ("b", False),
    ]


@pytest.mark.parametrize("of_the_graph", [False, True])
def test_debug_prints_updates_and_values(of_the_graph: bool, capsys: pytest.CaptureFixture[str]) -> None:
    graph = chain("a").compile(debug=of_the_graph)

    graph.invoke({"v": 1}, **({} if of_the_graph else {"debug": True}))

    printed = capsys.readouterr().out.splitlines()
    assert [line.split("[")[2].split("]")[0] for line in printed] == ["values", "updates", "values"]


def test_a_nodes_config_has_callbacks_and_only_a_limit_that_was_given() -> None:
    seen: list[dict[str, Any]] = []
    graph = chain("a", a=lambda state, config: seen.append(config)).compile()

    graph.invoke({})
    graph.invoke({}, {"recursion_limit": 7})

    assert [config["callbacks"] for config in seen] == [None, None]
    assert [config.get("recursion_limit") for config in seen] == [None, 7]


class Wanted:
    """A container as ``interrupt_before`` that says no until somebody has decided."""

    def __init__(self) -> None:
        self.stops = False

    def __contains__(self, _node: object) -> bool:
        return self.stops


def test_who_iterates_may_decide_by_a_checkpoint_whether_to_stop_there() -> None:
    graph, wanted = saved(chain("a", "b", "c")), Wanted()

    chunks = graph.stream({}, thread(), stream_mode=["checkpoints", "tasks"], interrupt_before=wanted)
    for mode, payload in chunks:
        wanted.stops = mode == "checkpoints" and payload["next"] == ["b"]

    assert graph.get_state(thread()).next == ("b",)
    assert graph.get_state(thread()).values == {"log": ["a"]}


@on_a_loop
async def test_the_same_on_an_event_loop() -> None:
    graph, wanted = saved(chain("a", "b", "c")), Wanted()

    chunks = graph.astream({}, thread(), stream_mode=["checkpoints", "tasks"], interrupt_before=wanted)
    async for mode, payload in chunks:
        wanted.stops = mode == "checkpoints" and payload["next"] == ["b"]

    assert graph.get_state(thread()).next == ("b",)
    assert graph.get_state(thread()).values == {"log": ["a"]}
