"""Run databases of every format that was ever written still open, with every value they had."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from engine.store.checkpoint_store import ChangedChannel, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.sqlite_migrations import CURRENT_VERSION
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import ReadOnlyStoreError
from engine.time_travel.branch_list import list_branches, name_branch

DATA = Path(__file__).parents[1] / "data"
"""``runs_format_N.sqlite``: twenty steps of thread ``old``. ``n`` counts them, ``log`` grows by one message of 600
characters each. From format 2 on, a fork of two steps leaves it after ``c5``."""


@pytest.fixture(params=range(1, CURRENT_VERSION))
def old_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / f"runs_format_{request.param}.sqlite", tmp_path / "runs.sqlite"))


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_an_older_format_tells_every_state(old_file: Path, read_only: bool) -> None:
    store = SqliteStore(old_file, read_only=read_only)

    found = [store.load("old", "", f"c{step}") for step in range(20)]

    assert [stored and stored.values["n"] for stored in found] == list(range(20))
    assert [stored and len(stored.values["log"]) for stored in found] == list(range(1, 21))
    assert found[4] is not None and [write.value for write in found[4].writes][0] == 5
    store.close()


def test_a_file_of_an_older_format_is_brought_up_to_date_and_written_on(old_file: Path) -> None:
    store = SqliteStore(old_file)
    last = store.load("old", "", "c19")
    assert last is not None
    log = [*last.values["log"], {"role": "user", "content": "new"}]

    store.save("old", "", step("c20", "c19", {"n": ChangedChannel(20), "log": ChangedChannel(log, 1)}, 21))

    stored = store.load("old", "")
    assert stored is not None and stored.values == {"n": 20, "log": log}
    store.close()
    assert column(old_file, "PRAGMA user_version") == [CURRENT_VERSION]


def test_the_file_is_kept_as_it_was_before_it_is_brought_up_to_date(old_file: Path) -> None:
    version = column(old_file, "PRAGMA user_version")[0]
    told = all_of(old_file, read_only=True)

    SqliteStore(old_file).close()
    SqliteStore(old_file).close()

    kept = old_file.with_name(f"runs.sqlite.format-{version}")
    assert sorted(path.name for path in old_file.parent.iterdir()) == ["runs.sqlite", kept.name]
    assert column(kept, "PRAGMA user_version") == [version]
    assert column(kept, "PRAGMA integrity_check") == ["ok"]
    assert all_of(kept, read_only=True) == told == all_of(old_file)


def test_a_file_that_cannot_be_kept_as_it_was_is_read_and_not_changed(
    old_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    version, told = column(old_file, "PRAGMA user_version"), all_of(old_file, read_only=True)
    monkeypatch.setattr("engine.store.sqlite_file.keep_original", no_room)
    store = SqliteStore(old_file)

    with pytest.raises(ReadOnlyStoreError, match=r"keeping a copy .* disk is full"):
        store.delete_thread("old")

    assert list(store.list("old", None)) == told
    assert len(store.branches.read("old")) == (1 if version[0] >= 3 else 0)
    store.close()
    assert column(old_file, "PRAGMA user_version") == version


def test_branches_of_an_older_file_are_listed_and_can_be_named(tmp_path: Path) -> None:
    store = SqliteStore(shutil.copy(DATA / "runs_format_2.sqlite", tmp_path / "runs.sqlite"))

    name_branch(store, "old", "f1", name="the fork")

    main, branch = list_branches(store, "old")
    assert (main.checkpoints, branch.first, branch.forked_from, branch.checkpoints) == (20, "f0", "c5", 2)
    assert (branch.name, branch.edits) == ("the fork", ())
    store.close()


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


def all_of(path: Path, *, read_only: bool = False) -> list[StoredCheckpoint]:
    store = SqliteStore(path, read_only=read_only)
    found = list(store.list("old", None))
    store.close()
    return found


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
