"""Runs one task: its node, the node's routers, and all of that again if a retry policy says so.

``node_steps`` says what to call; ``run_task`` calls it here, ``run_task_async`` (a file of its own, so that only
asynchronous runs load asyncio) awaits it.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from engine.compiler.node_function import NodeFunction
from engine.compiler.plan import Router
from engine.runtime.attempts import Attempts, begin_first_attempt
from engine.runtime.langchain_bridge import config_entered
from engine.runtime.running_task import current_task
from engine.runtime.task import Task

Call = tuple[NodeFunction, Any]
"""A function of the user's, and its input."""

Calls = Generator[Call, Any, None]
"""Yields what is to be called and is sent what it returned."""


def node_steps(task: Task, fallback: NodeFunction | None = None) -> Calls:
    """What a task calls, in order; fills ``task.writes``. ``fallback`` stands in for the node's own function."""
    node = task.node
    function = fallback or node.function
    task.result = result = task.input if function is None else (yield function, task.input)
    task.writes += node.writes(result)
    for router in node.routers:
        choice = yield router.function, _router_input(task, router, result)
        task.writes += router.writes(choice)


def _router_input(task: Task, router: Router, result: Any) -> Any:
    """The state after the node's own writes, and before those of its siblings."""
    run, reads = task.run, router.reads
    values = run.state.read_with_writes(reads, task.writes)
    managed = run.plan.managed
    if managed and isinstance(reads, tuple):
        values.update({key: managed[key].get(run) for key in reads if key in managed})
    if router.make is not None:
        return router.make(values)
    if router.sees_extra_keys and isinstance(values, dict) and isinstance(result, dict):
        return {**result, **values}
    return values


def run_task(task: Task) -> None:
    """Run it in this thread. The outcome is in ``task.writes`` and ``task.error``; nothing is raised."""
    if task.run.callbacks is None:
        _run(task)
    else:
        task.run.callbacks.begin_task(task)
        _run(task)
        task.run.callbacks.end_task(task)


def _run(task: Task) -> None:
    if task.retry_policies:
        begin_first_attempt(task)
    attempts: Attempts | None = None
    while True:
        try:
            if attempts is not None:
                attempts.begin()
                _call_all(task, attempts.fallback)
            else:
                _call_all(task)
            task.error = None
            return
        except BaseException as error:
            attempts = attempts or Attempts(task)
            pause_s = attempts.pause_after(error)
        if pause_s is None:
            return
        if pause_s:
            time.sleep(pause_s)


def _call_all(task: Task, fallback: NodeFunction | None = None) -> None:
    """What ``node_steps`` says, without a generator where nothing is between the calls: most nodes are so."""
    if task.run.callbacks is not None:
        _call_each(task, fallback)
        return
    node = task.node
    function = fallback or node.function
    token = current_task.set(task)
    try:
        task.result = result = task.input if function is None else function.call(task.input, task)
        task.writes += node.writes(result)
        for router in node.routers:
            task.writes += router.writes(router.function.call(_router_input(task, router, result), task))
    finally:
        current_task.reset(token)


def _call_each(task: Task, fallback: NodeFunction | None) -> None:
    calls = node_steps(task, fallback)
    try:
        function, value = next(calls)
        while True:
            function, value = calls.send(call_plain(function, value, task))
    except StopIteration:
        return


def call_plain(function: NodeFunction, value: Any, task: Task) -> Any:
    """Call it here, with the task as the running one."""
    token = current_task.set(task)
    try:
        if task.run.callbacks is None:
            return function.call(value, task)
        with config_entered(task):
            return function.call(value, task)
    finally:
        current_task.reset(token)
