"""Values of 10,000 levels: exact and quick, in texts that no reader finds deep; crafted ones are refused."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from engine.serialization.codec import Codec
from engine.serialization.deep_values import DEEPEST, MAX_DEPTH, UNCUT_DEPTH
from engine.serialization.unstorable import UnreadableValueError, UnstorableValueError
from tests.serialization.deep import equal, nested
from tests.serialization.value_matrix import Point, customer, identical

WRAPS: dict[str, Callable[[Any], Any]] = {
    "list": lambda value: [value],
    "dict": lambda value: {"key": value},
    "tuple": lambda value: (value,),
    "keys that are no texts": lambda value: {(1, ("x", 2)): value, 3: None},
    "a key that looks like a tag": lambda value: {"$deep": value},
    "deque": lambda value: deque([value]),
    "named tuple": lambda value: Point(value, 2),
    "ordered": lambda value: OrderedDict(key=value),
    "default": lambda value: defaultdict(list, key=value),
    "beside others": lambda value: [1, value, {"set": {1, (2, 3)}}, b"bytes"],
}


def pieces(*values: Any) -> str:
    """A text of pieces, the first one the outermost."""
    told = [{"$piece": number, "value": value} for number, value in enumerate(values)]
    return json.dumps({"$deep": told[::-1]})


@pytest.mark.parametrize("name", WRAPS)
def test_a_value_of_ten_thousand_levels_comes_back_with_its_exact_types(name: str) -> None:
    value = nested(WRAPS[name])
    codec = Codec()

    read = codec.decode(codec.encode(value))

    assert equal(read, value)
    assert codec.encode(read) == codec.encode(value)


@pytest.mark.parametrize("name", WRAPS)
def test_nothing_is_lost_where_a_piece_ends(name: str) -> None:
    codec = Codec()

    for levels in (*range(MAX_DEPTH - 2, MAX_DEPTH + 4), *range(2 * MAX_DEPTH - 2, 2 * MAX_DEPTH + 5)):
        value = nested(WRAPS[name], levels)
        assert equal(codec.decode(codec.encode(value)), value)


def test_an_object_deep_inside_comes_back_as_one_of_its_class() -> None:
    value = nested(lambda inner: {"inner": [inner]}, core=[customer(), Point(1, 2)])
    codec = Codec()

    read = codec.decode(codec.encode(value))

    while type(read) is dict:
        read = read["inner"][0]
    assert identical(read, [customer(), Point(1, 2)])


def test_many_deep_branches_come_back_each_in_its_place() -> None:
    value = [nested(lambda inner: {"x": inner}, 90 + number, core=number) for number in range(40)]
    codec = Codec()

    assert equal(
        codec.decode(codec.encode(nested(lambda inner: [inner], 60, core=value))), nested(lambda v: [v], 60, value)
    )


def test_a_hundred_levels_are_written_as_they_always_were() -> None:
    value = nested(lambda inner: [inner], MAX_DEPTH)

    assert Codec().encode(value) == json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize("name", WRAPS)
def test_the_text_of_a_deep_value_is_shallow_json(name: str) -> None:
    text = Codec().encode({"v": nested(WRAPS[name])})

    with closing(sqlite3.connect(":memory:")) as connection:
        valid = connection.execute("SELECT json_valid(?)", (text,)).fetchone()[0]

    assert valid == 1
    json.loads(text)


def test_what_cannot_be_stored_deep_inside_is_named_with_the_way_to_it() -> None:
    value = nested(lambda inner: [inner], 5_000, core={"lock": threading.Lock()})

    with pytest.raises(UnstorableValueError, match=r"4994 more .*\['lock'\] that cannot be stored") as caught:
        Codec().encode(value)

    assert caught.value.path == (0,) * 5_000 + ("lock",)
    assert caught.value.type_name == "_thread.lock"


def test_a_value_that_contains_itself_after_many_levels_is_refused() -> None:
    loop: list[Any] = []
    loop.append(nested(lambda inner: [inner], 3 * MAX_DEPTH, core=loop))

    with pytest.raises(UnstorableValueError, match=f"or it contains itself.*{DEEPEST:,} levels deep"):
        Codec().encode(loop)


@pytest.mark.parametrize("above", range(MAX_DEPTH - UNCUT_DEPTH - 2, MAX_DEPTH + 2))
def test_a_key_and_a_member_of_a_set_have_room_wherever_they_are(above: int) -> None:
    inside: Any = nested(lambda inner: (inner,), UNCUT_DEPTH - 1)
    value = nested(lambda inner: [inner], above, core=[{inside: 1}, {inside}])
    codec = Codec()

    assert identical(codec.decode(codec.encode(value)), value)


def test_a_key_that_is_deep_itself_is_refused_in_words() -> None:
    with pytest.raises(UnstorableValueError, match=f"In a set, a key or an error {UNCUT_DEPTH} levels have room"):
        Codec().encode({nested(lambda inner: (inner,), 500): 1})


def test_what_an_error_carries_may_be_deep_and_is_told_then() -> None:
    codec = Codec()

    read = codec.decode(codec.encode(ValueError("no", nested(lambda inner: [inner], 500), 3)))

    assert read.args[0] == "no"
    assert read.args[2] == 3


def tuples(levels: int, core: Any = 0) -> Any:
    return nested(lambda inner: {"$tuple": [inner]}, levels, core)


CRAFTED = {
    "a piece that goes nowhere": pieces([1], [2]),
    "a piece that goes to two places": pieces([{"$below": 1}, {"$below": 1}], [2]),
    "a piece that is not there": pieces([{"$below": 7}]),
    "a piece within itself": pieces([{"$below": 0}]),
    "no number": pieces([{"$below": [1]}], 2),
    "no pieces": '{"$deep":[]}',
    "a piece alone": '[{"$below":1},{"$deep":[]}]',
    "a deep piece": pieces(tuples(200)),
    "too many pieces": pieces(*[tuples(50, {"$below": number + 1}) for number in range(500)], 0),
    "pieces in a piece": pieces([1, json.loads(pieces([{"$below": 1}], 2))]),
    "a key of a thousand tuples": pieces(
        {"$set": [{"$below": 1}]}, *[tuples(99, {"$below": 2 + n}) for n in range(400)], 0
    ),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_text_of_pieces_is_refused(name: str) -> None:
    with pytest.raises(UnreadableValueError):
        Codec().decode(CRAFTED[name])


def test_a_crafted_key_as_deep_as_it_may_be_is_no_danger_to_the_stack() -> None:
    levels = DEEPEST // MAX_DEPTH
    text = pieces({"$set": [{"$below": 1}]}, *[tuples(170, {"$below": number + 2}) for number in range(levels - 2)], 0)

    read = Codec().decode(text)

    assert len(read) == 1
