"""Leaves values out of a thread that is told as JSON. Pure; works on the codec's tagged text, so no class is needed.

A word (``password``) is a key, however deep. A path (``user.card.number``) is a key below a key below a key, wherever
the first one stands: a value is kept in several places of a history. Lists, tuples and the wrappers of classes are
passed through: ``messages.content`` is the content of each message. Of an error only the class is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.serialization.deep_values import BELOW, DEEP, PIECE

REDACTED = "[redacted]"
"""Stands where a value was left out."""

_PAIRS = ("$dict", "$ordereddict", "$counter", "$defaultdict")
"""Tags under which a dictionary is a list of pairs."""

_Path = tuple[str, ...]
_Paths = frozenset[_Path]

_Below = dict[int, _Paths]
"""Paths that are open where a piece of a deep value goes, by its number."""


@dataclass(frozen=True)
class Redaction:
    """What is left out."""

    words: frozenset[str]
    paths: _Paths

    @staticmethod
    def of(wanted: Collection[str]) -> Redaction:
        """Words and dotted paths. Raises ValueError for an empty one."""
        for each in wanted:
            if not all(each.split(".")):
                raise ValueError(f"{each!r} is no key and no path of keys. Write password, or user.card.number.")
        paths = frozenset(tuple(each.split(".")) for each in wanted if "." in each)
        return Redaction(frozenset(each for each in wanted if "." not in each), paths)

    @property
    def is_empty(self) -> bool:
        """Whether everything is told."""
        return not self.words and not self.paths

    def state(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A state's keys, each with its value as tagged JSON."""
        return self._mapping(values, self.paths, {})

    def _mapping(self, values: Mapping[str, Any], open_paths: _Paths, below: _Below) -> dict[str, Any]:
        return {key: self._entry(key, value, open_paths, below) for key, value in values.items()}

    def _entry(self, key: Any, value: Any, open_paths: _Paths, below: _Below) -> Any:
        if key in self.words or (key,) in open_paths:
            return [REDACTED] if isinstance(value, list) else REDACTED
        return self._without(value, self.paths | {path[1:] for path in open_paths if path[0] == key}, below)

    def _without(self, data: Any, open_paths: _Paths, below: _Below) -> Any:
        if isinstance(data, list):
            return [self._without(item, open_paths, below) for item in data]
        if not isinstance(data, dict):
            return data
        tag = next(iter(data), "")
        if tag == DEEP:
            return {tag: self._pieces(data[tag], open_paths)}
        if tag == BELOW:
            below[data[tag]] = open_paths
            return data
        if tag in _PAIRS and isinstance(data[tag], list):
            return {**data, tag: [self._pair(pair, open_paths, below) for pair in data[tag]]}
        if tag == "$exception":  # its words and its traceback may repeat what is left out
            return {tag: data[tag], "message": REDACTED, "args": [REDACTED]}
        if tag.startswith("$"):  # a wrapper: its fields are the keys, its items are passed through
            return {key: self._without(value, open_paths, below) for key, value in data.items()}
        return self._mapping(data, open_paths, below)

    def _pieces(self, pieces: list[Any], open_paths: _Paths) -> list[Any]:
        """A path may lead from a piece into those below it; a piece below what is left out is left out, too."""
        below = {pieces[-1][PIECE]: open_paths}
        told = []
        for piece in reversed(pieces):  # the outermost is the last
            if piece[PIECE] in below:
                told.append({PIECE: piece[PIECE], "value": self._without(piece["value"], below[piece[PIECE]], below)})
        return told[::-1]

    def _pair(self, pair: Any, open_paths: _Paths, below: _Below) -> Any:
        if not isinstance(pair, list) or len(pair) != 2:
            return pair
        key, value = pair
        if isinstance(key, str):
            return [key, self._entry(key, value, open_paths, below)]
        return [key, self._without(value, open_paths, below)]
