"""Answers the superstep loop's requests in the caller's thread; runs parallel tasks on threads.

``drive`` yields whenever there may be something new to show, so that ``stream`` is a plain generator on top of it.
"""

from __future__ import annotations

import inspect
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Optional

from engine.clock import monotonic_s
from engine.errors import GraphBubbleUp, is_invalid_resume
from engine.runtime.called_tasks import join_step, settle
from engine.runtime.error_handlers import error_handler_task
from engine.runtime.requests import Requests, RunAbandoned, RunTasks, next_request
from engine.runtime.run import Run
from engine.runtime.run_task import run_task
from engine.runtime.save_checkpoint import save_finished
from engine.runtime.superstep_loop import superstep_loop
from engine.runtime.task import Task
from engine.runtime.task_cache import remember_result
from engine.runtime.task_results import record_result, show_begin

if TYPE_CHECKING:
    from concurrent.futures import Future

News = Optional[tuple[Task, bool]]
"""A task and whether it has ended or just begins; None if there is something to show."""

MOST_THREADS = min(32, (os.cpu_count() or 1) + 4)
"""How many tasks of a step run at once, if the config does not say: as in Python's own thread pools."""

EARLY_SAVE_S = 0.005
"""A finished task's writes are stored this long after it ended, if its siblings are still running by then. Long enough
that a thousand short tasks are one transaction, short enough that a kill loses little."""


def drive(run: Run) -> Iterator[None]:
    """Run to the end. Yields now and then; raises what the run raises."""
    loop = superstep_loop(run)
    workers = Workers(run)
    run.executor = workers
    is_watched = run.stream is not None
    failure: BaseException | None = None
    try:
        request = next_request(loop, None)
        while request is not None:
            if type(request) is RunTasks:
                tasks = request.tasks
                if workers.may_run_here and len(tasks) == 1:
                    workers.run_here(tasks[0])
                    tasks = ()
                if tasks or workers.is_busy:
                    yield from workers.run_step(tasks)
                request = next_request(loop, None)
            else:
                request = next_request(loop, request.perform(run.store))  # type: ignore[union-attr, arg-type] # asked for only with a store
            if is_watched:
                yield  # also that tasks start: it is shown before they run, however long they take
    except BaseException as error:
        failure = error
        raise
    finally:
        if run.callbacks is not None:
            run.callbacks.end(run, failure)
        workers.stop()
        _abandon(run, loop)


def _abandon(run: Run, loop: Requests) -> None:
    """If the loop is not at its end, let it store what there is."""
    if inspect.getgeneratorstate(loop) == inspect.GEN_CLOSED:
        return
    try:
        request = loop.throw(RunAbandoned)
        while True:
            request = loop.send(None if type(request) is RunTasks else request.perform(run.store))  # type: ignore[union-attr, arg-type] # as above
    except (StopIteration, RunAbandoned):
        return


