"""Previews: bounded, JSON-able, and true about what they leave out."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import pytest

from engine.serialization.data_record import DataRecord
from engine.serialization.preview import one_line, preview, preview_at


@dataclass
class Invoice:
    number: int
    lines: list[str]


Point = namedtuple("Point", "x y")


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no repr today")


def count_nodes(node: dict[str, Any]) -> int:
    return 1 + sum(count_nodes(item["node"]) for item in node["items"])


def test_a_small_plain_value_travels_whole_so_that_it_can_be_edited() -> None:
    value = {"a": [1, 2.5, True, None, "x"]}

    node = preview(value)

    assert node["json"] == value
    assert (node["type"], node["length"], node["more"]) == ("dict", 1, 0)
    assert node["items"][0]["key"] == "a"
    assert node["items"][0]["path"] == ["a"]
    assert [item["node"]["type"] for item in node["items"][0]["node"]["items"]] == [
        "int",
        "float",
        "bool",
        "none",
        "str",
    ]


@pytest.mark.parametrize(
    "value", [(1,), {1}, {7: "x"}, float("nan"), b"x", "\ud800", 2**60, {"deep": [(1,)]}, Invoice(1, [])]
)
def test_what_json_would_change_has_no_json(value: Any) -> None:
    assert "json" not in preview(value)


@pytest.mark.parametrize(
    ("value", "type_name", "keys"),
    [
        (Invoice(7, ["a"]), "Invoice", ["number", "lines"]),
        (Point(1, 2), "Point", ["x", "y"]),
        (DataRecord("shop:Order", {"id": 3}), "Order", ["id"]),
        (ValueError("boom"), "ValueError", ["message", "args"]),
        ({5: "a", "b": 1}, "dict", ["5", "b"]),
        ((1, 2), "tuple", ["0", "1"]),
    ],
)
def test_objects_show_their_fields_and_their_class(value: Any, type_name: str, keys: list[str]) -> None:
    node = preview(value)

    assert node["type"] == type_name
    assert [item["key"] for item in node["items"]] == keys


def test_a_huge_value_makes_a_small_preview_that_says_what_it_left_out() -> None:
    value = {"text": "x" * 1_000_000, "rows": [{"i": i, "inner": list(range(100))} for i in range(10_000)]}

    node = preview(value, max_items=50, max_nodes=500)

    assert count_nodes(node) <= 500
    assert len(json.dumps(node)) < 200_000
    rows = node["items"][1]["node"]
    assert rows["length"] == 10_000
    assert rows["more"] == 10_000 - len(rows["items"])


def test_more_of_one_place_can_be_asked_for() -> None:
    value = {"rows": [Invoice(i, []) for i in range(1000)]}

    node = preview_at(value, ["rows"], start=500, count=2)

    assert [item["path"] for item in node["items"]] == [["rows", 500], ["rows", 501]]
    assert [item["node"]["text"] for item in node["items"]] == [
        "Invoice(number=500, lines=[])",
        "Invoice(number=501, lines=[])",
    ]
    assert node["more"] == 498


def test_each_path_in_a_preview_leads_to_the_value_it_shows() -> None:
    value = {"a": [{"b": (1, {2})}], 5: {"c": Point(1, [2])}}

    def check(node: dict[str, Any]) -> None:
        for item in node["items"]:
            assert preview_at(value, item["path"])["text"] == item["node"]["text"]
            check(item["node"])

    check(preview(value, max_depth=9))


def test_a_path_that_leads_nowhere_is_told_as_such() -> None:
    with pytest.raises(LookupError, match="has no part 'c'"):
        preview_at({"a": {"b": 1}}, ["a", "c"])
    with pytest.raises(LookupError, match="a int has no part 0"):
        preview_at({"a": 1}, ["a", 0])


def test_a_value_that_contains_itself_ends() -> None:
    loop: list[Any] = []
    loop.append(loop)

    node = preview(loop, max_depth=3)

    assert count_nodes(node) == 4
    assert "json" not in node


def test_a_repr_that_raises_does_not_break_the_picture() -> None:
    assert preview({"x": Hostile()})["items"][0]["node"]["text"] == "<Hostile: its repr fails with RuntimeError>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", "'a\\nb'"),
        (["x" * 500], "['xxxx"),
        (list(range(1000)), "[0, 1, 2, 3, 4, 5, …]"),
        ((1,), "(1,)"),
        ((), "()"),
        (set(), "set()"),
        ({"a": {"b": {"c": {"d": 1}}}}, "{'a': {'b': {'c': {…}}}}"),
        pytest.param(10**5000, "<int of 16,610 bits>", id="huge int"),
        (ValueError("line\nbreak"), "ValueError('line\\nbreak')"),
    ],
)
def test_one_line_is_short_and_on_one_line(value: Any, text: str) -> None:
    line = one_line(value, 60)

    assert line.startswith(text)
    assert len(line) <= 60
    assert "\n" not in line


def test_a_text_that_is_too_long_to_travel_whole_is_read_in_parts() -> None:
    text = "0123456789" * 5_000

    first, last = preview_at([text], [0], 0, 20_000), preview_at([text], [0], 40_000, 20_000)

    assert "json" not in first
    assert first["part"] == text[:20_000]
    assert (first["more"], last["more"]) == (30_000, 0)
    assert last["part"] == text[40_000:]
    assert "part" not in preview_at(["short"], [0])
