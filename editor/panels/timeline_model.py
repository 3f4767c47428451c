"""The timeline's rows as a Qt model. Takes over what is new in a RunState, in portions: 100,000 steps stay smooth.

Words come from ``timeline_text``, lanes from ``timeline_lanes``; drawn by ``timeline_delegate``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from editor.debugger.run_state import CheckpointRow, RunState
from editor.panels.timeline_lanes import Lanes
from editor.panels.timeline_text import branch_text, branch_tip, duration_s, duration_text, kind_of_row, ran_text

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole + 1


class Column(IntEnum):
    LANES = 0
    STEP = 1
    RAN = 2
    BRANCH = 3
    CHANGED = 4
    TIME = 5


TITLES = ("", "Step", "Ran", "Branch", "Changed", "Time")


PORTION = 2_000
"""Rows taken over at once: about 5 ms, so that the window answers between two portions of a long past."""


class TimelineModel(QAbstractTableModel):
    caught_up = Signal()
    """All checkpoints of a long past have their rows now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = RunState()
        self.lanes = Lanes()
        self._way: dict[int, int] = {}
        """Of each strand on the way to the head its last row there; what lies beside or below was abandoned."""
        self._was_behind = False
        self._next_portion = QTimer(self, singleShot=True, interval=0)
        self._next_portion.timeout.connect(self._take_portion)

    # ---- following the run

    def show(self, state: RunState) -> None:
        """Take over a newer RunState. Of a long past the rows appear one portion after the other."""
        if self._continues(state):
            self._state = state
        else:
            self.beginResetModel()
            self._state, self.lanes, self._way = state, Lanes(), {}
            self.endResetModel()
        known = len(self.lanes.ids)
        self._take_portion()
        self._refresh_rows(known)

    @property
    def is_catching_up(self) -> bool:
        return len(self.lanes.ids) < len(self._state.checkpoints)

    def _continues(self, state: RunState) -> bool:
        """Are the rows that are shown still the first ones?"""
        if state.thread_id != self._state.thread_id or len(state.checkpoints) < len(self.lanes.ids):
            return False
        return not self.lanes.ids or self.lanes.ids[-1] in state.checkpoints

    def _take_portion(self) -> None:
        count = len(self.lanes.ids)
        added = self._state.checkpoints.from_place(count, PORTION)
        if added:
            self.beginInsertRows(QModelIndex(), count, count + len(added) - 1)
            self.lanes.extend(added)
            self.endInsertRows()
        if self.is_catching_up:
            self._was_behind = True
            self._next_portion.start()
            return
        head = self.row_of(self._state.head)
        self._way = {} if head is None else self.lanes.way_to(head)
        if self._was_behind:
            self._was_behind = False
            self.caught_up.emit()

    def _refresh_rows(self, first_new: int) -> None:
        """Old rows may look different now: the head has moved, tasks on it have changed."""
        if first_new:
            top = self.index(0, 0)
            self.dataChanged.emit(top, self.index(first_new - 1, len(Column) - 1), [Qt.ItemDataRole.DisplayRole])

    # ---- questions

    def row_of(self, checkpoint_id: str | None) -> int | None:
        return self.lanes.row_of.get(checkpoint_id) if checkpoint_id is not None else None

    def checkpoint(self, row: int) -> CheckpointRow:
        return self._state.checkpoints[self.lanes.ids[row]]

    def is_head(self, row: int) -> bool:
        return self.lanes.ids[row] == self._state.head

    def is_alive(self, row: int) -> bool:
        """Whether it lies on the way to the head. While rows are still coming, all do."""
        return not self._way or row <= self._way.get(self.lanes.rows[row].strand, -1)

    # ---- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self.lanes.ids)

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
        return row if role == ROW_ROLE else None

    def _text(self, row: CheckpointRow, column: Column) -> str:
        match column:
            case Column.LANES:
                return kind_of_row(row).value
            case Column.STEP:
                return "" if row.step < 0 else str(row.step)
            case Column.RAN:
                return ran_text(row)
            case Column.BRANCH:
                return branch_text(row)
            case Column.CHANGED:
                return ", ".join(row.changed_keys)
            case Column.TIME:
                return duration_text(duration_s(row, self._state.checkpoints))

    def _tip(self, row: CheckpointRow, column: Column) -> str | None:
        if column == Column.BRANCH:
            return branch_tip(row) or None
        if column in (Column.RAN, Column.CHANGED):
            return self._text(row, column).replace(", ", "\n") or None
        return None
