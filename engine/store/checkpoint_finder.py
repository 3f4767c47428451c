"""Finds a checkpoint's row by its id, without an index over all ids. Used by ``sqlite_reader`` and whoever saves.

Ids grow with time, so within a lane the rows are sorted by id already, and bisecting them finds one: 17 looks among
100,000. Not all ids grow: a clock was set back, a checkpoint was saved again, a caller chose names. Such a row, out of
order, has a space before its ``updated``, and only those rows stand in an index.

A row is in order if its id is greater than that of the last row in order before it; one that is marked without need is
found all the same. Files of formats 1 to 4, which are opened so if they cannot be written, have an index over all ids.
"""

from __future__ import annotations

import sqlite3

from engine.store.checkpoint_row import CHECKPOINT_COLUMNS, Row

OUT_OF_ORDER = " "
"""Before ``updated``, JSON text that otherwise begins with a digit or a bracket."""

IS_OUT_OF_ORDER = "updated < '!'"
"""In SQL: the condition of the index, in the same words. ``!`` is the character after the space."""

INDEX_FROM_FORMAT = 5

_LOOKS_BACK = 64
"""Rows. After so many out of order the next one is taken for one, too."""

_GREATEST_ID = "\U0010ffff"

_LAST_IN_ORDER = f"""
SELECT checkpoint_id, is_out FROM (
    SELECT id, checkpoint_id, {IS_OUT_OF_ORDER} AS is_out FROM checkpoints WHERE lane = ? AND id < ?
    ORDER BY id DESC LIMIT {_LOOKS_BACK}
) ORDER BY is_out, id DESC LIMIT 1
"""

_PROBE = f"""
SELECT id, checkpoint_id FROM checkpoints WHERE lane = ? AND id >= ? AND NOT {IS_OUT_OF_ORDER} ORDER BY id LIMIT 1
"""

_ROW = f"SELECT id, {CHECKPOINT_COLUMNS} FROM checkpoints WHERE id = ?"

_NO_ROW_IS_NEWER = 2**62


def top_id_before(connection: sqlite3.Connection, lane: int, row: int | None = None) -> str:
    """Id of the last row in order before ``row``, or of all: a greater one is in order. Empty if there is no row."""
    found = connection.execute(_LAST_IN_ORDER, (lane, _NO_ROW_IS_NEWER if row is None else row)).fetchone()
    if found is None:
        return ""
    return _GREATEST_ID if found[1] else str(found[0])


class CheckpointFinder:
    """For one connection's moment of the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._has_index: bool | None = None

    def find(self, lane: int, checkpoint_id: str) -> int | None:
        """Row of a checkpoint by its id; the one saved last if it was saved again.

        Raises DamagedStoreError if there seems to be none because of rows that are damaged.
        """
        return max(self.rows(lane, checkpoint_id), default=None)

    def rows(self, lane: int, checkpoint_id: str, known: int | None = None) -> list[int]:
        """All rows under an id, the one saved last at the end; ``known`` is one of them. Raises as ``find`` does."""
        if self.has_index:
            query = "SELECT id FROM checkpoints WHERE lane = ? AND checkpoint_id = ? ORDER BY id"
            return [row for (row,) in self._connection.execute(query, (lane, checkpoint_id))]
        found = self._connection.execute(
            f"SELECT id FROM checkpoints WHERE lane = ? AND checkpoint_id = ? AND {IS_OUT_OF_ORDER}",
            (lane, checkpoint_id),
        )
        rows = {row for (row,) in found}
        in_order = known if known is not None and known not in rows else self._bisect(lane, checkpoint_id, not rows)
        return sorted(rows if in_order is None else {*rows, in_order})

    def not_replaced(self) -> str:
        """In SQL: there is no newer row with the same id. The older one only carries what was built upon it."""
        marked = "" if self.has_index else f"AND newer.{IS_OUT_OF_ORDER} "
        return (
            "NOT EXISTS (SELECT 1 FROM checkpoints AS newer WHERE newer.lane = checkpoints.lane "
            f"AND newer.checkpoint_id = checkpoints.checkpoint_id {marked}AND newer.id > checkpoints.id)"
        )

    @property
    def has_index(self) -> bool:
        """Whether the file is of an older format."""
        if self._has_index is None:
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            self._has_index = version < INDEX_FROM_FORMAT
        return self._has_index

    def _bisect(self, lane: int, checkpoint_id: str, must_check: bool) -> int | None:
        """The row in order. If there is none, and others cannot tell, what was looked at is checked against its hash:
        an id that a flipped bit has changed leads astray."""
        low, high = self._connection.execute(
            "SELECT (SELECT min(id) FROM checkpoints WHERE lane = ?), (SELECT max(id) FROM checkpoints WHERE lane = ?)",
            (lane, lane),
        ).fetchone()
        if low is None:
            return None
        looked_at = []
        middle = high  # who goes on with a thread, or looks at it, mostly wants its newest checkpoint
        while low <= high:
            found = self._connection.execute(_PROBE, (lane, middle)).fetchone()
            if found is None or found[0] > high:
                high = middle - 1
            else:
                row, there = found
                if there == checkpoint_id:
                    return int(row)
                looked_at.append(row)
                if there < checkpoint_id:
                    low = row + 1
                else:
                    high = middle - 1
            middle = (low + high) // 2
        if must_check:
            for row in looked_at:
                Row.checked(self._connection.execute(_ROW, (row,)).fetchone())
        return None
