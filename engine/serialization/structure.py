"""What a value is made of, seen from outside: its type's name and its parts. Pure; imports no user type.

One reading of "what are the children of this object", shared by the preview and the diff. Classes are recognised by
what they carry (``__dataclass_fields__``, ``model_fields``, ``_fields``), never by importing a library.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine.serialization.data_record import DataRecord, fields_of, short_type_name

MAPPING, SEQUENCE, SET, FIELDS = "mapping", "sequence", "set", "fields"

Step = Any
"""One step of a path, JSON-able: a str key or field, an int place, or ``{"entry": n}`` for the n-th entry of a mapping
whose key is not a str."""

_SCALAR_NAMES = {type(None): "none", bool: "bool", int: "int", float: "float", str: "str"}


@dataclass(frozen=True)
class Parts:
    """The children of one value. ``keys`` are the caller's own keys, places or field names, in order."""

    shape: str
    container: Any
    length: int

    def items(self, start: int = 0, count: int | None = None) -> Iterator[tuple[Any, Step, Any]]:
        """(key, path step, child) of a window. Never walks past the window's end."""
        stop = self.length if count is None else min(self.length, start + count)
        if self.shape == SEQUENCE and isinstance(self.container, (list, tuple)):
            for place in range(start, stop):
                yield place, place, self.container[place]
            return
        for place, entry in enumerate(self.container.items() if self.shape in (MAPPING, FIELDS) else self.container):
            if place >= stop:
                return
            if place < start:
                continue
            if self.shape in (MAPPING, FIELDS):
                key, child = entry
                yield key, key if type(key) is str else {"entry": place}, child
            else:
                yield place, place, entry


def type_name(value: Any) -> str:
    """``dict``, ``list``, ``none``, ... or the short name of the class."""
    if isinstance(value, DataRecord):
        return short_type_name(value)
    return _SCALAR_NAMES.get(type(value), type(value).__name__)


def parts(value: Any) -> Parts | None:
    """The value's children, or None if it has none (scalars, unknown objects)."""
    if type(value) in _SCALAR_NAMES or isinstance(value, (str, bytes, bytearray, Enum, type)):
        return None
    if isinstance(value, dict):
        return Parts(MAPPING, value, len(value))
    fields = object_fields(value)
    if fields is not None:
        return Parts(FIELDS, fields, len(fields))
    if isinstance(value, (list, tuple, deque)):
        return Parts(SEQUENCE, value, len(value))
    if isinstance(value, (set, frozenset)):
        return Parts(SET, value, len(value))
    return None


def object_fields(value: Any) -> dict[str, Any] | None:
    """Fields of a record, dataclass, pydantic model, named tuple or exception; None for anything else."""
    if isinstance(value, DataRecord):
        return fields_of(value)
    kind = type(value)
    if dataclasses.is_dataclass(value):
        names = (field.name for field in dataclasses.fields(value))
        return {name: getattr(value, name) for name in names if _has(value, name)}
    if hasattr(kind, "model_fields") and hasattr(kind, "__pydantic_fields__"):
        return {**vars(value), **(getattr(value, "__pydantic_extra__", None) or {})}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=True))
    if isinstance(value, BaseException):
        return {"message": str(value), "args": value.args}
    return None


def child_at(value: Any, step: Step) -> Any:
    """The child one path step below. Raises LookupError, with the step, if there is none."""
    found = parts(value)
    if found is None:
        raise LookupError(f"a {type_name(value)} has no part {step!r}")
    if found.shape in (MAPPING, FIELDS) and isinstance(step, str):
        if step in found.container:
            return found.container[step]
    else:
        place = step["entry"] if isinstance(step, dict) else step
        if isinstance(place, int) and 0 <= place < found.length:
            return next(found.items(place, 1))[2]
    raise LookupError(f"this {type_name(value)} has no part {step!r}")


def _has(value: Any, name: str) -> bool:
    try:
        getattr(value, name)
    except AttributeError:  # a field that was deleted or never set
        return False
    return True
