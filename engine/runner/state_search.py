"""Finds a text in the values and inner keys of a state. Pure and bounded: a huge value costs no more than its bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.serialization.preview import one_line
from engine.serialization.structure import FIELDS, MAPPING, Step, parts

MOST_PARTS = 200_000
"""Parts of one value that are looked at: below a second, measured. A list of a million numbers is searched so far."""

MOST_MATCHES = 20
"""In one value; the first ones tell where to look."""

BEFORE_CHARS, AFTER_CHARS = 24, 80
"""Of a long text around the place."""


@dataclass(frozen=True)
class Match:
    path: tuple[Step, ...]
    text: str
    """One line: the value around the place, or the key."""
    is_key: bool = False


class Wanted:
    """What is looked for."""

    def __init__(self, text: str, *, is_whole: bool) -> None:
        self.is_whole = is_whole
        self._text = text.strip()
        self._pattern = re.compile(re.escape(self._text), re.IGNORECASE)

    def in_value(self, value: Any) -> str:
        """The line that shows it; "" if it is not there. For scalars and other values without parts."""
        if isinstance(value, str):
            if self.is_whole:
                return one_line(value, AFTER_CHARS) if value == self._text or repr(value) == self._text else ""
            found = self._pattern.search(value)
            return "" if found is None else _around(value, found.start())
        line = one_line(value)
        is_there = line == self._text if self.is_whole else self._pattern.search(line) is not None
        return line[:AFTER_CHARS] if is_there else ""

    def in_key(self, key: Any) -> bool:
        return isinstance(key, str) and not self.is_whole and self._pattern.search(key) is not None


def matches(key: str, value: Any, wanted: Wanted) -> Iterator[Match]:
    """The places in the value of one key of the state, from top to bottom, at most ``MOST_MATCHES``."""
    for number, match in enumerate(_all_matches(key, value, wanted)):
        if number >= MOST_MATCHES:
            return
        yield match


def _all_matches(key: str, value: Any, wanted: Wanted) -> Iterator[Match]:
    # A stack of open containers instead of recursion: values may be nested 10,000 deep. The way to a place is put
    # together where something is found, as it is as long as the place is deep.
    if wanted.in_key(key):
        yield Match((key,), key, is_key=True)
    stack: list[tuple[Step, Iterator[tuple[Any, Step, Any]]]] = [(None, iter([(None, key, value)]))]
    seen = 0
    while stack and seen < MOST_PARTS:
        entry = next(stack[-1][1], None)
        if entry is None:
            stack.pop()
            continue
        seen += 1
        name, step, child = entry
        if wanted.in_key(name):
            yield Match(_way(stack, step), str(name), is_key=True)
        found = parts(child)
        if found is None:
            if line := wanted.in_value(child):
                yield Match(_way(stack, step), line)
        else:
            keyed = found.shape in (MAPPING, FIELDS)
            inside = found.items(0, MOST_PARTS)
            stack.append((step, inside if keyed else ((None, place, part) for _, place, part in inside)))


def _way(stack: list[tuple[Step, Any]], step: Step) -> tuple[Step, ...]:
    return (*(each for each, _ in stack[1:]), step)


def _around(text: str, place: int) -> str:
    start = max(0, place - BEFORE_CHARS)
    line = " ".join(text[start : place + AFTER_CHARS].split())
    return ("…" if start else "") + line + ("…" if place + AFTER_CHARS < len(text) else "")
