"""Plain functions of an asynchronous run: on threads, not on the loop, and with all that a function may do."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from typing import Any, TypedDict

import pytest

from engine import END, START, StateGraph
from engine.runtime.thread_hops import ThreadHops
from tests.patience import PATIENCE_S

USER: ContextVar[str] = ContextVar("user")


class State(TypedDict, total=False):
    n: int
    seen: str


def test_a_node_and_its_router_run_on_one_thread_that_is_not_the_loops() -> None:
    threads: list[int] = []

    def count(state: State) -> State:
        threads.append(threading.get_ident())
        return {"n": 1, "seen": USER.get()}

    def route(state: State) -> str:
        threads.append(threading.get_ident())
        return END

    graph = StateGraph(State).add_node("count", count).add_edge(START, "count").add_conditional_edges("count", route)

    async def run() -> Any:
        USER.set("ada")
        return await graph.compile().ainvoke({})

    assert asyncio.run(run()) == {"n": 1, "seen": "ada"}
    assert len(set(threads)) == 1
    assert threading.get_ident() not in threads


def test_a_slow_function_does_not_hold_up_the_loop() -> None:
    async def run() -> str:
        hops, gate = ThreadHops(), threading.Event()
        waiting = asyncio.ensure_future(hops.call(lambda: gate.wait(PATIENCE_S)))
        quick = await hops.call(lambda: "quick")
        gate.set()
        assert await waiting is True
        hops.stop()
        return quick

    assert asyncio.run(run()) == "quick"


def test_no_more_functions_run_at_once_than_the_limit_says() -> None:
    running, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2, timeout=PATIENCE_S)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait()
        with lock:
            running -= 1

    async def run() -> None:
        hops = ThreadHops(limit=2)
        await asyncio.gather(*(hops.call(work) for _ in range(6)))
        hops.stop()

    asyncio.run(run())
    assert most == 2


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration(3), KeyboardInterrupt()])
def test_whatever_a_function_raises_reaches_its_caller(error: BaseException) -> None:
    def fail() -> None:
        raise error

    async def run() -> BaseException:
        hops = ThreadHops()
        try:
            await hops.call(fail)
        except BaseException as raised:
            return raised
        finally:
            hops.stop()
        raise AssertionError("nothing was raised")

    raised = asyncio.run(run())
    assert raised is error or raised.__cause__ is error or raised.__context__ is error


def test_a_caller_that_is_cancelled_leaves_nothing_broken() -> None:
    async def run() -> str:
        hops, gate = ThreadHops(limit=1), threading.Event()
        given_up = asyncio.ensure_future(hops.call(lambda: gate.wait(PATIENCE_S)))
        await asyncio.sleep(0)
        given_up.cancel()
        gate.set()
        after = await hops.call(lambda: "still here")
        hops.stop()
        return after

    assert asyncio.run(run()) == "still here"
