"""What every ``CheckpointStore`` keeps to. A store's test file derives from this class and gives it a ``store``."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from engine.store.checkpoint_store import ChangedChannel, CheckpointStore, NewCheckpoint, TaskWrite
from tests.serialization.deep import equal, nested

THREAD = "thread-1"


def new_checkpoint(
    checkpoint_id: str,
    parent_id: str | None = None,
    *,
    changed: Mapping[str, Any] | None = None,
    appended: Mapping[str, int] | None = None,
    dropped: Sequence[str] = (),
    versions: Mapping[str, Any] | None = None,
    seen: Mapping[str, Mapping[str, Any]] | None = None,
    updated_channels: tuple[str, ...] = (),
    created_at: str = "2026-01-01T00:00:00+00:00",
    **metadata: Any,
) -> NewCheckpoint:
    """A checkpoint with everything filled in that a test does not care about."""
    hints = appended or {}
    return NewCheckpoint(
        checkpoint_id=checkpoint_id,
        parent_id=parent_id,
        created_at=created_at,
        metadata={"source": "loop", "step": 0, "parents": {}, **metadata},
        changed={key: ChangedChannel(value, hints.get(key)) for key, value in (changed or {}).items()},
        dropped=frozenset(dropped),
        versions=versions or {},
        seen=seen or {},
        updated_channels=updated_channels,
    )


class CheckpointStoreContract:
    """Tests that hold for memory, for a file and for a wrapped saver alike."""

    @pytest.fixture
    def store(self) -> CheckpointStore:
        raise NotImplementedError

    def test_an_unknown_thread_or_checkpoint_loads_as_none(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1"))

        assert store.load("nobody", "") is None
        assert store.load(THREAD, "elsewhere") is None
        assert store.load(THREAD, "", "c9") is None
        assert list(store.list("nobody")) == []

    def test_a_checkpoint_comes_back_as_it_was_saved(self, store: CheckpointStore) -> None:
        store.save(
            THREAD,
            "",
            new_checkpoint(
                "c1",
                changed={"a": 1, "b": ["x"]},
                versions={"a": 1, "b": 2},
                seen={"node": {"a": 1}},
                updated_channels=("a", "b"),
                step=-1,
                mood="good",
            ),
        )

        stored = store.load(THREAD, "", "c1")

        assert stored is not None
        assert (stored.thread_id, stored.namespace, stored.checkpoint_id, stored.parent_id) == (THREAD, "", "c1", None)
        assert stored.created_at == "2026-01-01T00:00:00+00:00"
        assert dict(stored.metadata) == {"source": "loop", "step": -1, "parents": {}, "mood": "good"}
        assert dict(stored.values) == {"a": 1, "b": ["x"]}
        assert dict(stored.versions) == {"a": 1, "b": 2}
        assert {node: dict(seen) for node, seen in stored.seen.items()} == {"node": {"a": 1}}
        assert stored.updated_channels == ("a", "b")
        assert list(stored.writes) == []

    def test_a_child_inherits_what_it_does_not_change(self, store: CheckpointStore) -> None:
        store.save(
            THREAD,
            "",
            new_checkpoint(
                "c1", changed={"a": 1, "b": 2}, versions={"a": 1, "b": 1}, seen={"n": {"a": 1}, "m": {"b": 1}}
            ),
        )
        store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"b": 3}, versions={"b": 2}, seen={"n": {"b": 2}}))

        stored = store.load(THREAD, "", "c2")

        assert stored is not None
        assert stored.parent_id == "c1"
        assert dict(stored.values) == {"a": 1, "b": 3}
        assert dict(stored.versions) == {"a": 1, "b": 2}
        assert {node: dict(seen) for node, seen in stored.seen.items()} == {"n": {"a": 1, "b": 2}, "m": {"b": 1}}

    def test_a_dropped_channel_is_gone_but_its_version_stays(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1, "b": 2}, versions={"a": 1, "b": 1}))
        store.save(THREAD, "", new_checkpoint("c2", "c1", dropped=["a"], versions={"a": 2}))

        stored = store.load(THREAD, "", "c2")

        assert stored is not None
        assert dict(stored.values) == {"b": 2}
        assert dict(stored.versions) == {"a": 2, "b": 1}

    def test_none_is_a_value_and_not_an_absence(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": None}, versions={"a": 1}))

        stored = store.load(THREAD, "")

        assert stored is not None
        assert dict(stored.values) == {"a": None}

    def test_the_newest_is_the_one_saved_last_whatever_ids_and_clocks_say(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("z", created_at="2030-01-01T00:00:00+00:00"))
        store.save(THREAD, "", new_checkpoint("a", "z", created_at="1990-01-01T00:00:00+00:00"))

        newest = store.load(THREAD, "")

        assert newest is not None
        assert newest.checkpoint_id == "a"
        assert [stored.checkpoint_id for stored in store.list(THREAD)] == ["a", "z"]

    def test_writes_are_found_on_the_parent_in_the_order_of_path_and_index(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1"))
        second = TaskWrite("t2", "x", "late", 0, "~__pregel_pull, b")
        first = [
            TaskWrite("t9", "x", "early", 0, "~__pregel_pull, a"),
            TaskWrite("t9", "y", "next", 1, "~__pregel_pull, a"),
        ]

        store.save_writes(THREAD, "", "c1", [second])
        store.save(THREAD, "", new_checkpoint("c2", "c1"), first)

        parent, child = store.load(THREAD, "", "c1"), store.load(THREAD, "", "c2")
        assert parent is not None and child is not None
        assert list(parent.writes) == [*first, second]
        assert list(child.writes) == []

    def test_a_write_saved_twice_stays_the_first_one_but_reserved_places_replace(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1"))
        store.save_writes(THREAD, "", "c1", [TaskWrite("t", "x", "first", 0), TaskWrite("t", "__error__", "old", -1)])

        store.save_writes(THREAD, "", "c1", [TaskWrite("t", "x", "again", 0), TaskWrite("t", "__error__", "new", -1)])

        stored = store.load(THREAD, "", "c1")
        assert stored is not None
        assert {(write.index, write.value) for write in stored.writes} == {(-1, "new"), (0, "first")}

    def test_branches_from_one_parent_do_not_see_each_other(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"log": ["a"], "n": 0}, versions={"log": 1, "n": 1}))
        store.save(
            THREAD,
            "",
            new_checkpoint("c2", "c1", changed={"log": ["a", "b"]}, appended={"log": 1}, versions={"log": 2}),
        )
        store.save(
            THREAD,
            "",
            new_checkpoint("f2", "c1", changed={"log": ["a", "x"]}, appended={"log": 1}, versions={"log": 2}),
        )
        store.save(
            THREAD,
            "",
            new_checkpoint("c3", "c2", changed={"log": ["a", "b", "c"]}, appended={"log": 1}, versions={"log": 3}),
        )

        logs = {stored.checkpoint_id: stored.values["log"] for stored in store.list(THREAD)}

        assert logs == {"c3": ["a", "b", "c"], "f2": ["a", "x"], "c2": ["a", "b"], "c1": ["a"]}
        assert [stored.checkpoint_id for stored in store.list(THREAD)] == ["c3", "f2", "c2", "c1"]

    def test_a_list_grown_many_times_reads_right_at_every_step(self, store: CheckpointStore) -> None:
        items: list[Any] = []
        parent = None
        for step in range(60):
            items = [*items, {"step": step, "text": "x" * step}, (step, {"inner"})]
            store.save(
                THREAD,
                "",
                new_checkpoint(
                    f"c{step}",
                    parent,
                    changed={"log": items},
                    appended={"log": 2} if step else {},
                    versions={"log": step},
                ),
            )
            parent = f"c{step}"

        for step in range(60):
            stored = store.load(THREAD, "", f"c{step}")
            assert stored is not None
            assert stored.values["log"] == items[: 2 * step + 2]

    def test_threads_and_namespaces_are_strangers(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
        store.save(THREAD, "sub:1", new_checkpoint("c1", changed={"a": 2}))
        store.save("thread-2", "", new_checkpoint("c1", changed={"a": 3}))

        assert [(s.namespace, s.values["a"]) for s in store.list(THREAD)] == [("", 1)]
        assert [(s.namespace, s.values["a"]) for s in store.list(THREAD, "sub:1")] == [("sub:1", 2)]
        assert [(s.namespace, s.values["a"]) for s in store.list(THREAD, None)] == [("sub:1", 2), ("", 1)]
        assert [(s.namespace, s.values["a"]) for s in store.list("thread-2")] == [("", 3)]

    def test_the_list_can_be_filtered_paged_and_limited(self, store: CheckpointStore) -> None:
        parent = None
        for step in range(6):
            source = "update" if step % 2 else "loop"
            store.save(THREAD, "", new_checkpoint(f"c{step}", parent, step=step, source=source))
            parent = f"c{step}"

        def ids(**how: Any) -> list[str]:
            return [stored.checkpoint_id for stored in store.list(THREAD, **how)]

        assert ids(limit=2) == ["c5", "c4"]
        assert ids(limit=0) == []
        assert ids(before="c2") == ["c1", "c0"]
        assert ids(before="c4", limit=1) == ["c3"]
        assert ids(filter={"source": "update"}) == ["c5", "c3", "c1"]
        assert ids(filter={"source": "update", "step": 3}) == ["c3"]
        assert ids(filter={"source": "update"}, before="c5", limit=1) == ["c3"]
        assert ids(filter={"nobody": 1}) == []

    def test_deleting_a_thread_leaves_the_others_alone(self, store: CheckpointStore) -> None:
        for thread in (THREAD, "thread-2"):
            store.save(thread, "", new_checkpoint("c1", changed={"a": 1}))
            store.save(thread, "sub", new_checkpoint("c1", changed={"a": 1}))
            store.save_writes(thread, "", "c1", [TaskWrite("t", "x", 1, 0)])

        store.delete_thread(THREAD)

        assert list(store.list(THREAD, None)) == []
        assert store.load(THREAD, "") is None
        other = store.load("thread-2", "")
        assert other is not None
        assert [write.value for write in other.writes] == [1]

    def test_a_deleted_thread_can_begin_again(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
        store.delete_thread(THREAD)

        store.save(THREAD, "", new_checkpoint("c1", changed={"b": 2}))

        stored = store.load(THREAD, "")
        assert stored is not None
        assert dict(stored.values) == {"b": 2}

    def test_what_was_saved_does_not_change_when_the_caller_changes_the_object(self, store: CheckpointStore) -> None:
        log = ["a"]
        store.save(THREAD, "", new_checkpoint("c1", changed={"log": log}))
        store.save_writes(THREAD, "", "c1", [TaskWrite("t", "log", log, 0)])

        log.append("b")
        first = store.load(THREAD, "")
        assert first is not None
        first.values["log"].append("c")

        second = store.load(THREAD, "")
        assert second is not None
        assert second.values["log"] == ["a"]
        assert second.writes[0].value == ["a"]

    def test_values_keep_their_exact_types(self, store: CheckpointStore) -> None:
        value = {"tuple": (1, (2,)), "set": {1, 2}, "bytes": b"\x00\xff", 7: "int key", "nested": [{"t": ((),)}]}

        store.save(THREAD, "", new_checkpoint("c1", changed={"v": value}))

        stored = store.load(THREAD, "")
        assert stored is not None
        assert stored.values["v"] == value
        assert type(stored.values["v"]["tuple"]) is tuple
        assert type(stored.values["v"]["set"]) is set

    def test_a_value_of_ten_thousand_levels_is_kept(self, store: CheckpointStore) -> None:
        deep = {"lists": nested(lambda value: [value]), "mixed": nested(lambda value: {"way": (value,)})}
        store.save(THREAD, "", new_checkpoint("c1", changed={**deep, "log": [deep["lists"]], "short": 1}))
        store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"log": [deep["lists"]] * 2}, appended={"log": 1}))
        store.save_writes(THREAD, "", "c2", [TaskWrite("task", "lists", deep["mixed"], 0)])

        stored = store.load(THREAD, "", "c2")

        assert stored is not None
        assert equal(dict(stored.values), {**deep, "log": [deep["lists"]] * 2, "short": 1})
        assert equal(stored.writes[0].value, deep["mixed"])

    def test_headers_tell_the_same_as_the_list_but_for_values(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1, "b": 2}, updated_channels=("a", "b"), step=1))
        store.save(THREAD, "sub", new_checkpoint("s1", changed={"x": 1}))
        store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"a": 2}, dropped=["b"], updated_channels=("a",)))

        headers = list(store.headers(THREAD))

        listed = list(store.list(THREAD))
        assert [(h.checkpoint_id, h.parent_id, h.created_at, h.namespace) for h in headers] == [
            (s.checkpoint_id, s.parent_id, s.created_at, s.namespace) for s in listed
        ]
        assert [dict(header.metadata) for header in headers] == [dict(stored.metadata) for stored in listed]
        assert [header.changed for header in headers] == [("a",), ("a", "b")]
        assert [header.checkpoint_id for header in store.headers(THREAD, None)] == ["c2", "s1", "c1"]
        assert [header.checkpoint_id for header in store.headers(THREAD, before="c2")] == ["c1"]
        assert [header.checkpoint_id for header in store.headers(THREAD, limit=1)] == ["c2"]

    def test_threads_and_namespaces_are_listed_oldest_first(self, store: CheckpointStore) -> None:
        for thread, namespace in (("b", ""), ("a", ""), (THREAD, "sub"), ("b", "inner")):
            store.save(thread, namespace, new_checkpoint("c1"))

        assert store.threads() == ("b", "a", THREAD)
        assert store.namespaces("b") == ("", "inner")
        assert store.namespaces("nobody") == ()

    def test_a_value_that_cannot_be_stored_is_refused_and_nothing_is_written(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
        write = TaskWrite("t", "a", "fine", 0)

        with pytest.raises(TypeError, match="lock"):
            store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"b": 2, "a": [threading.Lock()]}), [write])
        with pytest.raises(TypeError, match="lock"):
            store.save_writes(THREAD, "", "c1", [write, TaskWrite("t", "b", {"x": threading.Lock()}, 1)])

        stored = store.load(THREAD, "")
        assert stored is not None
        assert stored.checkpoint_id == "c1"
        assert list(stored.writes) == []

    def test_writes_may_come_before_their_checkpoint(self, store: CheckpointStore) -> None:
        store.save_writes(THREAD, "", "c1", [TaskWrite("t", "x", 1, 0)])
        store.save(THREAD, "", new_checkpoint("c1"))

        stored = store.load(THREAD, "")

        assert stored is not None
        assert [write.value for write in stored.writes] == [1]

    def test_a_checkpoint_saved_again_under_its_id_replaces_the_old_one(self, store: CheckpointStore) -> None:
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))
        store.save_writes(THREAD, "", "c1", [TaskWrite("t", "x", 1, 0)])
        store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"b": 2}))
        store.save(THREAD, "", new_checkpoint("c1", changed={"a": "new"}))

        assert [(stored.checkpoint_id, dict(stored.values)) for stored in store.list(THREAD)] == [
            ("c1", {"a": "new"}),
            ("c2", {"a": 1, "b": 2}),
        ]

    def test_taking_checkpoints_out_leaves_the_others_whole(self, store: CheckpointStore) -> None:
        log: list[Any] = []
        parent = None
        for step in range(30):
            log = [*log, f"item {step} " + "x" * 40 * step]
            changed = {"log": log, f"key{step % 4}": {"step": step}}
            new = new_checkpoint(f"c{step}", parent, changed=changed, appended={"log": 1} if step else {}, step=step)
            store.save(THREAD, "", new)
            parent = f"c{step}"
        store.save(THREAD, "", new_checkpoint("f", "c10", changed={"log": ["forked"]}))
        store.save(THREAD, "sub", new_checkpoint("s", changed={"log": log}))
        store.save_writes(THREAD, "", "c29", [TaskWrite("t", "x", "y" * 2000, 0)])
        store.save_writes(THREAD, "", "c28", [TaskWrite("t", "x", "gone", 0)])
        kept = ["f", "c29", "c20", "c9"]
        before = {key: store.load(THREAD, "", key) for key in kept}

        store.keep_only(THREAD, "", kept)

        after = {stored.checkpoint_id: stored for stored in store.list(THREAD)}
        assert list(after) == kept
        parents = {"f": "c9", "c29": "c20", "c20": "c9", "c9": None}
        for key, stored in after.items():
            was = before[key]
            assert was is not None
            assert (stored.values, stored.writes, stored.metadata) == (was.values, was.writes, was.metadata)
            assert stored.parent_id == parents[key]
        other = store.load(THREAD, "sub")
        assert other is not None
        assert other.values == {"log": log}
        store.save(THREAD, "", new_checkpoint("next", "f", changed={"log": ["forked", 1]}, appended={"log": 1}))
        newest = store.load(THREAD, "")
        assert newest is not None
        assert newest.values["log"] == ["forked", 1]
