"""Plain nodes of an asynchronous run, one after the other: on one thread, and still to be stopped at any time."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from typing import Annotated, Any, TypedDict

import pytest

from engine import END, START, InMemorySaver, StateGraph
from tests.patience import PATIENCE_S

USER: ContextVar[str] = ContextVar("user", default="nobody")
CONFIG = {"configurable": {"thread_id": "1"}}


class State(TypedDict, total=False):
    n: int
    seen: Annotated[list[str], lambda old, new: old + new]


def refuse(old: list[str], new: list[str]) -> list[str]:
    if "bad" in new:
        raise ZeroDivisionError("bad")
    return old + new


class Strict(TypedDict):
    seen: Annotated[list[str], refuse]


def chain(**nodes: Any) -> StateGraph:
    builder = StateGraph(State)
    builder.add_sequence(list(nodes.items()))
    builder.add_edge(START, next(iter(nodes)))
    return builder


def test_nodes_that_follow_each_other_share_a_thread_that_is_not_the_loops() -> None:
    threads: list[int] = []

    def note(state: State) -> None:
        threads.append(threading.get_ident())

    asyncio.run(chain(a=note, b=note, c=note).compile().ainvoke({"n": 0}))

    assert len(threads) == 3 and len(set(threads)) == 1 and threads[0] != threading.get_ident()


def test_the_loop_goes_on_meanwhile() -> None:
    opened = threading.Event()

    def wait(state: State) -> State:
        return {"seen": [str(opened.wait(PATIENCE_S))]}

    async def run() -> Any:
        asyncio.get_running_loop().call_soon(opened.set)
        return await chain(a=lambda state: None, b=wait).compile().ainvoke({"n": 0, "seen": []})

    assert asyncio.run(run())["seen"] == ["True"]


def test_a_node_sees_the_callers_context_and_leaves_none_to_the_next() -> None:
    def change(state: State) -> State:
        before = USER.get()
        USER.set("somebody else")
        return {"seen": [before]}

    async def run() -> Any:
        USER.set("ada")
        result = await chain(a=change, b=change).compile().ainvoke({"seen": []})
        return result["seen"], USER.get()

    assert asyncio.run(run()) == (["ada", "ada"], "ada")


def test_what_a_reducer_raises_on_the_thread_reaches_the_caller_and_the_step_before_stays() -> None:
    builder = StateGraph(Strict).add_sequence(
        [("a", lambda state: {"seen": ["good"]}), ("b", lambda state: {"seen": ["bad"]})]
    )
    graph = builder.add_edge(START, "a").compile(checkpointer=InMemorySaver())

    with pytest.raises(ZeroDivisionError):
        asyncio.run(graph.ainvoke({"seen": []}, CONFIG))

    snapshot = graph.get_state(CONFIG)
    assert snapshot.next == ("b",)
    assert [snapshot.values, snapshot.tasks[0].result] == [{"seen": ["good"]}, {"seen": ["bad"]}]


def test_a_cancelled_run_stops_after_the_node_that_is_running_and_can_be_gone_on_with() -> None:
    started, opened, ended = threading.Event(), threading.Event(), threading.Event()
    ran: list[str] = []

    def slow(state: State) -> State:
        ran.append("slow")
        started.set()
        opened.wait(PATIENCE_S)
        ended.set()
        return {"seen": ["slow"]}

    def last(state: State) -> State:
        ran.append("last")
        return {"seen": ["last"]}

    graph = chain(a=lambda state: {"seen": ["a"]}, b=slow, c=last).compile(checkpointer=InMemorySaver())

    async def run() -> None:
        call = asyncio.ensure_future(graph.ainvoke({"seen": []}, CONFIG))
        await asyncio.to_thread(started.wait, PATIENCE_S)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        opened.set()
        await asyncio.to_thread(ended.wait, PATIENCE_S)

    asyncio.run(run())

    assert graph.get_state(CONFIG).next == ("b",)
    assert graph.get_state(CONFIG).values["seen"] == ["a"]
    assert ran == ["slow"]
    assert asyncio.run(graph.ainvoke(None, CONFIG))["seen"] == ["a", "slow", "last"]


@pytest.mark.parametrize("turns", range(12))
def test_wherever_a_run_is_cancelled_each_nodes_result_is_stored_once(turns: int) -> None:
    async def asynchronous(state: State) -> State:
        await asyncio.sleep(0)
        return {"seen": [str(len(state["seen"]))]}

    def plain(state: State) -> State:
        return {"seen": [str(len(state["seen"]))]}

    nodes = {f"n{place}": asynchronous if place % 5 == 4 else plain for place in range(10)}
    graph = chain(**nodes).compile(checkpointer=InMemorySaver())

    async def run() -> None:
        call = asyncio.ensure_future(graph.ainvoke({"seen": []}, CONFIG))
        for _ in range(turns):
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        stopped = graph.get_state(CONFIG)
        so_far = stopped.values.get("seen", [])
        assert so_far == [str(place) for place in range(len(so_far))]
        await graph.ainvoke(None if stopped.metadata else {"seen": []}, CONFIG)

    asyncio.run(run())
    assert graph.get_state(CONFIG).values["seen"] == [str(place) for place in range(10)]


def test_closing_a_stream_stops_before_the_next_node() -> None:
    ran: list[str] = []
    graph = chain(a=lambda state: ran.append("a"), b=lambda state: ran.append("b")).compile()

    async def run() -> None:
        stream = graph.astream({"n": 0}, stream_mode="updates")
        async for _ in stream:
            break
        await stream.aclose()

    asyncio.run(run())
    assert ran == ["a"]


@pytest.mark.parametrize("is_async", [False, True])
def test_that_a_task_begins_is_shown_while_it_runs(is_async: bool) -> None:
    shown = threading.Event()

    def wait(state: State) -> State:
        return {"seen": [str(shown.wait(PATIENCE_S))]}

    async def await_it(state: State) -> State:
        return {"seen": [str(shown.is_set())]}

    graph = chain(a=await_it if is_async else wait).compile()

    async def run() -> list[Any]:
        chunks = []
        async for chunk in graph.astream({"seen": []}, stream_mode="tasks"):
            chunks.append(chunk)
            shown.set()
        return chunks

    begin, end = asyncio.run(run())
    assert "input" in begin and end["result"] == {"seen": ["True"]}


def test_a_run_whose_nodes_await_nothing_can_be_cancelled() -> None:
    async def again(state: State) -> State:
        return {"n": state["n"] + 1}

    async def route(state: State) -> str:
        return "again"

    builder = StateGraph(State).add_node("again", again).add_edge(START, "again")
    graph = builder.add_conditional_edges("again", route, ["again", END]).compile()

    async def run() -> None:
        call = asyncio.ensure_future(graph.ainvoke({"n": 0}, {"recursion_limit": 100_000}))
        await asyncio.sleep(0)
        call.cancel()
        await call

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


def test_plain_and_asynchronous_nodes_take_turns() -> None:
    loops: list[bool] = []

    def plain(state: State) -> State:
        loops.append(_has_loop())
        return {"seen": ["plain"]}

    async def asynchronous(state: State) -> State:
        loops.append(_has_loop())
        return {"seen": ["async"]}

    graph = chain(a=plain, b=plain, c=asynchronous, d=plain, e=asynchronous).compile(checkpointer=InMemorySaver())

    result = asyncio.run(graph.ainvoke({"seen": []}, CONFIG))

    assert result["seen"] == ["plain", "plain", "async", "plain", "async"]
    assert loops == [False, False, True, False, True]
    assert [s.next for s in graph.get_state_history(CONFIG)][:3] == [(), ("e",), ("d",)]


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
