"""A file operation fails, each one in turn: the run ends with a clear error, runs nothing more, and loses nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store.sqlite_migrations import CURRENT_VERSION
from engine.store.sqlite_store import SqliteStore
from tests.torture.fault_harness import STEPS

HERE = Path(__file__).parent
STRIDE = 1 if os.environ.get("STEPGRAPH_TORTURE_WHOLE") else 3
"""Every operation, or every third one; which third is the seed's."""

FORMAT_1 = HERE.parent / "data" / "runs_format_1.sqlite"

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="LD_PRELOAD and glibc's names"),
    pytest.mark.skipif(shutil.which("gcc") is None, reason="the fault layer is compiled with gcc"),
]


class Harness:
    """The process that forks the children, with the shim under it."""

    def __init__(self, shim: Path) -> None:
        root = HERE.parents[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.fault_harness"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "LD_PRELOAD": str(shim)},
        )

    def ask(self, job: str, database: Path, at: int, error: int = 0, kind: str = "once") -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([job, str(database), at, error, kind]) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    shim = tmp_path_factory.mktemp("shim") / "fault_shim.so"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "fault_shim.c", "-ldl"], check=True)
    harness = Harness(shim)
    yield harness
    harness.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errno.ENOSPC, "once"),
        (errno.ENOSPC, "from then on"),
        (errno.EIO, "once"),
        (errno.EIO, "from then on"),
        (errno.EROFS, "from then on"),
        (errno.EMFILE, "once"),
        (errno.ENOSPC, "short"),
    ],
)
def test_a_fault_at_any_operation_is_told_and_costs_nothing(
    harness: Harness, quick_disk: Path, seed: int, error: int, kind: str
) -> None:
    (quick_disk / "whole").mkdir()
    whole = harness.ask("run", quick_disk / "whole" / "runs.sqlite", 0)
    operations = whole["operations"]
    assert whole["result"] == STEPS and operations > 20, whole
    for at in range(1 + seed % STRIDE, operations + 1, STRIDE):
        folder = quick_disk / f"at{at}"
        folder.mkdir()

        told = harness.ask("run", folder / "runs.sqlite", at, error, kind)

        where = f"seed {seed}, {errno.errorcode[error]} {kind}, operation {at} of {operations}: {told}"
        assert "crashed" not in told and told["failed"], where
        assert told["error"].startswith("engine.store.store_errors.") or told["bodies"][-1:] == [STEPS], where
        assert told["took_s"] < 1, where
        assert told["bodies_after_failed_save"] == 0, where
        assert told["checkpoints"] >= told["saves"], where
        assert not set(told["bodies_after"]) & set(range(1, told["stored"] + 1)), where
        assert told["result"] == STEPS, where
        shutil.rmtree(folder)


@pytest.mark.parametrize("old", [True, False], ids=["upgrade", "new file"])
def test_kill_9_at_any_operation_of_a_migration_leaves_a_file_that_opens(
    harness: Harness, quick_disk: Path, old: bool
) -> None:
    whole = quick_disk / "runs.sqlite"
    if old:
        shutil.copy(FORMAT_1, whole)
    operations = harness.ask("open", whole, 0)["operations"]
    for at in range(1, operations + 1):
        folder = quick_disk / f"at{at}"
        folder.mkdir()
        path = folder / "runs.sqlite"
        if old:
            shutil.copy(FORMAT_1, path)

        assert harness.ask("open", path, at, 0, "kill") == {"killed": -signal.SIGKILL}

        store = SqliteStore(path)
        found = [stored.values["n"] for stored in store.list("old")]
        with store.file.reading() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        store.close()
        assert found == (list(range(19, -1, -1)) if old else []), f"killed at operation {at} of {operations}"
        assert version == CURRENT_VERSION
        shutil.rmtree(folder)
