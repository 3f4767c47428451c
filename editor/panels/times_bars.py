"""When each task of a run worked and waited, and an axis that folds the time in which nothing worked. Pure, no Qt.

Work is drawn to scale. A gap that is long beside all the work, because the run was paused or waited for a person, is
folded to a short piece with its length written on it. Drawn by ``times_view``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from editor.debugger.run_state import CheckpointRow, TaskRow, UsageFacts
from editor.debugger.way_tally import sum_of_usage
from editor.debugger.work_time import union_s

FOLDED_FROM = 0.1
"""Of all the work: a longer gap is folded."""
FOLD_SHARE, ALL_FOLDS_SHARE = 0.05, 0.4
"""Of all the work: how long one fold is drawn, and all of them together at most."""
MOST_LANES = 8
"""Of one node; a fan-out of hundreds is drawn over one another below them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One task. Times in seconds since the epoch; before ``start_s`` it waited for a person for ``waited_s``."""

    checkpoint_id: str
    task_id: str
    node: str
    step: int
    state: str
    attempt: int
    start_s: float
    end_s: float
    waited_s: float = 0.0
    waits_until_s: float | None = None
    """It waits for a person now: from ``end_s`` to here."""
    error: str = ""
    is_part: bool = False
    """It ran up to a question that was answered since; the task went on as another bar."""
    usage: UsageFacts | None = None
    """Tokens and cost of the task, if they are known."""

    @property
    def work_s(self) -> float:
        return self.end_s - self.start_s


def bars_of(row: CheckpointRow, now_s: float) -> tuple[Bar, ...]:
    """The tasks that ran from this checkpoint and whose times are known. What still runs ends now."""
    tasks = [task for task in row.tasks if task.started_at_s is not None]
    return tuple(bar for task in tasks for bar in (*_parts(row, task), _bar(row, task, now_s)))


def _parts(row: CheckpointRow, task: TaskRow) -> Iterator[Bar]:
    """The times that the task ran up to a question, each with the wait for its answer."""
    starts = [*(start_s for start_s, _ in task.asked), task.started_at_s or 0.0]
    for (start_s, duration_s), next_s in zip(task.asked, starts[1:], strict=True):
        end_s = start_s + duration_s
        yield Bar(
            row.id,
            task.id,
            task.node,
            row.step + 1,
            "waiting",
            1,
            start_s,
            end_s,
            waits_until_s=max(end_s, next_s),
            is_part=True,
        )


def _bar(row: CheckpointRow, task: TaskRow, now_s: float) -> Bar:
    start_s = task.started_at_s or 0.0
    is_running = task.state == "running"
    end_s = max(start_s, now_s) if is_running else start_s + (task.duration_s or 0.0)
    return Bar(
        row.id,
        task.id,
        task.node,
        row.step + 1,
        task.state,
        task.tries,
        start_s,
        end_s,
        0.0 if task.asked else task.waited_s,
        max(end_s, now_s) if task.state == "waiting" else None,
        f"{task.error.kind}: {task.error.message}" if task.error is not None else "",
        usage=task.usage,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of the axis: real seconds from ``start_s``, drawn as ``shown`` seconds from ``at``."""

    start_s: float
    length_s: float
    at: float
    shown: float
    is_fold: bool = False


class Axis:
    """Real time to drawn time and back; both in seconds, drawn time from 0 to ``length``."""

    def __init__(self, bars: Iterable[Bar]) -> None:
        bars = tuple(bars)
        # Where a wait begins or ends there is a mark on the axis, but no work.
        waits = [(time_s, time_s) for bar in bars for time_s in (_from_s(bar), until_s(bar))]
        self.pieces = _pieces(sorted([*((bar.start_s, bar.end_s) for bar in bars), *waits]))
        self._starts = [piece.start_s for piece in self.pieces]
        self._places = [piece.at for piece in self.pieces]
        last = self.pieces[-1] if self.pieces else Piece(0.0, 0.0, 0.0, 0.0)
        self.length = last.at + last.shown
        self.start_s = self.pieces[0].start_s if self.pieces else 0.0
        self.busy_s = sum(piece.length_s for piece in self.pieces if not piece.is_fold)
        """Time in which something worked, gaps that are too short to be folded included."""

    def place(self, time_s: float) -> float:
        """Where a moment is drawn."""
        if not self.pieces:
            return 0.0
        piece = self.pieces[max(0, bisect_right(self._starts, time_s) - 1)]
        share = (time_s - piece.start_s) / piece.length_s if piece.length_s else 0.0
        return piece.at + piece.shown * min(1.0, max(0.0, share))

    def time(self, place: float) -> float:
        """Which moment is drawn there."""
        if not self.pieces:
            return 0.0
        piece = self.pieces[max(0, bisect_right(self._places, place) - 1)]
        share = (place - piece.at) / piece.shown if piece.shown else 0.0
        return piece.start_s + piece.length_s * min(1.0, max(0.0, share))


def _pieces(spans: Sequence[tuple[float, float]]) -> list[Piece]:
    """``spans`` are sorted by their starts."""
    busy: list[list[float]] = []
    for start, end in spans:
        if busy and start <= busy[-1][1]:
            busy[-1][1] = max(busy[-1][1], end)
        else:
            busy.append([start, end])
    total = sum(end - start for start, end in busy)
    longest_gap = max(total * FOLDED_FROM, 0.001)
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(busy)]
    folds = sum(gap > longest_gap for gap in gaps)
    fold = max(total, 0.001) * min(FOLD_SHARE, ALL_FOLDS_SHARE / folds) if folds else 0.0
    pieces: list[Piece] = []
    at = 0.0
    for i, (start, end) in enumerate(busy):
        gap = gaps[i - 1] if i else 0.0
        if gap > longest_gap:
            pieces.append(Piece(busy[i - 1][1], gap, at, fold, is_fold=True))
            at += fold
        elif i:  # too short to fold: part of the piece before
            before = pieces.pop()
            start, at = before.start_s, before.at
        pieces.append(Piece(start, end - start, at, end - start))
        at += end - start
    return pieces


