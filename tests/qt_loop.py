"""Qt's loop joined with asyncio's, for tests: what asyncio has to do is done while the loop runs, and only then."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync


class LoopOfTests(qasync.QEventLoop):
    """Qt's events are also served between two runs of the loop, by pytest-qt after each phase of a test.

    A timer of the window that is due then starts a task, and qasync would run it although no loop runs; the task fails
    with "no running event loop". On a busy machine that happens, in the program it cannot. Here it waits for its loop.
    """

    def __init__(self, app: Any) -> None:
        self._held: list[tuple[Any, Callable[..., Any], tuple[Any, ...], Context | None]] = []
        super().__init__(app, already_running=False)
        # A test closes its window and waits for what follows; Qt would end the loop with the last window.
        app.setQuitOnLastWindowClosed(False)

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> Any:
        def when_running() -> None:
            if self.is_running():
                callback(*args)
            else:
                self._held.append((handle, callback, args, context))

        handle = super().call_later(delay, when_running, context=context)
        return handle

    def run_forever(self) -> Any:
        held, self._held = self._held, []
        for handle, callback, args, context in held:
            if not handle.cancelled():
                self.call_soon(callback, *args, context=context)
        return super().run_forever()
