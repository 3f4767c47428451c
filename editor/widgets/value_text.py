"""What a typed field may hold: text into a value of one kind, and back. Pure, no Qt.

Used by ``value_editor`` and ``schema_form``. A wrong text is answered with a sentence, never with an exception.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from enum import Enum
from typing import Any


class ValueKind(Enum):
    """The value is the word that the user sees."""

    TEXT = "Text"
    NUMBER = "Number"
    TRUTH = "True / False"
    NOTHING = "None"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Parsed:
    """Either a value, or why the text is none. `at` is the offset of the mistake where it is known."""

    value: Any = None
    problem: str = ""
    at: int | None = None

    @property
    def ok(self) -> bool:
        return not self.problem


def kind_of(value: Any) -> ValueKind:
    if value is None:
        return ValueKind.NOTHING
    if isinstance(value, bool):
        return ValueKind.TRUTH
    if isinstance(value, (int, float)):
        return ValueKind.NUMBER
    return ValueKind.TEXT if isinstance(value, str) else ValueKind.JSON


def text_of(value: Any, kind: ValueKind) -> str:
    """How the value is written in a field of this kind."""
    match kind:
        case ValueKind.TEXT if isinstance(value, str):
            return value
        case ValueKind.NOTHING:
            return "None"
        case ValueKind.TRUTH:
            return "true" if value else "false"
        case ValueKind.JSON:
            return json.dumps(value, indent=2, ensure_ascii=False)
        case _:
            return json.dumps(value, ensure_ascii=False) if value is not None else ""


def parse_value(text: str, kind: ValueKind) -> Parsed:
    match kind:
        case ValueKind.TEXT:
            return Parsed(text)
        case ValueKind.NUMBER:
            return _parse_number(text.strip())
        case ValueKind.TRUTH:
            word = text.strip().lower()
            return Parsed(word == "true") if word in ("true", "false") else Parsed(problem="Write true or false.")
        case ValueKind.NOTHING:
            return Parsed(None)
        case ValueKind.JSON:
            return parse_json(text)


def parse_json(text: str) -> Parsed:
    """JSON into a value; the problem names line and column."""
    if not text.strip():
        return Parsed(problem="Write a JSON value.", at=0)
    try:
        return Parsed(json.loads(text))
    except json.JSONDecodeError as error:
        return Parsed(problem=f"Line {error.lineno}, column {error.colno}: {_in_plain_words(error.msg)}.", at=error.pos)
    except (ValueError, RecursionError):
        return Parsed(problem="This JSON is nested too deeply or has a number that is too long.")


def parse_json_object(text: str) -> Parsed:
    """The same, but only an object will do: the input of a graph is one value per key of the state."""
    parsed = parse_json(text)
    if parsed.ok and not isinstance(parsed.value, dict):
        return Parsed(problem='The input is an object with the keys of the state, such as {"question": "..."}.', at=0)
    return parsed


def _parse_number(text: str) -> Parsed:
    try:
        return Parsed(int(text))
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return Parsed(problem="Write a number, such as 3 or 0.75.")
    return Parsed(number) if math.isfinite(number) else Parsed(problem="Write a finite number.")


def _in_plain_words(message: str) -> str:
    return {
        "Expecting value": "a value is missing here",
        "Extra data": "the value ends before this",
        "Expecting property name enclosed in double quotes": "a key in double quotes is missing here",
        "Expecting ',' delimiter": "a comma is missing here",
        "Expecting ':' delimiter": "a colon is missing here",
    }.get(message, message[:1].lower() + message[1:])
