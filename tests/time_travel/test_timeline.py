"""The past as a tree, on a store with forks in it."""

from __future__ import annotations

import pytest

from engine.store.memory_store import MemoryStore
from engine.store.state_keys import is_state_key
from engine.time_travel.snapshot import moment
from engine.time_travel.timeline import read_timeline
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint


@pytest.fixture
def store() -> MemoryStore:
    r"""c1 - c2 - c3 - c4, with f3 and g3 forked from c2, f4 after f3, and a second root r."""
    store = MemoryStore()
    for key, parent, changed in (
        ("c1", None, {"intent": "?", "log": ["c1"]}),
        ("c2", "c1", {"log": ["c1", "c2"], "branch:to:x": None}),
        ("c3", "c2", {"intent": "billing"}),
        ("f3", "c2", {"intent": "technical"}),
        ("c4", "c3", {"log": ["c4"]}),
        ("g3", "c2", {"other": 1}),
        ("f4", "f3", {"log": ["f4"]}),
        ("r", None, {"intent": "new"}),
    ):
        store.save(THREAD, "", new_checkpoint(key, parent, changed=changed))
    return store


def test_the_first_child_carries_a_branch_on_and_later_ones_fork(store: MemoryStore) -> None:
    tree = read_timeline(store, THREAD)

    assert [(branch.forked_from, branch.checkpoint_ids) for branch in tree.branches] == [
        (None, ("c1", "c2", "c3", "c4")),
        ("c2", ("f3", "f4")),
        ("c2", ("g3",)),
        (None, ("r",)),
    ]
    assert tree.branch_of["f4"] == 1
    assert [branch.head for branch in tree.branches] == ["c4", "f4", "g3", "r"]
    assert tree.head == "r"
    assert tree.leaves == ("r", "f4", "g3", "c4")


def test_ways_through_the_tree(store: MemoryStore) -> None:
    tree = read_timeline(store, THREAD)

    assert tree.path_to("f4") == ("c1", "c2", "f3", "f4")
    assert tree.children_of("c2") == ("c3", "f3", "g3")
    assert tree.common_ancestor("c4", "f4") == "c2"
    assert tree.common_ancestor("c4", "r") is None
    with pytest.raises(KeyError):
        tree.path_to("nobody")


def test_who_wrote_a_key_is_told_along_the_way_and_not_by_other_branches(store: MemoryStore) -> None:
    tree = read_timeline(store, THREAD)

    assert tree.last_writer("f4", "intent") == "f3"
    assert tree.last_writer("g3", "intent") == "c1"
    assert tree.last_writer("c4", "nothing") is None
    assert tree.writers("c4", "log") == ("c1", "c2", "c4")


def test_a_moment_shows_the_states_keys_without_the_routing(store: MemoryStore) -> None:
    assert moment(store, THREAD, "c2").values == {"intent": "?", "log": ["c1", "c2"]}
    assert moment(store, THREAD).checkpoint_id == "r"
    assert is_state_key("__root__")
    with pytest.raises(LookupError, match="no checkpoint c9"):
        moment(store, THREAD, "c9")


def test_an_empty_thread_has_an_empty_tree() -> None:
    tree = read_timeline(MemoryStore(), THREAD)

    assert (tree.head, tree.leaves, tree.branches) == (None, (), ())
