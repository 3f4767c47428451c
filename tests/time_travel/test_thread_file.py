"""A thread goes into one file and comes back: same checkpoints, same values, same types; or it does not come back."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.store.checkpoint_store import CheckpointStore, TaskWrite
from engine.store.memory_store import MemoryStore
from engine.store.output_rows import KeptLine, LineBatch
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import StoreWriteError
from engine.time_travel import list_branches, name_branch, read_timeline
from engine.time_travel.thread_file import REDACTED, ThreadFileError, export_thread, import_thread
from tests.contracts.checkpoint_store_contract import new_checkpoint
from tests.serialization.deep import equal, nested
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

    import_thread(store, list(export_thread(store, "t", facts=facts)), thread_id="again")

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


FORMAT_1 = Path(__file__).parents[1] / "data" / "thread_format_1.jsonl"
"""Fourteen steps of thread ``old``, with forks and one note."""


def test_a_file_of_the_first_version_is_imported(store: SqliteStore) -> None:
    other = MemoryStore()
    fill(other, "old", 14, seed=3)

    with FORMAT_1.open(encoding="utf-8") as lines:
        import_thread(store, lines)

    assert told(store, "old") == told(other, "old")
    assert [fact.data for fact in RunFacts(store.file).read("old")] == ["look here"]
    assert len(store.branches.read("old")) == len(read_timeline(store, "old").branches) - 1


def test_branches_output_graphs_and_what_is_said_of_the_thread_come_along(store: SqliteStore) -> None:
    fill(store, "t", 30, seed=3)
    facts = RunFacts(store.file)
    digest = facts.remember_graph('{"nodes": {}}')
    facts.record("", None, None, "thread", {"thread_id": "t", "input": 1, "graph": digest})
    facts.record("", None, None, "thread", {"thread_id": "other", "input": 2})
    batch = LineBatch("t", "t-1", "task", (KeptLine("hello", "stdout", "node", 1, "task"),), dropped=3)
    facts.output.add([batch])
    first = store.branches.read("t")[0].first
    name_branch(store, "t", first, name="mine", note="noted")
    lines = list(export_thread(store, "t", facts=facts))
    elsewhere = SqliteStore(":memory:")

    import_thread(elsewhere, lines, thread_id="new")

    there = RunFacts(elsewhere.file)
    assert list_branches(elsewhere, "new") == list_branches(store, "t")
    assert {(each.name, each.note) for each in list_branches(elsewhere, "new")} == {("", ""), ("mine", "noted")}
    assert there.output.batches("new") == [replace(batch, thread_id="new")]
    assert [fact.data for fact in there.read("")] == [{"thread_id": "new", "input": 1, "graph": digest}]
    assert there.graph_text(digest) == '{"nodes": {}}'
    elsewhere.close()


@dataclasses.dataclass
class Order:
    number: int
    card: dict[str, str]


def test_a_path_leaves_out_just_that_place_through_lists_and_classes(store: SqliteStore) -> None:
    values = {
        "user": {"card": {"number": "4242", "brand": "x"}, "name": "Ann"},
        "card": {"number": "stays"},
        "orders": [Order(1, {"number": "5353", "brand": "y"}), {"card": {"number": ("6464",)}}],
    }
    store.save("t", "", new_checkpoint("a", changed=values))
    store.save("t", "", new_checkpoint("b", "a", changed={"user": {"card": "7575"}, "__start__": dict(values)}))

    lines = list(export_thread(store, "t", redacted=["user.card.number", "orders.card.number"]))
    import_thread(store, lines, thread_id="again")

    text = "".join(lines)
    assert not any(secret in text for secret in ("4242", "5353", "6464"))
    stored = store.load("again", "", "a")
    assert stored is not None
    assert stored.values["user"] == {"card": {"number": REDACTED, "brand": "x"}, "name": "Ann"}
    assert stored.values["card"] == {"number": "stays"}
    assert stored.values["orders"][0].card == {"number": REDACTED, "brand": "y"}


def test_a_value_of_ten_thousand_levels_comes_along(store: SqliteStore) -> None:
    deep = nested(lambda value: {"way": [value]}, 5_000)
    store.save("t", "", new_checkpoint("a", changed={"deep": deep, "log": [deep]}))

    import_thread(store, list(export_thread(store, "t")), thread_id="again")

    stored = store.load("again", "", "a")
    assert stored is not None
    assert equal(dict(stored.values), {"deep": deep, "log": [deep]})


@pytest.mark.parametrize("above", range(60, 240, 7))
def test_words_and_paths_are_left_out_of_deep_values_wherever_a_piece_ends(store: SqliteStore, above: int) -> None:
    pin = nested(lambda value: {"pin": value}, 250, "1234")
    secret = {"card": nested(lambda value: [value], 45, {"number": "4242"}), "password": pin}
    store.save("t", "", new_checkpoint("a", changed={"deep": nested(lambda value: [value], above, {"user": secret})}))

    lines = list(export_thread(store, "t", redacted=["password", "user.card.number"]))
    import_thread(store, lines, thread_id="again")

    assert "4242" not in "".join(lines)
    assert "1234" not in "".join(lines)
    stored = store.load("again", "", "a")
    assert stored is not None
    told = {"card": nested(lambda value: [value], 45, {"number": REDACTED}), "password": REDACTED}
    assert equal(stored.values["deep"], nested(lambda value: [value], above, {"user": told}))


def test_what_may_repeat_a_redacted_value_is_left_out(store: SqliteStore) -> None:
    facts = RunFacts(store.file)
    store.save("t", "", new_checkpoint("a", changed={"password": "hunter2"}))
    store.save("t", "", new_checkpoint("b", "a", changed={"n": 1}))
    store.save("t", "", new_checkpoint("c", "a", changed={"password": "hunter3"}, source="update"))
    facts.record("t", "a", None, "note", "hunter2")
    facts.record("", None, None, "thread", {"thread_id": "t", "input": "hunter2"})
    facts.output.add([LineBatch("t", "a", "task", (KeptLine("hunter2", "stdout"),))])
    name_branch(store, "t", "c", name="with hunter2", note="hunter3 works")
    failed = ValueError("hunter2 is wrong", {"given": "hunter3"})
    failed.add_note("hunter2")
    store.save_writes("t", "", "c", [TaskWrite("task", "__error__", failed, -1)])
    assert "hunter3" in str(store.branches.read("t"))

    text = "".join(export_thread(store, "t", facts=facts, redacted=["password"]))

    assert "hunter" not in text
    import_thread(store, text.splitlines(keepends=True), thread_id="again")
    stored = store.load("again", "", "c")
    assert stored is not None
    assert [(type(write.value), write.value.args) for write in stored.writes] == [(ValueError, (REDACTED,))]


def test_an_error_on_the_way_leaves_nothing_of_the_thread(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, "t", 20, seed=5)
    lines = list(export_thread(store, "t", facts=RunFacts(store.file)))
    store.delete_thread("t")
    save, saved = store.save, []

    def fails_late(*arguments: Any) -> None:
        if len(saved) == 15:
            raise StoreWriteError("disk full")
        saved.append(arguments)
        save(*arguments)

    monkeypatch.setattr(store, "save", fails_late)

    with pytest.raises(StoreWriteError):
        import_thread(store, lines)

    assert store.threads() == () and store.branches.read("t") == []
    monkeypatch.undo()
    import_thread(store, lines)
    assert len(everything(store, "t")) == 20


@pytest.mark.parametrize("wrong", ["", "a..b", ".a"])
def test_an_empty_key_cannot_be_redacted(store: SqliteStore, wrong: str) -> None:
    store.save("t", "", new_checkpoint("a"))

    with pytest.raises(ValueError, match="no key and no path"):
        export_thread(store, "t", redacted=[wrong])
