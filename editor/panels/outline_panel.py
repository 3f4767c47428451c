"""The outline: all nodes as a list, subgraphs open or closed, with what the run or a problem says of each.

Rows are chosen as in any list; the window leads the canvas there and back. What a mark means is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.panels.outline_rows import OutlineRow, Path, outline
from editor.theme.icons import draw_icon
from editor.theme.theme import current_tokens
from editor.widgets.empty_state import EmptyState
from editor.widgets.flat_list import FlatList
from editor.widgets.row_painter import ICON_PX, Piece, draw_ground, draw_pieces, draw_pieces_right
from editor.widgets.search_box import SearchBox
from editor.widgets.seen import is_seen
from engine.graph.spec import GraphSpec

ROW_PX = 26
STEP_PX = 16
"""Further in for each subgraph around."""
FOLLOW_AFTER_MS = 60
"""While somebody types a name or drags, the list need not be made anew at each letter."""

Index = QModelIndex | QPersistentModelIndex
Place = tuple[Path, str]
"""(the graph a node stands in, the node)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An icon at the right end of a row, and what it means in words."""

    icon: str
    colour: str
    """Name of a token."""
    words: str


MarksOf = Callable[[Place], Sequence[Mark]]


class OutlinePanel(QWidget):
    chosen = Signal(object)
    """The selected rows, as places."""
    opened = Signal(object)
    """The place whose row was double-clicked, or was current when Enter was pressed."""

    def __init__(self, marks_of: MarksOf) -> None:
        super().__init__()
        self._graph: GraphSpec | None = None
        self._text = ""
        self._closed: frozenset[Path] = frozenset()
        self._selected: frozenset[Place] = frozenset()
        self._following = False
        self.rows = _Rows(marks_of, self)
        self.view = _View(self.rows)
        self.box = SearchBox("Filter nodes")
        self._empty = EmptyState("node")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        self._soon = QTimer(self, singleShot=True, interval=FOLLOW_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(8, 8, 8, 8)
        top.addWidget(self.box)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.box.searched.connect(self._on_text)
        self.view.turned.connect(self._turn)
        self.view.opened.connect(self._on_opened)
        self.view.selectionModel().selectionChanged.connect(self._on_selection)

    def show_graph(self, graph: GraphSpec) -> None:
        """The outermost graph, as it is now. What is not seen is not made."""
        if graph is not self._graph:
            self._graph = graph
            self._soon.start()

    def show_selected(self, places: Iterable[Place]) -> None:
        """What is selected elsewhere."""
        self._selected = frozenset(places)
        if is_seen(self) and not self._soon.isActive():
            self._follow_selection()

    def show_marks(self) -> None:
        """They may be others."""
        self.view.viewport().update()

    def refresh(self) -> None:
        """It came into sight, or the graph is another one."""
        if not is_seen(self) or self._graph is None:
            return
        self._soon.stop()
        rows = outline(self._graph, self._closed, self._text)
        if rows != self.rows.rows:
            scrolled = self.view.verticalScrollBar().value()
            self._following = True
            self.rows.show(rows)
            self._following = False
            self.view.verticalScrollBar().setValue(scrolled)
        if not rows:
            words = (
                ("Nothing fits", f"No node has “{self._text}” in its name or function.")
                if self._text
                else ("No nodes yet", "Double-click the canvas, press Tab there, or take one from the palette.")
            )
            self._empty.set_texts(*words)
        self._pages.setCurrentWidget(self.view if rows else self._empty)
        self._follow_selection()

    def _on_text(self, text: str) -> None:
        self._text = text
        self.refresh()

    def _turn(self, path: Path) -> None:
        self._closed ^= {path}
        self.refresh()

    def _on_opened(self, index: QModelIndex) -> None:
        row = self.rows.rows[index.row()]
        self.opened.emit((row.path, row.name))

    def _on_selection(self, _new: QItemSelection, _old: QItemSelection) -> None:
        if self._following:
            return
        rows = [self.rows.rows[index.row()] for index in self.view.selectionModel().selectedRows()]
        self._selected = frozenset((row.path, row.name) for row in rows)
        self.chosen.emit(tuple((row.path, row.name) for row in rows))

    def _follow_selection(self) -> None:
        """Selects the rows of what is selected elsewhere, and shows the first one. Must not tell it back."""
        selected = self._selected
        wanted = in_runs(place for place, row in enumerate(self.rows.rows) if (row.path, row.name) in selected)
        model = self.view.selectionModel()
        now: Iterable[Any] = model.selection()  # type: ignore[assignment] # of ranges; its stub does not say so
        if sorted((run.top(), run.bottom()) for run in now) == wanted:
            return
        chosen = QItemSelection()
        for first, last in wanted:  # Qt asks for much at each range
            chosen.select(self.rows.index(first), self.rows.index(last))
        self._following = True
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if wanted:
            current = self.rows.index(wanted[0][0])
            model.setCurrentIndex(current, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(current)
        self._following = False


class _Rows(QAbstractListModel):
    def __init__(self, marks_of: MarksOf, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[OutlineRow, ...] = ()
        self._marks_of = marks_of

    def marks(self, row: OutlineRow) -> Sequence[Mark]:
        return self._marks_of((row.path, row.name))

    def show(self, rows: tuple[OutlineRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:  # typing its first letters goes there
            return row.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            where = f"in {' › '.join(row.path)}" if row.path else ""
            words = (mark.words for mark in self.marks(row))
            return "  ·  ".join(filter(None, (row.name, row.runs, where, *words)))
        return None


class _View(FlatList):
    turned = Signal(object)
    """The subgraph to open or close."""
    opened = Signal(QModelIndex)

    def __init__(self, rows: _Rows) -> None:
        super().__init__(rows, "Outline")
        self._rows = rows
        self.setItemDelegate(_Delegate(rows, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = self._rows.rows[index.row()] if index.isValid() else None
        if (
            row is not None
            and row.opens
            and event.position().x() <= arrow_rect(self.visualRect(index), row).right() + 4
        ):
            self.turned.emit(row.inner)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        row = self._rows.rows[index.row()] if index.isValid() else None
        if row is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(index)
        elif row is not None and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._turn_by_key(row, opens=event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def _turn_by_key(self, row: OutlineRow, *, opens: bool) -> None:
        """As in a tree: to the right opens, to the left closes or goes to the subgraph around."""
        if row.opens and row.is_open != opens:
            self.turned.emit(row.inner)
        elif not opens and row.path:
            around = next(place for place, each in enumerate(self._rows.rows) if each.inner == row.path)
            self.setCurrentIndex(self._rows.index(around))


def in_runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending places as (first, last) of those that follow each other."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def arrow_rect(row_rect: QRect, row: OutlineRow) -> QRect:
    """Where the arrow stands that opens and closes it."""
    left = row_rect.left() + 6 + row.depth * STEP_PX
    return QRect(left, row_rect.center().y() - ICON_PX // 2 + 1, ICON_PX, ICON_PX)


class _Delegate(QStyledItemDelegate):
    def __init__(self, rows: _Rows, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        draw_ground(painter, option)
        row = self._rows.rows[index.row()]
        arrow = arrow_rect(option.rect, row)
        if row.opens:
            draw_icon(painter, "expand" if row.is_open else "collapse", arrow, current_tokens().text_quiet)
        rect = QRect(arrow.right() + 5, option.rect.top(), option.rect.right() - arrow.right() - 13, ROW_PX)
        marks = [Piece("", mark.colour, icon=mark.icon) for mark in self._rows.marks(row)]
        rect = draw_pieces_right(painter, rect, marks)
        draw_pieces(painter, rect, [Piece(row.name, icon=row.icon), Piece(row.detail, "text_quiet", "caption")])
