"""The codec: exact values back, as data; readable text; refusals with an address."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.serialization.codec import Codec
from engine.serialization.data_record import DataRecord, fields_of, type_name_of
from engine.serialization.stored_error import StoredError, error_type_name, traceback_text
from engine.serialization.type_registry import TypeRegistry
from engine.serialization.unstorable import UnreadableValueError, UnstorableValueError
from tests.serialization.value_matrix import (
    STORABLE,
    UNSTORABLE,
    Colour,
    Customer,
    Mood,
    Order,
    OutOfStock,
    Point,
    Size,
    customer,
    identical,
)


def round_trip(value: Any) -> Any:
    codec = Codec()
    return codec.decode(codec.encode(value))


def is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("name", STORABLE)
def test_a_value_comes_back_with_its_exact_type(name: str) -> None:
    value = STORABLE[name]

    assert identical(round_trip(value), value)
    assert identical(round_trip({"deep": [(value, {"x": value})]}), {"deep": [(value, {"x": value})]})


@pytest.mark.parametrize("name", [name for name, value in STORABLE.items() if is_hashable(value)])
def test_a_hashable_value_comes_back_as_a_key_and_in_a_set(name: str) -> None:
    value = STORABLE[name]

    read = round_trip({value: 1})

    assert identical(next(iter(read)), value)
    assert identical(next(iter(round_trip({value}))), value)


@pytest.mark.parametrize("name", STORABLE)
def test_the_text_is_json_that_sqlite_can_look_into(name: str) -> None:
    text = Codec().encode({"v": STORABLE[name]})

    with closing(sqlite3.connect(":memory:")) as connection:
        valid = connection.execute("SELECT json_valid(?)", (text,)).fetchone()[0]

    assert valid == 1
    json.loads(text)


@pytest.mark.parametrize("name", STORABLE)
def test_without_the_class_everything_stored_is_kept_and_written_again_the_same(name: str) -> None:
    text = Codec().encode(STORABLE[name])

    stranger = Codec()
    again = stranger.encode(stranger.decode(text))

    assert json.loads(again) == json.loads(text)


@pytest.mark.parametrize("name", UNSTORABLE)
def test_what_cannot_be_stored_is_refused_with_place_type_and_way_out(name: str) -> None:
    with pytest.raises(UnstorableValueError) as caught:
        Codec().encode({"messages": ["fine", {"callback": UNSTORABLE[name]}]})

    error = caught.value.located(channel="history", node="plan")
    assert error.path[:3] == ("messages", 1, "callback")
    assert error.type_name.split(".")[-1] == type(UNSTORABLE[name]).__qualname__ or name in (
        "contains itself",
        "too deep",
    )
    assert str(error).startswith("Node 'plan' returned a value of type ")
    assert "history['messages'][1]['callback']" in str(error)
    assert len(error.way_out) > 10


def test_a_refusal_tells_why_when_the_type_is_not_the_reason() -> None:
    with pytest.raises(UnstorableValueError, match="it contains itself"):
        Codec().encode(UNSTORABLE["contains itself"])
    with pytest.raises(UnstorableValueError, match="too deep"):
        Codec().encode(UNSTORABLE["too deep"])


def test_one_object_twice_side_by_side_is_no_cycle() -> None:
    shared = (1, 2)

    assert round_trip([shared, shared]) == [shared, shared]


def test_equal_sets_have_equal_texts_in_every_process() -> None:
    script = "from engine.serialization.codec import Codec; print(Codec().encode({'b', 'a', ('c', 1), 5}))"

    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert texts == {'{"$set":["a","b",5,{"$tuple":["c",1]}]}\n'}


def test_plain_values_are_written_as_a_person_would_write_them() -> None:
    encode = Codec().encode

    assert encode({"naïve": [1, 2.5, None, True, "🙂"]}) == '{"naïve":[1,2.5,null,true,"🙂"]}'
    assert encode((1, {2})) == '{"$tuple":[1,{"$set":[2]}]}'
    assert encode(Point(1, 2)) == '{"$namedtuple":"tests.serialization.value_matrix:Point","fields":{"x":1,"y":2}}'


def test_a_reader_that_knows_no_class_imports_nothing_and_still_shows_the_fields() -> None:
    text = Codec().encode([Order(7, ["tea"]), Colour.RED, customer()])
    script = (
        "import sys\n"
        "from engine.serialization.codec import Codec\n"
        "from engine.serialization.preview import preview\n"
        "before = set(sys.modules)\n"
        "order, colour, customer = Codec().decode(sys.stdin.read())\n"
        "assert order.number == 7 and order.lines == ['tea'] and colour.name == 'RED' and customer.name == 'Ada'\n"
        "assert not [m for m in set(sys.modules) - before if m.startswith(('tests', 'pydantic'))]\n"
        "print(repr(order), preview(order)['type'])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )

    assert done.stdout == "Order(number=7, lines=['tea'], note='') Order\n"


def test_a_class_named_by_the_schema_is_restored_in_another_process() -> None:
    class State(TypedDict):
        orders: Annotated[list[Order], "reducer"]
        who: Customer | None
        size: dict[str, tuple[Size, ...]]

    types = TypeRegistry()
    types.add_schema(State)

    read = Codec(types).decode(Codec().encode([Order(1, []), customer(), Size.SMALL, Mood.GOOD]))

    assert [type(value) for value in read] == [Order, Customer, Size, DataRecord]


def test_a_class_that_has_changed_since_gets_its_new_defaults_or_stays_a_record() -> None:
    @dataclass
    class Old:
        a: int
        gone: int

    @dataclass
    class New:
        a: int
        added: str = "default"

    text = Codec().encode(Old(1, 2))
    New.__qualname__ = Old.__qualname__

    with_removed_field = Codec(TypeRegistry([New])).decode(text)
    with_added_field = Codec(TypeRegistry([New])).decode(text.replace(',"gone":2', ""))

    assert isinstance(with_removed_field, DataRecord)
    assert with_removed_field.gone == 2
    assert with_added_field == New(1, "default")


def test_making_an_object_again_runs_neither_its_constructor_nor_its_validators() -> None:
    calls: list[str] = []

    @dataclass
    class Loud:
        x: int

        def __post_init__(self) -> None:
            calls.append("post_init")

    codec = Codec()
    text = codec.encode(Loud(1))
    calls.clear()

    assert codec.decode(text).x == 1
    assert calls == []


def test_an_exception_keeps_type_message_notes_and_traceback() -> None:
    def fail() -> None:
        raise OutOfStock("tea", 2)

    codec = Codec()
    try:
        fail()
    except OutOfStock as error:
        error.__notes__ = ["During task with name 'buy'"]
        text = codec.encode(error)

    stranger = Codec().decode(text)
    assert isinstance(stranger, StoredError)
    assert (repr(stranger), str(stranger)) == ("OutOfStock('only 2 of tea')", "only 2 of tea")
    assert error_type_name(stranger).endswith("value_matrix.OutOfStock")
    assert stranger.__notes__ == ["During task with name 'buy'"]
    assert "in fail" in (traceback_text(stranger) or "")
    friend = codec.decode(text)
    assert type(friend) is OutOfStock
    assert friend.item == "tea"
    assert traceback_text(friend) == traceback_text(stranger)
    assert json.loads(Codec().encode(stranger)) == json.loads(text)


def test_an_exception_is_stored_even_if_something_it_carries_cannot_be() -> None:
    error = ValueError("boom", object(), [len])

    read = round_trip({"error": error})["error"]

    assert type(read) is ValueError
    assert read.args[0] == "boom"
    assert "object object at" in read.args[1].repr
    assert read.args[2].repr == "[<built-in function len>]"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1,2",
        "NaN",
        '{"$unknown":1}',
        '{"$tuple":5}',
        '{"$set":[[1]]}',
        '{"$datetime":"yesterday"}',
        '{"$dataclass":5}',
        '{"$dataclass":"a:B"}',
        '{"$bytes":"%%"}',
        '{"$path":"x","kind":"Popen"}',
        '{"$defaultdict":"eval","items":[]}',
        '{"$int":"zz"}',
        "[" * 100_000,
    ],
)
def test_damaged_text_is_an_error_of_one_kind(text: str) -> None:
    with pytest.raises(UnreadableValueError):
        Codec().decode(text)


@pytest.mark.parametrize(
    "name", ["os:system", "subprocess:Popen", "builtins:eval", "engine.types:interrupt", "engine.types:annotated_keys"]
)
@pytest.mark.parametrize("tag", ["$dataclass", "$pydantic", "$namedtuple", "$attrs", "$object", "$enum", "$exception"])
def test_a_forged_class_name_makes_data_and_runs_nothing(tag: str, name: str) -> None:
    forged = {tag: name, "fields": {"x": 1}, "args": ["echo"], "message": "m", "name": "n", "value": "v", "set": []}

    read = Codec().decode(json.dumps(forged))

    assert isinstance(read, (DataRecord, StoredError))


def test_a_record_is_read_only_data_with_any_field_name() -> None:
    record = DataRecord("shop:Order", {"keys": 1, "_fields": 2})

    assert record.keys == 1
    assert fields_of(record) == {"keys": 1, "_fields": 2}
    assert type_name_of(record) == "shop:Order"
    with pytest.raises(AttributeError, match="cannot be changed"):
        record.keys = 2
    with pytest.raises(AttributeError, match="no field 'nothing'"):
        _ = record.nothing


keys = st.one_of(st.text(max_size=4), st.integers(), st.tuples(st.integers()), st.booleans(), st.none())
anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters(), max_size=6),
        st.text(st.sampled_from('$a\ud83d\ude00\\"{'), max_size=6),
        st.binary(max_size=4),
        st.datetimes(),
        st.decimals(),
        st.complex_numbers(),
        st.sampled_from([Colour.RED, Size.SMALL]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
        st.sets(keys, max_size=4),
        st.builds(Point, st.integers(), inner),
        st.builds(Order, st.integers(), st.lists(inner, max_size=2)),
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_any_composition_of_values_comes_back(value: Any) -> None:
    assert identical(round_trip(value), value)


def test_the_place_of_a_value_that_lies_deep_is_named_by_its_beginning_and_its_end() -> None:
    short = UnstorableValueError("list", "", path=("a", 0), channel="deep")
    deep = UnstorableValueError("list", "", path=(*range(99), "end"), channel="deep")

    assert "at deep['a'][0] that" in str(short)
    assert "at deep[0][1][2][3][4][5] … 93 more … ['end'] that" in str(deep)
