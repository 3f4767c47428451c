"""Kill -9 of the editor while it runs a graph, alone or with all it started: no process is left, no step is lost.

Killed alone, its runner notices that the pipe has ended and goes too. Oracles: the process table, what the window had
shown, and the witness in each body of the example. ``STEPGRAPH_TORTURE_WHOLE`` kills more of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from tests.torture.runner_bench import REQUESTS, ROOT, Bench, input_of, taken_up, witnessed
from tests.torture.test_hung_nodes import descendants, until_gone

pytestmark = [pytest.mark.torture, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")]

JOB = Path(__file__).with_name("editor_run_job.py")
KILLS = 50 if os.environ.get("STEPGRAPH_TORTURE_WHOLE") else 4
"""Of either kind half."""
MOST_BODIES = 5
BODY_TAKES_S = 0.05
"""So that most kills hit the run, within a body or between two."""


@pytest.fixture
def bench(example_graph: Path, tmp_path: Path) -> Iterator[Bench]:
    yield from witnessed(example_graph, tmp_path / "witness.txt")


def killed_in_a_run(bench: Bench, kind: str, thread: str, chance: random.Random, *, with_all: bool) -> list[str]:
    """Starts an editor with a run and kills it at a random point of that. Gives the checkpoints it had shown."""
    folder = bench.witness.parent / thread
    folder.mkdir()
    told = folder / "told"
    editor = subprocess.Popen(
        [sys.executable, str(JOB), str(bench.graph), thread, str(told), json.dumps(input_of(kind, thread))],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
            "WITNESS_FILE": str(bench.witness),
            "WITNESS_TAKES_S": str(BODY_TAKES_S),
            "STEPGRAPH_PROFILE": str(folder / "profile"),
            "XDG_DATA_HOME": str(folder / "data"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert editor.stdout is not None
    assert editor.stdout.readline() == "runs\n"
    wait_for_bodies(bench, thread, chance.randrange(1, MOST_BODIES + 1))
    time.sleep(chance.random() * 2 * BODY_TAKES_S)  # not a wait for something: this is the random point
    processes = descendants(editor.pid)
    for pid in processes if with_all else {editor.pid}:
        os.kill(pid, signal.SIGKILL)
    editor.communicate()
    asyncio.run(until_gone(processes))
    return told.read_text().split() if told.exists() else []


def wait_for_bodies(bench: Bench, thread: str, count: int) -> None:
    """Until so many have begun; a run of fewer nodes is at its end by then, or asks."""
    until_s, last, since_s = time.monotonic() + PATIENCE_S, 0, time.monotonic()
    while last < count and (last == 0 or time.monotonic() - since_s < 1):
        assert time.monotonic() < until_s, f"{last} of {count} bodies have begun"
        now = len(bench.bodies(thread))
        if now != last:
            last, since_s = now, time.monotonic()
        time.sleep(0.001)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("with_all", [False, True], ids=["alone", "with all it started"])
def test_an_editor_that_is_killed_in_a_run_leaves_no_process_and_a_thread_that_goes_on(
    bench: Bench, seed: int, with_all: bool
) -> None:
    chance = random.Random(seed + with_all)
    bench.run_undisturbed(bench.new_runner())
    gone_on = 0

    for number in range(KILLS // 2):
        kind, thread = chance.choice(sorted(REQUESTS)), f"#{number}"
        told = killed_in_a_run(bench, kind, thread, chance, with_all=with_all)
        case = f"kill {number} of seed {seed} ({kind})"
        gone_on += taken_up(bench, bench.new_runner(), thread, kind, told, case)

    assert gone_on >= KILLS // 20, "the test has lost its aim"
    print(f"{KILLS // 2} kills from seed {seed}, {gone_on} of them within the run")
