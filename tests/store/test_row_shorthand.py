"""What the short forms leave out is there again when a row is read, and only what they say is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.serialization.codec import Codec
from engine.store.checkpoint_store import ChangedChannel, NewCheckpoint, TaskWrite, WritesOfOne
from engine.store.row_shorthand import (
    is_just_the_changes,
    metadata_text,
    read_metadata,
    read_seen,
    read_updated,
    read_versions,
    read_writes,
    seen_text,
    updated_text,
    versions_text,
    writes_text_of_one,
)

CODEC = Codec()


@pytest.mark.parametrize(
    ("metadata", "is_short"),
    [
        ({"source": "loop", "step": 7, "parents": {}}, True),
        ({"source": "loop", "step": -1, "parents": {}}, True),
        ({"source": "loop", "step": 7, "parents": {"": "c1"}}, False),
        ({"source": "loop", "step": 7, "parents": {}, "user": "eva"}, False),
        ({"source": "loop", "step": True, "parents": {}}, False),
        ({"source": "loop", "step": 7}, False),
        ({"source": "loop", "parents": {}, "user": 1}, False),
        ({}, False),
    ],
)
def test_metadata(metadata: dict[str, Any], is_short: bool) -> None:
    text = metadata_text(metadata, CODEC.encode)

    assert read_metadata(text, CODEC.decode) == metadata
    assert text.startswith("[") == is_short


@pytest.mark.parametrize(
    ("seen", "parents", "text"),
    [
        ({"plan": {"branch:to:plan": 4}}, {"branch:to:plan": 4}, '"plan"'),
        ({"plan": {"branch:to:plan": 3}}, {"branch:to:plan": 4}, None),
        ({"plan": {"branch:to:plan": 4}}, {}, None),
        ({"plan": {"join:a+b:plan": 4}}, {"join:a+b:plan": 4}, None),
        ({"plan": {"branch:to:plan": 4, "x": 1}}, {"branch:to:plan": 4, "x": 1}, None),
        ({"a": {"branch:to:a": 4}, "b": {"branch:to:b": 4}}, {"branch:to:a": 4, "branch:to:b": 4}, None),
        ({'say "hi"': {'branch:to:say "hi"': 4}}, {'branch:to:say "hi"': 4}, '"say \\"hi\\""'),
        ({}, {}, "{}"),
    ],
)
def test_what_nodes_saw(seen: Mapping[str, Mapping[str, int]], parents: Mapping[str, int], text: str | None) -> None:
    found = seen_text(seen, parents)

    assert read_seen(found, parents) == seen
    assert found == (text or json.dumps(seen, separators=(",", ":")))


@pytest.mark.parametrize(
    ("versions", "is_short"),
    [
        ({"n": 3, "gone": 3}, True),
        ({"n": 3, "gone": 2}, False),
        ({"n": 3}, False),
        ({"n": "3.0", "gone": "3.0"}, False),
    ],
)
def test_versions(versions: dict[str, Any], is_short: bool) -> None:
    new = checkpoint({"n": ChangedChannel(1)}, versions=versions)

    text = versions_text(new)

    assert read_versions(text, [["n", "=", 1], ["gone", "-"]]) == versions
    assert (text == "3") == is_short


def test_updated_channels() -> None:
    new = checkpoint({"b": ChangedChannel(1), "a": ChangedChannel(2)})

    for updated in [("a", "b"), ("b",), ("b", "a"), ()]:
        new.updated_channels = updated
        assert read_updated(updated_text(new), '[["b","=",1],["a","=",2],["gone","-"]]') == updated


@pytest.mark.parametrize(
    ("path", "is_short"), [("~__pregel_pull, plan", True), ("~__pregel_push, 3, False", False), ("", False)]
)
def test_the_only_task(path: str, is_short: bool) -> None:
    text = writes_text_of_one('"plan"', "1f-2a", path)

    assert read_writes(text, '"plan"', CODEC.decode) == (
        [("1f-2a", path, None)] if is_short else [["1f-2a", path, None]]
    )


def test_writes_that_are_not_the_changes_are_written_down() -> None:
    message, log = {"role": "user"}, ["before"]
    log.append(message)  # type: ignore[arg-type] # any value
    new = checkpoint({"log": ChangedChannel(log, 1)})

    assert is_just_the_changes(new, [write("log", [message])])
    assert not is_just_the_changes(new, [write("log", [dict(message)])])
    assert not is_just_the_changes(new, [write("log", message)])
    assert not is_just_the_changes(new, [write("log", (message,))])
    assert not is_just_the_changes(new, [write("other", [message])])
    assert not is_just_the_changes(new, [write("log", [message], index=1)])
    assert not is_just_the_changes(new, [write("log", [message]), write("log", [], index=1)])
    assert is_just_the_changes(new, WritesOfOne("task", "", [("log", [message])]))
    assert not is_just_the_changes(new, WritesOfOne("task", "", [("log", message)]))


def test_two_tasks_that_changed_nothing_are_written_down() -> None:
    writes = [TaskWrite("a", "__no_writes__", None, 0, ""), TaskWrite("b", "__no_writes__", None, 0, "")]

    assert not is_just_the_changes(checkpoint({}), writes)


def test_the_writes_of_one_task_are_a_sequence_like_any_other() -> None:
    one = WritesOfOne("task", "~__pregel_pull, plan", [("log", 1), ("n", 2)])

    assert list(one) == [write("log", 1), write("n", 2, index=1)]
    assert (one[1], one[:1], len(one)) == (write("n", 2, index=1), [write("log", 1)], 2)


def checkpoint(changed: dict[str, ChangedChannel], versions: Mapping[str, Any] | None = None) -> NewCheckpoint:
    return NewCheckpoint("c", None, "", {}, changed, frozenset({"gone"}), versions or {}, {})


def write(channel: str, value: Any, index: int = 0) -> TaskWrite:
    return TaskWrite("task", channel, value, index, "~__pregel_pull, plan")
