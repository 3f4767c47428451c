"""Previews as they come from the engine, read and shown."""

from __future__ import annotations

from editor.widgets.preview_node import (
    NOT_JSON,
    length_text,
    path_text,
    preview_from_json,
    preview_of_json,
    short_path_text,
    size_text,
)
from engine.serialization.preview import preview


def test_a_preview_of_the_engine_is_read_with_paths_and_json() -> None:
    node = preview_from_json(preview({"messages": [{"role": "user"}], "n": 3}))

    assert [item.key for item in node.items] == ["messages", "n"]
    assert node.items[0].node.items[0].node.items[0].path == ("messages", 0, "role")
    assert node.items[1].node.json == 3
    assert node.is_whole


def test_a_value_that_json_cannot_hold_is_not_whole() -> None:
    node = preview_from_json(preview({"where": {1, 2}}))

    assert node.items[0].node.json is NOT_JSON
    assert not node.items[0].node.is_whole


def test_items_that_were_left_out_are_counted() -> None:
    node = preview_from_json(preview(list(range(1000)), max_items=10))

    assert len(node.items) == 10
    assert node.more == 990


def test_a_preview_of_json_has_the_same_shape_as_the_engines() -> None:
    value = {"a": [1, "x", None, True], "b": {}}

    ours, engines = preview_of_json(value), preview_from_json(preview(value))

    assert [item.path for item in ours.items] == [item.path for item in engines.items]
    assert [part.node.type for part in ours.items[0].node.items] == [
        part.node.type for part in engines.items[0].node.items
    ]


def test_a_path_is_written_as_python_would() -> None:
    assert path_text(("messages", 3, "content")) == 'messages[3]["content"]'
    assert path_text(()) == ""


def test_sizes_are_counted_in_words() -> None:
    assert size_text(preview_of_json({"a": 1})) == "dict, 1 key"
    assert size_text(preview_of_json([1, 2])) == "list, 2 items"


def test_a_long_way_is_read_by_its_beginning_and_its_end() -> None:
    path = ("lists", *[0] * 9_998, "k", 1)

    assert short_path_text(path) == 'lists[0][0][0][0][0][0][0][0] … 9,990 more … ["k"][1]'
    assert short_path_text(("messages", 3, "content")) == path_text(("messages", 3, "content"))
    assert len(path_text(path)) > 30_000


def test_the_row_of_long_bytes_tells_how_many_there_are() -> None:
    assert length_text(preview_from_json(preview(b"0" * 5_000))) == "5,000 bytes"
    assert length_text(preview_from_json(preview("x" * 5_000))) == "5,000 characters"
    assert length_text(preview_from_json(preview(b"short"))) == ""
