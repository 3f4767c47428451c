"""Watched expressions over all steps: a row for each checkpoint, a column for each expression. Fetched as it is seen.

Only rows on screen are evaluated, by the scout; what was evaluated is kept, up to a bound. An expression that takes too
long is ended with its process and not asked again until it is changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from editor.debugger.own_marks import OwnMarks
from editor.debugger.run_state import CheckpointRow, RunState
from editor.debugger.session import DebugSession, RequestHandle
from editor.panels.timeline_text import ran_text

Index = QModelIndex | QPersistentModelIndex

STEP, RAN, FIRST_WATCH = 0, 1, 2
LONGEST_S = 5
MOST_KEPT = 50_000
"""Cells; each holds one bounded line."""
ROWS_AT_ONCE = 60
"""About two screens."""

CELL_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Cell:
    text: str = ""
    size: int | None = None
    error: str = ""


class WatchModel(QAbstractTableModel):
    def __init__(self, session: DebugSession, marks: OwnMarks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._marks = marks
        self._state = session.run_state
        self._count = len(self._state.checkpoints)
        self._cells: OrderedDict[tuple[str, str], Cell] = OrderedDict()
        """By expression and checkpoint."""
        self._stopped: dict[str, str] = {}
        """Expressions that are not asked any more, and why."""
        self._seen: Callable[[], range] = lambda: range(0)
        self._handle: RequestHandle | None = None
        self._asked = ""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        self._late = QTimer(self, singleShot=True, interval=LONGEST_S * 1000)
        self._late.timeout.connect(self._on_late)
        session.run_state_changed.connect(self._on_run_state)
        marks.changed.connect(self._on_marks)

    def look_through(self, seen: Callable[[], range]) -> None:
        """``seen`` tells which rows are on screen."""
        self._seen = seen

    @property
    def expressions(self) -> tuple[str, ...]:
        return self._marks.now.watches

    @property
    def is_asking(self) -> bool:
        return self._handle is not None or self._soon.isActive()

    def row(self, place: int) -> CheckpointRow:
        return self._state.checkpoints.from_place(place, 1)[0]

    def cell(self, expression: str, checkpoint_id: str | None) -> Cell | None:
        """None: not evaluated yet."""
        if expression in self._stopped:
            return Cell(error=self._stopped[expression])
        return self._cells.get((expression, checkpoint_id or ""))

    def is_changed(self, expression: str, row: CheckpointRow) -> bool:
        """Whether the step to this checkpoint gave the expression another value."""
        now, before = self.cell(expression, row.id), self.cell(expression, row.parent_id)
        return now is not None and before is not None and now != before

    # ---- following

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        self._state = new
        count = len(new.checkpoints)
        if old.thread_id != new.thread_id or count < self._count:
            self._forget(stopped=False)
            self.beginResetModel()
            self._count = count
            self.endResetModel()
        elif count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()

    def _on_marks(self, old: Any, new: Any) -> None:
        if old.watches == new.watches:
            return
        self.beginResetModel()
        self._stopped = {each: why for each, why in self._stopped.items() if each in new.watches}
        gone = set(old.watches) - set(new.watches)
        for place in [place for place in self._cells if place[0] in gone]:
            del self._cells[place]
        self.endResetModel()

    def _forget(self, *, stopped: bool) -> None:
        self._cells.clear()
        if stopped:
            self._stopped.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._late.stop()

    # ---- asking

    def ask_soon(self) -> None:
        """The rows on screen may be others."""
        if self._handle is None and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        """One expression at a time, so that one that never ends is known by name."""
        if self._handle is not None:
            return
        seen = self._seen()
        first = max(0, seen.start - 1)
        rows = self._state.checkpoints.from_place(first, min(ROWS_AT_ONCE, max(0, seen.stop - first)))
        for expression in self.expressions:
            missing = [row for row in rows if self.cell(expression, row.id) is None]
            if missing:
                self._asked = expression
                self._handle = self._session.watch_states(
                    missing,
                    (expression,),
                    self._late.start,
                    partial(self._take, missing),
                    self._on_error,
                )
                return

    def _take(self, rows: list[CheckpointRow], reply: Any) -> None:
        self._handle = None
        self._late.stop()
        for row, cells in zip(rows, reply["rows"], strict=False):
            self._cells[self._asked, row.id] = Cell(cells[0]["text"], cells[0]["size"], cells[0]["error"])
        while len(self._cells) > MOST_KEPT:
            self._cells.popitem(last=False)
        self._repaint()
        if reply["done"]:
            self.ask_soon()

    def _on_error(self, error: str) -> None:
        self._handle = None
        self._late.stop()
        self._stopped[self._asked] = error
        self._repaint()
        self.ask_soon()

    def _on_late(self) -> None:
        if self._handle is None:
            return
        self._handle.cancel()
        self._session.stop_looking()
        self._on_error(f"Takes longer than {LONGEST_S} s. Edit it to try again.")

    def _repaint(self) -> None:
        if self._count and self.expressions:
            last = self.index(self._count - 1, FIRST_WATCH + len(self.expressions) - 1)
            self.dataChanged.emit(self.index(0, FIRST_WATCH), last, [Qt.ItemDataRole.DisplayRole])

    # ---- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else FIRST_WATCH + len(self.expressions)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return ("Step", "Ran", *self.expressions)[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.row(index.row()), index.column()
        if column in (STEP, RAN):
            text = ran_text(row) if column == RAN else "" if row.step < 0 else str(row.step)
            return text if role == Qt.ItemDataRole.DisplayRole else None
        expression = self.expressions[column - FIRST_WATCH]
        cell = self.cell(expression, row.id)
        if cell is None:
            self.ask_soon()
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.error or cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return cell.error or cell.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{cell.error or cell.text}{', changed' if self.is_changed(expression, row) else ''}"
            case _:
                return cell if role == CELL_ROLE else None
