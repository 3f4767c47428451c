"""Earlier runs as a Qt list: rows that match the search, names that can be edited in place, and how a row is drawn.

Used by ``threads_panel``, which asks the session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from editor.debugger.reports import ThreadRow
from editor.panels.thread_text import matching, outcome_of, steps_text, title_text, when_text
from editor.widgets.row_painter import Piece, draw_pieces, draw_pieces_right
from engine.time_travel.size_words import bytes_text

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
SHOWN_ROLE = Qt.ItemDataRole.UserRole + 2
SIZE_ROLE = Qt.ItemDataRole.UserRole + 3
"""What it takes on the disk, in words; "" as long as that is not known."""
ROW_HEIGHT_PX = 32
ROOM_FOR_STEPS_PX = 440  # in a narrower list the input needs the room; the tooltip has the number


class ThreadModel(QAbstractListModel):
    renamed = Signal(str, str)
    """(thread id, new name): somebody edited a name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[ThreadRow, ...] = ()
        self._rows: list[ThreadRow] = []
        self._search = ""
        self._shown = ""
        self._sizes: Mapping[str, int] = {}

    def show_sizes(self, sizes: Mapping[str, int]) -> None:
        """In bytes, by thread."""
        self._sizes = dict(sizes)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0), [SIZE_ROLE])

    def show_threads(self, rows: Sequence[ThreadRow], shown_id: str) -> None:
        self.beginResetModel()
        self._all, self._shown = tuple(rows), shown_id
        self._rows = matching(self._all, self._search)
        self.endResetModel()

    def search(self, text: str) -> None:
        self.beginResetModel()
        self._search = text
        self._rows = matching(self._all, text)
        self.endResetModel()

    @property
    def count_of_all(self) -> int:
        return len(self._all)

    def index_of(self, thread_id: str) -> QModelIndex:
        found = next((i for i, row in enumerate(self._rows) if row.thread_id == thread_id), -1)
        return self.index(found, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title_text(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{title_text(row)}, {outcome_of(row)[2]}, {steps_text(row)}"
            case Qt.ItemDataRole.EditRole:
                return row.name
            case Qt.ItemDataRole.ToolTipRole:
                facts = (outcome_of(row)[2], steps_text(row), self._size(row), f"{row.updated_at[:19]} UTC")
                parts = (row.name, row.input, " · ".join(filter(None, facts)))
                return "\n".join(filter(None, parts))
            case role if role == ROW_ROLE:
                return row
            case role if role == SIZE_ROLE:
                return self._size(row)
            case role if role == SHOWN_ROLE:
                return row.thread_id == self._shown
            case _:
                return None

    def _size(self, row: ThreadRow) -> str:
        return bytes_text(self._sizes[row.thread_id]) if row.thread_id in self._sizes else ""

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """The new name is told; it shows when the list was read again."""
        row = self._rows[index.row()]
        if role != Qt.ItemDataRole.EditRole or str(value).strip() == row.name:
            return False
        self.renamed.emit(row.thread_id, str(value).strip())
        return True


class ThreadDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_HEIGHT_PX)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setPlaceholderText("Name of this run")
        field.setAccessibleName("Name of this run")
        return field

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        row: ThreadRow = index.data(ROW_ROLE)
        symbol, tone, _word = outcome_of(row)
        right = [Piece(when_text(row, datetime.now(UTC)), "text_quiet", "caption")]
        if option.rect.width() >= ROOM_FOR_STEPS_PX:
            right.insert(0, Piece(steps_text(row), "text_quiet", "caption"))
            if size := index.data(SIZE_ROLE):
                right.insert(1, Piece(size, "text_quiet", "caption"))
        if index.data(SHOWN_ROLE):
            right.insert(0, Piece("shown", "accent", "caption", chip="accent_quiet"))
        rect = draw_pieces_right(painter, option.rect.adjusted(12, 0, -12, 0), right)
        named = [Piece(row.name, font="strong"), Piece(row.input, "text_quiet")]
        draw_pieces(painter, rect, [Piece("", tone, icon=symbol), *(named if row.name else [Piece(title_text(row))])])
