"""Calls plain functions on threads for an asynchronous run, so that they cannot hold up the caller's loop.

What ``run_in_executor`` does with two futures and two locks a call, this does with one queue. A function that was quick
the last time is waited for on the spot, for a tenth of a millisecond at most: going back to the loop and being woken
by the thread costs more than most routers take. Belongs to one run; used on its loop only.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from engine.clock import monotonic_s
from engine.runtime.sync_driver import MOST_THREADS

BRIEF_S = 0.0001
"""How long the loop stands still for a function at most: some six times what a hop to a thread and back takes."""

IMPATIENT_CALLS = 16
"""So often a function that took longer than that is not waited for: the loop loses at most 6 us per call to it."""

_let_others_run: Callable[[], None] | None = getattr(os, "sched_yield", None)
"""Where there is none (Windows), every call goes back to the loop. A lock with a time limit as short as this one costs
more than it saves, because the kernel has to set a timer."""


class _Job:
    """One call: the function, then its outcome."""

    __slots__ = ("function", "result", "error", "ended", "future", "is_open")

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function: Callable[[], Any] | None = function
        self.result: Any = None
        self.error: BaseException | None = None
        self.ended = threading.Lock()
        """Held until the function has ended."""
        self.ended.acquire()
        self.future: asyncio.Future[None] | None = None
        """What the caller awaits; None as long as it waits for ``ended``, or has what it wanted."""
        self.is_open = True


class ThreadHops:
    """Threads start when they are needed and end with ``stop``. They never hold up the end of the process."""

    def __init__(self, limit: int | None = None) -> None:
        """``limit``: how many functions run at once; by default as many as in a synchronous run."""
        self._loop = asyncio.get_running_loop()
        self._limit = limit or MOST_THREADS
        self._due: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = 0
        self._open = 0
        self._impatience: dict[Any, int] = {}
        """Function -> how many calls of it are not waited for on the spot."""

    async def call(self, function: Callable[[], Any], about: Any = None) -> Any:
        """What the function returns or raises, called on a thread. A cancelled caller does not stop the function.

        ``about``: what stands for the function from call to call, to know whether it is quick.
        """
        job = _Job(function)
        self._open += 1
        if self._threads < min(self._open, self._limit):
            self._threads += 1
            threading.Thread(target=self._work, name="plain-function", daemon=True).start()
        self._due.put(job)
        if not self._ends_at_once(job, about):
            job.future = self._loop.create_future()
            if not job.ended.acquire(blocking=False):  # else it has ended before it could know of the future
                await job.future
        self._close(job)
        # The outcome travels as a value: a StopIteration cannot be put into a future.
        if job.error is not None:
            raise job.error
        return job.result

    def stop(self) -> None:
        """Let the threads end when they have done what is due."""
        for _ in range(self._threads):
            self._due.put(None)

    def _ends_at_once(self, job: _Job, about: Any) -> bool:
        if self._open > self._threads or _let_others_run is None:
            return False  # it waits for a thread first, or nobody can say when
        impatience = self._impatience.get(about, 0)
        if impatience:
            self._impatience[about] = impatience - 1
            return False
        until_s = monotonic_s() + BRIEF_S
        while not job.ended.acquire(blocking=False):
            if monotonic_s() > until_s:
                self._impatience[about] = IMPATIENT_CALLS
                return False
            _let_others_run()
        return True

    def _work(self) -> None:
        while (job := self._due.get()) is not None:
            assert job.function is not None, "it is forgotten below only"
            try:
                job.result = job.function()
            except BaseException as error:
                job.error = error
            job.function = None  # keeps nothing of the run alive while it waits
            job.ended.release()
            if job.future is not None:
                try:
                    self._loop.call_soon_threadsafe(self._settle, job)
                except RuntimeError:  # the loop was closed meanwhile: nobody waits any more
                    return
            del job

    def _settle(self, job: _Job) -> None:
        self._close(job)
        if job.future is not None and not job.future.done():
            job.future.set_result(None)

    def _close(self, job: _Job) -> None:
        if job.is_open:
            job.is_open = False
            self._open -= 1
