"""Runs the tasks of an asynchronous run, one step at a time, and records their results. For ``async_driver`` only."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from typing import Any

from engine.clock import monotonic_s
from engine.errors import GraphBubbleUp, is_invalid_resume
from engine.runtime.called_tasks import join_step, settle
from engine.runtime.error_handlers import error_handler_task
from engine.runtime.perform_async import perform_async
from engine.runtime.plain_stretch import PlainStretch
from engine.runtime.requests import Request, Requests, next_request
from engine.runtime.run import Run
from engine.runtime.run_task_async import run_task_async
from engine.runtime.save_checkpoint import save_finished
from engine.runtime.sync_driver import EARLY_SAVE_S
from engine.runtime.task import Task
from engine.runtime.task_cache import remember_result
from engine.runtime.task_results import record_result, show_begin

KNOWS_CANCELLING = sys.version_info >= (3, 11)
"""Python 3.10 cannot tell whether a node was cancelled from outside or has raised ``CancelledError`` itself."""


class AsyncWorkers:
    """Runs the tasks of a run, one step at a time, each as an asyncio task."""

    def __init__(self, run: Run, steps: Requests) -> None:
        self._run = run
        self._steps = steps
        self._stretch = PlainStretch(run, steps)
        self._loop = asyncio.get_running_loop()
        self._running: dict[asyncio.Task[None], Task] = {}
        self._due: deque[Task] = deque()
        self._limit: int | None = run.config.get("max_concurrency")
        self._news = asyncio.Event()
        self._ends_at: float | None = None
        """When the step's time is up."""
        self._is_alone = False
        """Whether the only task of the step is being awaited directly."""
        self._pump: asyncio.Task[None] | None = None
        """Records what that task calls, meanwhile."""
        self._has_gone_on = False
        """Whether a thread has recorded the step's task, and has driven the superstep loop on."""
        self._may_run_alone = (
            KNOWS_CANCELLING and run.step_timeout is None and not (run.stream is not None and run.stream.is_live)
        )

    @property
    def places(self) -> int:
        """How many tasks of a step begin at once; the others wait for one of these to end."""
        return sys.maxsize if self._limit is None else self._limit

    def may_run_alone(self, tasks: Sequence[Task]) -> bool:
        """Whether a step has one task that can be awaited here, without an asyncio task of its own."""
        return len(tasks) == 1 and (self._may_run_alone or self._stretch.may_begin(tasks[0]))

    async def run_alone(self, task: Task) -> None:
        """Run the only task of a step; if it is plain, on a thread that may do the steps after it, too."""
        self._is_alone = True
        unrecorded: Task | None = task
        try:
            if self._stretch.may_begin(task):
                try:
                    await self._stretch.run(task)
                finally:
                    unrecorded = self._stretch.task
            else:
                await run_task_async(task)
        except asyncio.CancelledError as error:
            if unrecorded is not None:
                unrecorded.error, unrecorded.is_cancelled = error, True
            raise
        finally:
            self._is_alone = False
            self._has_gone_on = unrecorded is None
            if self._pump is not None:
                await self._pump
                self._pump = None
            if unrecorded is not None and self._record(unrecorded):
                await self._save_finished()

    def next_request(self) -> Request | None:
        """What the superstep loop asks for after the step; None if it has ended."""
        if self._has_gone_on:
            self._has_gone_on = False
            return self._stretch.request
        return next_request(self._steps, None)

    @property
    def is_busy(self) -> bool:
        """Whether something is running: a task, what it has called, an error handler."""
        return bool(self._running or self._due)

    async def run_step(self, tasks: Sequence[Task]) -> AsyncIterator[None]:
        """Run them all and record their results. Cancels the others when one fails."""
        run = self._run
        if run.stream is not None:
            run.stream.wake = self._wake
        self._ends_at = None if run.step_timeout is None else monotonic_s() + run.step_timeout
        try:
            for task in tasks:
                self.start(task)
            while self._running or self._due:
                async for _ in self._wait_and_record():
                    yield
        finally:
            if run.stream is not None:
                run.stream.wake = None
            await self.stop()

    async def _record_calls(self) -> None:
        """Record the tasks that a task running alone has called."""
        while self._running or self._due:
            async for _ in self._wait_and_record():
                pass

    def start(self, task: Task) -> None:
        """Begin a task, or put it in line. On the event loop's thread."""
        if self._limit is not None and len(self._running) >= self._limit and task.on_done is None:
            self._due.append(task)
            return
        if not task.is_shown and (self._run.wants("tasks") or self._run.wants("debug")):
            show_begin(self._run, task)
        future = self._loop.create_task(run_task_async(task), name=task.name)
        self._running[future] = task
        future.add_done_callback(lambda _: self._news.set())

    def call(self, task: Task) -> Any:
        """Start a call of a ``@task`` function; an awaitable future, or a plain one if called from a thread."""
        self._stretch.has_calls = True
        if self._is_here():
            return self._call_here(task, self._loop.create_future())
        future: Future[Any] = Future()
        self._loop.call_soon_threadsafe(self._call_here, task, future, copy_context())
        return future

    def _call_here(self, task: Task, future: Any, context: Any = None) -> Any:
        if not join_step(task):
            settle(future, task)
            return future
        task.on_done = lambda done: settle(future, done)
        if context is None:
            self.start(task)
        else:
            context.run(self.start, task)
        if self._is_alone and (self._pump is None or self._pump.done()):
            self._pump = self._loop.create_task(self._record_calls())
        return future

    def _is_here(self) -> bool:
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    async def stop(self) -> None:
        """Cancel whatever still runs, and wait until it is gone."""
        self._due.clear()
        for future, task in self._running.items():
            task.is_cancelled = True
            future.cancel()
        if self._running:
            await asyncio.wait(self._running)
            for future in list(self._running):
                task = self._running.pop(future)
                if future.cancelled() and task.error is None:
                    task.error = asyncio.CancelledError()
                self._record(task)

    async def _wait_and_record(self) -> AsyncIterator[None]:
        if not self._news.is_set():
            if self._run.unsaved:
                try:
                    await asyncio.wait_for(self._news.wait(), EARLY_SAVE_S)
                except asyncio.TimeoutError:
                    await self._save_finished()
            await self._wait_for_news()
        self._news.clear()
        for future in [future for future in self._running if future.done()]:
            task = self._running.pop(future)
            if future.cancelled() and task.error is None:
                task.error = asyncio.CancelledError()
            if not future.cancelled() and future.exception() is not None:
                task.error = future.exception()
            if self._record(task):
                await self._save_finished()
            if task.on_done is not None:
                task.on_done(task)
        while self._due and (self._limit is None or len(self._running) < self._limit):
            self.start(self._due.popleft())
        yield
        failed = self._run.first_failed
        if failed is not None and failed.error is not None and not is_invalid_resume(failed.error):
            await self.stop()

    async def _wait_for_news(self) -> None:
        if self._ends_at is None:
            await self._news.wait()
            return
        try:
            await asyncio.wait_for(self._news.wait(), max(0.0, self._ends_at - monotonic_s()))
        except asyncio.TimeoutError:
            raise TimeoutError(f"The step took longer than {self._run.step_timeout} s.") from None

    async def _save_finished(self) -> None:
        save = save_finished(self._run)
        if save is not None:
            await perform_async(self._run.store, save)

    def _record(self, task: Task) -> bool:
        """Note how the task ended. Returns whether an error handler has begun."""
        run = self._run
        record_result(run, task)
        if task.error is None:
            if run.cache is not None:
                remember_result(task)
            return False
        if isinstance(task.error, GraphBubbleUp) or task.is_cancelled:
            return False
        handler = error_handler_task(run, task)
        if handler is not None:
            self.start(handler)
            return True
        if run.first_failed is None and task.on_done is None:
            run.first_failed = task
        return False

    def _wake(self) -> None:
        """A chunk has arrived; maybe from another thread."""
        if self._is_here():
            self._news.set()
        else:
            self._loop.call_soon_threadsafe(self._news.set)
