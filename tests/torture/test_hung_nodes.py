"""A node that hangs, in every way it can: Stop ends it and all it started in two seconds, a kill at once.

The last checkpoint stands, and a fresh runner goes on from it. The oracle is the process table.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from engine.runner import client, requests
from engine.runner.run_events import RunFinished, RunnerExited, ThreadOpened
from tests.patience import PATIENCE_S
from tests.runner.small_graphs import write_graph
from tests.runner.talk import Talk, talk

pytestmark = [pytest.mark.torture, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")]

STOP_S = 15.0
"""The promise is 2 s with a second of grace in it, which ``dev.py bench debugger`` measures. A machine ten times slower
takes ten times longer for all that is not grace. A Stop that waited for the node would never end."""

GRAPH = """{
  "format": "stategraph", "format_version": "1.0", "name": "hung", "state": "STATE:State",
  "nodes": {"first": {"fn": "NODES:first"}, "second": {"fn": "NODES:second"}},
  "edges": [{"from": "__start__", "to": "first"}, {"from": "first", "to": "second"},
            {"from": "second", "to": "__end__"}]
}"""

NODES = '''
import pathlib

HERE = pathlib.Path(__file__).parent

def hangs(*pids):
    """Told by a file, since some of these hold the interpreter at once."""
    (HERE / "part").write_text(" ".join(map(str, pids)))
    (HERE / "part").rename(HERE / "hangs")

def first(state):
    with open(HERE / "ran.txt", "a") as file:
        file.write("first\\n")
    return {"log": ["first"]}

def second(state):
    if (HERE / "mended").exists():
        return {"log": ["second"]}
BODY
    return {"log": ["never"]}
'''

HANGS = {
    "sleep": "import time\nhangs()\ntime.sleep(1000)",
    "busy": "hangs()\nwhile True: pass",
    "regex": "import re\nhangs()\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
    "C call with the interpreter held": "import ctypes\nhangs()\nctypes.PyDLL(None).sleep(1000)",
    "SIGTERM ignored": "import signal\nhangs()\nsignal.pthread_sigmask(signal.SIG_BLOCK, [15])\nwhile True: pass",
    "every exception swallowed": "import time\nhangs()\nwhile True:\n    try:\n        time.sleep(1000)\n"
                                 "    except BaseException:\n        pass",
    "a tree of sessions": "import os, time\npids = []\nfor _ in range(3):\n    child = os.fork()\n    if child == 0:\n"
                          "        os.setsid()\n        os.fork()\n        time.sleep(1000)\n    pids.append(child)\n"
                          "hangs(*pids)\ntime.sleep(1000)",
    "blocked read": "import os\nhangs()\nos.read(os.pipe()[0], 1)",
    "blocked stdin of a child": "import subprocess, sys\n"
                                "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
                                "hangs(child.pid)\nchild.wait()",
}  # fmt: skip


def hung_graph(folder: Path, body: str) -> Path:
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    return write_graph(folder, GRAPH, NODES.replace("BODY", indented))


def is_alive(pid: int) -> bool:
    """A zombie is dead: nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def descendants(pid: int) -> set[int]:
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return found


async def until_gone(processes: set[int]) -> None:
    """The system takes a moment to bury a killed process."""

    async def look() -> None:
        while any(map(is_alive, processes)):
            await asyncio.sleep(0.005)

    try:
        await asyncio.wait_for(look(), PATIENCE_S)
    except TimeoutError:
        left = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes if is_alive(pid)}
        raise AssertionError(f"survived: {left}") from None


async def until_it_hangs(folder: Path) -> list[int]:
    async def look() -> None:
        while not (folder / "hangs").exists():
            await asyncio.sleep(0.005)

    await asyncio.wait_for(look(), PATIENCE_S)
    return [int(pid) for pid in (folder / "hangs").read_text().split()]


async def hang(runner: Talk, folder: Path) -> set[int]:
    """Every process there is when the node hangs."""
    runner.send(requests.Run({}, "t"))
    told = await until_it_hangs(folder)
    assert runner.client.pid is not None
    return descendants(runner.client.pid) | set(told)


async def goes_on(path: Path) -> None:
    """The checkpoint is whole, and a fresh runner runs only what had not finished."""
    (path.parent / "mended").touch()
    async with Talk(path) as fresh:
        fresh.send(requests.GoOn("t"))
        opened = await fresh.until(ThreadOpened)
        assert [row.next for row in opened.checkpoints] == [("__start__",), ("first",), ("second",)]
        finished = await fresh.until(RunFinished)
        log = await fresh.ask(requests.ReadState("t", finished.checkpoint_id or "", ("log",)))
    assert log.value["json"] == ["first", "second"]
    assert (path.parent / "ran.txt").read_text().split() == ["first"]


@pytest.mark.parametrize("body", HANGS.values(), ids=HANGS.keys())
def test_stop_ends_a_hung_node_with_all_it_started_in_two_seconds(tmp_path: Path, body: str) -> None:
    path = hung_graph(tmp_path, body)

    async def conversation() -> None:
        async with Talk(path) as runner:
            processes = await hang(runner, tmp_path)
            began_s = time.monotonic()
            runner.client.stop()
            exited = await runner.until(RunnerExited)
            took_s = time.monotonic() - began_s

        assert exited.asked_for
        await until_gone(processes)
        assert took_s < STOP_S, f"Stop took {took_s:.2f} s"
        await goes_on(path)

    talk(conversation)


@pytest.mark.parametrize("body", HANGS.values(), ids=HANGS.keys())
def test_a_kill_gives_no_grace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    path = hung_graph(tmp_path, body)
    monkeypatch.setattr(client, "GRACE_S", 10 * PATIENCE_S)

    async def conversation() -> None:
        async with Talk(path) as runner:
            processes = await hang(runner, tmp_path)
            runner.client.stop()
            runner.client.kill()
            await runner.until(RunnerExited)

        await until_gone(processes)

    talk(conversation)


@pytest.mark.parametrize("name", ["a tree of sessions", "sleep"])
def test_kill_9_of_the_whole_group_leaves_a_thread_that_goes_on(tmp_path: Path, name: str) -> None:
    path = hung_graph(tmp_path, HANGS[name])

    async def conversation() -> None:
        async with Talk(path) as runner:
            processes = await hang(runner, tmp_path)
            for pid in processes:
                os.kill(pid, signal.SIGKILL)
            exited = await runner.until(RunnerExited)
        assert (exited.exit_code, exited.asked_for) == (-signal.SIGKILL, False)
        await goes_on(path)

    talk(conversation)
