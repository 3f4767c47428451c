"""Values nested deeper than a text may be: cut into pieces of a hundred levels, none of them deep itself. Pure.

``{"$deep":[{"$piece":1,"value":[...]},{"$piece":0,"value":[...{"$below":1}...]}]}``: what lies below comes first, the
outermost piece last, and ``$below`` stands where a piece goes, once each. So a value of any depth asks no more of the
stack than a shallow one, of ours as of any other reader of JSON. ``TagWriter`` cuts, ``Codec`` joins again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.serialization.unstorable import UnreadableValueError

MAX_DEPTH = 100
"""Levels of nesting in one piece. Python allows 1,000 nested calls; writing a level takes five, and a running graph has
its own."""

UNCUT_DEPTH = 20
"""So many levels may always lie in a member of a set, in a key, and in what an error carries: these are never cut."""

DEEPEST = 20_000
"""Levels of nesting of a whole value. Python asks for the hash of a tuple in C without looking at the stack: 120,000
levels pass in 8 MB, measured on 3.11, and a crafted file may have five times the nesting of an honest one."""

DEEP, PIECE, BELOW = "$deep", "$piece", "$below"

DEEP_MARK = f'{{"{DEEP}"'

_WIDEST_LEVEL = 3
"""Levels of JSON that one level takes at most: ``{"$dict":[[key,value]]}``."""

_TOKEN = re.compile(rf'{re.escape(DEEP_MARK)}|"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{{}}]', re.DOTALL)


class Piece:
    """A part of a value that is written on its own: ``way`` leads to it from the root of the piece ``above``."""

    __slots__ = ("above", "level", "number", "value", "way")

    def __init__(self, value: Any, above: Piece | None = None, number: int = 0, way: tuple[Any, ...] = ()) -> None:
        self.value = value
        self.above = above
        self.number = number
        self.way = way
        self.level: int = 0 if above is None else above.level + 1

    def path(self) -> tuple[Any, ...]:
        """From the root of the whole value."""
        ways = []
        piece: Piece | None = self
        while piece is not None:
            ways.append(piece.way)
            piece = piece.above
        return tuple(step for way in reversed(ways) for step in way)


def joined(pieces: Mapping[int, Any]) -> Any:
    """What is stored for the pieces of a value, by number. A piece's number is higher than that of the one above it."""
    if len(pieces) == 1:
        return pieces[0]
    return {DEEP: [{PIECE: number, "value": pieces[number]} for number in sorted(pieces, reverse=True)]}


class PieceReader:
    """Stands before a ``TagReader.read`` while one text with pieces is parsed. Raises ``UnreadableValueError``."""

    def __init__(self, read: Callable[[dict[str, Any]], Any]) -> None:
        self._read = read
        self._pieces: dict[int, tuple[Any, int]] = {}
        self._level = 0
        """How many pieces lie below the one that is being parsed, one in the other."""

    def read(self, data: dict[str, Any]) -> Any:
        """As ``TagReader.read``: given to the JSON decoder, which calls it for each object, inner ones first."""
        tag = next(iter(data), "")
        if tag == BELOW:
            value, level = self._pieces.pop(_number(data[BELOW]))
            self._level = max(self._level, level)
            return value
        if tag == PIECE:
            level, self._level = self._level + 1, 0
            if level > DEEPEST // MAX_DEPTH + 1:
                raise UnreadableValueError(f"it is nested deeper than {DEEPEST:,} levels")
            self._pieces[_number(data[PIECE])] = data["value"], level
            return None
        if tag == DEEP:
            (value, _), *others = self._pieces.values()
            if others:
                raise UnreadableValueError("a piece of it belongs nowhere")
            self._pieces.clear()
            return value
        return self._read(data)


def check_nesting(text: str) -> None:
    """Raises ``UnreadableValueError`` for a text with a piece that is too deep, or has pieces of its own."""
    depth = deep_at = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "]}":
            deep_at = 0 if depth == deep_at else deep_at
            depth -= 1
        elif sign[0] != '"':
            depth += 1
            if depth > _WIDEST_LEVEL * (MAX_DEPTH + UNCUT_DEPTH):
                raise UnreadableValueError("a piece of it is too deep")
            if sign == DEEP_MARK:
                if deep_at:
                    raise UnreadableValueError("a piece of it has pieces of its own")
                deep_at = depth


def _number(found: Any) -> int:
    if type(found) is not int:
        raise UnreadableValueError(f"{PIECE} and {BELOW} need a number")
    return found
