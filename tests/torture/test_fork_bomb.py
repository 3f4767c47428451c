"""A node that forks without end, each child into a session of its own and orphaned at once: Stop leaves none of them.

The bomb is a small one, so that the machine stays usable: ten processes that each replace a child and a grandchild as
fast as they can. What matters is that there are others at each look. The oracle is the process table.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from engine.runner.process_tree import MARK
from engine.runner.run_events import RunnerExited
from tests.patience import PATIENCE_S
from tests.runner.talk import Talk, talk
from tests.torture.test_hung_nodes import goes_on, hang, hung_graph

pytestmark = [pytest.mark.torture, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")]

LONGEST_S = 300
"""After that a process of the bomb ends by itself: if the test fails, the machine must not be lost with it."""

BOMB = f"""
import os, signal
def child(then):
    pid = os.fork()
    if pid:
        return pid
    signal.alarm({LONGEST_S})
    os.setsid()
    then()
    os._exit(0)
def brief():
    os.close(os.open(os.devnull, os.O_RDONLY))
def worker():
    while True:
        os.waitpid(child(lambda: child(brief)), 0)
hangs(*[child(worker) for _ in range(10)])
while True:
    signal.pause()
"""


def marked(mark: str) -> set[int]:
    """Every living process that this runner started, whoever its parent is now."""
    wanted, found = f"{MARK}={mark}".encode(), set()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in entry.read_bytes().split(b"\0"):
                found.add(int(entry.parent.name))
        except OSError:
            continue  # gone, or of another user
    return found


@pytest.mark.parametrize("is_hard", [False, True], ids=["stop", "kill"])
def test_no_process_of_a_fork_bomb_survives(tmp_path: Path, is_hard: bool) -> None:
    path = hung_graph(tmp_path, BOMB)

    async def conversation() -> None:
        async with Talk(path) as runner:
            workers = await hang(runner, tmp_path)
            mark = runner.client._mark
            assert len(marked(mark)) >= 11 and workers
            runner.client.kill() if is_hard else runner.client.stop()
            await runner.until(RunnerExited)

        async def none_is_left() -> None:
            while marked(mark):
                await asyncio.sleep(0.01)

        await asyncio.wait_for(none_is_left(), PATIENCE_S)
        await goes_on(path)

    talk(conversation)
