"""JSON text with strict reading and one canonical writing, for the graph and layout files. Knows nothing of graphs.

Reading refuses what would not come back the same (duplicate keys, NaN, numbers out of range) and what is meant to hurt
(deep nesting, huge numbers), always with a line. Called by ``graph_file`` and the editor's ``layout_file``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from engine.graph.spec import Json

JsonPath = tuple[Any, ...]
"""Keys and list indexes from the outermost value inwards."""

MAX_DEPTH = 64  # a graph file needs 5; deeper than this is an accident or an attack
MAX_DIGITS = 400  # beyond the largest float, and far below where reading an int takes noticeable time
MAX_WIDTH = 100  # a value that fits is written on one line


class JsonTextError(ValueError):
    """The text is not JSON that can be kept. ``what`` is a sentence; ``line`` counts from 1, None if not known."""

    def __init__(self, what: str, line: int | None = None, path: JsonPath | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.path = path


def read_json(text: str) -> Json:
    """The value of the text. Linear in its length. Raises ``JsonTextError``."""
    has_duplicates = False

    def note_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal has_duplicates
        members = dict(pairs)
        has_duplicates = has_duplicates or len(members) != len(pairs)
        return members

    try:
        value = json.loads(
            text,
            object_pairs_hook=note_duplicates,
            parse_int=_read_int,
            parse_float=_read_float,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise JsonTextError(f"The text is not JSON: {_decoder_words(error)}.", error.lineno) from error
    except RecursionError as error:
        raise JsonTextError(f"Values are nested deeper than {MAX_DEPTH} levels.") from error
    if _is_deeper_than(value, MAX_DEPTH):
        raise JsonTextError(f"Values are nested deeper than {MAX_DEPTH} levels.")
    if has_duplicates:
        raise _duplicate(text)
    return value


def line_at(text: str, path: JsonPath) -> int | None:
    """The line, from 1, on which the value at the path begins. The text must have been read before."""
    offset = next((offset for place, offset in _value_places(text) if place == path), None)
    return None if offset is None else text.count("\n", 0, offset) + 1


def shown_path(path: JsonPath) -> str:
    """A path for people: ``nodes.classify.fn``, ``edges[3].to``, ``nodes["give up"]``."""
    parts = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif re.fullmatch(r"\w{1,60}", step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{shown_value(step)}]")
    return "".join(parts)


def shown_value(value: Json) -> str:
    """A value as it can stand in a message: one line, at most about 60 characters."""
    text = json.dumps(value)  # escapes all that is not ASCII, also invisible and right-to-left characters
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_line(value: Json) -> str:
    """The canonical text of a value on one line. Order of keys as in the mapping."""
    return _escape_unseen(_ENCODER.encode(value))


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def pretty(value: Json, indent: str = "") -> str:
    """The canonical text of a value: on one line if that fits, else one item per line."""
    text = one_line(value)
    if not value or not isinstance(value, (dict, list)) or len(indent) + len(text) <= MAX_WIDTH:
        return text
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{inner}{one_line(key)}: {pretty(item, inner)}" for key, item in value.items()]
    else:
        items = [f"{inner}{pretty(item, inner)}" for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(items) + f"\n{indent}{closing}"


def _read_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise JsonTextError(f"A number has {len(digits)} digits; at most {MAX_DIGITS} can be kept.")
    return int(digits)


def _read_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise JsonTextError(f"The number {shown_value(digits)} is too large to be kept.")
    return number


def _refuse_constant(word: str) -> Json:
    raise JsonTextError(f"{word} is not a JSON value.")


def _decoder_words(error: json.JSONDecodeError) -> str:
    """The decoder's finding with the column, beginning in lower case, to stand inside a sentence."""
    return f"{error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"


def _is_deeper_than(value: Json, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [item for outer in level if isinstance(outer, (dict, list)) for item in _items(outer)]
        if not level:
            return False
    return True


def _items(value: Json) -> Any:
    return value.values() if isinstance(value, dict) else value


def _duplicate(text: str) -> JsonTextError:
    """Where the first key stands that its object has already."""
    seen: dict[JsonPath, int] = {}
    for path, offset in _value_places(text):
        if path in seen:
            first, line = (text.count("\n", 0, place) + 1 for place in (seen[path], offset))
            what = f"The key {shown_value(path[-1])} stands twice in one object, on lines {first} and {line}."
            return JsonTextError(what, line, path)
        seen[path] = offset
    return JsonTextError("A key stands twice in one object.")


_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def _value_places(text: str) -> Iterator[tuple[JsonPath, int]]:
    """Each value's path and offset, in the order of the text, which must be well-formed."""
    path: list[Any] = []
    open_brackets: list[str] = []
    key_is_next = False
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("{", "["):
            yield tuple(path), match.start()
            open_brackets.append(token)
            path.append(0 if token == "[" else "")
            key_is_next = token == "{"
        elif token in ("}", "]"):
            open_brackets.pop()
            path.pop()
            key_is_next = False
        elif token == ",":
            key_is_next = open_brackets[-1] == "{"
            path[-1] = "" if key_is_next else path[-1] + 1
        elif key_is_next and token != ":":
            path[-1] = json.loads(token)
            key_is_next = False
        elif token != ":":
            yield tuple(path), match.start()


# Characters that one cannot see or that turn the text round, and halves of surrogate pairs, which UTF-8 cannot hold.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def _escape_unseen(text: str) -> str:
    if text.isascii() and "\x7f" not in text:  # the usual case, and a graph file asks often
        return text
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
