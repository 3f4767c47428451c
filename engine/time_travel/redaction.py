"""Leaves values out of a thread that is told as JSON. Pure; works on the codec's tagged text, so no class is needed.

A word (``password``) is a key, however deep. A path (``user.card.number``) is a key below a key below a key, wherever
the first one stands: a value is kept in several places of a history. Lists, tuples and the wrappers of classes are
passed through: ``messages.content`` is the content of each message. Of an error only the class is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

REDACTED = "[redacted]"
"""Stands where a value was left out."""

_PAIRS = ("$dict", "$ordereddict", "$counter", "$defaultdict")
"""Tags under which a dictionary is a list of pairs."""

_Path = tuple[str, ...]


@dataclass(frozen=True)
class Redaction:
    """What is left out."""

    words: frozenset[str]
    paths: frozenset[_Path]

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
        return self._mapping(values, self.paths)

    def _mapping(self, values: Mapping[str, Any], open_paths: frozenset[_Path]) -> dict[str, Any]:
        return {key: self._entry(key, value, open_paths) for key, value in values.items()}

    def _entry(self, key: Any, value: Any, open_paths: frozenset[_Path]) -> Any:
        if key in self.words or (key,) in open_paths:
            return [REDACTED] if isinstance(value, list) else REDACTED
        return self._without(value, self.paths | {path[1:] for path in open_paths if path[0] == key})

    def _without(self, data: Any, open_paths: frozenset[_Path]) -> Any:
        if isinstance(data, list):
            return [self._without(item, open_paths) for item in data]
        if not isinstance(data, dict):
            return data
        tag = next(iter(data), "")
        if tag in _PAIRS and isinstance(data[tag], list):
            return {**data, tag: [self._pair(pair, open_paths) for pair in data[tag]]}
        if tag == "$exception":  # its words and its traceback may repeat what is left out
            return {tag: data[tag], "message": REDACTED, "args": [REDACTED]}
        if tag.startswith("$"):  # a wrapper: its fields are the keys, its items are passed through
            return {key: self._without(value, open_paths) for key, value in data.items()}
        return self._mapping(data, open_paths)

    def _pair(self, pair: Any, open_paths: frozenset[_Path]) -> Any:
        if not isinstance(pair, list) or len(pair) != 2:
            return pair
        key, value = pair
        told = self._entry(key, value, open_paths) if isinstance(key, str) else self._without(value, open_paths)
        return [key, told]
