"""Calls plain functions on threads for an asynchronous run, so that they cannot hold up the caller's loop.

What ``run_in_executor`` does with two futures and two locks a call, this does with one queue: half the time of a hop,
which is most of what a short plain function costs in an asynchronous run. Belongs to one run; used on its loop only.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

Outcome = tuple[Any, "BaseException | None"]


class ThreadHops:
    """Threads start when they are needed and end with ``stop``. They never hold up the end of the process."""

    def __init__(self, limit: int | None = None) -> None:
        """``limit``: how many functions run at once; by default as many as in a synchronous run."""
        self._loop = asyncio.get_running_loop()
        self._limit = limit or min(32, (os.cpu_count() or 1) + 4)
        self._due: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Outcome]] | None] = SimpleQueue()
        self._threads = 0
        self._open = 0

    async def call(self, function: Callable[[], Any]) -> Any:
        """What the function returns or raises, called on a thread. A cancelled caller does not stop the function."""
        future: asyncio.Future[Outcome] = self._loop.create_future()
        self._open += 1
        if self._threads < min(self._open, self._limit):
            self._threads += 1
            threading.Thread(target=self._work, name="plain-function", daemon=True).start()
        self._due.put((function, future))
        # The outcome travels as a value: a StopIteration cannot be put into a future.
        result, error = await future
        if error is not None:
            raise error
        return result

    def stop(self) -> None:
        """Let the threads end when they have done what is due."""
        for _ in range(self._threads):
            self._due.put(None)

    def _work(self) -> None:
        while (job := self._due.get()) is not None:
            function, future = job
            outcome: Outcome
            try:
                outcome = (function(), None)
            except BaseException as error:
                outcome = (None, error)
            try:
                self._loop.call_soon_threadsafe(self._settle, future, outcome)
            except RuntimeError:  # the loop was closed meanwhile: nobody waits any more
                return
            del job, function, future, outcome  # keeps nothing of the run alive while it waits

    def _settle(self, future: asyncio.Future[Outcome], outcome: Outcome) -> None:
        self._open -= 1
        if not future.done():
            future.set_result(outcome)
