"""JSON lines of which each is hashed with all those before it: none can be changed, moved or lost unseen. Pure.

The first line says what the file is and in which version, the last one counts the lines between. Used by
``thread_file`` and ``thread_import``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

FORMAT, VERSION = "stepgraph-thread", 2
"""Version 1 has no branches, no output, no graphs, and no facts about the thread as a whole."""

_HASH_CHARS = 64


class ThreadFileError(ValueError):
    """The file is no thread of ours, or not as it was written. Nothing was imported."""


class HashChain:
    """Hashes each line together with the hash of the one before, so that none can be changed, moved or lost."""

    def __init__(self) -> None:
        self._last = ""

    def line(self, content: Mapping[str, Any]) -> str:
        """One line of the file, with its end."""
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)[1:]
        return f'{{"hash":"{self.next_hash(text)}",{text}\n'

    def next_hash(self, text: str) -> str:
        """The hash of the next line without its own."""
        self._last = sha256(f"{self._last}{text}".encode()).hexdigest()
        return self._last


class CheckedLines:
    """Contents of a file whose hashes were all right. Kept as text, an eighth of what the parsed lines would take."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """What each line says, the first and the last too; parsed anew each time."""
        return map(json.loads, self._texts)

    @property
    def first(self) -> dict[str, Any]:
        """What the file says of itself."""
        found: dict[str, Any] = json.loads(self._texts[0])
        return found


def checked_lines(lines: Iterable[str]) -> CheckedLines:
    """The contents of all lines. Raises ThreadFileError."""
    chain = HashChain()
    texts: list[str] = []
    for number, line in enumerate(lines, start=1):
        start, told, rest = line[:9], line[9 : 9 + _HASH_CHARS], line[9 + _HASH_CHARS :].rstrip("\r\n")
        if start != '{"hash":"' or not rest.startswith('",'):
            raise ThreadFileError(f"Line {number} is not one of an exported thread.")
        if chain.next_hash(rest[2:]) != told:
            raise ThreadFileError(f"Line {number} is not as it was written, or a line before it is missing.")
        texts.append(f"{{{rest[2:]}")
    first = json.loads(texts[0]) if texts else {}
    if first.get("format") != FORMAT:
        raise ThreadFileError("The file is no exported thread.")
    if first["version"] > VERSION:
        raise ThreadFileError(f"A newer version of this program wrote the file (format {first['version']}).")
    if json.loads(texts[-1]).get("end") != len(texts) - 2:
        raise ThreadFileError(f"The end of the file is missing; it stops after line {len(texts)}.")
    return CheckedLines(texts)
