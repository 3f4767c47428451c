"""What stands in for an object whose class is not known here: its type's name and its fields, and nothing that runs.

Made by the codec when it reads a value of a class that nobody registered. Encoding a record again gives the same text,
so a state can be read, edited elsewhere and saved without the class ever being imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DataRecord:
    """An object as data. Fields read as attributes: ``record.name``."""

    __slots__ = ("_extras", "_fields", "_kind", "_type_name")

    def __init__(
        self,
        type_name: str,
        fields: Mapping[str, Any],
        *,
        kind: str = "object",
        extras: Mapping[str, Any] | None = None,
    ) -> None:
        """``type_name`` is ``module:qualified.name``; ``kind`` is the codec's tag; ``extras``: what else it stored."""
        object.__setattr__(self, "_type_name", type_name)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_fields", dict(fields))
        object.__setattr__(self, "_extras", dict(extras or {}))

    def __getattr__(self, name: str) -> Any:
        fields: dict[str, Any] = object.__getattribute__(self, "_fields")
        if name in fields:
            return fields[name]
        raise AttributeError(f"{type_name_of(self)!r}, read as data, has no field {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type_name_of(self)!r} was read as data and cannot be changed")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DataRecord)
            and type_name_of(self) == type_name_of(other)
            and kind_of(self) == kind_of(other)
            and fields_of(self) == fields_of(other)
            and extras_of(self) == extras_of(other)
        )

    def __hash__(self) -> int:
        return hash((type_name_of(self), tuple(fields_of(self))))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in fields_of(self).items())
        return f"{short_type_name(self)}({shown})"

    def __copy__(self) -> DataRecord:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> DataRecord:
        import copy

        fields, extras = copy.deepcopy((fields_of(self), extras_of(self)), memo)
        return DataRecord(type_name_of(self), fields, kind=kind_of(self), extras=extras)


# Functions and not methods, so that a field may have any name without hiding one.


def type_name_of(record: DataRecord) -> str:
    """``module:qualified.name`` of the class the value had."""
    return str(object.__getattribute__(record, "_type_name"))


def short_type_name(record: DataRecord) -> str:
    """The last part of the class's name."""
    return type_name_of(record).rpartition(":")[2].rpartition(".")[2]


def kind_of(record: DataRecord) -> str:
    """The codec's tag: ``dataclass``, ``pydantic``, ``namedtuple``, ``enum``, ..."""
    return str(object.__getattribute__(record, "_kind"))


def fields_of(record: DataRecord) -> dict[str, Any]:
    """Field names and values, in the order of the class."""
    fields: dict[str, Any] = object.__getattribute__(record, "_fields")
    return fields


def extras_of(record: DataRecord) -> dict[str, Any]:
    """What the codec stored besides fields."""
    extras: dict[str, Any] = object.__getattribute__(record, "_extras")
    return extras