class Workers:
    """Runs the tasks of a run, one step at a time. Threads start when they are needed and end with the run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._due: deque[Task] = deque()
        self._due_signal: SimpleQueue[bool] = SimpleQueue()
        self._news: SimpleQueue[News] = SimpleQueue()
        self._shows_tasks = run.wants("tasks") or run.wants("debug")
        self._threads: list[threading.Thread] = []
        self._limit = run.config.get("max_concurrency") or MOST_THREADS
        self.may_run_here = run.step_timeout is None and not (run.stream is not None and run.stream.is_live)
        """Whether the caller's own thread can run a step that is one task."""
        self._lock = threading.Lock()
        self._is_stopped = False
        self._running = 0
        """How many have been started and have not ended; what has ended is in the news before it is counted off."""

    @property
    def places(self) -> int:
        """How many tasks of a step begin at once; the others wait for one of these to end."""
        return self._limit

    def run_here(self, task: Task) -> None:
        """Run the only task of a step and record its result."""
        run_task(task)
        with self._run.lock:
            self._record_locked(task)

    @property
    def is_busy(self) -> bool:
        """Whether something is running, or has ended and is not recorded: a task, what it called, an error handler."""
        with self._lock:
            return self._running > 0 or not self._news.empty()

    def run_step(self, tasks: Sequence[Task]) -> Iterator[None]:
        """Run them all and record their results. Stops starting new ones when one fails."""
        run = self._run
        stream = run.stream
        if stream is not None:
            stream.wake = self._wake
        ends_at = None if run.step_timeout is None else monotonic_s() + run.step_timeout
        try:
            for task in tasks:
                self.start(task)
            while self.is_busy:
                yield from self._wait_and_record(ends_at)
        finally:
            if stream is not None:
                stream.wake = None
            while self.is_busy:  # the caller has closed the stream: let the step come to its end
                self._drop_due(but_for_free_threads=False)
                for _ in self._wait_and_record():
                    pass

    def start(self, task: Task) -> None:
        """Run a task on a thread. From any thread."""
        task.context = copy_context()
        with self._lock:
            self._running += 1
            self._due.append(task)
            if len(self._threads) < self._limit:
                thread = threading.Thread(target=self._work, name=f"{self._run.name}-task", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._due_signal.put(True)

    def call(self, task: Task) -> Future[Any]:
        """Start a call of a ``@task`` function; a future of its result. From any thread."""
        from concurrent.futures import Future  # here, because only the functional API needs it

        future: Future[Any] = Future()
        if not join_step(task):
            settle(future, task)
            return future

        def finish(done: Task) -> None:
            with self._run.lock:
                self._record(done)
                save = save_finished(self._run)
                if save is not None:
                    save.perform(self._run.store)
            settle(future, done)

        task.on_done = finish
        self.start(task)
        return future

    def stop(self) -> None:
        """End the threads."""
        self._is_stopped = True
        for _ in self._threads:
            self._due_signal.put(False)

    def _work(self) -> None:
        while self._due_signal.get():
            with self._lock:  # between the look and the taking of ``_drop_due``, nobody else may take
                if not self._due:
                    continue
                task = self._due.popleft()
            if not task.is_shown and self._shows_tasks:
                self._news.put((task, False))
            task.context.run(run_task, task)
            task.context = None
            if task.on_done is not None:
                task.on_done(task)
            elif _ends_the_step(task):
                self._drop_due(but_for_free_threads=True)
            with self._lock:  # counted by whoever ran it: a Ctrl+C can keep the other side from ever counting
                self._news.put((task, True))
                self._running -= 1

    def _wait_and_record(self, ends_at: float | None = None) -> Iterator[None]:
        """Take what has ended; if nothing does for a while, store what has ended before, then wait on.

        Raises TimeoutError if nothing ends until ``ends_at``.
        """
        try:
            news = self._news.get(timeout=EARLY_SAVE_S)
        except Empty:
            save = save_finished(self._run)
            if save is not None:
                save.perform(self._run.store)
            news = self._next_news(ends_at)
        while True:
            if news is not None:
                self._take(*news)
            try:
                news = self._news.get_nowait()
            except Empty:
                break
        yield

    def _take(self, task: Task, has_ended: bool) -> None:
        if not has_ended:
            show_begin(self._run, task)
            return
        if task.on_done is None:
            self._record(task)

    def _next_news(self, ends_at: float | None) -> News:
        if ends_at is None:
            return self._news.get()
        try:
            return self._news.get(timeout=max(0.0, ends_at - monotonic_s()))
        except Empty:
            raise TimeoutError(f"The step took longer than {self._run.step_timeout} s.") from None

    def _record(self, task: Task) -> None:
        with self._run.lock:
            self._record_locked(task)

    def _record_locked(self, task: Task) -> None:
        run = self._run
        if task.error is None:
            if run.cache is not None:
                remember_result(task)
        elif not isinstance(task.error, GraphBubbleUp):
            record_result(run, task)
            handler = error_handler_task(run, task)
            if handler is not None:
                save = save_finished(run)
                if save is not None:
                    save.perform(run.store)
                self.start(handler)
            elif run.first_failed is None and task.on_done is None:
                run.first_failed = task
                if not is_invalid_resume(task.error):
                    self._drop_due(but_for_free_threads=True)
            return
        record_result(run, task)

    def _drop_due(self, *, but_for_free_threads: bool) -> None:
        """Tasks that have not begun never do, except, after a failure, those that a thread is free for: it is luck
        whether such a thread has already got to its task, and the outcome of a step must not depend on that."""
        with self._lock:
            begun = self._running - len(self._due)
            kept = max(0, len(self._threads) - begun) if but_for_free_threads else 0
            while len(self._due) > kept:
                self._due.pop()
                self._running -= 1

    def _wake(self) -> None:
        self._news.put(None)


def _ends_the_step(task: Task) -> bool:
    """Whether it has failed so that tasks that wait for their turn need not begin any more."""
    error = task.error
    if error is None or isinstance(error, GraphBubbleUp) or is_invalid_resume(error):
        return False
    return task.node.error_handler is None or not isinstance(error, Exception)
