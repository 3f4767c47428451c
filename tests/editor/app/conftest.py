"""Qt's loop joined with asyncio's, as in the running editor, and a window to ask questions in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QWidget

from tests.editor.app.asking import Run
from tests.patience import PATIENCE_S
from tests.qt_loop import LoopOfTests


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    loop = LoopOfTests(qapp)
    asyncio.set_event_loop(loop)
    with loop:
        yield loop
        _give_up_all(loop)
    asyncio.set_event_loop(None)


def _give_up_all(loop: qasync.QEventLoop) -> None:
    """As ``asyncio.run`` does at its end: no task is left pending."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Run:
    """Runs a coroutine to its end on Qt's loop; fails after ``PATIENCE_S``."""
    return lambda work: loop.run_until_complete(asyncio.wait_for(work, PATIENCE_S))


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    window = QWidget()
    window.resize(900, 600)
    qtbot.addWidget(window)
    window.show()
    return window