@dataclass(frozen=True, slots=True)
class NodeBars:
    """One row of the drawing: the tasks of one node by their starts, and in which lane each is drawn."""

    node: str
    bars: tuple[Bar, ...]
    lanes: tuple[int, ...]
    starts: tuple[float, ...]
    """Of the bars, waits included, for finding what is in sight."""
    longest_s: float
    """Of one bar with its wait: so far back a bar may begin and still reach into sight."""
    marked: tuple[int, ...]
    """The places of bars that must be seen however narrow they are: failed, or waited for a person."""

    @property
    def lane_count(self) -> int:
        return max(self.lanes, default=0) + 1


def rows_of(bars: Iterable[Bar]) -> tuple[NodeBars, ...]:
    """By node, in the order in which the nodes began first."""
    by_node: dict[str, list[Bar]] = {}
    for bar in sorted(bars, key=lambda bar: bar.start_s):
        by_node.setdefault(bar.node, []).append(bar)
    return tuple(_node_bars(node, found) for node, found in by_node.items())


def _node_bars(node: str, bars: Sequence[Bar]) -> NodeBars:
    bars = sorted(bars, key=_from_s)
    free_from: list[float] = []
    lanes = []
    for bar in bars:
        lane = next((i for i, free in enumerate(free_from) if free <= _from_s(bar)), len(free_from))
        lane = min(lane, MOST_LANES - 1)
        if lane == len(free_from):
            free_from.append(0.0)
        free_from[lane] = max(free_from[lane], until_s(bar))
        lanes.append(lane)
    longest_s = max(until_s(bar) - _from_s(bar) for bar in bars)
    marked = tuple(
        i for i, bar in enumerate(bars) if bar.state == "failed" or bar.waited_s or bar.waits_until_s is not None
    )
    return NodeBars(node, tuple(bars), tuple(lanes), tuple(map(_from_s, bars)), longest_s, marked)


def _from_s(bar: Bar) -> float:
    return bar.start_s - bar.waited_s


def until_s(bar: Bar) -> float:
    return bar.waits_until_s if bar.waits_until_s is not None else bar.end_s


@dataclass(frozen=True, slots=True)
class Totals:
    tasks: int
    work_s: float
    """All tasks one after the other."""
    human_s: float
    """Waits for a person, which are not in ``work_s``; those at the same time count once."""
    slowest: str
    """The node that worked longest in all."""
    slowest_s: float
    usage: UsageFacts | None = None
    """The sum of what is known of the tasks."""
    tasks_with_usage: int = 0
    """Of so many something is known."""


def totals_of(bars: Iterable[Bar]) -> Totals:
    work: dict[str, float] = {}
    waits: list[tuple[float, float]] = []
    tasks = with_usage = 0
    usage: UsageFacts | None = None
    for bar in bars:
        tasks += not bar.is_part
        with_usage += bar.usage is not None
        usage = sum_of_usage(usage, bar.usage)
        work[bar.node] = work.get(bar.node, 0.0) + bar.work_s
        if bar.waited_s:
            waits.append((bar.start_s - bar.waited_s, bar.start_s))
        if bar.waits_until_s is not None:
            waits.append((bar.end_s, bar.waits_until_s))
    slowest = max(work, key=work.__getitem__, default="")
    human_s = union_s(sorted(waits))
    return Totals(tasks, sum(work.values()), human_s, slowest, work.get(slowest, 0.0), usage, with_usage)


class BarStore:
    """The bars of a run, followed cheaply: only checkpoints that may have changed are looked at again."""

    def __init__(self) -> None:
        self._bars: dict[str, tuple[Bar, ...]] = {}
        self._thread: str | None = None
        self._count = 0
        self._open: set[str] = set()
        """Checkpoints whose tasks may still change."""

    def follow(
        self,
        thread_id: str | None,
        rows: Mapping[str, CheckpointRow],
        new_rows: Sequence[CheckpointRow],
        head: str | None,
        now_s: float,
    ) -> None:
        """``new_rows`` are those from place ``count`` on."""
        if thread_id != self._thread:
            self._bars, self._open, self._thread = {}, set(), thread_id
        looked_at = {row.id: row for row in new_rows}
        for name in (*self._open, head):
            if name is not None and name in rows:
                looked_at[name] = rows[name]
        for row in new_rows:  # tasks of the step before are told to the end with the new checkpoint
            if row.parent_id is not None and row.parent_id in rows:
                looked_at[row.parent_id] = rows[row.parent_id]
        for row in looked_at.values():
            if bars := bars_of(row, now_s):
                self._bars[row.id] = bars
        self._open = {head} if head is not None else set()
        self._count = len(rows)

    def place_after(self, thread_id: str | None, count: int) -> int:
        """From which place on the rows are new; 0 for another run."""
        return self._count if thread_id == self._thread and count >= self._count else 0

    def newest(self, most: int) -> tuple[list[Bar], int]:
        """The newest bars, at most about so many, and how many there are in all."""
        total = sum(map(len, self._bars.values()))
        if total <= most:
            return [bar for bars in self._bars.values() for bar in bars], total
        found: list[Bar] = []
        for bars in reversed(self._bars.values()):
            found += bars
            if len(found) >= most:
                break
        return found, total
