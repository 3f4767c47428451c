"""In which lane of the fork tree each checkpoint is drawn, as in a git log. Pure, no Qt. Called by ``timeline_model``.

Rows come oldest first. A checkpoint stays in its parent's lane unless another child has taken it; then it opens a
strand of its own, in the first lane that is free from the parent's row on. A strand that has ended gives its lane back,
so many forks need few lanes. Work per added row is constant, so a thread of 100,000 steps costs nothing to follow.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from editor.debugger.run_state import CheckpointRow


@dataclass(frozen=True, slots=True)
class LaneRow:
    """What the gutter of one row shows."""

    lane: int
    from_lane: int | None
    """The parent's lane, if this row branches off there: draw a curve from it. None for no curve."""
    strand: int


@dataclass(slots=True)
class Strand:
    """Checkpoints that follow one another in one lane. Its line goes from the parent's row, if any, to the last row."""

    lane: int
    parent_row: int | None
    starts_at: int
    """The row where its line begins: the parent's, so that the curve crosses no other strand; else its first."""
    last_row: int


@dataclass(slots=True)
class Lanes:
    """Grows with the thread; `rows[i]` belongs to the i-th checkpoint. Written by ``extend`` only."""

    ids: list[str] = field(default_factory=list)
    rows: list[LaneRow] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    strands: list[Strand] = field(default_factory=list)
    _in_lane: list[list[int]] = field(default_factory=list)
    """Of each lane its strands from top to bottom; only the last one can still grow."""

    @property
    def count(self) -> int:
        return len(self._in_lane)

    def extend(self, checkpoints: Iterable[CheckpointRow]) -> None:
        """Take over further checkpoints at the end."""
        for checkpoint in checkpoints:
            self._add(checkpoint)

    def passing(self, row: int) -> Iterator[tuple[int, bool, bool]]:
        """The lanes with a line in this row, each with: does it come from above, does it go on below."""
        for lane, numbers in enumerate(self._in_lane):
            place = bisect_right(numbers, row, key=lambda number: self.strands[number].starts_at) - 1
            if place < 0:
                continue
            strand = self.strands[numbers[place]]
            above, below = strand.starts_at < row <= strand.last_row, row < strand.last_row
            if above or below:
                yield lane, above, below

    def way_to(self, row: int) -> dict[int, int]:
        """The way from the start to this row: of each strand that it takes, the last row on the way."""
        way: dict[int, int] = {}
        at: int | None = row
        while at is not None:
            number = self.rows[at].strand
            way[number] = at
            at = self.strands[number].parent_row
        return way

    def _add(self, checkpoint: CheckpointRow) -> None:
        row = len(self.ids)
        self.ids.append(checkpoint.id)
        self.row_of[checkpoint.id] = row
        parent_row = self.row_of.get(checkpoint.parent_id) if checkpoint.parent_id is not None else None
        if parent_row is None:
            self._open_strand(row, None)
            return
        number = self.rows[parent_row].strand
        strand = self.strands[number]
        if strand.last_row == parent_row and self._in_lane[strand.lane][-1] == number:
            strand.last_row = row
            self.rows.append(_straight(strand.lane, number))
        else:
            self._open_strand(row, parent_row)

    def _open_strand(self, row: int, parent_row: int | None) -> None:
        starts_at = row if parent_row is None else parent_row
        lane = self._free_lane(starts_at)
        number = len(self.strands)
        self._in_lane[lane].append(number)
        self.strands.append(Strand(lane, parent_row, starts_at, row))
        from_lane = None if parent_row is None else self.rows[parent_row].lane
        self.rows.append(LaneRow(lane, from_lane, number))

    def _free_lane(self, from_row: int) -> int:
        """The first lane whose last strand ended above the row; a new one if there is none."""
        for lane, numbers in enumerate(self._in_lane):
            if self.strands[numbers[-1]].last_row < from_row:
                return lane
        self._in_lane.append([])
        return len(self._in_lane) - 1


@cache
def _straight(lane: int, strand: int) -> LaneRow:
    """The row that goes on in its parent's lane: nearly all rows, so they share one object a strand."""
    return LaneRow(lane, None, strand)
