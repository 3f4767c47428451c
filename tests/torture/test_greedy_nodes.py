"""A node that takes too much: memory, files, output. It is told as failed, with the cause; the thread goes on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.runner import requests
from engine.runner.__main__ import FIRST
from engine.runner.local_files import runs_database
from engine.runner.run_events import OutputReceived, RunFailed, RunFinished, RunnerExited
from tests.runner.talk import Talk, talk
from tests.torture.test_hung_nodes import goes_on, hang, hung_graph

pytestmark = [pytest.mark.torture, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ulimit")]

LOG_MB = 50
FLOOD_MB = 10_000 if os.environ.get("STEPGRAPH_TORTURE_WHOLE") else 300

GREEDY = {
    "memory": ("ulimit -v 1500000", "kept = []\nwhile True:\n    kept.append(bytearray(100_000_000))", "MemoryError"),
    "files": ("ulimit -n 60", "global kept\nkept = []\nwhile True:\n    kept.append(open(__file__))", "OSError"),
    "a large file": ("ulimit -f 20000",
                     "with open(HERE / 'large', 'wb') as file:\n    while True:\n        file.write(bytes(1_000_000))",
                     "OSError"),
    "recursion": ("true", "def deeper(): return deeper()\ndeeper()", "RecursionError"),
}  # fmt: skip


def limited_python(folder: Path, limit: str) -> str:
    script = folder / "python"
    script.write_text(f'#!/bin/bash\n{limit}\nexec "{sys.executable}" "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize(("limit", "body", "kind"), GREEDY.values(), ids=GREEDY.keys())
def test_a_greedy_node_fails_with_its_cause_and_the_thread_goes_on(
    tmp_path: Path, limit: str, body: str, kind: str
) -> None:
    path = hung_graph(tmp_path, body)

    async def conversation() -> None:
        async with Talk(path, python=limited_python(tmp_path, limit)) as runner:
            runner.send(requests.Run({}, "t"))
            failed = await runner.until(RunFailed)
            assert (failed.error.kind, failed.error.node) == (kind, "second")
            threads = await runner.ask(requests.ListThreads())  # without a free file it is refused, in words
            assert threads.error or threads.value[0]["outcome"] == "failed"
        await goes_on(path)

    talk(conversation)


CRASHES = {
    "os._exit": ("import os\nos._exit(3)", 3),
    "segfault": ("import ctypes\nctypes.string_at(0)", -11),
    "abort": ("import os\nos.abort()", -6),
}


@pytest.mark.parametrize(("body", "exit_code"), CRASHES.values(), ids=CRASHES.keys())
def test_a_crash_is_told_and_the_thread_goes_on(tmp_path: Path, body: str, exit_code: int) -> None:
    path = hung_graph(tmp_path, body)

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({}, "t"))
            exited = await runner.until(RunnerExited)
            assert (exited.exit_code, exited.asked_for) == (exit_code, False)
        await goes_on(path)

    talk(conversation)


def test_a_flood_of_output_is_bounded_on_its_way_and_on_disk(tmp_path: Path) -> None:
    body = f"import os\nline = b'x' * 999 + b'\\n'\nfor _ in range({FLOOD_MB}):\n    os.write(1, line * 1_000)"
    path = hung_graph(tmp_path, body)

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until(RunFinished)
            told = [event for event in runner.told if isinstance(event, OutputReceived)]

        shown_mb = sum(len(line.text) for event in told for line in event.lines) / 1e6
        assert sum(event.dropped for event in told) > 0
        assert shown_mb < FLOOD_MB / 6  # bounded by time: the faster they come, the more lines are left out
        on_disk_mb = sum(file.stat().st_size for file in runs_database(path).parent.iterdir()) / 1e6
        assert on_disk_mb < LOG_MB

    talk(conversation)


def test_a_runner_goes_before_the_editor_when_memory_runs_out(tmp_path: Path) -> None:
    path = hung_graph(tmp_path, "hangs()\nimport time\ntime.sleep(1000)")

    async def conversation() -> None:
        async with Talk(path) as runner:
            processes = await hang(runner, tmp_path)
            scores = {int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in processes}
        assert scores == {max(FIRST, int(Path("/proc/self/oom_score_adj").read_text()))}

    talk(conversation)
