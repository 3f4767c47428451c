"""``PersistentDict``: LangGraph's name for a dictionary kept in a file. For threads, ``SqliteSaver`` is better."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

from engine.serialization.codec import Codec


class PersistentDict(defaultdict[Any, Any]):
    """A ``defaultdict`` in memory; ``sync`` and ``close`` write it to ``filename``, ``load`` reads it.

    The file is tagged JSON, not pickle: reading it runs nothing and imports nothing. A context manager that closes.
    """

    def __init__(self, *args: Any, filename: str | os.PathLike[str], **items: Any) -> None:
        """Arguments as for ``defaultdict``. Nothing is read before ``load``."""
        self.filename = os.fspath(filename)
        self._codec = Codec()
        super().__init__(*args, **items)

    def sync(self) -> None:
        """Write all of it: the file is the old one or the new one, never half of either.

        Raises ``UnstorableValueError`` for a value that cannot be stored, and OSError; the old file then stays.
        """
        text = self._codec.encode(_plain(self))
        unfinished = f"{self.filename}.tmp"
        with open(unfinished, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, self.filename)

    def load(self) -> None:
        """Add what the file has. Raises FileNotFoundError without one, ``UnreadableValueError`` for another file."""
        with open(self.filename, encoding="utf-8") as file:
            self.update(self._codec.decode(file.read()))

    def close(self) -> None:
        """Write all of it, and forget it."""
        self.sync()
        self.clear()

    def __enter__(self) -> PersistentDict:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _plain(value: Any) -> Any:
    """Dictionaries of any kind, also inside each other, as plain ones."""
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, defaultdict) else value
