"""What happens when a node fails: siblings, retries, handlers, timeouts, what is kept of the error."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine import Command, NodeError, NodeTimeoutError, RetryPolicy, Runtime, StateGraph, TimeoutPolicy
from engine.runtime.task_error import TaskError
from tests.engine.graphs import State, appends, chain, on_a_loop, parallel, saved, thread

AT_ONCE = RetryPolicy(initial_interval=0, jitter=False)


def fails(error: Exception) -> Any:
    def node(_state: Any) -> Any:
        raise error

    return node


def test_what_finished_is_kept_and_only_the_failed_node_runs_again() -> None:
    ran: list[str] = []
    broken = [True]

    def boom(_state: Any) -> dict[str, Any]:
        ran.append("boom")
        if broken[0]:
            raise ValueError("boom!")
        return {"log": ["mended"]}

    runnable = saved(parallel(["fine", "boom"], fine=lambda _: ran.append("fine") or {"log": ["fine"]}, boom=boom))
    with pytest.raises(ValueError, match="boom!"):
        runnable.invoke({}, thread())
    failed = runnable.get_state(thread())
    broken[0] = False
    ran.clear()

    result = runnable.invoke(None, thread())

    assert (failed.values["log"], failed.next) == (["fine"], ("boom",))
    assert (result["log"], ran) == (["mended", "fine"], ["boom"])


def test_the_snapshot_tells_type_message_and_traceback_of_an_error() -> None:
    runnable = saved(chain("bad", bad=fails(KeyError("price"))))
    with pytest.raises(KeyError):
        runnable.invoke({}, thread())

    error = runnable.get_state(thread()).tasks[0].error

    assert error == "KeyError('price')"
    assert isinstance(error, TaskError)
    assert (error.type_name, error.message) == ("KeyError", "'price'")
    assert "raise error" in (error.traceback or "")


def test_an_error_says_which_task_it_came_from() -> None:
    with pytest.raises(ValueError, match="no") as raised:
        chain("bad", bad=fails(ValueError("no"))).compile().invoke({})

    assert raised.value.__notes__[0].startswith("During task with name 'bad' and id '")


def test_a_retry_policy_tries_again_and_forgets_what_failed_attempts_wrote() -> None:
    attempts: list[int] = []

    def flaky(_state: Any, runtime: Runtime[Any]) -> dict[str, Any]:
        assert runtime.execution_info is not None
        attempts.append(runtime.execution_info.node_attempt)
        if len(attempts) < 3:
            raise ConnectionError("later")
        return {"log": ["ok"]}

    graph = StateGraph(State)
    graph.add_node("a", flaky, retry_policy=AT_ONCE)
    graph.set_entry_point("a")

    assert graph.compile().invoke({})["log"] == ["ok"]
    assert attempts == [1, 2, 3]


def test_mistakes_in_the_program_are_not_retried_by_default() -> None:
    attempts: list[int] = []
    graph = StateGraph(State)
    graph.add_node("a", lambda _: attempts.append(1) or {}["missing"], retry_policy=AT_ONCE)
    graph.set_entry_point("a")

    with pytest.raises(KeyError):
        graph.compile().invoke({})

    assert attempts == [1]


def test_an_error_handler_runs_in_the_same_step_and_may_go_elsewhere() -> None:
    def handle(_state: Any, error: NodeError) -> Command[str]:
        return Command(update={"log": [f"{error.node}: {error.error}"]}, goto="after")

    graph = StateGraph(State)
    graph.add_node("bad", fails(ValueError("no")), error_handler=handle)
    graph.add_node("skipped", appends("skipped"))
    graph.add_node("after", appends("after"))
    graph.set_entry_point("bad")
    graph.add_edge("bad", "skipped")

    assert graph.compile().invoke({})["log"] == ["bad: no", "after"]


def test_a_default_error_handler_survives_compiling_twice() -> None:
    graph = chain("bad", bad=fails(ValueError("no")))
    graph.set_node_defaults(error_handler=lambda _state: {"log": ["handled"]})
    graph.compile()

    assert graph.compile().invoke({})["log"] == ["handled"]


@on_a_loop
async def test_an_async_node_is_stopped_when_its_time_is_up() -> None:
    async def hangs(_state: Any) -> None:
        await asyncio.Event().wait()

    graph = StateGraph(State)
    graph.add_node("a", hangs, timeout=TimeoutPolicy(run_timeout=0.01))
    graph.set_entry_point("a")

    with pytest.raises(NodeTimeoutError, match="run timeout of 0.010s"):
        await graph.compile().ainvoke({})


def test_a_timeout_on_a_plain_function_is_refused() -> None:
    graph = StateGraph(State)
    graph.add_node("a", appends("a"), timeout=1)
    graph.set_entry_point("a")

    with pytest.raises(ValueError, match="only supported for async nodes"):
        graph.compile()


@on_a_loop
async def test_siblings_of_a_failed_async_node_are_cancelled_and_run_again() -> None:
    cancelled: list[str] = []

    async def waits(_state: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("waits")
            raise

    async def boom(_state: Any) -> None:
        await asyncio.sleep(0)
        raise ValueError("boom")

    runnable = saved(parallel(["waits", "boom"], waits=waits, boom=boom))
    with pytest.raises(ValueError, match="boom"):
        await runnable.ainvoke({}, thread())

    state = await runnable.aget_state(thread())
    assert (cancelled, set(state.next)) == (["waits"], {"waits", "boom"})


def test_a_conflicted_step_can_still_be_looked_at() -> None:
    runnable = saved(parallel("ab", a=lambda _: {"v": 1}, b=lambda _: {"v": 2}))
    with pytest.raises(Exception, match="At key 'v'"):
        runnable.invoke({"v": 0}, thread())

    state = runnable.get_state(thread())

    assert (state.values["v"], state.next) == (0, ("a", "b"))
    assert {task.name: task.result for task in state.tasks} == {"a": {"v": 1}, "b": {"v": 2}}


@on_a_loop
async def test_a_step_that_takes_too_long_is_given_up() -> None:
    async def hangs(_state: Any) -> None:
        await asyncio.Event().wait()

    runnable = chain("a", a=hangs).compile()
    runnable.step_timeout = 0.01

    with pytest.raises(TimeoutError, match=r"longer than 0\.01 s"):
        await runnable.ainvoke({})
