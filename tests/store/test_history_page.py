"""A history is read in portions whose checkpoints share what was read, and never the values they hand out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.serialization.codec import Codec
from engine.store import history_page, sqlite_store
from engine.store.checkpoint_store import StoredCheckpoint, TaskWrite
from engine.store.rewrite import difference
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import DamagedStoreError
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint

STEPS = 150
ITEMS: list[Any] = ["x" * 600, {"role": "user", "content": "y" * 600}, "short", {"small": [1]}, ("a", "tuple"), 7]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Lists of every kind that grow: of long and short texts, of dictionaries, of what needs a tag."""
    store = SqliteStore(tmp_path / "runs.sqlite")
    state: dict[str, Any] = {f"log{place}": [] for place in range(len(ITEMS))}
    store.save(THREAD, "", new_checkpoint("c000", changed=state))
    for step in range(1, STEPS):
        key = f"log{step % len(ITEMS)}"
        state = {**state, key: [*state[key], ITEMS[step % len(ITEMS)]]}
        new = new_checkpoint(f"c{step:03}", f"c{step - 1:03}", changed={key: state[key]}, appended={key: 1})
        store.save(THREAD, "", new, [TaskWrite("t", key, state[key][-1:], 0)])
    yield store
    store.close()


def one_by_one(store: SqliteStore) -> list[StoredCheckpoint | None]:
    return [store.load(THREAD, "", f"c{step:03}") for step in reversed(range(STEPS))]


def test_a_history_tells_what_each_checkpoint_tells(store: SqliteStore) -> None:
    assert list(store.list(THREAD)) == one_by_one(store)


def test_portions_of_large_states_are_short_and_tell_the_same(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_page, "_MOST_CHARS", 3_000)

    assert list(store.list(THREAD)) == one_by_one(store)


def test_who_changes_a_value_changes_no_other_checkpoint(store: SqliteStore) -> None:
    expected = one_by_one(store)
    for found, told in zip(store.list(THREAD), expected, strict=True):
        assert found == told
        for value in found.values.values():
            for item in value:
                if isinstance(item, dict):
                    item["content"] = "changed"
            value.clear()
        for write in found.writes:
            write.value.clear()


def test_a_text_is_read_once_in_a_portion(store: SqliteStore) -> None:
    told: list[str] = []
    connection = store.file._take_reader()
    connection.set_trace_callback(told.append)
    store.file._give_back(connection)

    list(store.list(THREAD, limit=60))

    texts = [text.partition(" FROM texts WHERE id ")[2] for text in told]
    numbers = [number for text in texts for number in re.findall(r"\d+", text)]
    assert len(numbers) == len(set(numbers)) > 0


def test_the_pieces_of_a_list_are_read_in_few_statements(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    log: list[str] = []
    for step in range(47):
        log = [*log, f"{step % 5} {'x' * 600}"]  # some are equal: they share a row
        new = new_checkpoint(f"d{step:03}", f"d{step - 1:03}" if step else None, changed={"log": log})
        new.changed["log"].appended = 1 if step else None
        store.save("other", "", new)
    told: list[str] = []
    connection = store.file._take_reader()
    connection.set_trace_callback(told.append)
    store.file._give_back(connection)

    found = store.load("other", "")

    assert found is not None and found.values == {"log": log}
    assert len([text for text in told if " FROM texts " in text]) <= 3
    assert len([text for text in told if " FROM checkpoints " in text]) <= 8
    store.close()


def test_a_damaged_row_of_another_branch_between_the_pieces_of_a_list_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    store = SqliteStore(path)
    log: list[str] = []
    for step in range(60):
        log = [*log, f"{step} {'x' * 600}"]
        new = new_checkpoint(f"d{step:03}", f"d{step - 1:03}" if step else None, changed={"log": log})
        new.changed["log"].appended = 1 if step else None
        store.save("other", "", new)
        store.save("other", "", new_checkpoint(f"e{step:03}", "d000", changed={"n": step}))
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE checkpoints SET changes = '[]' WHERE checkpoint_id LIKE 'e%' AND checkpoint_id < 'e050'")
    connection.commit()
    connection.close()

    store = SqliteStore(path)
    for step in range(50, 60):
        found = store.load("other", "", f"d{step:03}")

        assert found is not None and found.values == {"log": log[: step + 1]}
    with pytest.raises(DamagedStoreError):
        store.load("other", "", "e020")
    store.close()


def test_limit_and_filter_count_what_is_wanted(store: SqliteStore) -> None:
    odd = [new_checkpoint(f"d{step:03}", None, changed={"n": step}) for step in range(100)]
    for new in odd:
        new.metadata = {"source": "fork" if int(new.checkpoint_id[1:]) % 30 == 0 else "loop"}
        store.save("other", "", new)

    forks = [stored.checkpoint_id for stored in store.list("other", filter={"source": "fork"})]
    two = [stored.checkpoint_id for stored in store.list("other", filter={"source": "fork"}, limit=2)]

    assert forks == ["d090", "d060", "d030", "d000"]
    assert two == forks[:2]
    assert [stored.checkpoint_id for stored in store.list("other", limit=70)][-1] == "d030"
    assert list(store.list("other", limit=0)) == []


@pytest.mark.parametrize(("most_chars", "at_once"), [(2**24, 500), (2**24, 20), (3_000, 20)])
def test_read_forward_each_checkpoint_comes_with_its_parent(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, most_chars: int, at_once: int
) -> None:
    monkeypatch.setattr(history_page, "_MOST_CHARS", most_chars)
    monkeypatch.setattr(sqlite_store, "_STEPS", at_once)
    state = {**store.load(THREAD, "", "c010").values, "log5": [7, 8]}  # type: ignore[union-attr] # it is there
    store.save(THREAD, "", new_checkpoint("fork", "c010", changed={"log5": state["log5"]}))
    store.save(THREAD, "", new_checkpoint("lone", "not in the file", changed={"n": 1}))
    expected = [(header.checkpoint_id, header.parent_id) for header in reversed(list(store.headers(THREAD)))]

    found = list(store.steps(THREAD, ""))

    assert [(header.checkpoint_id, header.parent_id) for header, _, _ in found] == expected
    for header, stored, parent in found:
        assert stored == store.load(THREAD, "", header.checkpoint_id)
        assert parent == (store.load(THREAD, "", header.parent_id) if header.parent_id else None)


def test_read_forward_what_was_appended_is_the_only_difference(store: SqliteStore) -> None:
    codec = Codec()

    for header, stored, parent in store.steps(THREAD, ""):
        if parent is not None:
            new = difference(parent, stored, codec)
            assert tuple(new.changed) == header.changed
            assert [changed.appended for changed in new.changed.values()] == [
                1 if parent.values[channel] else None for channel in new.changed
            ]
