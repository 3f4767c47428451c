"""As ``run_task``, awaiting coroutines on the running loop and calling plain functions that may be slow on a thread."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from functools import partial
from typing import Any

from engine.compiler.node_function import NodeFunction
from engine.errors import GraphBubbleUp, NodeCancelledError
from engine.runtime.attempts import Attempts, begin_first_attempt
from engine.runtime.langchain_bridge import config_entered
from engine.runtime.run import Run
from engine.runtime.run_task import Call, Calls, call_plain, node_steps
from engine.runtime.running_task import current_task
from engine.runtime.task import Task
from engine.runtime.thread_hops import ThreadHops
from engine.runtime.timeouts import call_with_timeout


async def run_task_async(task: Task) -> None:
    """Run it on this loop. The outcome is in ``task.writes`` and ``task.error``; only a cancellation is raised."""
    if task.run.callbacks is None:
        await _run(task)
    else:
        task.run.callbacks.begin_task(task)
        try:
            await _run(task)
        finally:
            task.run.callbacks.end_task(task)


async def _run(task: Task) -> None:
    if task.retry_policies:
        begin_first_attempt(task)
    attempts: Attempts | None = None
    while True:
        try:
            if attempts is not None:
                attempts.begin()
                await _call_in_time(task, attempts.fallback)
            elif task.timeout is not None:
                await _call_in_time(task)
            else:
                await _call_all(task)
            task.error = None
            return
        except (Exception, GraphBubbleUp) as error:
            attempts = attempts or Attempts(task)
            pause_s = attempts.pause_after(error)
        if pause_s is None:
            return
        if pause_s:
            await asyncio.sleep(pause_s)


async def _call_in_time(task: Task, fallback: NodeFunction | None = None) -> None:
    """The node's timeout is for its own function only, not for what stands in for it."""
    if task.timeout is None or fallback is not None:
        await _call_all(task, fallback)
    else:
        await call_with_timeout(task, _call_all(task))


async def _call_all(task: Task, fallback: NodeFunction | None = None) -> None:
    calls = node_steps(task, fallback)
    due = next(calls, None)
    while due is not None:
        function, value = due
        if function.coroutine is not None:
            due = _following(calls, await _await(function, value, task))
        elif function.is_over_at_once(value):
            due = _following(calls, call_plain(function, value, task))
        else:
            on_thread = partial(copy_context().run, _plain_calls, calls, due, task)
            due = await hops_of(task.run).call(on_thread, function)


def _plain_calls(calls: Calls, due: Call | None, task: Task) -> Call | None:
    """Call plain functions one after the other, the router in the same go as its node; return what is to be awaited."""
    while due is not None and due[0].coroutine is None:
        due = _following(calls, call_plain(*due, task))
    return due


def _following(calls: Calls, result: Any) -> Call | None:
    try:
        return calls.send(result)
    except StopIteration:
        return None


def hops_of(run: Run) -> ThreadHops:
    """Where a run calls plain functions; made when the first one is due."""
    hops: ThreadHops | None = run.thread_hops
    if hops is None:
        hops = run.thread_hops = ThreadHops(run.config.get("max_concurrency"))
    return hops


async def _await(function: NodeFunction, value: Any, task: Task) -> Any:
    token = current_task.set(task)
    try:
        if task.run.callbacks is None:
            return await function.acall(value, task)
        with config_entered(task):
            return await function.acall(value, task)
    except asyncio.CancelledError as error:
        if task.is_cancelled or _is_being_cancelled():
            raise
        raise NodeCancelledError(task.name, str(error) or None) from error
    finally:
        current_task.reset(token)


def _is_being_cancelled() -> bool:
    """Whether somebody cancels the asyncio task that runs here; not known on Python 3.10."""
    current: Any = asyncio.current_task()
    return current is not None and hasattr(current, "cancelling") and current.cancelling() > 0
