"""One thread, ordered twice: by a double click, and by two runners. No body runs twice; the second one is told why."""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.runner import requests
from engine.runner.local_files import runs_database
from engine.runner.run_events import RunFinished, RunPaused
from tests.runner.talk import Talk, talk
from tests.torture.test_hung_nodes import hung_graph, until_it_hangs

pytestmark = pytest.mark.torture

SECOND = """
with open(HERE / "ran.txt", "a") as file:
    file.write("second\\n")
hangs()
import time
while not (HERE / "gate").exists():
    time.sleep(0.005)
return {"log": ["second"]}
"""
HELD = """
with open(HERE / "ran.txt", "a") as file:
    file.write("second\\n")
hangs()
import ctypes
ctypes.PyDLL(None).sleep(1000)
"""
TOLD_S = 30.0  # a second is promised, 0.7 of it by the hold; the owner here never lets go by itself


def ran(path: Path) -> list[str]:
    return (path.parent / "ran.txt").read_text().split()


def never_runs_out(path: Path) -> None:
    """Whoever takes the thread now does so because its holder is gone, not because a lease of some seconds ended."""
    change_lease(path, 1e6)


def has_run_out(path: Path) -> None:
    """As if its holder had been silent for long."""
    change_lease(path, -1e6)


def change_lease(path: Path, by_s: float) -> None:
    with closing(sqlite3.connect(runs_database(path), isolation_level=None)) as database:
        command = "UPDATE threads SET held_until = held_until + ? WHERE holder IS NOT NULL"
        held = database.execute(command, (by_s,)).rowcount
    assert held == 1, "somebody holds the thread"


async def paused(path: Path, runner: Talk) -> None:
    runner.send(requests.Run({}, "t", stepping=True))
    await runner.until(RunPaused)


def test_a_double_click_on_continue_runs_each_body_once(tmp_path: Path) -> None:
    path = hung_graph(tmp_path, SECOND)
    (tmp_path / "gate").touch()

    async def conversation() -> None:
        async with Talk(path) as runner:
            await paused(path, runner)
            for _ in range(5):
                runner.send(requests.GoOn("t"))
            for _ in range(5):
                await runner.until(RunFinished)

        assert ran(path) == ["first", "second"]

    talk(conversation)


def test_a_second_runner_is_refused_in_words_and_reads_on(tmp_path: Path) -> None:
    path = hung_graph(tmp_path, SECOND)

    async def conversation() -> None:
        async with Talk(path) as one, Talk(path) as two:
            await paused(path, one)
            one.send(requests.GoOn("t"))
            await until_it_hangs(tmp_path)
            began_s = time.monotonic()
            refused = await two.ask(requests.GoOn("t"))
            assert refused.error is not None
            assert str(one.client.pid) in refused.error
            assert time.monotonic() - began_s < TOLD_S
            threads = await two.ask(requests.ListThreads())
            assert [row["thread_id"] for row in threads.value] == ["t"]

            (tmp_path / "gate").touch()
            await one.until(RunFinished)
        assert ran(path) == ["first", "second"]

    talk(conversation)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there it is told whether a process is the same")
def test_a_runner_whose_node_keeps_the_interpreter_is_not_taken_for_gone(tmp_path: Path) -> None:
    """It cannot renew its lease, and yet its node runs."""
    path = hung_graph(tmp_path, HELD)

    async def conversation() -> None:
        async with Talk(path) as one, Talk(path) as two:
            await paused(path, one)
            one.send(requests.GoOn("t"))
            await until_it_hangs(tmp_path)
            has_run_out(path)
            refused = await two.ask(requests.GoOn("t"))
            assert refused.error is not None and str(one.client.pid) in refused.error
        assert ran(path) == ["first", "second"]

    talk(conversation)


def test_after_the_owner_was_killed_the_next_runner_takes_over(tmp_path: Path) -> None:
    path = hung_graph(tmp_path, SECOND)

    async def conversation() -> None:
        async with Talk(path) as one:
            await paused(path, one)
            one.send(requests.GoOn("t"))
            await until_it_hangs(tmp_path)
            one.client.kill()
        (tmp_path / "gate").touch()
        never_runs_out(path)
        async with Talk(path) as two:
            two.send(requests.GoOn("t"))
            await two.until(RunFinished)

        assert ran(path) == ["first", "second", "second"]  # the one in flight may have run

    talk(conversation)
