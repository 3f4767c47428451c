"""The loop of the tests does nothing of asyncio's while it does not run, however often Qt serves its events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from tests.qt_loop import LoopOfTests


@pytest.fixture
def loop(qapp: object) -> Iterator[LoopOfTests]:
    loop = LoopOfTests(qapp)
    asyncio.set_event_loop(loop)
    with loop:
        yield loop
    asyncio.set_event_loop(None)


def test_a_task_that_begins_between_two_runs_waits_for_the_second(qtbot: QtBot, loop: LoopOfTests) -> None:
    ran: list[bool] = []

    async def work() -> None:
        ran.append(asyncio.get_running_loop() is loop)

    loop.run_until_complete(asyncio.sleep(0))
    task = loop.create_task(work())
    given_up = loop.create_task(work())
    due = QSignalSpy(later := QTimer(), "2timeout()")
    later.start(0)
    qtbot.waitUntil(lambda: due.count() > 10)
    assert ran == []

    given_up.cancel()
    loop.run_until_complete(task)

    assert ran == [True]
    assert given_up.cancelled()
