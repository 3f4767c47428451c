"""Long texts of a run database and their values, for one connection's moment. Used by ``sqlite_reader``.

A history asks for the same texts again and again: each is fetched and checked once. Its value is decoded anew each
time, because who gets it may change it; only a list of texts and numbers is decoded once, and handed out as a copy.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from engine.serialization.codec import Codec
from engine.store.row_hash import check_text
from engine.store.store_errors import DamagedStoreError

_KEPT_CHARS = 2**24
"""So much text is kept; a state that is larger is read again for each checkpoint."""

_DEEPEST = 2
"""A long value stands apart, and so do its own long parts; these have no parts. A crafted text could contain itself."""

_AT_ONCE = 500
"""Texts in one statement. SQLite before 3.32 takes 999 values."""

_UNCHANGEABLE = frozenset({str, int, float, bool, type(None)})


class TextReader:
    """Reads texts by their numbers."""

    def __init__(self, connection: sqlite3.Connection, codec: Codec, *, keeps: bool, shares: bool = False) -> None:
        """``keeps``: what was read is kept for the next time. ``shares``: values, too, as nobody changes them."""
        self._connection = connection
        self._keeps = keeps
        self._shares = shares
        self._values: dict[int, Any] = {}
        self._texts: dict[int, str] = {}
        self._expected: dict[int, tuple[Any, Any]] = {}
        """Texts and hashes, fetched already, of the list that is being put together."""
        self._depth = 0
        self._chars = 0
        self._lists: dict[int, list[Any]] = {}
        self.chars_given = 0
        """Of texts that were decoded: about what their values take in memory."""
        self.decode = codec.decoder(self.value)
        """Decodes any text of the file; parts that are stored apart are fetched."""

    def text(self, number: int) -> str:
        """A text by its number. Raises DamagedStoreError."""
        kept = self._texts.get(number)
        if kept is not None:
            return kept
        found = self._expected.get(number)
        if found is None:
            found = self._connection.execute("SELECT text, hash FROM texts WHERE id = ?", (number,)).fetchone()
        if found is None:
            raise DamagedStoreError(f"Row {number} of the texts is missing.")
        text = found[0]
        if not isinstance(text, str):
            raise DamagedStoreError(f"Row {number} of the texts is damaged: it is no text.")
        check_text(f"Row {number} of the texts", found[1], text)
        if self._keeps:
            self._keep(number, text)
        return text

    def expect(self, numbers: list[int]) -> None:
        """Fetch texts that are going to be asked for next, in one go: a statement takes longer than its rows."""
        self._expected.clear()
        kept, lists, values = self._texts, self._lists, self._values
        missing = [n for n in dict.fromkeys(numbers) if n not in kept and n not in lists and n not in values]
        for start in range(0, len(missing) if len(missing) > 1 else 0, _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            for number, text, stored_hash in self._connection.execute(
                f"SELECT id, text, hash FROM texts WHERE id IN ({', '.join('?' * len(part))})", part
            ):
                self._expected[number] = (text, stored_hash)

    def value(self, number: int) -> Any:
        """What a text stands for; nobody else has the same object, but for ``shares``."""
        if self._shares and number in self._values:
            return self._values[number]
        kept = self._lists.get(number)
        if kept is not None:
            return list(kept)
        text = self.text(number)
        self.chars_given += len(text)
        if self._depth == _DEEPEST:
            raise DamagedStoreError(f"Row {number} of the texts is damaged: it is a part of a part.")
        self._depth += 1
        try:
            value = self.decode(text)
        finally:
            self._depth -= 1
        if self._shares:
            self._values[number] = value
        elif self._keeps and type(value) is list and _UNCHANGEABLE.issuperset(map(type, value)):
            self._lists[number] = value
            return list(value)
        return value

    def _keep(self, number: int, text: str) -> None:
        self._chars += len(text)
        if self._chars > _KEPT_CHARS:
            self._texts.clear()
            self._lists.clear()
            self._values.clear()
            self._chars = len(text)
        self._texts[number] = text
