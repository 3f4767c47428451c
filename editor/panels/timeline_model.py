"""The timeline's rows as a Qt model. Takes over what is new in a RunState, in portions: 100,000 steps stay smooth.

Words come from ``timeline_text``, lanes from ``timeline_lanes``; drawn by ``timeline_delegate``.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from editor.debugger.run_state import BranchFacts, CheckpointRow, RunState
from editor.panels.timeline_filter import TimelineFilter
from editor.panels.timeline_lanes import Lanes
from editor.panels.timeline_text import (
    branch_name,
    branch_text,
    branch_tip,
    branch_words,
    kind_of_row,
    ran_text,
    time_text,
)

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole + 1


class Column(IntEnum):
    LANES = 0
    STEP = 1
    RAN = 2
    BRANCH = 3
    CHANGED = 4
    TIME = 5


class Writing(Enum):
    """What is written in the field of a row that opens next; the value names the field."""

    STEP_NOTE = "Note on this step"
    BRANCH_NAME = "Name of this branch"
    BRANCH_NOTE = "Note on this branch"
    TAGS = "Tags of this step, with commas between them"

    @property
    def column(self) -> Column:
        """Where its field opens."""
        return Column.RAN if self is Writing.BRANCH_NAME else Column.CHANGED


TITLES = ("", "Step", "Ran", "Branch", "Changed", "Time")


PORTION = 2_000
"""Rows taken over at once: about 5 ms, so that the window answers between two portions of a long past."""


class TimelineModel(QAbstractTableModel):
    caught_up = Signal()
    """All checkpoints of a long past have been looked at."""
    branch_named = Signal(str, str)
    """(checkpoint id, name): somebody named the branch that the checkpoint is on."""
    branch_noted = Signal(str, str)
    """(checkpoint id, note): somebody wrote a note on the branch that the checkpoint is on."""
    noted = Signal(str, str)
    """(checkpoint id, note): somebody wrote a note."""
    tagged = Signal(str, tuple)
    """(checkpoint id, tags): somebody wrote the tags of a checkpoint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.lanes = Lanes()
        self.keys: set[str] = set()
        """Every key that a step changed."""
        self._branches: dict[str, BranchFacts] = {}
        """By their first checkpoint."""
        self.writing = Writing.STEP_NOTE
        """Set by ``timeline_panel``."""
        self._filter = TimelineFilter()
        self._shown: list[int] = []
        """The places in the run of the rows that are shown, all of them without a filter."""
        self._looked_at = 0
        """So many checkpoints have been asked whether they match."""
        self._way: dict[int, int] = {}
        """Of each strand on the way to the head its last row there; what lies beside or below was abandoned."""
        self._was_behind = False
        self._next_portion = QTimer(self, singleShot=True, interval=0)
        self._next_portion.timeout.connect(self._take_portion)

    # ---- following the run

    def show(self, state: RunState) -> None:
        """Take over a newer RunState. Of a long past the rows appear one portion after the other."""
        old = self._state
        if self._continues(state):
            self._state = state
        else:
            self.beginResetModel()
            self._state, self.lanes, self._way, self.keys = state, Lanes(), {}, set()
            self._shown, self._looked_at = [], 0
            self.endResetModel()
        branches = {branch.first: branch for branch in state.branches}
        words = {name: branch_words(branch) for name, branch in branches.items()}
        first_other = self._first_that_looks_other(old) if branches == self._branches else 0
        if self.is_filtered and words != {name: branch_words(each) for name, each in self._branches.items()}:
            self._looked_at, self._shown = self._looked_at_anew()
        self._branches = branches
        known = len(self._shown)
        self._take_portion()
        self._refresh_rows(first_other, known)
        self._look_at_head_again()

    def set_filter(self, wanted: TimelineFilter) -> None:
        """Show only rows that match; of a long run they appear one portion after the other."""
        if wanted == self._filter:
            return
        self.beginResetModel()
        self._filter, self._shown, self._looked_at = wanted, [], 0
        self.endResetModel()
        self._take_portion()

    def _looked_at_anew(self) -> tuple[int, list[int]]:
        """Every row is asked once more, as after another filter."""
        self.beginResetModel()
        self._shown = []
        self.endResetModel()
        return 0, []

    def _words_by_strand(self) -> dict[int, str]:
        """Names and notes of the branches, by the strand that each began."""
        places = [(self.lanes.row_of.get(first), branch) for first, branch in self._branches.items()]
        return {self.lanes.rows[at].strand: branch_words(branch) for at, branch in places if at is not None}

    @property
    def state(self) -> RunState:
        """The run whose rows these are."""
        return self._state

    @property
    def is_filtered(self) -> bool:
        return self._filter.is_on

    @property
    def is_catching_up(self) -> bool:
        return self._looked_at < len(self._state.checkpoints)

    def _continues(self, state: RunState) -> bool:
        """Are the rows that are shown still the first ones?"""
        if state.thread_id != self._state.thread_id or len(state.checkpoints) < len(self.lanes.ids):
            return False
        return not self.lanes.ids or self.lanes.ids[-1] in state.checkpoints

    def _take_portion(self) -> None:
        first = self._looked_at
        rows = self._state.checkpoints.from_place(first, PORTION)
        new = rows[max(0, len(self.lanes.ids) - first) :]
        self.lanes.extend(new)
        for row in new:
            self.keys.update(row.changed_keys)
        self._looked_at += len(rows)
        words = self._words_by_strand() if self._filter.text else {}
        matching = [
            first + i
            for i, row in enumerate(rows)
            if self._filter.matches(row, words.get(self.lanes.rows[first + i].strand, ""))
        ]
        if matching:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(matching) - 1)
            self._shown += matching
            self.endInsertRows()
        if self.is_catching_up:
            self._was_behind = True
            self._next_portion.start()
            return
        head = self.lanes.row_of.get(self._state.head or "")
        self._way = {} if head is None else self.lanes.way_to(head)
        if self._was_behind:
            self._was_behind = False
            self.caught_up.emit()

    def _refresh_rows(self, first_place: int, first_new: int) -> None:
        """Old rows may look different now: the head has moved, tasks on it have changed."""
        first = bisect_left(self._shown, first_place, hi=first_new)
        if first < first_new:
            top = self.index(first, 0)
            self.dataChanged.emit(top, self.index(first_new - 1, len(Column) - 1), [Qt.ItemDataRole.DisplayRole])

    def _first_that_looks_other(self, old: RunState) -> int:
        """The place of the first row that may have changed. A step that goes on from the head leaves all before it."""
        new = self._state
        first = new.checkpoints.first_difference(old.checkpoints)
        if new.head == old.head and len(new.checkpoints) == len(old.checkpoints):
            return len(new.checkpoints) if first is None else first
        head, was_at = new.checkpoints.get(new.head or ""), old.checkpoints.place_of(old.head or "")
        if head is None or was_at is None or head.parent_id != old.head:
            return 0
        return was_at if first is None else min(first, was_at)

    def _look_at_head_again(self) -> None:
        """What becomes of the head's tasks decides whether it matches; the other rows stay as they are."""
        place = self.lanes.row_of.get(self._state.head or "")
        if not self.is_filtered or place is None or place >= self._looked_at:
            return
        row = bisect_left(self._shown, place)
        is_shown = row < len(self._shown) and self._shown[row] == place
        words = self._words_by_strand().get(self.lanes.rows[place].strand, "")
        matches = self._filter.matches(self._state.checkpoints[self.lanes.ids[place]], words)
        if matches and not is_shown:
            self.beginInsertRows(QModelIndex(), row, row)
            self._shown.insert(row, place)
            self.endInsertRows()
        elif is_shown and not matches:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._shown[row]
            self.endRemoveRows()

    # ---- questions

    def row_of(self, checkpoint_id: str | None) -> int | None:
        """The row that shows the checkpoint; None if none does."""
        place = self.lanes.row_of.get(checkpoint_id or "")
        if place is None:
            return None
        row = bisect_left(self._shown, place)
        return row if row < len(self._shown) and self._shown[row] == place else None

    def place(self, row: int) -> int:
        """Where the row's checkpoint stands in the run, which is where ``lanes`` has it."""
        return self._shown[row]

    def checkpoint(self, row: int) -> CheckpointRow:
        return self._state.checkpoints[self.lanes.ids[self._shown[row]]]

    def is_head(self, row: int) -> bool:
        return self.lanes.ids[self._shown[row]] == self._state.head

    def is_alive(self, row: int) -> bool:
        """Whether it lies on the way to the head. While rows are still coming, all do."""
        place = self._shown[row]
        return not self._way or place <= self._way.get(self.lanes.rows[place].strand, -1)

    def branch_of(self, row: CheckpointRow) -> BranchFacts:
        """The branch that a checkpoint is on; one without a name where nothing was told of any."""
        at: CheckpointRow | None = row
        while at is not None:
            if at.id in self._branches:
                return self._branches[at.id]
            at = self._state.checkpoints.get(at.parent_id or "")
        return BranchFacts(0, row.id, None, row.id, 0)

    def branch_chip(self, row: int) -> str:
        """At the first row of a branch its name, or its number if it is a fork without one; "" elsewhere."""
        branch = self._branches.get(self.lanes.ids[self._shown[row]])
        return "" if branch is None else branch_name(branch)

    def note_of(self, row: int) -> str:
        """The note on the checkpoint, and at the first row of a branch the one on the branch."""
        checkpoint = self.checkpoint(row)
        branch = self._branches.get(checkpoint.id)
        return " · ".join(filter(None, (branch.note if branch is not None else "", checkpoint.note)))

    # ---- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.checkpoint(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(row, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, Column(index.column()))
        if role == Qt.ItemDataRole.EditRole:
            return self._written(row)
        return row if role == ROW_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        can_be_written = index.isValid() and index.column() in (Column.RAN, Column.CHANGED)
        return flags | Qt.ItemFlag.ItemIsEditable if can_be_written else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """What was written is told; it shows when the session has it."""
        row = self.checkpoint(index.row())
        text = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or text == self._written(row):
            return False
        match self.writing:
            case Writing.BRANCH_NOTE:
                self.branch_noted.emit(row.id, text)
            case Writing.BRANCH_NAME:
                self.branch_named.emit(row.id, text)
            case Writing.TAGS:
                self.tagged.emit(row.id, tuple(filter(None, (tag.strip() for tag in text.split(",")))))
            case Writing.STEP_NOTE:
                self.noted.emit(row.id, text)
        return True

    def _written(self, row: CheckpointRow) -> str:
        """What the field that opens has in it."""
        match self.writing:
            case Writing.BRANCH_NOTE:
                return self.branch_of(row).note
            case Writing.BRANCH_NAME:
                return self.branch_of(row).name
            case Writing.TAGS:
                return ", ".join(row.tags)
            case Writing.STEP_NOTE:
                return row.note

    def _parent(self, row: CheckpointRow) -> CheckpointRow | None:
        return self._state.checkpoints.get(row.parent_id or "")

    def _text(self, row: CheckpointRow, column: Column) -> str:
        match column:
            case Column.LANES:
                return kind_of_row(row).value
            case Column.STEP:
                return "" if row.step < 0 else str(row.step)
            case Column.RAN:
                return ran_text(row)
            case Column.BRANCH:
                return branch_text(row, self._parent(row))
            case Column.CHANGED:
                return ", ".join(row.changed_keys)
            case Column.TIME:
                return time_text(row, self._state.checkpoints)

    def _tip(self, row: CheckpointRow, column: Column) -> str | None:
        if column == Column.BRANCH:
            return branch_tip(row, self._parent(row)) or None
        if column in (Column.RAN, Column.CHANGED):
            text = self._text(row, column).replace(", ", "\n")
            place = self.row_of(row.id)
            note = self.note_of(place) if column == Column.CHANGED and place is not None else ""
            tags = ", ".join(row.tags) if column == Column.CHANGED else ""
            return "\n\n".join(filter(None, (tags, note, text))) or None
        return None
