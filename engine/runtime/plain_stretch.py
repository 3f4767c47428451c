"""Steps of an asynchronous run that are one plain task each, done on one thread: one hop for all of them.

A step takes a third of the time of a hop to a thread and back. So the thread that has run a plain task does what comes
after it, too: it records the task and drives the superstep loop on, to the next step that is not of this kind. Called
by ``async_driver`` only.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextvars import copy_context
from functools import partial

from engine.runtime.config import CONF, NODE_FINISHED
from engine.runtime.requests import Notify, Request, Requests, RunTasks, ShowCheckpoint, next_request
from engine.runtime.run import Run
from engine.runtime.run_task import run_task
from engine.runtime.run_task_async import hops_of
from engine.runtime.task import Task
from engine.runtime.task_cache import remember_result
from engine.runtime.task_results import record_result

_FOR_THE_LOOP = (RunTasks, Notify, ShowCheckpoint)
"""Requests that are answered on the event loop's thread."""


class PlainStretch:
    """What one run does on its thread. The loop's thread stands back meanwhile, and may take the run back."""

    def __init__(self, run: Run, loop: Requests) -> None:
        self._run = run
        self._loop = loop
        self._is_possible = (
            run.callbacks is None
            and run.step_timeout is None
            and not hasattr(run.store, "asave")
            and NODE_FINISHED not in run.config[CONF]
            and not (run.stream is not None and run.stream.is_live)
        )
        self._baton = threading.Lock()
        """Held by the thread while it changes the run, never while it calls a node."""
        self._is_given_up = False
        self.task: Task | None = None
        """The task that is running or, after ``run``, the one that is not recorded: it has failed or called others."""
        self.has_calls = False
        """Whether that task has called ``@task`` functions, which are recorded on the loop."""
        self.request: Request | None = None
        """After ``run``, if no task is left to record: what the superstep loop asks for now; None if it has ended."""

    def may_begin(self, task: Task) -> bool:
        """Whether it is worth a hop: there is a plain function to call."""
        node = task.node
        return (node.function is not None or bool(node.routers)) and self._fits((task,))

    async def run(self, task: Task) -> None:
        """Run it, and what follows it. Raises what the superstep loop raises; ``CancelledError`` from outside only."""
        self.task, self.request, self.has_calls = task, None, False
        try:
            await hops_of(self._run).call(partial(copy_context().run, self._go_on, task), task.node)
        except asyncio.CancelledError:
            with self._baton:
                self._is_given_up = True
            raise

    def _fits(self, tasks: Sequence[Task]) -> bool:
        return self._is_possible and len(tasks) == 1 and tasks[0].node.is_plain and tasks[0].timeout is None

    def _go_on(self, task: Task) -> None:
        while True:
            copy_context().run(run_task, task)
            with self._baton:
                if self._is_given_up or task.error is not None or self.has_calls:
                    return
                self.task = None
                record_result(self._run, task)
                if self._run.cache is not None:
                    remember_result(task)
                tasks = self._next_tasks()
                if tasks is None:
                    return
                task = self.task = tasks[0]

    def _next_tasks(self) -> Sequence[Task] | None:
        """Drive the superstep loop to its next tasks; None, with ``request`` set, if the event loop has to go on."""
        run, loop = self._run, self._loop
        request = next_request(loop, None)
        while request is not None and type(request) not in _FOR_THE_LOOP:
            request = next_request(loop, request.perform(run.store))  # type: ignore[union-attr, arg-type] # asked for only with a store
        if type(request) is RunTasks and run.stream is None and self._fits(request.tasks):
            return request.tasks
        self.request = request
        return None
