"""A file operation fails, each one in turn: the run ends with a clear error, runs nothing more, and loses nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store.output_rows import KeptLine, LineBatch
from engine.store.run_facts import RunFacts
from engine.store.sqlite_migrations import CURRENT_VERSION
from engine.store.sqlite_store import SqliteStore
from engine.time_travel import export_thread, import_thread
from tests.patience import PATIENCE_S
from tests.torture.builders import everything, fill
from tests.torture.fault_harness import STEPS

HERE = Path(__file__).parent
STRIDE = 1 if os.environ.get("STEPGRAPH_TORTURE_WHOLE") else 3
"""Every operation, or every third one; which third is the seed's."""

LONGEST_S = 1.0
"""From the fault to its being told, and the rest of the run."""

DATA = HERE.parent / "data"

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
        self._process.wait(timeout=PATIENCE_S)
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
        for again in range(2):  # a wait that belongs to the fault comes back, one that belongs to the machine does not
            if told["took_s"] >= LONGEST_S:
                folder = quick_disk / f"at{at} again {again}"
                folder.mkdir()
                told = harness.ask("run", folder / "runs.sqlite", at, error, kind)

        where = f"seed {seed}, {errno.errorcode[error]} {kind}, operation {at} of {operations}: {told}"
        assert "crashed" not in told and told["failed"], where
        assert told["error"].startswith("engine.store.store_errors.") or told["bodies"][-1:] == [STEPS], where
        assert told["took_s"] < LONGEST_S, where
        assert told["bodies_after_failed_save"] == 0, where
        assert told["checkpoints"] >= told["saves"], where
        assert not set(told["bodies_after"]) & set(range(1, told["stored"] + 1)), where
        assert told["result"] == STEPS, where
        shutil.rmtree(folder)


@pytest.mark.parametrize("old", [*range(1, CURRENT_VERSION), 0])
def test_kill_9_at_any_operation_of_a_migration_leaves_a_file_that_opens(
    harness: Harness, quick_disk: Path, seed: int, old: int
) -> None:
    """``old``: the format it begins with; 0 for a new file."""
    whole = quick_disk / "runs.sqlite"
    if old:
        shutil.copy(DATA / f"runs_format_{old}.sqlite", whole)
    operations = harness.ask("open", whole, 0)["operations"]
    assert operations > 20
    for at in range(1 + seed % STRIDE, operations + 1, STRIDE):
        folder = quick_disk / f"at{at}"
        folder.mkdir()
        path = folder / "runs.sqlite"
        if old:
            shutil.copy(DATA / f"runs_format_{old}.sqlite", path)

        assert harness.ask("open", path, at, 0, "kill") == {"killed": -signal.SIGKILL}

        where = f"seed {seed}, killed at operation {at} of {operations}"
        assert steps_of(path) == (list(range(20)) if old else []), where
        assert version_of(path) == CURRENT_VERSION, where
        kept = path.with_name(f"runs.sqlite.format-{old}")
        left = {name.name for name in folder.iterdir()} - {"runs.sqlite"}
        assert left == ({kept.name} if old else set()), where
        if old:
            assert version_of(kept) == old, where
            assert steps_of(kept, read_only=True) == list(range(20)), where
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["kill", "once", "from then on"])
def test_an_import_that_is_cut_off_anywhere_leaves_nothing(
    harness: Harness, quick_disk: Path, seed: int, kind: str
) -> None:
    source = quick_disk / "runs.sqlite"
    store = SqliteStore(source)
    fill(store, "here", 10, seed=1)
    fill(store, "there", 40, seed=2)
    facts = RunFacts(store.file)
    facts.record("there", "there-3", None, "note", "look " * 500)
    facts.output.add([LineBatch("there", "there-3", "task", (KeptLine("x" * 3000, "stdout"),))])
    (quick_disk / "runs.jsonl").write_text("".join(export_thread(store, "there", facts=facts)), encoding="utf-8")
    whole = content_of(store, "there")
    store.delete_thread("there")
    before = everything(store, "here")
    store.close()
    operations = harness.ask("import", copied(quick_disk, "whole"), 0)["operations"]
    assert operations > 20
    for at in range(1 + seed % STRIDE, operations + 1, STRIDE):
        path = copied(quick_disk, f"at{at}")

        told = harness.ask("import", path, at, errno.ENOSPC, kind)

        where = f"seed {seed}, {kind}, operation {at} of {operations}: {told}"
        assert told == {"killed": -signal.SIGKILL} if kind == "kill" else told["failed"], where
        after = SqliteStore(path)
        assert everything(after, "here") == before, where
        is_done = "there" in after.threads()
        assert not (is_done and told.get("error")), where
        if is_done:  # the commit was whole before it was cut off
            assert content_of(after, "there") == whole, where
        else:
            assert rows_of(path) == {"here"}, where
            import_thread(after, (path.parent / "runs.jsonl").read_text(encoding="utf-8").splitlines(keepends=True))
            assert content_of(after, "there") == whole, where
        after.close()
        shutil.rmtree(path.parent)


def copied(folder: Path, name: str) -> Path:
    """The database and the file to import, in a folder of their own."""
    (folder / name).mkdir()
    shutil.copy(folder / "runs.jsonl", folder / name)
    return Path(shutil.copy(folder / "runs.sqlite", folder / name))


def content_of(store: SqliteStore, thread_id: str) -> tuple[object, ...]:
    facts = RunFacts(store.file)
    told = [(fact.kind, fact.checkpoint_id, fact.data) for fact in facts.read(thread_id)]
    branches = [(row.first, row.forked_from, row.edits) for row in store.branches.read(thread_id)]
    return everything(store, thread_id), told, facts.output.read(thread_id), branches


def rows_of(path: Path) -> set[str]:
    """Ids of threads of which any row is left."""
    connection = sqlite3.connect(path)
    tables = ("threads", "facts", "output", "branches")
    found = {row[0] for table in tables for row in connection.execute(f"SELECT thread_id FROM {table}")}
    orphans = connection.execute("SELECT count(*) FROM lanes WHERE thread NOT IN (SELECT id FROM threads)").fetchone()
    connection.close()
    assert orphans == (0,)
    return found


def steps_of(path: Path, *, read_only: bool = False) -> list[int]:
    store = SqliteStore(path, read_only=read_only)
    found = [stored.values["n"] for stored in store.list("old") if stored.checkpoint_id.startswith("c")]
    store.close()
    return found[::-1]


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return found
