"""Two processes run one thread at the same time, each under the lease: every body runs once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine.store.sqlite_store import SqliteStore
from tests.patience import PATIENCE_S
from tests.torture.two_runners_job import STEPS, THREAD

ROOT = Path(__file__).parents[2]


def test_no_body_runs_twice(tmp_path: Path) -> None:
    database, side_file = tmp_path / "runs.sqlite", tmp_path / "bodies"

    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.torture.two_runners_job", str(database), str(side_file), name],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("first", "second")
    ]
    told = [child.communicate(timeout=PATIENCE_S)[1] for child in children]

    assert [child.returncode for child in children] == [0, 0], told
    assert [int(line.split()[0]) for line in side_file.read_text().splitlines()] == list(range(1, STEPS + 1))
    store = SqliteStore(database, read_only=True)
    assert [header.metadata["step"] for header in store.headers(THREAD)] == list(range(STEPS, -2, -1))
    store.close()
