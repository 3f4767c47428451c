"""Reads the msgpack that LangGraph writes, as data only: no class is imported or called, whatever the bytes ask for.

LangGraph stores objects as "call this class with these arguments". Well-known ones of the standard library come back as
themselves, all others as ``DataRecord`` with the arguments as fields. Format: github.com/msgpack/msgpack, spec.md.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from engine.serialization.data_record import DataRecord
from engine.serialization.unstorable import UnreadableValueError

_MAX_DEPTH = 200
"""Python allows 1,000 nested calls and a level takes two or three."""

# LangGraph's extension codes: how the object is to be made from (module, name, argument[, method]).
_ONE_ARGUMENT, _ARGUMENTS, _KEYWORDS, _METHOD, _PYDANTIC_1, _PYDANTIC_2, _NUMPY, _DELTA = range(8)


def read_msgpack(data: bytes) -> Any:
    """The value. Raises ``UnreadableValueError`` if the bytes are damaged or no msgpack."""
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except (IndexError, struct.error, ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise UnreadableValueError(f"This msgpack cannot be read: {error}") from error
    if reader.place != len(data):
        raise UnreadableValueError(f"This msgpack goes on after its end: {len(data) - reader.place} bytes are left.")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def value(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise UnreadableValueError("This msgpack is nested too deep.")
        tag = self._take(1)[0]
        if tag < 0x80:
            return tag
        if tag >= 0xE0:
            return tag - 0x100
        if tag < 0x90:
            return self._map(tag & 0x0F, depth)
        if tag < 0xA0:
            return self._array(tag & 0x0F, depth)
        if tag < 0xC0:
            return self._text(tag & 0x1F)
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag in _NUMBERS:
            return self._number(_NUMBERS[tag])
        if tag in _SIZED:
            kind, size = _SIZED[tag]
            length = self._number(size)
            if kind == "ext":
                return self._extension(self._number(">b"), length, depth)
            if kind == "bin":
                return self._take(length)
            if kind == "str":
                return self._text(length)
            return self._array(length, depth) if kind == "array" else self._map(length, depth)
        if 0xD4 <= tag <= 0xD8:
            return self._extension(self._number(">b"), 1 << (tag - 0xD4), depth)
        raise UnreadableValueError(f"0x{tag:02x} begins no msgpack value.")

    def _take(self, length: int) -> bytes:
        taken = self._data[self.place : self.place + length]
        if len(taken) != length:
            raise UnreadableValueError("This msgpack ends in the middle of a value.")
        self.place += length
        return taken

    def _number(self, layout: str) -> Any:
        return struct.unpack(layout, self._take(struct.calcsize(layout)))[0]

    def _text(self, length: int) -> str:
        return self._take(length).decode("utf-8", "surrogatepass")

    def _array(self, length: int, depth: int) -> list[Any]:
        return [self.value(depth + 1) for _ in range(length)]

    def _map(self, length: int, depth: int) -> dict[Any, Any]:
        found = {}
        for _ in range(length):
            key = _hashable(self.value(depth + 1))
            found[key] = self.value(depth + 1)
        return found

    def _extension(self, code: int, length: int, depth: int) -> Any:
        inner = _Reader(self._take(length))
        return _object(code, inner.value(depth + 1))


def _hashable(key: Any) -> Any:
    return tuple(map(_hashable, key)) if isinstance(key, list) else key


def _object(code: int, told: Any) -> Any:
    if code == _DELTA:
        return DataRecord("langgraph.checkpoint.serde.types:_DeltaSnapshot", {"value": told}, kind="namedtuple")
    if code == _NUMPY and isinstance(told, list) and len(told) == 4:
        fields = dict(zip(("dtype", "shape", "order", "data"), told, strict=True))
        return DataRecord("numpy:ndarray", fields, kind="dataclass")
    if not isinstance(told, list) or len(told) < 3 or not all(isinstance(name, str) for name in told[:2]):
        return DataRecord(f"msgpack:extension_{code}", {"content": told}, kind="dataclass")
    module, name, argument, *_ = told
    known = _KNOWN.get((module, name))
    if known is not None:
        try:
            return known(argument)
        except (ValueError, TypeError, ArithmeticError, LookupError):
            pass  # shown as a record then
    if code in (_KEYWORDS, _PYDANTIC_1, _PYDANTIC_2) and isinstance(argument, Mapping):
        kind = "dataclass" if code == _KEYWORDS else "pydantic"
        return DataRecord(f"{module}:{name}", {str(key): value for key, value in argument.items()}, kind=kind)
    if (module, name) == ("langgraph.types", "Send") and isinstance(argument, list):
        return DataRecord("langgraph.types:Send", dict(zip(("node", "arg", "timeout"), argument, strict=False)))
    field = "args" if code == _ARGUMENTS else "value"
    return DataRecord(f"{module}:{name}", {field: argument}, kind="dataclass")


def _from_iso(kind: str) -> Callable[[Any], Any]:
    def make(argument: Any) -> Any:
        import datetime

        return getattr(datetime, kind).fromisoformat(argument)

    return make


def _date(arguments: list[int]) -> Any:
    from datetime import date

    return date(*arguments)


def _timedelta(arguments: list[int]) -> Any:
    from datetime import timedelta

    return timedelta(*arguments)


def _timezone(arguments: list[Any]) -> Any:
    from datetime import timezone

    return timezone(*arguments)


def _zoneinfo(key: str) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(key)


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _deque(items: list[Any]) -> Any:
    from collections import deque

    return deque(items)


def _pattern(arguments: list[Any]) -> Any:
    import re

    return re.compile(*arguments)


def _path(kind: str) -> Callable[[Any], Any]:
    def make(parts: list[str]) -> Any:
        import pathlib

        pure = {"Path": "PurePath", "PosixPath": "PurePosixPath", "WindowsPath": "PureWindowsPath"}.get(kind, kind)
        return getattr(pathlib, pure)(*parts)

    return make


def _ip(kind: str) -> Callable[[Any], Any]:
    def make(text: str) -> Any:
        import ipaddress

        return getattr(ipaddress, kind)(text)

    return make


_KNOWN: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "tuple"): tuple,
    ("collections", "deque"): _deque,
    ("datetime", "datetime"): _from_iso("datetime"),
    ("datetime", "date"): _date,
    ("datetime", "time"): _from_iso("time"),
    ("datetime", "timedelta"): _timedelta,
    ("datetime", "timezone"): _timezone,
    ("zoneinfo", "ZoneInfo"): _zoneinfo,
    ("uuid", "UUID"): _uuid,
    ("decimal", "Decimal"): _decimal,
    ("re", "compile"): _pattern,
    **{
        (module, kind): _path(kind)
        for module in ("pathlib", "pathlib._local")
        for kind in ("Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath")
    },
    **{
        ("ipaddress", kind): _ip(kind)
        for kind in ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPv4Interface", "IPv6Interface")
    },
}
"""What may be made: fixed functions of the standard library that only hold data."""

_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZED = {
    0xC4: ("bin", ">B"),
    0xC5: ("bin", ">H"),
    0xC6: ("bin", ">I"),
    0xC7: ("ext", ">B"),
    0xC8: ("ext", ">H"),
    0xC9: ("ext", ">I"),
    0xD9: ("str", ">B"),
    0xDA: ("str", ">H"),
    0xDB: ("str", ">I"),
    0xDC: ("array", ">H"),
    0xDD: ("array", ">I"),
    0xDE: ("map", ">H"),
    0xDF: ("map", ">I"),
}
