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

    def value(self, number: int) -> Any:
        """What a text stands for; nobody else has the same object, but for ``shares``."""
        if self._shares and number in self._values:
            return self._values[number]
        kept = self._lists.get(number)
        if kept is not None:
            return list(kept)
        text = self.text(number)
        self.chars_given += len(text)
        value = self.decode(text)
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
