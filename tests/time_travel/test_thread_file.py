"""A thread goes into one file and comes back: same checkpoints, same values, same types; or it does not come back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.store.checkpoint_store import CheckpointStore, TaskWrite
from engine.store.memory_store import MemoryStore
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.thread_file import REDACTED, ThreadFileError, export_thread, import_thread
from tests.contracts.checkpoint_store_contract import new_checkpoint
from tests.torture.builders import everything, fill


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "runs.sqlite")
    yield store
    store.close()


def told(store: CheckpointStore, thread: str) -> list[object]:
    """All that is stored of a thread but its name."""
    return [
        (one.namespace, one.checkpoint_id, one.parent_id, one.created_at, one.metadata, one.values, one.versions)
        + (one.seen, one.updated_channels, sorted((w.task_id, w.index, w.channel, repr(w.value)) for w in one.writes))
        for one in everything(store, thread)
    ]


def test_a_thread_with_forks_and_drops_comes_back_as_it_was(store: SqliteStore) -> None:
    fill(store, "t", 60, seed=3)

    name = import_thread(store, export_thread(store, "t"), thread_id="again")

    assert name == "again"
    assert told(store, "again") == told(store, "t")


def test_another_kind_of_store_takes_it_too(store: SqliteStore) -> None:
    fill(store, "t", 20, seed=4)
    other = MemoryStore()

    assert import_thread(other, export_thread(store, "t")) == "t"

    assert told(other, "t") == told(store, "t")


def test_facts_come_along(store: SqliteStore) -> None:
    fill(store, "t", 3, seed=1)
    facts = RunFacts(store.file)
    facts.record("t", "t-1", None, "note", "look here")

    import_thread(store, list(export_thread(store, "t", facts=facts)), thread_id="again", facts=facts)

    found = facts.read("again")
    assert [(fact.checkpoint_id, fact.kind, fact.data) for fact in found] == [("t-1", "note", "look here")]


def test_redacted_keys_are_in_no_line_however_deep(store: SqliteStore) -> None:
    secret = "hunter2"
    values = {
        "password": secret,
        "user": {"name": "Ann", "password": secret},
        "pairs": {1: 2, "password": secret},
        "log": [{"password": [secret]}],
        "day": date(2026, 1, 1),
    }
    store.save("t", "", new_checkpoint("a", changed=values))
    store.save_writes("t", "", "a", [TaskWrite("task", "password", secret, 0)])

    lines = list(export_thread(store, "t", redacted=["password"]))
    import_thread(store, lines, thread_id="again")

    assert secret not in "".join(lines)
    stored = store.load("again", "")
    assert stored is not None
    assert stored.values["user"] == {"name": "Ann", "password": REDACTED}
    assert stored.values["pairs"] == {1: 2, "password": REDACTED}
    assert stored.values["day"] == date(2026, 1, 1)


def test_redacting_keys_named_as_parts_of_the_file_harms_nothing(store: SqliteStore) -> None:
    store.save("t", "", new_checkpoint("a", changed={"id": 1, "set": {"id": 2, "kept": 3}, "n": 4}))

    import_thread(store, export_thread(store, "t", redacted=["id", "namespace", "hash"]), thread_id="again")

    stored = store.load("again", "", "a")
    assert stored is not None
    assert stored.values == {"id": REDACTED, "set": {"id": REDACTED, "kept": 3}, "n": 4}


def test_any_changed_character_is_told_and_nothing_is_imported(store: SqliteStore) -> None:
    fill(store, "t", 4, seed=2)
    text = "".join(export_thread(store, "t"))
    chance = random.Random(5)
    for _ in range(150):
        place = chance.randrange(len(text))
        changed = text[:place] + chance.choice([c for c in "x0\n " if c != text[place]]) + text[place + 1 :]
        if changed.splitlines() == text.splitlines():
            continue

        with pytest.raises(ThreadFileError):
            import_thread(store, changed.splitlines(keepends=True), thread_id="again")

    assert store.threads() == ("t",)


@pytest.mark.parametrize("lost", [0, 1, -2, -1])
def test_a_missing_line_is_told(store: SqliteStore, lost: int) -> None:
    fill(store, "t", 4, seed=2)
    lines = list(export_thread(store, "t"))
    del lines[lost]

    with pytest.raises(ThreadFileError):
        import_thread(store, lines, thread_id="again")


def test_a_thread_that_is_there_is_not_written_over(store: SqliteStore) -> None:
    fill(store, "t", 4, seed=2)
    before = told(store, "t")

    with pytest.raises(ThreadFileError, match="already"):
        import_thread(store, export_thread(store, "t"))

    assert told(store, "t") == before


def test_a_thread_that_is_not_there_cannot_be_exported(store: SqliteStore) -> None:
    with pytest.raises(LookupError, match="no thread 'nobody'"):
        list(export_thread(store, "nobody"))
