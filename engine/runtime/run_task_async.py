"""As ``run_task``, awaiting coroutines on the running loop and calling plain functions on a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Any

from engine.compiler.node_function import NodeFunction
from engine.errors import GraphBubbleUp, NodeCancelledError, ParentCommand
from engine.resilience import fits
from engine.runtime.langchain_bridge import enter_config, leave_config
from engine.runtime.retry import pause_before_retry
from engine.runtime.run_task import (
    Call,
    Calls,
    add_address,
    begin_attempt,
    begin_fallback,
    call_plain,
    node_steps,
    take_or_pass_on,
)
from engine.runtime.running_task import current_task
from engine.runtime.task import Task
from engine.runtime.thread_hops import ThreadHops
from engine.runtime.timeouts import call_with_timeout


async def run_task_async(task: Task) -> None:
    """Run it on this loop. The outcome is in ``task.writes`` and ``task.error``; only a cancellation is raised."""
    if task.run.callbacks is None:
        await _attempt(task)
    else:
        task.run.callbacks.begin_task(task)
        try:
            await _attempt(task)
        finally:
            task.run.callbacks.end_task(task)


async def _attempt(task: Task) -> None:
    attempt = 1
    while True:
        try:
            begin_attempt(task, attempt)
            if task.timeout is None:
                await _drive(task)
            else:
                await call_with_timeout(task, _drive(task))
            task.error = None
            return
        except ParentCommand as command:
            task.error = take_or_pass_on(task, command)
            return
        except GraphBubbleUp as stop:
            task.error = stop
            return
        except Exception as error:
            add_address(task, error)
            delay_s = pause_before_retry(task.retry_policies, error, attempt)
            if delay_s is None:
                task.error = await _fall_back(task, error) if task.node.fallbacks else error
                return
            await asyncio.sleep(delay_s)
            attempt += 1


async def _fall_back(task: Task, error: Exception) -> BaseException | None:
    """Let the node's fallbacks answer; None if one did, else the last error."""
    for fallback in task.node.fallbacks:
        if fits(fallback.on, error):
            begin_fallback(task, error)
            try:
                await _drive(task, fallback.function)
                return None
            except ParentCommand as command:
                return take_or_pass_on(task, command)
            except GraphBubbleUp as stop:
                return stop
            except Exception as failure:
                add_address(task, failure)
                error = failure
    return error


async def _drive(task: Task, fallback: NodeFunction | None = None) -> None:
    calls = node_steps(task, fallback)
    due = next(calls, None)
    while due is not None:
        if due[0].coroutine is None:
            due = await _on_a_thread(task, partial(_plain_calls, calls, due, task))
        else:
            due = _following(calls, await _await(*due, task))


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


async def _on_a_thread(task: Task, function: Callable[[], Call | None]) -> Call | None:
    run = task.run
    if run.thread_hops is None:
        run.thread_hops = ThreadHops(run.config.get("max_concurrency"))
    due: Call | None = await run.thread_hops.call(partial(copy_context().run, function))
    return due


async def _await(function: NodeFunction, value: Any, task: Task) -> Any:
    token = current_task.set(task)
    inherited = None if task.run.callbacks is None else enter_config(task)
    try:
        return await function.acall(value, task)
    except asyncio.CancelledError as error:
        if task.is_cancelled or _is_being_cancelled():
            raise
        raise NodeCancelledError(task.name, str(error) or None) from error
    finally:
        if inherited is not None:
            leave_config(inherited)
        current_task.reset(token)


def _is_being_cancelled() -> bool:
    """Whether somebody cancels the asyncio task that runs here; not known on Python 3.10."""
    current: Any = asyncio.current_task()
    return current is not None and hasattr(current, "cancelling") and current.cancelling() > 0
