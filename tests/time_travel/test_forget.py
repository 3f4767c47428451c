"""Branches and old checkpoints go; what remains is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import StoreWriteError
from engine.time_travel.forget import delete_branch, prune
from engine.time_travel.tags import tag, tags, untag
from engine.time_travel.timeline import read_timeline
from tests.torture.builders import everything, fill


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "runs.sqlite")
    fill(store, "t", 60, seed=3)
    yield store
    store.close()


def states(store: SqliteStore) -> dict[str, object]:
    return {one.checkpoint_id: (one.values, one.versions, one.seen) for one in everything(store, "t")}


def test_a_deleted_branch_is_gone_and_every_other_state_is_what_it_was(store: SqliteStore) -> None:
    before, tree = states(store), read_timeline(store, "t")
    branch = next(branch for branch in tree.branches if branch.forked_from is not None)

    gone = delete_branch(store, "t", branch.checkpoint_ids[0])

    assert set(branch.checkpoint_ids) <= set(gone)
    assert states(store) == {name: state for name, state in before.items() if name not in gone}
    assert read_timeline(store, "t").head not in gone


def test_facts_of_a_deleted_branch_go_with_it(store: SqliteStore) -> None:
    facts = RunFacts(store.file)
    facts.record("t", "t-59", None, "note", "gone")
    facts.record("t", "t-0", None, "note", "stays")

    gone = delete_branch(store, "t", "t-59", facts=facts)

    assert gone == ("t-59",)
    assert [fact.data for fact in facts.read("t", ["note"])] == ["stays"]


def test_the_whole_thread_is_no_branch(store: SqliteStore) -> None:
    before = states(store)

    with pytest.raises(ValueError, match="Delete the thread"):
        delete_branch(store, "t", "t-0")
    with pytest.raises(LookupError, match="no checkpoint 'x'"):
        delete_branch(store, "t", "x")

    assert states(store) == before


def test_pruning_keeps_the_last_the_heads_the_forks_and_what_is_asked_for(store: SqliteStore) -> None:
    before, tree = states(store), read_timeline(store, "t")

    gone = prune(store, "t", keep_last=3, keep=["t-5"])

    after = states(store)
    assert after == {name: state for name, state in before.items() if name not in gone}
    assert {"t-57", "t-58", "t-59", "t-5", *tree.leaves} <= after.keys()
    assert {branch.forked_from for branch in tree.branches} - {None} <= after.keys()
    assert len(after) < len(before)
    assert store.load("t", "") == next(iter(everything(store, "t")))


def test_a_tag_stays_until_it_is_taken_away(store: SqliteStore) -> None:
    facts = RunFacts(store.file)
    tag(facts, "t", "t-3", "good")
    tag(facts, "t", "t-3", "shown")
    tag(facts, "t", "t-4", "good")

    untag(facts, "t", "t-4", "good")
    untag(facts, "t", "t-5", "never")

    assert tags(facts, "t") == {"t-3": ("good", "shown")}


@pytest.mark.parametrize("is_shared", [True, False])
def test_what_cannot_be_forgotten_whole_stays_whole(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, *, is_shared: bool
) -> None:
    facts = RunFacts(store.file if is_shared else store.path)
    facts.record("t", "t-59", None, "note", "stays too")
    before = states(store)

    def full(*_arguments: object) -> None:
        raise StoreWriteError("disk full")

    monkeypatch.setattr(RunFacts, "forget_output", full)
    with pytest.raises(StoreWriteError):
        delete_branch(store, "t", "t-59", facts=facts)
    with pytest.raises(StoreWriteError):
        prune(store, "t", keep_last=1, facts=facts)

    assert states(store) == before
    assert [fact.data for fact in facts.read("t")] == ["stays too"]
