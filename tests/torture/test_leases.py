"""A process that held a thread is suspended; another takes over; the first comes back: what it commits is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.store.sqlite_saver import SqliteSaver
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import ThreadHeldError
from tests.patience import PATIENCE_S
from tests.torture.suspended_job import CONFIG, LEASE_S, STEPS, THREAD, graph_of

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs signals that suspend")


@pytest.mark.parametrize("step", [1, 3, STEPS])
def test_a_suspended_holder_that_comes_back_commits_nothing(tmp_path: Path, step: int) -> None:
    database, side_file = tmp_path / "runs.sqlite", tmp_path / "bodies"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.suspended_job", database, side_file, str(step)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _pid, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it ended before it suspended itself"
        with SqliteSaver.from_conn_string(str(database)) as saver:
            took_s = taken_over(saver.store)
            left_at = saver.store.load(THREAD, "")
            assert left_at is not None
            assert left_at.values.get("n", 0) == step - 1
            result = graph_of(saver, str(side_file), "second").invoke(None, CONFIG)
            history = [header.checkpoint_id for header in saver.store.headers(THREAD)]

            os.kill(child.pid, signal.SIGCONT)
            told = child.communicate(timeout=PATIENCE_S)[1]

            assert child.returncode == 7, told
            assert "taken over by second" in told and "Nothing of this step was saved" in told
            assert result == {"n": STEPS, "who": "second"}
            assert [header.checkpoint_id for header in saver.store.headers(THREAD)] == history
            newest = saver.store.load(THREAD, "")
            assert newest is not None and newest.values["who"] == "second"
            assert took_s < 60, "a lease of 0.3 s"
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
    bodies = side_file.read_text().splitlines()
    first = [f"{n} first" for n in range(1, step + 1)]
    assert bodies == first + [f"{n} second" for n in range(step, STEPS + 1)]


def taken_over(store: SqliteStore) -> float:
    """Hold the thread as soon as its holder counts as gone; gives how long that took, in seconds."""
    began_s = time.monotonic()
    while True:
        try:
            store.hold(THREAD, "second", for_s=60)
            return time.monotonic() - began_s
        except ThreadHeldError as error:
            assert error.holder == "first"
            time.sleep(LEASE_S / 20)
