"""Run databases of every format that was ever written still open, with every value they had."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from engine.store.checkpoint_store import ChangedChannel, NewCheckpoint, TaskWrite
from engine.store.sqlite_migrations import CURRENT_VERSION
from engine.store.sqlite_store import SqliteStore

FORMAT_1 = Path(__file__).parents[1] / "data" / "runs_format_1.sqlite"
"""Twenty steps of thread ``old``: ``n`` counts them, ``log`` grows by one message of 600 characters each."""


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    return Path(shutil.copy(FORMAT_1, tmp_path / "runs.sqlite"))


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_the_first_format_tells_every_state(old_file: Path, read_only: bool) -> None:
    store = SqliteStore(old_file, read_only=read_only)

    found = [store.load("old", "", f"c{step}") for step in range(20)]

    assert [stored and stored.values["n"] for stored in found] == list(range(20))
    assert [stored and len(stored.values["log"]) for stored in found] == list(range(1, 21))
    assert found[4] is not None and [write.value for write in found[4].writes][0] == 5
    store.close()


def test_a_file_of_the_first_format_is_brought_up_to_date_and_written_on(old_file: Path) -> None:
    store = SqliteStore(old_file)
    last = store.load("old", "")
    assert last is not None
    log = [*last.values["log"], {"role": "user", "content": "new"}]

    store.save("old", "", step("c20", "c19", {"n": ChangedChannel(20), "log": ChangedChannel(log, 1)}, 21))

    stored = store.load("old", "")
    assert stored is not None and stored.values == {"n": 20, "log": log}
    store.close()
    assert column(old_file, "PRAGMA user_version") == [CURRENT_VERSION]


def test_a_step_tells_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    store = SqliteStore(path)
    store.save("t", "", step("a", None, {"n": ChangedChannel(0)}, 1))
    value = "fourteen chars"
    writes = [TaskWrite("task", "n", value, 0, "~count")]

    store.save("t", "", step("b", "a", {"n": ChangedChannel(value)}, 2), writes)

    before, after = store.load("t", "", "a"), store.load("t", "")
    assert before is not None and list(before.writes) == writes
    assert after is not None and after.versions == {"n": 2} and after.updated_channels == ("n",)
    store.close()
    row = column(path, "SELECT changes || versions || updated || writes FROM checkpoints WHERE checkpoint_id = 'b'")
    assert str(row[0]).count(value) == 1


def test_writes_that_are_not_the_changes_are_told_apart(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    store.save("t", "", step("a", None, {"sum": ChangedChannel(1)}, 1))
    writes = [TaskWrite("task", "sum", 1, 0, "~add")]  # the reducer makes 2 of it

    store.save("t", "", step("b", "a", {"sum": ChangedChannel(2)}, 2), writes)

    before = store.load("t", "", "a")
    assert before is not None and list(before.writes) == writes
    store.close()


def step(name: str, parent: str | None, changed: dict[str, ChangedChannel], version: int) -> NewCheckpoint:
    return NewCheckpoint(
        checkpoint_id=name,
        parent_id=parent,
        created_at="2026-01-01T00:00:00+00:00",
        metadata={"source": "loop"},
        changed=changed,
        dropped=frozenset(),
        versions=dict.fromkeys(changed, version),
        seen={},
        updated_channels=tuple(sorted(changed)),
    )


def column(path: Path, query: str) -> list[object]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute(query)]
    finally:
        connection.close()
