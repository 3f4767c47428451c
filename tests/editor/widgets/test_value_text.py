"""Text into typed values and back."""

from __future__ import annotations

from typing import Any

import pytest

from editor.widgets.value_text import ValueKind, kind_of, parse_json, parse_json_object, parse_value, text_of


@pytest.mark.parametrize("value", ["", "two\nlines", "3", 0, -7, 0.75, 1e300, True, False, None, [1, {"a": None}], {}])
def test_a_value_written_as_text_is_read_back_with_its_type(value: Any) -> None:
    kind = kind_of(value)

    parsed = parse_value(text_of(value, kind), kind)

    assert parsed.ok
    assert parsed.value == value
    assert type(parsed.value) is type(value)


@pytest.mark.parametrize("text", ["", "three", "1,5", "nan", "inf"])
def test_what_is_no_number_is_answered_with_a_sentence(text: str) -> None:
    parsed = parse_value(text, ValueKind.NUMBER)

    assert parsed.problem.endswith(".")
    assert parsed.value is None


def test_a_whole_number_stays_one_and_a_decimal_stays_one() -> None:
    assert type(parse_value("3", ValueKind.NUMBER).value) is int
    assert type(parse_value("3.0", ValueKind.NUMBER).value) is float


def test_a_mistake_in_json_is_named_by_line_and_column() -> None:
    parsed = parse_json('{\n  "a": oops\n}')

    assert parsed.problem == "Line 2, column 8: a value is missing here."
    assert parsed.at == 9


def test_json_that_is_nested_too_deeply_is_a_problem_not_a_crash() -> None:
    assert parse_json("[" * 100_000).problem


def test_the_input_of_a_graph_must_be_an_object() -> None:
    assert parse_json_object("[1]").problem
    assert parse_json_object('{"a": 1}').value == {"a": 1}
