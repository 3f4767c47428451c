"""Reads a SQLite file of another program and leaves no trace beside it. Called by ``langgraph_file``.

Whoever opens a file in WAL mode for reading makes a ``-wal`` and a ``-shm`` beside it and, as it may not write, cannot
take them away again. SQLite reads without them if it is told that nobody writes ("immutable", sqlite.org/uri.html).
That is so while there is no log: every writer in WAL mode has one. Another program may begin at any moment, so the file
is compared afterwards, and if it has changed the answer is thrown away and asked for in the usual way. A writer that
keeps its journal in memory would not be noticed; LangGraph sets WAL mode itself.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

_AT_REST, _IN_USE = "immutable=1", "mode=ro"


def read_rows(path: str, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of one question. Raises ``sqlite3.DatabaseError``."""
    before = _at_rest(path)
    if before is not None:
        with suppress(sqlite3.DatabaseError):  # it may have been caught half written, or is no database at all
            found = _ask(path, _AT_REST, statement, values)
            if _at_rest(path) == before:
                return found
    return _ask(path, _IN_USE, statement, values)


def _ask(path: str, how: str, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?{how}", uri=True)) as connection:
        for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
            connection.execute(f"PRAGMA {setting}")
        return connection.execute(statement, values).fetchall()


def _at_rest(path: str) -> tuple[int, int, int] | None:
    """What changes with the file; None if somebody writes to it, or was killed while he did."""
    if any(os.path.exists(path + end) for end in ("-wal", "-journal")):
        return None
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
