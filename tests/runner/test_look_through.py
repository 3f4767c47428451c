"""Search and watches over the states of a thread, and what a watch is kept from."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.runner.harmless_expression import evaluate_harmlessly
from engine.runner.look_requests import SearchStates, StepToSearch, StepToWatch, WatchStates
from engine.runner.look_through import LONGEST_S, image_at, search_states, watch_states
from engine.runner.protocol import Asked, decode, encode
from engine.runner.state_images import NoPictureError
from engine.runner.state_search import MOST_MATCHES, Wanted, matches

STATES: Mapping[str, Mapping[str, Any]] = {
    "a": {"intent": "general", "log": ["start"]},
    "b": {"intent": "billing", "log": ["start", "saw an invoice"]},
    "c": {"intent": "billing", "log": ["start", "saw an invoice", "asked Ada"]},
}
STEPS = (
    StepToSearch("a", None, ("intent", "log")),
    StepToSearch("b", "a", ("intent", "log")),
    StepToSearch("c", "b", ("log",)),
)


class Ticks:
    """A clock that goes on by a second with each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def found(text: str, *, is_whole: bool = False) -> list[tuple[str, list[Any]]]:
    reply = search_states(STATES.__getitem__, STEPS, Wanted(text, is_whole=is_whole))
    return [(hit["checkpoint_id"], hit["path"]) for hit in reply["hits"]]


def test_a_text_is_found_where_it_appeared_first_and_not_again() -> None:
    assert found("INVOICE") == [("b", ["log", 1])]
    assert found("ada") == [("c", ["log", 2])]


def test_where_a_value_became_something_is_asked_for_with_the_whole_value() -> None:
    assert found("billing", is_whole=True) == [("b", ["intent"])]
    assert found("bill", is_whole=True) == []


def test_a_search_stops_after_its_time_and_says_how_far_it_came() -> None:
    reply = search_states(STATES.__getitem__, STEPS, Wanted("x", is_whole=False), Ticks())

    assert reply["done"] == 1, LONGEST_S


def test_keys_inside_a_value_are_found() -> None:
    deep: Any = {"answer": {"sources": [{"page_number": 3}]}}

    assert [match.path for match in matches("deep", deep, Wanted("page", is_whole=False))] == [
        ("deep", "answer", "sources", 0, "page_number")
    ]


def test_a_value_nested_ten_thousand_deep_is_searched() -> None:
    value: Any = "needle"
    for _ in range(10_000):
        value = [value]

    assert len(next(matches("deep", value, Wanted("needle", is_whole=False))).path) == 10_001


def test_matches_in_one_value_are_bounded() -> None:
    assert len(list(matches("all", ["same"] * 1_000, Wanted("same", is_whole=False)))) == MOST_MATCHES


def test_watches_are_told_by_step_with_the_error_in_its_cell() -> None:
    steps = (StepToWatch("a", -1, "START"), StepToWatch("b", 1, "classify"))

    reply = watch_states(STATES.__getitem__, steps, ("len(log)", "intent + node", "log[5]"))

    assert reply["done"] == 2
    assert [[cell["text"] for cell in row] for row in reply["rows"]] == [
        ["1", "'generalSTART'", ""],
        ["2", "'billingclassify'", ""],
    ]
    assert reply["rows"][0][2]["error"].startswith("IndexError")


@pytest.mark.parametrize(
    "expression",
    [
        "().__class__",
        "file.unlink()",
        "file.write_text('x')",
        "(x for x in [1]).gi_frame",
        "(lambda: 0).__globals__",
        "'{0.__class__}'.format(1)",
        "log.append(1)",
        "log.clear()",
        "box.pop('a')",
        "__import__('os')",
        "open('x')",
        "f'{file.unlink()}'",
        "[file.unlink for _ in log]",
        "[0 for box['a'] in log]",
        "[0 for file.x in log]",
        "getattr(file, 'unlink')",
        "error.__traceback__",
        "error.with_traceback(None)",
    ],
)
def test_a_watch_reaches_nothing_but_the_values(tmp_path: Path, expression: str) -> None:
    names = {"file": tmp_path / "precious", "log": ["a"], "box": {"a": 1}, "error": ValueError("x")}
    names["file"].write_text("kept")

    with pytest.raises((AttributeError, NameError, SyntaxError)):
        evaluate_harmlessly(expression, names)

    assert names["file"].read_text() == "kept" and names["log"] == ["a"] and names["box"] == {"a": 1}


def test_a_watch_reads_what_a_person_would_write() -> None:
    names = {"name": "Ada", "rows": [{"price": Decimal("1.5")}], "done": {"a", "b"}}

    assert evaluate_harmlessly("name.upper().startswith('A') and rows[0].get('price') * 2", names) == Decimal("3.0")
    assert evaluate_harmlessly("[row['price'] for row in rows if row]", names) == [Decimal("1.5")]
    assert evaluate_harmlessly("done.union({'c'})", names) == {"a", "b", "c"}


@dataclass
class Message:
    content: str


def test_a_record_is_read_by_field_and_by_key() -> None:
    names = {"messages": [Message("hello")]}

    assert evaluate_harmlessly("messages[0].content", names) == "hello"
    assert evaluate_harmlessly('messages[-1]["content"][1:3]', names) == "el"


def test_the_questions_pass_the_pipe() -> None:
    for request in (SearchStates("t", STEPS, "x", True), WatchStates("t", (StepToWatch("a", 1, "n"),), ("x",))):
        assert decode(encode(Asked(1, request))) == Asked(1, request)


PNG = b"\x89PNG\r\n\x1a\n" + b"rest"


@pytest.mark.parametrize(
    "value",
    [PNG, base64.b64encode(PNG).decode(), "data:image/png;base64," + base64.b64encode(PNG).decode()],
    ids=["bytes", "base64", "data URL"],
)
def test_a_picture_is_passed_on_in_each_form(value: Any) -> None:
    told = image_at({"shot": [value]}, ["shot", 0])

    assert told["media"] == "image/png"
    assert base64.b64decode(told["data"]) == PNG


@pytest.mark.parametrize(
    "value", [b"plain", "hello", "data:image/svg+xml;base64,PHN2Zz4=", "data:,x", 3, io.BytesIO(PNG)]
)
def test_anything_else_is_no_picture(value: Any) -> None:
    with pytest.raises(NoPictureError):
        image_at({"shot": value}, ["shot"])
