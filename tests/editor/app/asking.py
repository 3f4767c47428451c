"""Steps for tests that answer dialogs: find the open one, press a button by its words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

Run = Callable[[Coroutine[Any, Any, Any]], Any]


async def dialog_of(window: QWidget) -> QDialog:
    """The dialog that is open on this window; waits until there is one."""
    while True:
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                return dialog
        await asyncio.sleep(0)


def press(dialog: QWidget, text: str) -> None:
    """Presses the button with this text."""
    found = [button for button in dialog.findChildren(QPushButton) if button.text() == text and button.isEnabled()]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}"
    found[0].click()


async def answering(window: QWidget, work: Coroutine[Any, Any, Any], *answers: str) -> Any:
    """Does the work and answers its dialogs one after the other."""
    task = asyncio.get_event_loop().create_task(work)
    for answer in answers:
        dialog = await dialog_of(window)
        press(dialog, answer)
        while dialog.isVisible():
            await asyncio.sleep(0)
    return await task
