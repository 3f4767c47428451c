"""Facts beside the checkpoints, in the same file as the store that is open on it."""

from __future__ import annotations

from pathlib import Path

from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint


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

    digest = facts.remember_graph('{"nodes": {}}')

    assert facts.remember_graph('{"nodes": {}}') == digest
    assert facts.graph_text(digest) == '{"nodes": {}}'
    assert facts.graph_text("0" * 64) is None
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
