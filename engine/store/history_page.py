"""Reads the checkpoints of a thread in portions, newest first, so that what they share is read once in a portion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.store.checkpoint_store import StoredCheckpoint
from engine.store.sqlite_reader import SqliteReader

_MOST_CHARS = 2**24
"""A portion ends when its values have so much text: large states are read one by one."""


def read_page(
    reader: SqliteReader,
    thread_id: str,
    namespace: str | None,
    older_than: int,
    count: int,
    filter: Mapping[str, Any] | None,
) -> tuple[list[StoredCheckpoint], int]:
    """The next of ``count`` checkpoints whose metadata fits, and the row to go on below: 0 if it was the last."""
    headers = reader.headers(thread_id, namespace, older_than, count)
    found = []
    for header in headers:
        if filter and any(header.metadata.get(key) != value for key, value in filter.items()):
            continue
        found.append(reader.checkpoint(header.number, thread_id, header.namespace))
        if reader.chars_given() > _MOST_CHARS:
            return found, header.number
    return found, headers[-1].number if len(headers) == count else 0
