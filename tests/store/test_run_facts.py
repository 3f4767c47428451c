"""Facts beside the checkpoints, in the same file as the store that is open on it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from engine.store import run_facts
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_facts_come_back_in_order_and_can_be_asked_for_in_part(tmp_path: Path) -> None:
    facts = RunFacts(tmp_path / "runs.sqlite")
    facts.record(THREAD, "c1", "t1", "started", {"at": 1.5})
    facts.record(THREAD, "c1", None, "route", ["billing", None])
    facts.record("other", "c1", None, "route", "elsewhere")
    facts.record(THREAD, "c2", None, "note", "naïve 🙂")

    everything = facts.read(THREAD)

    assert [(fact.kind, fact.data, fact.checkpoint_id, fact.task_id) for fact in everything] == [
        ("started", {"at": 1.5}, "c1", "t1"),
        ("route", ["billing", None], "c1", None),
        ("note", "naïve 🙂", "c2", None),
    ]
    assert [fact.kind for fact in facts.read(THREAD, kinds=["route", "note"])] == ["route", "note"]
    assert [fact.kind for fact in facts.read(THREAD, after=everything[0].number, limit=1)] == ["route"]
    assert [fact.kind for fact in facts.read(THREAD, checkpoint_id="c2")] == ["note"]
    facts.close()


def test_facts_and_checkpoints_share_a_file_and_go_together(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    facts = RunFacts(tmp_path / "runs.sqlite")
    store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
    facts.record(THREAD, "c1", None, "note", 1)
    facts.record("other", "c1", None, "note", 2)

    store.delete_thread(THREAD)

    assert facts.read(THREAD) == []
    assert [fact.data for fact in facts.read("other")] == [2]
    facts.close()
    store.close()


def test_the_text_of_a_graph_is_found_by_its_hash(tmp_path: Path) -> None:
    facts = RunFacts(tmp_path / "runs.sqlite")

    found = facts.remember_graph('{"nodes": {}}')

    assert facts.remember_graph('{"nodes": {}}') == found
    assert facts.graph_text(found) == '{"nodes": {}}'
    assert facts.graph_text("0" * 64) is None
    facts.close()


def test_the_text_of_a_module_is_kept_once_and_all_of_them_stay_within_their_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_facts, "MOST_CODE_CHARS", 10)
    monkeypatch.setattr(run_facts, "MOST_TEXT_CHARS", 12)
    facts = RunFacts(tmp_path / "runs.sqlite")

    for text in ("x = 1", "x = 1", "x = 22", "x = 'too long'"):
        facts.remember_code(text)
    assert [facts.graph_text(digest(text)) for text in ("x = 1", "x = 22", "x = 'too long'")] == [
        "x = 1",
        "x = 22",
        None,
    ]

    facts.remember_code("x = 3")

    assert facts.graph_text(digest("x = 1")) is None, "the oldest goes first"
    assert facts.graph_text(digest("x = 3")) == "x = 3"
    facts.close()


def test_facts_are_counted_looked_up_from_the_end_and_deleted_by_number(tmp_path: Path) -> None:
    facts = RunFacts(tmp_path / "runs.sqlite")
    facts.record(THREAD, "c1", None, "step", 1)
    facts.record(THREAD, "c2", None, "step", 2)
    facts.record(THREAD, "c2", None, "stop", 3)
    first, _second, stop = facts.read(THREAD)

    assert facts.count(THREAD, "step") == 2
    assert facts.newest(THREAD, ["step", "stop"]) == stop
    assert facts.newest(THREAD, ["note"]) is None
    facts.delete([first.number, stop.number])

    assert [fact.data for fact in facts.read(THREAD)] == [2]
    facts.close()
