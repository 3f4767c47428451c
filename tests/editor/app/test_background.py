"""Tasks of the window: what still runs when it closes is given up, but not the closing itself."""

from __future__ import annotations

import asyncio

from editor.app.background import BackgroundTasks
from tests.editor.app.asking import Run


def test_closing_gives_up_what_runs_and_comes_to_its_own_end(run: Run) -> None:
    failures: list[BaseException] = []
    told: list[str] = []

    async def look_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.append("given up")

    async def whole() -> None:
        tasks = BackgroundTasks(failures.append)
        ended = asyncio.Event()

        async def close() -> None:
            tasks.close()
            await asyncio.sleep(0)
            told.append("closed")
            ended.set()

        tasks.start(look_for_ever())
        await asyncio.sleep(0)
        tasks.start(close())
        await ended.wait()
        tasks.start(look_for_ever())  # starts nothing

    run(whole())

    assert sorted(told) == ["closed", "given up"] and failures == []


def test_a_window_may_be_shut_down_while_no_loop_runs(run: Run) -> None:
    failures: list[BaseException] = []
    told: list[str] = []
    tasks = BackgroundTasks(failures.append)

    async def look_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.append("given up")

    async def start() -> None:
        tasks.start(look_for_ever())
        await asyncio.sleep(0)

    run(start())
    tasks.close()
    run(asyncio.sleep(0))

    assert told == ["given up"] and failures == []
