"""Whether a checkpoint lies on the way to the head, asked at each look into the past of a run. Pure, no Qt.

Worked out once for each head, and from the last head on while the run grows: a look into 100,000 steps must not walk
them all.
"""

from __future__ import annotations

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import CheckpointRow, RunState

MOST_KEPT = 4
"""Runs: each window shows one."""


class _Way:
    """Of one head: for each place in its log, whether the row there is on the way."""

    def __init__(self, log: CheckpointLog[CheckpointRow], head: str) -> None:
        self.log = log
        self.head = head
        self.place = log.place_of(head)
        self.is_on = bytearray(0 if self.place is None else self.place + 1)

    def work_out(self, older: _Way | None) -> None:
        """``older``: of an earlier head, from which this one may go on."""
        if self.place is None:
            return
        wanted: str | None = self.head
        place = self.place
        for row in self.log.back_from(place):
            if row.id == wanted:
                if older is not None and older.place == place and older.head == wanted:
                    self.is_on[: place + 1] = older.is_on
                    return
                self.is_on[place] = 1
                wanted = row.parent_id
                if wanted is None:
                    return
            place -= 1

    def goes_on_from(self, older: _Way) -> bool:
        """Whether everything up to the older head is as it was then."""
        if older.place is None or not self.log.is_family_of(older.log):
            return False
        first = self.log.first_difference(older.log)
        return first is None or first >= older.place


_ways: list[_Way] = []
"""The last used last."""


def forget() -> None:
    """A run is shown no more: its rows are not held here."""
    _ways.clear()


def is_on_way(state: RunState, checkpoint_id: str) -> bool:
    """Whether the head came from this checkpoint, or is it."""
    head, log = state.head, state.checkpoints
    place = log.place_of(checkpoint_id)
    if head is None or place is None:
        return False
    way = next((each for each in _ways if each.head == head and each.log is log), None)
    if way is None:
        way = _Way(log, head)
        older = next((each for each in reversed(_ways) if way.goes_on_from(each)), None)
        way.work_out(older)
        if older is not None:
            _ways.remove(older)
        _ways.append(way)
        del _ways[:-MOST_KEPT]
    return place < len(way.is_on) and bool(way.is_on[place])
