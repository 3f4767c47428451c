"""Messages as JSON lines, versioned, and back. Knows the shape of requests, replies and events, not what they mean.

A line is one JSON object: a request ``{"v", "id", "type", ...}``, its one reply ``{"v", "re", "value" | "error"}``, or
an event ``{"v", "seq", "type", ...}``. The type is the class's name in snake case; the other keys are its fields.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache, partial
from typing import Any, Union

from engine.runner.requests import Request
from engine.runner.run_events import RunEvent

VERSION = 1


class ProtocolError(ValueError):
    """A line that is no message of this version: a fault of ours or of another program on the pipe."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """A request as it came over the pipe."""

    id: int
    request: Request


@dataclasses.dataclass(frozen=True)
class Replied:
    """The one reply to the request with that id."""

    id: int
    value: Any = None
    error: str | None = None


@dataclasses.dataclass(frozen=True)
class Told:
    """An event with its number; numbers have no gaps."""

    seq: int
    event: RunEvent


Message = Union[Asked, Replied, Told]


def encode(message: Message) -> bytes:
    """One line, newline included."""
    if isinstance(message, Asked):
        content = {"v": VERSION, "id": message.id, **_plain(message.request)}
    elif isinstance(message, Told):
        content = {"v": VERSION, "seq": message.seq, **_plain(message.event)}
    elif message.error is None:
        content = {"v": VERSION, "re": message.id, "value": message.value}
    else:
        content = {"v": VERSION, "re": message.id, "error": message.error}
    # ASCII only, so that lone surrogates in the user's texts pass the pipe.
    return json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes | str) -> Message:
    """Raises ProtocolError that quotes the start of the line."""
    try:
        content = json.loads(line)
        version = content["v"]
    except (ValueError, TypeError, KeyError) as error:
        raise ProtocolError(f"Not a message: {line[:80]!r}") from error
    if version != VERSION:
        raise ProtocolError(f"The other side speaks version {version} of the runner protocol, this side {VERSION}.")
    try:
        if "re" in content:
            return Replied(content["re"], content.get("value"), content.get("error"))
        if "seq" in content:
            return Told(content["seq"], _typed(_classes(RunEvent)[content["type"]], content))
        return Asked(content["id"], _typed(_classes(Request)[content["type"]], content))
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"A message of an unknown shape: {line[:80]!r}") from error


def to_plain(fact: Any) -> dict[str, Any]:
    """A fact as a JSON object without a type, for the database. ``from_plain`` makes an equal one of it."""
    return {name: _value(getattr(fact, name)) for name in _names(fact.__class__)}


def from_plain(cls: type[Any], content: dict[str, Any]) -> Any:
    """The fact that ``to_plain`` wrote; keys of a newer version are left out."""
    return _typed(cls, content)


@cache
def type_name(cls: Any) -> str:
    """``RunStarted`` -> ``run_started``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def _plain(message: Any) -> dict[str, Any]:
    return {"type": type_name(message.__class__), **to_plain(message)}


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


def _value(value: Any) -> Any:
    if value is None or type(value) in (str, int, float, bool):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_plain(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return value


@cache
def _classes(union: Any) -> dict[str, type[Any]]:
    return {type_name(cls): cls for cls in typing.get_args(union)}


def _typed(cls: Any, content: dict[str, Any]) -> Any:
    return cls(
        **{
            name: content[name] if read is None or content[name] is None else read(content[name])
            for name, read in _readers(cls)
            if name in content
        }
    )


@cache
def _readers(cls: Any) -> tuple[tuple[str, _Reader | None], ...]:
    """How each field of the class is read; looked up once, since a long past has a hundred thousand rows."""
    return tuple((name, _reader(hint)) for name, hint in typing.get_type_hints(cls).items())


def _reader(hint: Any) -> _Reader | None:
    """The few kinds of fields that messages have: nested facts, tuples of them, optionals, enums. None: as it is."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _reader(next(part for part in arguments if part is not type(None)))
    if origin is tuple:
        read = _reader(arguments[0])
        return tuple if read is None else lambda items: tuple(None if item is None else read(item) for item in items)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return partial(_typed, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return None


_Reader = Callable[[Any], Any]
