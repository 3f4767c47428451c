"""The reading half of the codec: ``$`` tags back to values. Runs no code of a value's class, imports nothing by name.

Instances are made without ``__init__`` and validators: what was stored is what comes back. Classes come from the
registry; one that is not there becomes a ``DataRecord`` that keeps all that was stored.
"""

from __future__ import annotations

import builtins
import dataclasses
import sys
from base64 import b64decode
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from engine.serialization.data_record import DataRecord
from engine.serialization.stored_error import StoredError
from engine.serialization.to_tagged import DEFAULT_FACTORIES
from engine.serialization.type_registry import TypeRegistry
from engine.serialization.unstorable import UnreadableValueError

STORED_PART = "$stored"
"""Stands for a part of a value whose text a store keeps elsewhere, under a number."""

Tagged = dict[str, Any]


class TagReader:
    """``read`` is given to the JSON decoder, which calls it for each object, inner ones first."""

    def __init__(self, types: TypeRegistry, fetch: Callable[[int], Any] | None = None) -> None:
        self._types = types
        self._fetch = fetch

    def read(self, data: Tagged) -> Any:
        """The value that a tagged object stands for; an untagged one is a dictionary and stays as it is."""
        tag = next(iter(data), "")
        if not tag.startswith("$"):
            return data
        reader = _READERS.get(tag)
        if reader is not None:
            return reader(data[tag], data)
        if tag == STORED_PART and self._fetch is not None:
            return self._fetch(data[tag])
        restore = _OBJECTS.get(tag)
        if restore is None:
            raise UnreadableValueError(f"{tag} is no tag of this version; a newer one may have written it")
        name = data[tag]
        if not isinstance(name, str):
            raise UnreadableValueError(f"{tag} needs the name of a class")
        kind = self._types.find(name)
        if kind is not None:
            try:
                return restore(kind, data)
            except _NoLongerFits:
                pass  # the class has changed since; as a record nothing is lost
        return _as_record(tag, name, data)


class _NoLongerFits(Exception):
    """What was stored does not fit the class of that name any more."""


def _as_record(tag: str, name: str, data: Tagged) -> Any:
    if tag == "$exception":
        return _stored_error(name, data)
    if tag == "$enum":
        return DataRecord(name, {"name": data["name"], "value": data["value"]}, kind="enum")
    extras = {key: item for key, item in data.items() if key not in (tag, "fields")}
    return DataRecord(name, data["fields"], kind=tag[1:], extras=extras)


# Objects ------------------------------------------------------------------------------------------------------------


def _dataclass(kind: type, data: Tagged) -> Any:
    if not dataclasses.is_dataclass(kind):
        raise _NoLongerFits
    declared = {field.name: field for field in dataclasses.fields(kind)}
    stored = data["fields"]
    if stored.keys() - declared.keys():
        raise _NoLongerFits
    value = object.__new__(kind)
    for name, field in declared.items():
        if name in stored:
            object.__setattr__(value, name, stored[name])
        elif field.default is not dataclasses.MISSING:
            object.__setattr__(value, name, field.default)
        elif field.default_factory is not dataclasses.MISSING:
            object.__setattr__(value, name, field.default_factory())
    return value


def _pydantic(kind: Any, data: Tagged) -> Any:
    declared = getattr(kind, "__pydantic_fields__", None)
    stored = data["fields"]
    if declared is None or any(name not in declared and name not in vars(kind) for name in stored):
        raise _NoLongerFits
    fields = dict(stored)
    for name, field in declared.items():
        if name not in fields:
            if field.is_required():
                raise _NoLongerFits
            fields[name] = field.get_default(call_default_factory=True)
    value = kind.__new__(kind)
    extra_allowed = kind.model_config.get("extra") == "allow"
    private = getattr(kind, "__private_attributes__", None)
    value.__setstate__(
        {
            "__dict__": fields,
            "__pydantic_fields_set__": set(data.get("set", stored.keys())),
            "__pydantic_extra__": data.get("extra", {}) if extra_allowed else None,
            "__pydantic_private__": {**_private_defaults(private), **(data.get("private") or {})} if private else None,
        }
    )
    return value


