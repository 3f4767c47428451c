"""kill -9 at random points. What was acknowledged is there, at most one step more, and the run goes on right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.sqlite_store import SqliteStore
from tests.patience import PATIENCE_S
from tests.torture.kill_harness import THREAD

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")

KILLS = 700 if os.environ.get("STEPGRAPH_TORTURE_WHOLE") else 100
"""Of the store; the graph is killed half as often."""


class Harness:
    """The process that forks the children."""

    def __init__(self) -> None:
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.kill_harness"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )

    def kill_after(self, job: str, database: Path, side_file: Path, lines: int, delay_s: float) -> None:
        """Run a job, wait until it has told ``lines`` more lines, wait a moment longer, and kill it."""
        before = told(side_file)
        child = int(self._ask(f"run {job} {database} {side_file}"))
        while len(told(side_file)) < len(before) + lines:
            time.sleep(0.001)
        time.sleep(delay_s)  # not a wait for something: this is the random point
        os.kill(child, signal.SIGKILL)
        assert self._ask("reap") == "-9", "the job ended by itself"

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE_S)
        self._process.stdout.close()

    def _ask(self, order: str) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def told(side_file: Path) -> list[int]:
    text = side_file.read_text() if side_file.exists() else ""
    return [int(line) for line in text.split("\n")[:-1]]


@pytest.fixture
def harness() -> Iterator[Harness]:
    harness = Harness()
    yield harness
    harness.close()


def test_a_store_loses_no_acknowledged_checkpoint(harness: Harness, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    database, side_file = tmp_path / "runs.sqlite", tmp_path / "acknowledged"

    for kill in range(KILLS):
        harness.kill_after("store", database, side_file, chance.randrange(1, 4), chance.random() * 0.004)

        acknowledged = told(side_file)[-1]
        store = SqliteStore(database)
        newest = store.load(THREAD, "")
        assert newest is not None
        where = f"seed {seed}, kill {kill}"
        assert acknowledged <= newest.values["step"] <= acknowledged + 1, where
        assert [item["step"] for item in newest.values["log"]] == list(range(newest.values["step"] + 1)), where
        chain = [header.checkpoint_id for header in store.headers(THREAD)]
        assert chain == [f"c{step}" for step in range(newest.values["step"], -1, -1)], where
        if newest.values["step"] > 0:
            parent = store.load(THREAD, "", newest.parent_id)
            assert parent is not None
            assert [write.value for write in parent.writes] == [newest.values["log"][-1:]], where
        store.close()


def test_a_graph_never_runs_a_committed_step_again(harness: Harness, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    database, side_file = tmp_path / "runs.sqlite", tmp_path / "bodies"

    for kill in range(KILLS // 2):
        before = len(told(side_file))
        committed = counted(database) if before else 0
        harness.kill_after("graph", database, side_file, chance.randrange(2, 6), chance.random() * 0.004)

        bodies = told(side_file)[before:]
        where = f"seed {seed}, kill {kill}"
        assert bodies == list(range(committed + 1, committed + 1 + len(bodies))), where
        # A body that has begun was preceded by the commit of the step before it.
        assert bodies[-1] - 1 <= counted(database) <= bodies[-1], where


def counted(database: Path) -> int:
    store = SqliteStore(database)
    newest = store.load(THREAD, "")
    store.close()
    return int(newest.values.get("n", 0)) if newest else 0
