"""Kinds of values that a state may hold, each with a name; and kinds that must be refused. Used by several suites."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import threading
import uuid
import zoneinfo
from typing import Any, NamedTuple

import pydantic

from engine.types import Command, Interrupt, Overwrite, Send


class Colour(enum.Enum):
    RED = "red"
    BLUE = ("b", 1)


class Size(enum.IntEnum):
    SMALL = 1


class Mood(str, enum.Enum):  # noqa: UP042  # as people wrote it before StrEnum
    GOOD = "good"


class Right(enum.Flag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Order:
    number: int
    lines: list[Any]
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Frozen:
    key: tuple[int, ...]


@dataclasses.dataclass(slots=True)
class Slotted:
    x: float


class Point(NamedTuple):
    x: int
    y: Any = None


class Customer(pydantic.BaseModel):
    name: str
    born: dt.date | None = None
    orders: list[Order] = []
    _seen: int = pydantic.PrivateAttr(default=0)


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int = 1


class OutOfStock(Exception):
    def __init__(self, item: str, left: int) -> None:
        super().__init__(f"only {left} of {item}")
        self.item = item


@dataclasses.dataclass
class DictWithFields(dict[str, int]):
    extra: int = 0


class PlainObject:
    pass


class Text(str):
    pass


def customer() -> Customer:
    made = Customer(name="Ada", orders=[Order(1, [(1, 2)])])
    made._seen = 7
    return made


UTC = dt.timezone.utc  # noqa: UP017  # the engine also runs on 3.10

STORABLE: dict[str, Any] = {
    "none": None,
    "true": True,
    "false": False,
    "zero": 0,
    "negative": -17,
    "int 2**53+1": 2**53 + 1,
    "int 2**64": 2**64,
    "int 300 digits": 10**300 + 7,
    "int 6000 digits": -(10**6000) - 3,
    "float": 0.1,
    "float tiny": 5e-324,
    "float large": 1.7976931348623157e308,
    "float integral": 3.0,
    "float minus zero": -0.0,
    "nan": float("nan"),
    "inf": float("inf"),
    "minus inf": float("-inf"),
    "str empty": "",
    "str": "hello",
    "str emoji": "naïve 🙂 text",
    "str nul": "a\x00b",
    "str newline": "a\r\nb\tc\u2028",
    "str lone surrogate": "\ud83d",
    "str two lone surrogates": "\ud83d\ude00",
    "str backslash and surrogate": "\\ud800 \ud800",
    "str that looks like a tag": '{"$tuple":[1]}',
    "list": [1, [2, []]],
    "dict": {"a": {"b": []}},
    "dict empty": {},
    "dict that looks like a tag": {"$tuple": [1]},
    "dict with a later dollar": {"a": 1, "$ref": "x"},
    "dict with int keys": {1: "a", 2: "b"},
    "dict with mixed keys": {1: "int", "1": "str", (1,): "tuple", None: 0, True and "t": 1},
    "dict with surrogate key": {"\udc00": 1},
    "dict with float keys": {1.5: 1, float("inf"): 2},
    "tuple": (1, (2, ())),
    "tuple empty": (),
    "set": {1, "a", (2,)},
    "set empty": set(),
    "frozenset": frozenset({frozenset(), 1}),
    "bytes": b"\x00\xffabc",
    "bytes empty": b"",
    "bytearray": bytearray(b"\x01\x02"),
    "complex": 1.5 - 2j,
    "complex nan": complex(float("inf"), -0.0),
    "range": range(1, 10, 3),
    "slice": slice(1, None, 2),
    "ellipsis": ...,
    "datetime": dt.datetime(2026, 1, 2, 3, 4, 5, 678901),
    "datetime utc": dt.datetime(2026, 1, 2, tzinfo=UTC),
    "datetime offset": dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=45), "NPT")),
    "datetime zone": dt.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    "datetime fold": dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    "datetime early": dt.datetime(1, 1, 1),
    "date": dt.date(2026, 1, 2),
    "time": dt.time(1, 2, 3, 4),
    "time utc": dt.time(1, tzinfo=UTC),
    "timedelta": dt.timedelta(days=-1, microseconds=5),
    "timezone": dt.timezone(dt.timedelta(hours=-3)),
    "zoneinfo": zoneinfo.ZoneInfo("Asia/Tokyo"),
    "decimal": decimal.Decimal("1.10"),
    "decimal nan": decimal.Decimal("sNaN"),
    "fraction": fractions.Fraction(1, 3),
    "uuid": uuid.UUID(int=5),
    "path": pathlib.Path("/tmp/a b"),
    "path pure": pathlib.PureWindowsPath("C:\\x"),
    "ip": ipaddress.ip_address("10.0.0.1"),
    "ip network": ipaddress.ip_network("fe80::/10"),
    "pattern": re.compile(r"a+\d", re.IGNORECASE),
    "pattern bytes": re.compile(rb"\x00"),
    "deque": collections.deque([1, (2,)], maxlen=5),
    "ordereddict": collections.OrderedDict([("b", 1), (2, "a")]),
    "defaultdict": collections.defaultdict(list, {"a": [1]}),
    "counter": collections.Counter("hello"),
    "enum": Colour.RED,
    "enum tuple": Colour.BLUE,
    "int enum": Size.SMALL,
    "str enum": Mood.GOOD,
    "flag": Right.READ | Right.WRITE,
    "dataclass": Order(1, [(1,), {2}], "x"),
    "dataclass frozen": Frozen((1, 2)),
    "dataclass slots": Slotted(float("inf")),
    "named tuple": Point(1, {"a": (2,)}),
    "pydantic": customer(),
    "pydantic unset": Customer(name="Bo"),
    "pydantic extra": Open(a=2, b=(3,)),
    "exception": ValueError("bad", 3),
    "exception builtin": FileNotFoundError(2, "No such file", "x.txt"),
    "exception key": KeyError("k"),
    "exception own": OutOfStock("tea", 2),
    "send": Send("node", {"x": (1,)}),
    "command": Command(update={"a": 1}, goto=["b", Send("c", 1)]),
    "interrupt": Interrupt({"question": "ok?"}, "0" * 32),
    "overwrite": Overwrite([1]),
}


def recursive_list() -> list[Any]:
    loop: list[Any] = [1]
    loop.append({"again": loop})
    return loop


def deep_list() -> list[Any]:
    deep: list[Any] = []
    for _ in range(25_000):
        deep = [deep]
    return deep


UNSTORABLE: dict[str, Any] = {
    "function": len,
    "lambda": lambda: 0,
    "module": re,
    "lock": threading.Lock(),
    "generator": (x for x in ()),
    "object": PlainObject(),
    "class": PlainObject,
    "str subclass": Text("x"),
    "dict dataclass": DictWithFields(1),
    "defaultdict with function": collections.defaultdict(lambda: 1),
    "memoryview": memoryview(b"x"),
    "iterator": iter([]),
    "contains itself": recursive_list(),
    "too deep": deep_list(),
}


def identical(a: Any, b: Any) -> bool:
    """Equal and of the same types all the way down; NaN equals NaN, -0.0 is not 0.0, dictionaries keep their order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return a.hex() == b.hex()
    if isinstance(a, complex):
        return identical(a.real, b.real) and identical(a.imag, b.imag)
    if isinstance(a, decimal.Decimal):
        return a.as_tuple() == b.as_tuple()
    if isinstance(a, dict):
        return identical(list(a.items()), list(b.items())) and getattr(a, "default_factory", 0) == getattr(
            b, "default_factory", 0
        )
    if isinstance(a, (list, tuple, collections.deque)):
        return len(a) == len(b) and all(map(identical, a, b)) and getattr(a, "maxlen", 0) == getattr(b, "maxlen", 0)
    if isinstance(a, (set, frozenset)):
        return a == b and sorted(map(repr, a)) == sorted(map(repr, b))
    if isinstance(a, BaseException):
        mine, theirs = dict(vars(a)), dict(vars(b))
        theirs.pop("stored_traceback", None)
        return identical(a.args, b.args) and str(a) == str(b) and identical(mine, theirs)
    if isinstance(a, dt.datetime):
        return a == b and a.fold == b.fold and a.tzinfo == b.tzinfo and a.tzname() == b.tzname()
    if isinstance(a, pydantic.BaseModel):
        return (
            identical(a.__dict__, b.__dict__)
            and a.__pydantic_fields_set__ == b.__pydantic_fields_set__
            and identical(a.__pydantic_private__, b.__pydantic_private__)
            and identical(a.__pydantic_extra__, b.__pydantic_extra__)
        )
    if dataclasses.is_dataclass(a):
        return all(identical(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    return bool(a == b)