def _private_defaults(private: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {name: attribute.get_default() for name, attribute in private.items()}
    return {name: item for name, item in defaults.items() if type(item).__name__ != "PydanticUndefinedType"}


def _pydantic1(kind: Any, data: Tagged) -> Any:
    if not hasattr(kind, "__fields__"):
        raise _NoLongerFits
    value = kind.__new__(kind)
    object.__setattr__(value, "__dict__", dict(data["fields"]))
    object.__setattr__(value, "__fields_set__", set(data["set"]))
    return value


def _namedtuple(kind: Any, data: Tagged) -> Any:
    fields = data["fields"]
    if not issubclass(kind, tuple) or tuple(fields) != getattr(kind, "_fields", None):
        raise _NoLongerFits
    return tuple.__new__(kind, fields.values())


def _attrs(kind: Any, data: Tagged) -> Any:
    stored = data["fields"]
    if [each.name for each in getattr(kind, "__attrs_attrs__", ())] != list(stored):
        raise _NoLongerFits
    value = object.__new__(kind)
    for name, item in stored.items():
        object.__setattr__(value, name, item)
    return value


def _slotted(kind: Any, data: Tagged) -> Any:
    value = object.__new__(kind)
    for name, item in data["fields"].items():
        try:
            object.__setattr__(value, name, item)
        except AttributeError:
            raise _NoLongerFits from None
    for name in getattr(kind, "__slots__", ()):
        if name not in data["fields"]:  # an older version wrote it; later slots are None unless they are given
            object.__setattr__(value, name, None)
    return value


def _enum(kind: Any, data: Tagged) -> Any:
    if not issubclass(kind, Enum):
        raise _NoLongerFits
    member = kind.__members__.get(data["name"]) if isinstance(data["name"], str) else None
    if member is not None and member._value_ == data["value"]:
        return member
    try:
        return kind(data["value"])  # a combination of flags has no member of its own
    except (ValueError, TypeError, KeyError):
        raise _NoLongerFits from None


def _exception(kind: Any, data: Tagged) -> Any:
    if not issubclass(kind, BaseException):
        raise _NoLongerFits
    try:
        error = kind.__new__(kind, *data["args"])
    except (TypeError, ValueError):  # its __new__ wants other arguments than it remembers (pydantic's ValidationError)
        raise _NoLongerFits from None
    if not isinstance(error, OSError):  # its __new__ has sorted them into args and attributes
        error.args = tuple(data["args"])
    vars(error).update(data.get("state", {}))
    return _annotated(error, data)


def _builtin_exception(kind: Any, data: Tagged) -> Any:
    try:
        return _annotated(kind(*data["args"]), data)
    except (TypeError, ValueError):  # its constructor wants other arguments than it remembers
        return _exception(kind, data)


def _stored_error(name: str, data: Tagged) -> Any:
    module, _, qualified = name.partition(":")
    kind = getattr(builtins, qualified, None) if module == "builtins" else None
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return _builtin_exception(kind, data)
    return _annotated(StoredError(name, data["message"], data["args"], data.get("state")), data)


def _annotated(error: BaseException, data: Tagged) -> BaseException:
    if "notes" in data:
        setattr(error, "__notes__", list(data["notes"]))  # noqa: B010  # what add_note does; 3.10 has no add_note
    if "traceback" in data:
        setattr(error, "stored_traceback", data["traceback"])  # noqa: B010  # read by traceback_text
    return error


_OBJECTS: dict[str, Callable[[type, Tagged], Any]] = {
    "$dataclass": _dataclass,
    "$pydantic": _pydantic,
    "$pydantic1": _pydantic1,
    "$namedtuple": _namedtuple,
    "$attrs": _attrs,
    "$object": _slotted,
    "$enum": _enum,
    "$exception": lambda kind, data: (_builtin_exception if kind.__module__ == "builtins" else _exception)(kind, data),
}


# The standard library's types ---------------------------------------------------------------------------------------


def _datetime(text: str, data: Tagged) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text).replace(tzinfo=data.get("zone"), fold=data.get("fold", 0))


def _time(text: str, data: Tagged) -> Any:
    from datetime import time

    return time.fromisoformat(text).replace(tzinfo=data.get("zone"), fold=data.get("fold", 0))


def _date(text: str, data: Tagged) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def _timedelta(parts: list[int], data: Tagged) -> Any:
    from datetime import timedelta

    return timedelta(*parts)


