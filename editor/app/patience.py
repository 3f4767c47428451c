"""Waits for what a thread does, with a note and Cancel in the window if it takes long. Nothing is blocked meanwhile.

What was cancelled goes on in its thread to its end; nobody takes what comes of it. So it may only look, not write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from PySide6.QtWidgets import QMainWindow, QWidget

from editor.canvas.busy_note import BusyNote

T = TypeVar("T")

SHOW_AFTER_S = 0.4
"""What is over sooner needs no note; half a second without one would leave the user wondering."""


class Cancelled(Exception):
    """The user did not want to wait."""


async def patiently(window: QWidget, words: str, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns or raises. Raises ``Cancelled`` if the user ends the waiting."""
    task = asyncio.get_event_loop().create_task(work)
    done, _ = await asyncio.wait({task}, timeout=SHOW_AFTER_S)
    if done:
        return task.result()
    given_up: asyncio.Future[None] = asyncio.get_event_loop().create_future()

    def give_up() -> None:
        if not given_up.done():
            given_up.set_result(None)

    note = BusyNote(_middle(window), give_up)
    note.say(words)
    note.button.setShortcut("Esc")
    note.show()
    try:
        either: set[asyncio.Future[Any]] = {task, given_up}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.add_done_callback(_heard)
            raise Cancelled
        return task.result()
    finally:
        note.hide()
        note.deleteLater()


def _middle(window: QWidget) -> QWidget:
    middle = window.centralWidget() if isinstance(window, QMainWindow) else None
    return window if middle is None else middle


def _heard(task: asyncio.Task[Any]) -> None:
    """Its error is nobody's any more."""
    if not task.cancelled():
        task.exception()
