"""One row of ``checkpoints`` as it is read: its columns, checked against its hash. Used by what reads such rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine.store.row_hash import check_row, row_hash

CHECKPOINT_COLUMNS = (
    "lane, checkpoint_id, parent, parent_id, created_at, metadata, "
    "changes, versions, seen, updated, frame, writes, hash"
)
"""All but ``id``."""

_PARSE = json.JSONDecoder().decode


@dataclass(slots=True)
class Row:
    """A row of ``checkpoints``, its hash checked. Not frozen, as a history reads thousands."""

    id: int
    lane: int
    checkpoint_id: str
    parent: int | None
    parent_id: str | None
    created_at: str
    metadata: str
    changes: str
    versions: str
    seen: str
    updated: str
    frame: str | bytes | None
    writes: str | None

    @staticmethod
    def checked(columns: tuple[Any, ...]) -> Row:
        """The row, or DamagedStoreError."""
        check_row(f"Checkpoint {columns[2]} (row {columns[0]})", columns[-1], row_hash(*columns[1:-1]))
        return Row(*columns[:-1])

    def entries(self) -> list[list[Any]]:
        """What it says of each channel: name, mark, and what the mark needs. Values are as they stand in the row."""
        found: list[list[Any]] = _PARSE(self.changes)
        return found

    def difference_chars(self) -> int:
        """What this row adds to the text that is read over."""
        return len(self.changes) + len(self.versions) + len(self.seen)
