"""Work that would make the window wait, done beside it: a function on a worker thread, its result awaited on Qt's loop.

Also the one place that keeps tasks started from a menu or a key alive and hands their failures to the crash handler.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The function's result or exception. It must touch neither Qt nor what the GUI thread may change meanwhile."""
    return await asyncio.to_thread(function, *args, **kwargs)


class BackgroundTasks:
    """Coroutines that nobody awaits. Owned by the window, which closes them when it goes."""

    def __init__(self, on_failure: Callable[[BaseException], None]) -> None:
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Starts it on the running loop. An exception goes to ``on_failure``; being cancelled is no failure."""
        if self._is_closed:
            work.close()
            return
        task = asyncio.get_event_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def close(self) -> None:
        """Starts nothing any more and gives up what runs, such as a look at the disk; not the closing itself."""
        self._is_closed = True
        for task in self._tasks - {_current_task()}:
            task.cancel()

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_failure(error)


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no loop runs
        return None
