"""A bounded, JSON-able picture of any value, for the state panel. Pure.

The runner sends these instead of values, so that the editor never decodes a state itself and a 100 MB value costs a few
kilobytes. ``preview_at`` asks for more of one place. A node of the tree is

    {"type": "dict|list|tuple|set|str|int|float|bool|none|<class name>", "text": "<one line>", "length": int | null,
     "items": [{"key": "<label>", "path": [...], "node": {...}}], "more": int, "json": <the value, if small plain JSON>}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.serialization.structure import FIELDS, MAPPING, SET, Parts, Step, child_at, parts, type_name

PreviewNode = dict[str, Any]

_JSON_CHARS = 10_000
"""A value whose JSON is about this long or shorter travels whole, so that it can be edited."""

_JSON_DEPTH = 30
"""Deeper values do not travel whole; also what ends the walk of a value that contains itself."""

_MOST_STEPS = 100_000
"""Steps of all paths in one picture: each node carries its own, and a value may be nested 10,000 deep."""

_LINE_ITEMS = 6
"""So many children appear in the one-line text of a container; more would not be read."""


def preview(
    value: Any,
    *,
    max_items: int = 100,
    max_chars: int = 200,
    max_depth: int = 4,
    max_nodes: int = 2_000,
    path: Sequence[Step] = (),
) -> PreviewNode:
    """The value as a tree: at most ``max_nodes`` nodes, ``max_items`` per container, ``max_depth`` levels of items."""
    return _Previewer(max_items, max_chars, max_nodes, path).node(value, list(path), max_depth, 0, max_items)


def preview_at(
    value: Any,
    path: Sequence[Step],
    start: int = 0,
    count: int = 100,
    *,
    max_chars: int = 200,
    max_depth: int = 2,
    max_nodes: int = 2_000,
) -> PreviewNode:
    """The part of ``value`` at ``path``, with its children from ``start`` on. Raises LookupError if there is none.

    Of a text that is too long to travel whole, ``part`` is ``count`` of its characters from ``start`` on.
    """
    for step in path:
        value = child_at(value, step)
    node = _Previewer(count, max_chars, max_nodes, path).node(value, list(path), max_depth, start, count)
    if isinstance(value, str) and "json" not in node:
        node["part"] = str(value[start : start + count])
        node["more"] = max(0, len(value) - start - count)
    return node


class _Previewer:
    def __init__(self, max_items: int, max_chars: int, max_nodes: int, path: Sequence[Step]) -> None:
        self._max_items = max_items
        self._max_chars = max_chars
        self._nodes_left = min(max_nodes, max(2, _MOST_STEPS // (len(path) + 1)))

    def node(self, value: Any, path: list[Step], depth: int, start: int, count: int) -> PreviewNode:
        self._nodes_left -= 1
        found = parts(value)
        node: PreviewNode = {
            "type": type_name(value),
            "text": one_line(value, self._max_chars),
            "length": _length(value, found),
            "items": [],
            "more": 0,
        }
        if _json_size(value, _JSON_CHARS) is not None:
            node["json"] = value
        if found is None:
            return node
        if depth > 0:
            for key, step, child in found.items(start, count):
                if self._nodes_left <= 0:
                    break
                child_path = [*path, step]
                child_node = self.node(child, child_path, depth - 1, 0, self._max_items)
                node["items"].append(
                    {"key": _label(key, found, self._max_chars), "path": child_path, "node": child_node}
                )
        node["more"] = max(0, found.length - start - len(node["items"]))
        return node


def one_line(value: Any, max_chars: int = 200) -> str:
    """A repr on one line of at most ``max_chars`` characters, that never walks a large value."""
    text = _line(value, max_chars, 3)
    return _cut(" ".join(text.split()) if "\n" in text or "\r" in text else text, max_chars)


def _line(value: Any, room: int, depth: int) -> str:
    if isinstance(value, (str, bytes, bytearray)):
        text = repr(value[: room + 1])
        return text if len(value) <= room else text[:-1] + "…"
    if isinstance(value, int) and value.bit_length() > 10_000:  # str() of a huge int is slow, or refused
        return f"<int of {value.bit_length():,} bits>"
    found = parts(value)
    if found is None or isinstance(value, BaseException):
        return _safe_repr(value)
    opening, closing = _brackets(value, found)
    if depth == 0 and found.length:
        return f"{opening}…{closing}"
    pieces: list[str] = []
    used = 0
    for key, _, child in found.items(0, _LINE_ITEMS):
        piece = _line(child, max(8, room - used), depth - 1)
        if found.shape == MAPPING:
            piece = f"{_line(key, 40, 1)}: {piece}"
        elif found.shape == FIELDS:
            piece = f"{key}={piece}"
        pieces.append(piece)
        used += len(piece) + 2
        if used > room:
            break
    if len(pieces) < found.length:
        pieces.append("…")
    elif type(value) is tuple and len(pieces) == 1:
        pieces[0] += ","
    return f"{opening}{', '.join(pieces)}{closing}"


def _brackets(value: Any, found: Parts) -> tuple[str, str]:
    if type(value) is tuple:
        return "(", ")"
    if type(value) is list:
        return "[", "]"
    if type(value) is dict:
        return "{", "}"
    if found.shape == FIELDS:
        return f"{type_name(value)}(", ")"
    if found.shape == SET:
        return ("{", "}") if type(value) is set and found.length else (f"{type_name(value)}(", ")")
    inner = ("{", "}") if found.shape == MAPPING else ("[", "]")
    return f"{type_name(value)}({inner[0]}", f"{inner[1]})"


def _safe_repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception as error:  # a user's __repr__ may do anything; a picture of the state must still appear
        return f"<{type_name(value)}: its repr fails with {type(error).__name__}>"


def _cut(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else text[: max_chars - 1] + "…"


def _length(value: Any, found: Parts | None) -> int | None:
    if found is not None:
        return found.length
    return len(value) if isinstance(value, (str, bytes, bytearray)) else None


def _label(key: Any, found: Parts, max_chars: int) -> str:
    if type(key) is str:
        return _cut(key, max_chars)
    return one_line(key, max_chars) if found.shape == MAPPING else str(key)


def _json_size(value: Any, room: int, depth: int = _JSON_DEPTH) -> int | None:
    """About how long the value's JSON is, or None if it is not plain JSON or longer than ``room``."""
    kind = type(value)
    if value is None or kind is bool:
        return 5
    if kind is str:
        return len(value) + 2 if _is_short_unicode(value, room) else None
    if kind is int:
        # Beyond 2**53 a reader that knows only floats would change the number.
        return 20 if -(2**53) <= value <= 2**53 else None
    if kind is float:
        return 24 if value - value == 0 else None
    if (kind is not dict and kind is not list) or depth == 0:
        return None
    size = 2
    for entry in value.items() if kind is dict else value:
        if kind is dict:
            key, entry = entry
            if type(key) is not str:
                return None
            size += len(key) + 4
        inner = _json_size(entry, room - size, depth - 1)
        if inner is None:
            return None
        size += inner + 2
        if size > room:
            return None
    return size


def _is_short_unicode(text: str, room: int) -> bool:
    """Short enough and free of lone surrogates, which no JSON text can carry through UTF-8."""
    if len(text) > room:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