def _timezone(parts: list[Any], data: Tagged) -> Any:
    from datetime import timedelta, timezone

    offset = timedelta(*parts[:3])
    if not offset and len(parts) == 3:
        return timezone.utc
    return timezone(offset, *parts[3:])


def _zoneinfo(key: str, data: Tagged) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(key)


def _decimal(text: str, data: Tagged) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _fraction(text: str, data: Tagged) -> Any:
    from fractions import Fraction

    return Fraction(text)


def _uuid(text: str, data: Tagged) -> Any:
    from uuid import UUID

    return UUID(text)


def _path(text: str, data: Tagged) -> Any:
    import os
    import pathlib

    kind = data["kind"]
    if kind == ("PosixPath" if os.name == "nt" else "WindowsPath"):
        kind = f"Pure{kind}"  # a path of the other system can be looked at, but not used
    if kind not in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"):
        raise UnreadableValueError(f"{kind} is no kind of path")
    return getattr(pathlib, kind)(text)


def _pattern(pattern: Any, data: Tagged) -> Any:
    import re

    return re.compile(pattern, data["flags"])


def _ip(name: str) -> Callable[[str, Tagged], Any]:
    def read(text: str, data: Tagged) -> Any:
        import ipaddress

        return getattr(ipaddress, name)(text)

    return read


def _deque(items: list[Any], data: Tagged) -> Any:
    from collections import deque

    return deque(items, data.get("maxlen"))


def _ordered(pairs: list[Any], data: Tagged) -> Any:
    from collections import OrderedDict

    return OrderedDict(pairs)


def _counter(pairs: list[Any], data: Tagged) -> Any:
    from collections import Counter

    return Counter(dict(pairs))


_FACTORIES: dict[str | None, Any] = {None: None, **{kind.__name__: kind for kind in DEFAULT_FACTORIES}}


def _defaultdict(factory: str | None, data: Tagged) -> Any:
    from collections import defaultdict

    return defaultdict(_FACTORIES[factory], data["items"])


def _ndarray(dtype: str, data: Tagged) -> Any:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        fields = {"dtype": dtype, "shape": data["shape"]}
        return DataRecord(
            "numpy:ndarray", fields, kind="ndarray", extras={"shape": data["shape"], "data": data["data"]}
        )
    return numpy.ndarray(tuple(data["shape"]), dtype=dtype, buffer=bytearray(b64decode(data["data"])))


def _numpy(dtype: str, data: Tagged) -> Any:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return DataRecord("numpy:generic", {"dtype": dtype}, kind="numpy", extras={"data": data["data"]})
    return numpy.ndarray((), dtype=dtype, buffer=bytearray(b64decode(data["data"])))[()]


_READERS: dict[str, Callable[[Any, Tagged], Any]] = {
    "$text": lambda text, data: text.encode("ascii").decode("unicode_escape"),
    "$int": lambda text, data: int(text, 16),
    "$float": lambda text, data: float(text),
    "$dict": lambda pairs, data: dict(pairs),
    "$tuple": lambda items, data: tuple(items),
    "$set": lambda items, data: set(items),
    "$frozenset": lambda items, data: frozenset(items),
    "$bytes": lambda text, data: b64decode(text, validate=True),
    "$bytearray": lambda text, data: bytearray(b64decode(text, validate=True)),
    "$complex": lambda parts, data: complex(*parts),
    "$range": lambda parts, data: range(*parts),
    "$slice": lambda parts, data: slice(*parts),
    "$ellipsis": lambda flag, data: ...,
    "$repr": lambda text, data: DataRecord("builtins:object", {"repr": text}, kind="repr"),
    "$datetime": _datetime,
    "$date": _date,
    "$time": _time,
    "$timedelta": _timedelta,
    "$timezone": _timezone,
    "$zoneinfo": _zoneinfo,
    "$decimal": _decimal,
    "$fraction": _fraction,
    "$uuid": _uuid,
    "$path": _path,
    "$pattern": _pattern,
    "$deque": _deque,
    "$ordereddict": _ordered,
    "$counter": _counter,
    "$defaultdict": _defaultdict,
    "$ndarray": _ndarray,
    "$numpy": _numpy,
    **{
        f"${name}": _ip(name)
        for name in ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPv4Interface", "IPv6Interface")
    },
}
