"""Runs one task: its node, the node's routers, and all of that again if a retry policy says so.

``node_steps`` says what to call; ``run_task`` calls it here, ``run_task_async`` (a file of its own, so that only
asynchronous runs load asyncio) awaits it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from typing import Any

from engine.clock import wall_s
from engine.compiler.node_function import NodeFunction
from engine.compiler.plan import Router
from engine.errors import GraphBubbleUp, NodeError, ParentCommand, add_note
from engine.graph.names import NS_SEP
from engine.resilience import fits
from engine.runtime.langchain_bridge import enter_config, leave_config
from engine.runtime.retry import pause_before_retry
from engine.runtime.running_task import current_task
from engine.runtime.task import Task
from engine.types import Command

logger = logging.getLogger("langgraph")

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
    values = task.run.state.read_with_writes(router.reads, task.writes)
    if isinstance(router.reads, tuple) and task.run.plan.managed:
        managed = task.run.plan.managed
        values.update({key: managed[key].get(task.run) for key in router.reads if key in managed})
    if router.make is not None:
        return router.make(values)
    if router.sees_extra_keys and isinstance(values, dict) and isinstance(result, dict):
        return {**result, **values}
    return values


def run_task(task: Task) -> None:
    """Run it in this thread. The outcome is in ``task.writes`` and ``task.error``; nothing is raised."""
    if task.run.callbacks is None:
        _attempt(task)
    else:
        task.run.callbacks.begin_task(task)
        _attempt(task)
        task.run.callbacks.end_task(task)


def _attempt(task: Task) -> None:
    node = task.node
    attempt = 1
    while True:
        try:
            if attempt > 1 or task.retry_policies:
                begin_attempt(task, attempt)
            if not node.routers and node.function is not None:
                task.result = result = call_plain(node.function, task.input, task)
                task.writes += node.writes(result)
            else:
                _drive(task)
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
                task.error = _fall_back(task, error) if node.fallbacks else error
                return
            time.sleep(delay_s)
            attempt += 1
        except BaseException as error:
            task.error = error
            return


def _fall_back(task: Task, error: Exception) -> BaseException | None:
    """Let the node's fallbacks answer; None if one did, else the last error."""
    for fallback in task.node.fallbacks:
        if fits(fallback.on, error):
            begin_fallback(task, error)
            try:
                _drive(task, fallback.function)
                return None
            except ParentCommand as command:
                return take_or_pass_on(task, command)
            except GraphBubbleUp as stop:
                return stop
            except Exception as failure:
                add_address(task, failure)
                error = failure
    return error


def begin_fallback(task: Task, error: Exception) -> None:
    """A fallback is about to stand in for the node's function."""
    logger.info("Node '%s' has failed with %s: its fallback answers", task.name, type(error).__name__)
    task.begin_attempt(task.attempt + 1)
    task.node_error = NodeError(task.name, error)


def _drive(task: Task, fallback: NodeFunction | None = None) -> None:
    steps = node_steps(task, fallback)
    try:
        function, value = next(steps)
        while True:
            function, value = steps.send(call_plain(function, value, task))
    except StopIteration:
        return


def call_plain(function: NodeFunction, value: Any, task: Task) -> Any:
    """Call it here, with the task as the running one."""
    token = current_task.set(task)
    inherited = None if task.run.callbacks is None else enter_config(task)
    try:
        return function.call(value, task)
    finally:
        if inherited is not None:
            leave_config(inherited)
        current_task.reset(token)


def begin_attempt(task: Task, attempt: int) -> None:
    """The node's function is about to be called, for the ``attempt``th time."""
    if attempt > 1:
        task.begin_attempt(attempt)
    elif task.first_attempt_at is None:
        task.first_attempt_at = wall_s()


def take_or_pass_on(task: Task, error: ParentCommand) -> BaseException | None:
    """A command for this graph is done here; one for a graph further out goes on as an error."""
    command: Command[Any] = error.args[0]
    run = task.run
    own_namespace = run.namespace
    if command.graph == own_namespace:
        here: Command[Any] = Command(update=command.update, resume=command.resume, goto=command.goto)
        try:
            task.writes = list(task.node.writes(here))
        except Exception as problem:
            return problem
        return None
    if command.graph == Command.PARENT:
        parent = NS_SEP.join(_parent_parts(own_namespace))
        return ParentCommand(Command(graph=parent, update=command.update, resume=command.resume, goto=command.goto))
    return error


def _parent_parts(namespace: str) -> list[str]:
    """The namespace of the graph around the one with this namespace; a numbered call has one part more."""
    parts = namespace.split(NS_SEP) if namespace else []
    if parts and parts[-1].isdigit():
        parts = parts[:-1]
    return parts[:-1]


def add_address(task: Task, error: BaseException) -> None:
    """Note on an error which task it comes from."""
    add_note(error, f"During task with name '{task.name}' and id '{task.id}'")
