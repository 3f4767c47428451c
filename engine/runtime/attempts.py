"""What is tried for one task: its node's function, again as its retry policies say, then the node's fallbacks.

Shared by ``run_task`` and ``run_task_async``, which call the functions; asked only when something was raised.
"""

from __future__ import annotations

from typing import Any

from engine.clock import wall_s
from engine.compiler.node_function import NodeFunction
from engine.errors import NodeError, ParentCommand, add_note
from engine.graph.names import NS_SEP
from engine.log import log_info
from engine.runtime.retry import pause_before_retry
from engine.runtime.task import Task
from engine.types import Command


class Attempts:
    """How a task that did not end at its first attempt goes on."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._number = 1
        self._fallbacks = iter(task.node.fallbacks)
        self._answered: Exception | None = None
        """The failure that the fallback stands in for."""
        self.fallback: NodeFunction | None = None
        """What stands in for the node's function; None as long as that is tried itself."""

    def pause_after(self, error: BaseException) -> float | None:
        """Seconds until the next attempt; None if there is none: how the task has ended is in ``task.error`` then."""
        task = self._task
        if isinstance(error, ParentCommand):
            task.error = take_or_pass_on(task, error)
            return None
        if not isinstance(error, Exception):
            task.error = error
            return None
        add_note(error, f"During task with name '{task.name}' and id '{task.id}'")
        if self._answered is not None and error.__context__ is None:
            error.__context__ = self._answered
        if self.fallback is None:
            delay_s = pause_before_retry(task.retry_policies, error, self._number)
            if delay_s is not None:
                self._number += 1
                return delay_s
        for fallback in self._fallbacks:
            if _fits(fallback.on, error):
                log_info("Node '%s' has failed with %s: its fallback answers", task.name, type(error).__name__)
                task.node_error = NodeError(task.name, error)
                self.fallback, self._answered = fallback.function, error
                return 0.0
        task.error = error
        return None

    def begin(self) -> None:
        """The next attempt is about to begin: forget what the one before has left."""
        self._task.begin_attempt(self._number if self.fallback is None else self._task.attempt + 1)


def begin_first_attempt(task: Task) -> None:
    """Note when a task that may be tried again was tried first."""
    if task.first_attempt_at is None:
        task.first_attempt_at = wall_s()


def take_or_pass_on(task: Task, error: ParentCommand) -> BaseException | None:
    """A command for this graph is done here; one for a graph further out goes on as an error."""
    command: Command[object] = error.args[0]
    run = task.run
    own_namespace = run.namespace
    if command.graph == own_namespace:
        here: Command[object] = Command(update=command.update, resume=command.resume, goto=command.goto)
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


def _fits(wanted: Any, error: Exception) -> bool:
    from engine.resilience import fits  # here, because few nodes have a fallback

    return fits(wanted, error)
