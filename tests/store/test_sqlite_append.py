"""A checkpoint onto the newest one is one statement, and that statement notices when it is not the newest any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.serialization.unstorable import UnstorableValueError
from engine.store.checkpoint_store import TaskWrite
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def statements_of(store: SqliteStore, work: Callable[[], None]) -> list[str]:
    told: list[str] = []
    connection = store.file._writer
    connection.set_trace_callback(lambda text: told.append(text.split()[0]))
    work()
    connection.set_trace_callback(None)
    return told


def test_a_step_is_one_statement(path: Path) -> None:
    store = SqliteStore(path)
    store.save(THREAD, "", new_checkpoint("c0", changed={"n": 0}))

    told = statements_of(store, lambda: store.save(THREAD, "", new_checkpoint("c1", "c0", changed={"n": 1})))

    assert told == ["INSERT"]
    assert [stored.checkpoint_id for stored in store.list(THREAD)] == ["c1", "c0"]
    store.close()


def test_long_values_are_in_the_same_transaction(path: Path) -> None:
    store = SqliteStore(path)
    store.save(THREAD, "", new_checkpoint("c0", changed={"n": 0}))
    long = new_checkpoint("c1", "c0", changed={"n": "x" * 1000})

    told = statements_of(store, lambda: store.save(THREAD, "", long))

    assert (told[0], told[-1], told.count("COMMIT")) == ("BEGIN", "COMMIT", 1)
    store.close()


@pytest.mark.parametrize("value", [2, "y" * 1000])
def test_another_process_that_was_first_is_noticed(path: Path, value: Any) -> None:
    store, other = SqliteStore(path), SqliteStore(path)
    store.save(THREAD, "", new_checkpoint("c0", changed={"n": 0}))
    other.save(THREAD, "", new_checkpoint("c1", "c0", changed={"n": 1}))

    store.save(THREAD, "", new_checkpoint("d1", "c0", changed={"n": value}), [TaskWrite("task", "n", value, 0, "~p")])

    tree = {stored.checkpoint_id: (stored.parent_id, stored.values["n"]) for stored in store.list(THREAD)}
    assert tree == {"c0": (None, 0), "c1": ("c0", 1), "d1": ("c0", value)}
    root = store.load(THREAD, "", "c0")
    assert root is not None and [write.value for write in root.writes] == [value]
    store.close()
    other.close()


def test_after_a_value_that_cannot_be_stored_the_thread_goes_on(path: Path) -> None:
    store = SqliteStore(path)
    store.save(THREAD, "", new_checkpoint("c0", changed={"n": 0}))

    with pytest.raises(UnstorableValueError, match="bad"):
        store.save(THREAD, "", new_checkpoint("c1", "c0", changed={"long": "x" * 1000, "bad": open}))
    store.save(THREAD, "", new_checkpoint("c1", "c0", changed={"long": "x" * 1000}))

    found = store.load(THREAD, "")
    assert found is not None and found.values == {"n": 0, "long": "x" * 1000}
    store.close()


@pytest.mark.parametrize("chars", [5, 700])
def test_what_a_task_appended_is_told_once_and_read_twice(path: Path, chars: int) -> None:
    """Through all the ways in which a list is written: whole, as appended items, as sixteen appendings in one."""
    store = SqliteStore(path)
    log: list[str] = []
    store.save(THREAD, "", new_checkpoint("c00", changed={"log": log}))
    for step in range(1, 60):
        item = f"{step:02}" + "x" * chars
        log = [*log, item]
        new = new_checkpoint(f"c{step:02}", f"c{step - 1:02}", changed={"log": log}, appended={"log": 1})
        store.save(THREAD, "", new, [TaskWrite(f"task{step}", "log", log[-1:], 0, "~__pregel_pull, say")])

    read = SqliteStore(path)
    for step in range(60):
        found = read.load(THREAD, "", f"c{step:02}")
        assert found is not None and found.values["log"] == log[:step]
        wrote = [(write.task_id, write.channel, write.value) for write in found.writes]
        assert wrote == ([(f"task{step + 1}", "log", [log[step]])] if step < 59 else [])
    store.close()
    read.close()
