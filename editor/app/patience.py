"""Waits for what a thread does, with a note and Cancel in the window if it takes long. Nothing is blocked meanwhile.

What was cancelled goes on in its thread to its end; nobody takes what comes of it. So it may only look, not write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from PySide6.QtWidgets import QWidget

from editor.app.main_window import MainWindow
from editor.canvas.busy_note import BusyNote
from engine.clock import monotonic_s

T = TypeVar("T")

SHOW_AFTER_S = 0.4
"""What is over sooner needs no note; half a second without one would leave the user wondering."""


class Cancelled(Exception):
    """The user did not want to wait."""


async def patiently(window: QWidget, words: str, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns or raises. Raises ``Cancelled`` if the user ends the waiting."""
    with Patience(window) as patience:
        return await patience.wait_for(words, work)


class Patience:
    """For what is done in several pieces, one after the other: one note, which once shown stays until the end of all.

    So Cancel and Esc are answered between two pieces as well. A context manager.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._show_at_s = monotonic_s() + SHOW_AFTER_S
        self._note: BusyNote | None = None
        self._given_up: asyncio.Future[None] = asyncio.get_event_loop().create_future()

    def __enter__(self) -> Patience:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._note is not None:
            self._note.hide()
            self._note.deleteLater()

    async def wait_for(self, words: str, work: Coroutine[Any, Any, T]) -> T:
        """As ``patiently``. What comes after a piece that was cancelled can be cancelled anew."""
        task = asyncio.get_event_loop().create_task(work)
        if self._note is None:
            done, _ = await asyncio.wait({task}, timeout=max(0.0, self._show_at_s - monotonic_s()))
            if done:
                return task.result()
        self._say(words)
        either: set[asyncio.Future[Any]] = {task, self._given_up}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if self._given_up.done():
            self._given_up = asyncio.get_event_loop().create_future()
            task.add_done_callback(_heard)
            raise Cancelled
        return task.result()

    def _say(self, words: str) -> None:
        if self._note is None:
            self._note = BusyNote(_middle(self._window), self._give_up)
            self._note.button.setShortcut("Esc")
        self._note.say(words)
        self._note.show()
        self._note.place()

    def _give_up(self) -> None:
        if not self._given_up.done():
            self._given_up.set_result(None)


def _middle(window: QWidget) -> QWidget:
    """The canvas, so that the note covers no button of a bar above it; the first page while that is shown."""
    if not isinstance(window, MainWindow):
        return window
    canvas = window.parts.canvas
    return canvas if canvas.isVisible() else window.centralWidget() or window


def _heard(task: asyncio.Task[Any]) -> None:
    """Its error is nobody's any more."""
    if not task.cancelled():
        task.exception()
