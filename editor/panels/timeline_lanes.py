"""In which lane of the fork tree each checkpoint is drawn, as in a git log. Pure, no Qt. Called by ``timeline_model``.

Rows come oldest first. A checkpoint stays in its parent's lane unless another child has taken it; then it opens
the next free lane. Work per added row is constant, so a thread of 100,000 steps costs nothing to follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import CheckpointRow


@dataclass(frozen=True, slots=True)
class LaneRow:
    """What the gutter of one row shows. `through` are the lanes whose line passes the row from top to bottom."""

    lane: int
    from_lane: int | None
    """The parent's lane, if this row branches off there: draw a curve from it. None for no curve."""
    has_parent: bool


@dataclass(slots=True)
class Lanes:
    """Grows with the thread; `rows[i]` belongs to the i-th checkpoint. Written by ``extend`` only."""

    ids: list[str] = field(default_factory=list)
    rows: list[LaneRow] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    last_row_of_lane: list[int] = field(default_factory=list)
    first_row_of_lane: list[int] = field(default_factory=list)
    _continued: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        return len(self.last_row_of_lane)

    def extend(self, checkpoints: CheckpointLog[CheckpointRow]) -> int:
        """Take over the checkpoints that are new at the end. Returns how many."""
        added = list(islice(reversed(checkpoints), max(0, len(checkpoints) - len(self.ids))))
        for checkpoint_id in reversed(added):
            self._add(checkpoints[checkpoint_id])
        return len(added)

    def _add(self, checkpoint: CheckpointRow) -> None:
        row = len(self.ids)
        self.ids.append(checkpoint.id)
        self.row_of[checkpoint.id] = row
        parent = checkpoint.parent_id
        parent_row = self.row_of.get(parent) if parent is not None else None
        if parent is None or parent_row is None:
            self._open_lane(row, None, has_parent=False)
        elif parent not in self._continued:
            self._continued.add(parent)
            lane = self.rows[parent_row].lane
            self.last_row_of_lane[lane] = row
            self.rows.append(_straight(lane))
        else:
            self._open_lane(row, self.rows[parent_row].lane, has_parent=True, parent_row=parent_row)

    def _open_lane(self, row: int, from_lane: int | None, *, has_parent: bool, parent_row: int | None = None) -> None:
        """A lane starts at the row where its line leaves the parent, so that its curve crosses no other lane's row."""
        self.rows.append(LaneRow(len(self.last_row_of_lane), from_lane, has_parent))
        self.last_row_of_lane.append(row)
        self.first_row_of_lane.append(row if parent_row is None else parent_row)

    def passing(self, row: int) -> Iterator[tuple[int, bool, bool]]:
        """The lanes with a line in this row, each with: does it come from above, does it go on below."""
        for lane in range(self.count):
            above = self.first_row_of_lane[lane] < row <= self.last_row_of_lane[lane]
            below = self.first_row_of_lane[lane] <= row < self.last_row_of_lane[lane]
            if above or below:
                yield lane, above, below


@cache
def _straight(lane: int) -> LaneRow:
    """The row that goes on in its parent's lane: nearly all rows, so they share one object a lane."""
    return LaneRow(lane, None, has_parent=True)
