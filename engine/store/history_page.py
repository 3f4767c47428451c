"""Reads the checkpoints of a thread in portions, so that what they share is read once in a portion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from engine.store.checkpoint_store import CheckpointHeader, StoredCheckpoint
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


Steps = list[tuple[CheckpointHeader, StoredCheckpoint, Optional[StoredCheckpoint]]]
"""What a checkpoint is called, the checkpoint, and its parent."""


def read_forward(reader: SqliteReader, lane: int, thread_id: str, namespace: str, newer_than: int, count: int) -> Steps:
    """The next of ``count`` checkpoints of a lane, oldest first, each with its parent. Empty after the last one."""
    steps: Steps = []
    before: StoredCheckpoint | None = None
    for header in reader.headers_after(lane, thread_id, newer_than, count):
        parent = before
        if before is None or before.checkpoint_id != header.parent_id:
            row = None if header.parent_id is None else reader.parent_row(header.number)
            parent = None if row is None else reader.checkpoint(row, thread_id, namespace)
        before = reader.checkpoint(header.number, thread_id, namespace)
        steps.append((header, before, parent))
        if reader.chars_given() > _MOST_CHARS:
            break
    return steps
