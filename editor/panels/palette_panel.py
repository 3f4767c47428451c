"""The palette: what can be put on the canvas, in groups. Drag a row there, or double-click it or press Enter.

What there is and what becomes of it, the window knows: a row is a key and words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.widgets.empty_state import EmptyState
from editor.widgets.flat_list import FlatList
from editor.widgets.row_painter import Piece, draw_ground, draw_pieces
from editor.widgets.search_box import SearchBox
from editor.widgets.seen import is_seen

MIME = "application/x-stepgraph-palette"
"""Its data is the key of the dragged row. It means nothing to another window."""
ROW_PX = 28
GROUP_PX = 30

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PaletteRow:
    group: str
    key: str
    title: str
    detail: str
    icon: str


class PalettePanel(QWidget):
    taken = Signal(str)
    """The key of a row that shall be put where there is room."""

    def __init__(self, rows_for: Callable[[str], Sequence[PaletteRow]]) -> None:
        """``rows_for``: what fits a typed text, the rows of a group one after the other."""
        super().__init__()
        self._rows_for = rows_for
        self._text = ""
        self.rows = _Rows(self)
        self.view = _View(self.rows)
        self.box = SearchBox("Filter the palette")
        self._empty = EmptyState("search")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(8, 8, 8, 8)
        top.addWidget(self.box)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.box.searched.connect(self._on_text)
        self.view.taken.connect(self.taken)

    def refresh(self) -> None:
        """What there is may be another; read again if somebody sees it."""
        if not is_seen(self):
            return
        rows = tuple(self._rows_for(self._text))
        if rows != self.rows.rows:
            scrolled = self.view.verticalScrollBar().value()
            self.rows.show(rows)
            self.view.verticalScrollBar().setValue(scrolled)
        self._empty.set_texts("Nothing fits", f"Nothing with “{self._text}” can be put on the canvas.")
        self._pages.setCurrentWidget(self.view if rows else self._empty)

    def _on_text(self, text: str) -> None:
        self._text = text
        self.refresh()


class _Rows(QAbstractListModel):
    """A heading before each group: a string in the place of a row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[PaletteRow, ...] = ()
        self.lines: list[PaletteRow | str] = []

    def show(self, rows: tuple[PaletteRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.lines = []
        for group, members in groupby(rows, lambda row: row.group):
            self.lines += [group, *members]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line if isinstance(line, str) else line.title
        if isinstance(line, PaletteRow) and role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "  ·  ".join(filter(None, (line.title, line.detail)))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled


class _View(FlatList):
    taken = Signal(str)

    def __init__(self, rows: _Rows) -> None:
        super().__init__(rows, "Palette", same_height=False)
        self._rows = rows
        self.setItemDelegate(_Delegate(rows, self))
        self.setDragEnabled(True)
        self.doubleClicked.connect(self._take)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        line = self._rows.lines[self.currentIndex().row()] if self.currentIndex().isValid() else ""
        if isinstance(line, str):
            return
        data = QMimeData()
        data.setData(MIME, line.key.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _take(self, index: QModelIndex) -> None:
        line = self._rows.lines[index.row()] if index.isValid() else ""
        if not isinstance(line, str):
            self.taken.emit(line.key)


class _Delegate(QStyledItemDelegate):
    def __init__(self, rows: _Rows, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, GROUP_PX if isinstance(self._rows.lines[index.row()], str) else ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._rows.lines[index.row()]
        rect = option.rect.adjusted(8, 0, -8, 0)
        if isinstance(line, str):
            draw_pieces(painter, rect.adjusted(0, 6, 0, 0), [Piece(line, "text_quiet", "caption")])
            return
        draw_ground(painter, option)
        draw_pieces(painter, rect, [Piece(line.title, icon=line.icon), Piece(line.detail, "text_quiet", "caption")])
