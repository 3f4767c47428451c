"""Diffs of states: what a reader would say has changed."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.time_travel import sameness
from engine.time_travel.list_diff import Edit, list_edits
from engine.time_travel.sameness import same
from engine.time_travel.state_diff import ADDED, CHANGED, MAX_CHANGES, REMOVED, KeyDiff, StateDiff, diff_states
from tests.serialization.deep import nested as wrapped


@dataclass
class Invoice:
    number: int
    paid: bool


def only(before: Any, after: Any) -> KeyDiff:
    (entry,) = diff_states({"k": before}, {"k": after}).keys
    return entry


def told(entry: KeyDiff) -> list[tuple[str, tuple[Any, ...], str | None, str | None]]:
    return [
        (
            change.kind,
            change.path,
            change.before["text"] if change.before else None,
            change.after["text"] if change.after else None,
        )
        for change in entry.changes
    ]


def test_keys_that_came_went_changed_and_stayed() -> None:
    diff = diff_states({"same": 1, "gone": 2, "new_value": 3}, {"same": 1, "new_value": 4, "came": 5})

    assert [(entry.key, entry.kind, entry.summary) for entry in diff.keys] == [
        ("new_value", "changed", "replace"),
        ("came", "added", "new"),
        ("gone", "removed", "removed"),
        ("same", "same", ""),
    ]
    assert diff.changed_keys == ("new_value", "came", "gone")
    assert told(diff.keys[0]) == [("changed", (), "3", "4")]


def test_appending_to_a_list_is_told_as_appending() -> None:
    entry = only(["a"], ["a", "b", "c"])

    assert entry.summary == "append +2"
    assert told(entry) == [("added", (1,), None, "'b'"), ("added", (2,), None, "'c'")]


@pytest.mark.parametrize(
    ("before", "after", "summary", "changes"),
    [
        ([1, 2, 3], [1, 3], "−1", [("removed", (1,), "2", None)]),
        ([1, 3], [1, 2, 3], "+1", [("added", (1,), None, "2")]),
        ([1, 2, 3], [1, 9, 3], "~1", [("changed", (1,), "2", "9")]),
        ([1, 2, 3, 4], [4, 1, 2, 3], "↕1", [("moved", (0,), None, "4")]),
        ([{"a": 1}, 2], [{"a": 5}, 2], "~1", [("changed", (0, "a"), "1", "5")]),
        ([1, 2], [], "−2", [("removed", (0,), "1", None), ("removed", (1,), "2", None)]),
    ],
)
def test_inside_a_list(before: Any, after: Any, summary: str, changes: Any) -> None:
    entry = only(before, after)

    assert entry.summary == summary
    assert told(entry) == changes


def test_a_moved_item_says_where_it_was() -> None:
    (change,) = only(["a", "b", "c", "d"], ["d", "a", "b", "c"]).changes

    assert change.moved_from == 3


def test_inside_dictionaries_dataclasses_and_sets() -> None:
    assert told(only({"a": {"b": 1}, "x": 0}, {"a": {"b": 2, "c": 3}})) == [
        ("changed", ("a", "b"), "1", "2"),
        ("added", ("a", "c"), None, "3"),
        ("removed", ("x",), "0", None),
    ]
    assert told(only(Invoice(1, False), Invoice(1, True))) == [("changed", ("paid",), "False", "True")]
    assert told(only({1, 2}, {2, 3})) == [("added", (), None, "3"), ("removed", (), "1", None)]
    assert only({1, 2}, {2, 3}).summary == "+1 −1"


@pytest.mark.parametrize(
    ("before", "after"), [(1, True), (1, 1.0), ((1,), [1]), ({1: 0}, {True: 0}), ("1", 1), ([], ()), (0.0, None)]
)
def test_values_that_python_calls_equal_but_are_of_another_type_differ(before: Any, after: Any) -> None:
    assert only(before, after).kind == "changed"


@pytest.mark.parametrize("value", [float("nan"), [float("nan")], {"a": (1, {2})}, b"x", Invoice(1, True), None])
def test_a_value_is_the_same_as_itself_read_twice(value: Any) -> None:
    assert only(value, copy.deepcopy(value)).kind == "same"


def test_a_large_change_is_bounded_and_counts_the_rest() -> None:
    entry = only(list(range(10_000)), list(range(1, 20_001, 2)))

    assert len(entry.changes) == MAX_CHANGES
    assert entry.more > 0
    assert entry.summary == f"{len(entry.changes) + entry.more} changes"
    assert len(json.dumps(diff_states({"k": ["x" * 10**6] * 50}, {"k": ["y" * 10**6] * 50}).to_json())) < 500_000


def test_a_diff_travels_as_json() -> None:
    diff = diff_states({"a": [1, {2: (3,)}], "b": {1}}, {"a": [{2: (4,)}, 1], "b": {2}, "c": Invoice(1, True)})

    assert StateDiff.from_json(json.loads(json.dumps(diff.to_json()))) == diff


scalars = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["a", 1.0, float("nan")])
nested = st.recursive(scalars, lambda inner: st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, max_size=3))


@settings(max_examples=200, deadline=None)
@given(nested, nested)
def test_no_difference_between_dictionaries_goes_untold(before: Any, after: Any) -> None:
    entry = only(before, after)

    patched = {"k": copy.deepcopy(before)}
    for change in entry.changes:
        path = ("k", *change.path)
        holder = patched
        for step in path[:-1]:
            holder = holder[step]
        if change.kind == "removed":
            del holder[path[-1]]
        else:
            wanted: Any = {"k": after}
            for step in path:
                wanted = wanted[step]
            holder[path[-1]] = wanted
    assert same(patched["k"], after)
    assert (entry.kind == "same") == same(before, after)


@settings(max_examples=300, deadline=None)
@given(st.lists(scalars, max_size=8), st.lists(scalars, max_size=8))
def test_the_edits_of_a_list_turn_the_old_one_into_the_new_one(old: list[Any], new: list[Any]) -> None:
    edits = list_edits(old, new)

    leaving = {edit.before for edit in edits if edit.before >= 0}
    staying = iter([item for place, item in enumerate(old) if place not in leaving])
    placed = {
        edit.after: old[edit.before] if edit.kind == Edit.MOVE else new[edit.after] for edit in edits if edit.after >= 0
    }
    rebuilt = [placed[place] if place in placed else next(staying) for place in range(len(new))]
    assert same(rebuilt, new)
    assert next(staying, None) is None


def test_a_difference_below_the_levels_that_are_compared_one_by_one_is_told_at_its_place() -> None:
    old = wrapped(lambda value: {"x": [value]}, 300, core={"a": 1, "gone": 0, "list": [1, 2]})
    new = wrapped(lambda value: {"x": [value]}, 300, core={"a": 2, "new": 0, "list": [1, 2, 3], 1: 1})
    way = ("x", 0) * 300

    (key,) = diff_states({"deep": old}, {"deep": new}).keys

    assert [(change.kind, change.path) for change in key.changes] == [
        (CHANGED, (*way, "a")),
        (ADDED, (*way, "new")),
        (ADDED, (*way, "list", 2)),
        (ADDED, (*way, {"entry": 3})),
        (REMOVED, (*way, "gone")),
    ]
    assert (key.changes[0].before or {})["json"] == 1


def test_another_order_of_keys_deep_inside_is_no_difference_and_another_type_is_one() -> None:
    old = wrapped(lambda value: [value], 300, core={"a": 1, "b": 2})

    assert diff_states({"k": old}, {"k": wrapped(lambda value: [value], 300, core={"b": 2, "a": 1})}).changed_keys == ()
    (key,) = diff_states({"k": old}, {"k": wrapped(lambda value: [value], 300, core={"a": True, "b": 2})}).keys
    assert [change.path for change in key.changes] == [(*(0,) * 300, "a")]


def test_what_differs_on_every_level_is_walked_a_few_times_and_not_once_a_level(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walked: list[Any] = []
    pairs = sameness._pairs
    monkeypatch.setattr(sameness, "_pairs", lambda old, new: walked.append(old) or pairs(old, new))
    levels = 1_000

    diff_states(
        {"k": wrapped(lambda value: {"x": value}, levels, 1)}, {"k": wrapped(lambda value: {"x": value}, levels, 2)}
    )

    assert len(walked) < 3 * levels


def test_a_million_changes_are_counted_and_few_of_them_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr("engine.time_travel.state_diff.preview", lambda value, **options: drawn.append(value) or {})

    (key,) = diff_states({"k": list(range(5_000))}, {"k": list(range(1, 5_001))}).keys

    assert (len(key.changes), key.more) == (MAX_CHANGES, 5_000 - MAX_CHANGES)
    assert len(drawn) == 2 * MAX_CHANGES
