"""The diff list as a widget: headings with reducer chips, changes with signs and tints, one fold for what is unchanged.

Shows what ``diff_rows`` decides. Tells which value is to be edited; knows no session.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.panels.diff_rows import (
    ChangeRow,
    DiffLine,
    FoldRow,
    InlineChange,
    KeyRow,
    Row,
    SameRow,
    lines_of,
    row_text,
    rows_of,
)
from editor.theme.icons import icon
from editor.theme.theme import current_tokens, theme
from editor.widgets.preview_node import path_text, short_path_text
from editor.widgets.row_painter import (
    EDIT_HANDLE_PX,
    Piece,
    draw_edit_handle,
    draw_ground,
    draw_pieces,
    font_of,
    is_on_edit_handle,
)
from editor.widgets.value_tree import HOW_TO_EDIT
from editor.widgets.value_view import copy_text
from engine.time_travel.state_diff import StateDiff

MARGIN_PX = 12
INDENT_PX = 12
LINE_PX = 22
KEY_ROW_PX = 32
FOLD_ROW_PX = 32

ROW_ROLE = Qt.ItemDataRole.UserRole + 1


class DiffModel(QAbstractListModel):
    """Rows of one diff; folds open and close without asking anybody."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._diff = StateDiff()
        self._opened: frozenset[str] = frozenset()
        self._rows: tuple[Row, ...] = ()

    def show_diff(self, diff: StateDiff) -> None:
        """Open folds of the last diff stay open, so that stepping does not fold what somebody is watching."""
        self.beginResetModel()
        self._diff = diff
        self._rows = rows_of(diff, self._opened)
        self.endResetModel()

    def toggle(self, fold: str) -> None:
        self.beginResetModel()
        self._opened ^= {fold}
        self._rows = rows_of(self._diff, self._opened)
        self.endResetModel()

    @property
    def diff(self) -> StateDiff:
        return self._diff

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row_text(row)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, ChangeRow) and row.kind != "removed":
            return f"{short_path_text(row.path)}\n{HOW_TO_EDIT}"
        return row if role == ROW_ROLE else None


class DiffView(QListView):
    edit_wanted = Signal(object)
    """The path of the value that the user wants to change, the key first."""
    break_wanted = Signal(object)
    """(path): pause when a step changes the key of this value."""
    view_wanted = Signal(object)
    """(path): show the value with all the room there is. From the menu or by Space."""
    writer_wanted = Signal(object)
    """(path): who wrote this value?"""
    pin_wanted = Signal(object)
    """(path): keep the value in sight, or no longer."""
    watch_wanted = Signal(object)
    """(path): follow the value over all steps."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = DiffModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setProperty("flat", True)
        self.setAccessibleName("Changed values")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(self._ask_to_edit)
        theme().theme_changed.connect(self._repaint)

    @property
    def diff(self) -> StateDiff:
        return self.rows.diff

    def show_diff(self, diff: StateDiff) -> None:
        self.rows.show_diff(diff)

    def columns(self) -> int:
        """How many letters of the monospaced font fit beside the margins and the pencil."""
        room = self.viewport().width() - 2 * MARGIN_PX - INDENT_PX - EDIT_HANDLE_PX
        return max(12, room // max(1, QFontMetrics(font_of("mono")).horizontalAdvance("0")))

    def row_rect(self, row: int) -> QRect:
        return self.visualRect(self.rows.index(row, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        row = self.indexAt(event.position().toPoint()).data(ROW_ROLE)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        if isinstance(row, FoldRow):
            self._toggle(row)
        elif isinstance(row, ChangeRow) and is_on_edit_handle(at.x(), handle_rect(self.visualRect(self.indexAt(at)))):
            self._ask_to_edit(self.indexAt(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().data(ROW_ROLE)
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            self._copy(row)
        elif isinstance(row, FoldRow) and (is_enter or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)):
            self._toggle(row)
        elif is_enter:
            self._ask_to_edit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space and (path := _path_of(row)):
            self.view_wanted.emit(path)
        else:
            super().keyPressEvent(event)

    def _toggle(self, row: FoldRow) -> None:
        place = self.currentIndex().row()
        self.rows.toggle(row.name)
        self.setCurrentIndex(self.rows.index(min(place, self.rows.rowCount() - 1), 0))

    def _ask_to_edit(self, index: QModelIndex) -> None:
        path = _path_of(index.data(ROW_ROLE))
        if path:
            self.edit_wanted.emit(path)

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu_for(self.indexAt(at))
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(at))

    def menu_for(self, index: QModelIndex) -> QMenu | None:
        """The context menu of one row; None where there is nothing to do."""
        row = index.data(ROW_ROLE)
        if isinstance(row, FoldRow) or row is None:
            return None
        self.setCurrentIndex(index)
        menu = QMenu(self)
        if path := _path_of(row):
            menu.addAction(icon("search"), "View", lambda: self.view_wanted.emit(path)).setShortcut("Space")
            menu.addAction(icon("edit"), "Edit value…", lambda: self._ask_to_edit(index))
            menu.addSeparator()
        menu.addAction(icon("copy"), "Copy value", lambda: self._copy(row))
        menu.addAction("Copy path", lambda: QGuiApplication.clipboard().setText(path_text(_path_of(row))))
        if path:
            menu.addAction(icon("past"), "Who wrote this", lambda: self.writer_wanted.emit(path))
            menu.addAction(icon("breakpoint"), f"Break when {path[0]} changes", lambda: self.break_wanted.emit(path))
            menu.addAction(icon("pin"), "Pin", lambda: self.pin_wanted.emit(path))
            menu.addAction(icon("watch"), "Watch over all steps", lambda: self.watch_wanted.emit(path))
        return menu

    def _copy(self, row: Row) -> None:
        node = (row.after or row.before) if isinstance(row, ChangeRow) else None
        QGuiApplication.clipboard().setText(copy_text(node) if node is not None else row_text(row))

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()


def handle_rect(row: QRect) -> QRect:
    """Where the pencil of a change is: at the right end of its first line."""
    return QRect(row.left(), row.top() + 2, row.width() - MARGIN_PX, LINE_PX)


def _path_of(row: Row | None) -> tuple[Any, ...]:
    """The path of the value that a row shows; () where there is nothing to edit."""
    match row:
        case ChangeRow(kind="removed"):
            return ()
        case ChangeRow(path=path):
            return path
        case KeyRow(key, kind, _) if kind != "removed":
            return (key,)
        case SameRow(key):
            return (key,)
        case _:
            return ()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: DiffView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = index.data(ROW_ROLE)
        match row:
            case KeyRow():
                return QSize(100, KEY_ROW_PX)
            case FoldRow():
                return QSize(100, FOLD_ROW_PX)
            case ChangeRow():
                lines = lines_of(row, self._view.columns())
                return QSize(100, LINE_PX * (1 if isinstance(lines, InlineChange) else len(lines)) + 4)
            case _:
                return QSize(100, LINE_PX + 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        draw_ground(painter, option)
        rect = option.rect.adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        row = index.data(ROW_ROLE)
        match row:
            case KeyRow():
                draw_pieces(painter, rect.adjusted(0, 6, 0, 0), _heading(row))
            case FoldRow(text=text, is_open=is_open):
                arrow = "expand" if is_open else "collapse"
                draw_pieces(painter, rect, [Piece(text, "text_quiet", icon=arrow)])
            case SameRow(key):
                draw_pieces(painter, rect.adjusted(INDENT_PX, 0, 0, 0), [Piece(key, "text_quiet", "mono")])
            case ChangeRow():
                self._paint_change(painter, rect.adjusted(INDENT_PX, 2, 0, -2), row)
                if option.state & QStyle.StateFlag.State_MouseOver and _path_of(row):
                    draw_edit_handle(painter, handle_rect(option.rect))

    def _paint_change(self, painter: QPainter, rect: QRect, row: ChangeRow) -> None:
        lines = lines_of(row, self._view.columns())
        if isinstance(lines, InlineChange):
            draw_pieces(painter, rect, _inline(lines))
            return
        for i, line in enumerate(lines):
            _paint_line(painter, QRect(rect.left(), rect.top() + i * LINE_PX, rect.width(), LINE_PX), line)


def _heading(row: KeyRow) -> list[Piece]:
    only_added = row.kind == "added" or row.chip.startswith("append")
    tone = "added" if only_added else "removed" if row.kind == "removed" else "changed"
    chip = [Piece(row.chip, tone, "caption", chip=f"{tone}_quiet")] if row.chip else []
    return [Piece(row.key, font="mono_strong"), *chip]


def _inline(change: InlineChange) -> list[Piece]:
    label = [Piece(change.label, "text_quiet", "mono")] if change.label else []
    return [
        *label,
        Piece(change.before, "removed", "mono", chip="removed_quiet"),
        Piece("→", "text_quiet", "mono"),
        Piece(change.after, "added", "mono", chip="added_quiet"),
    ]


def _paint_line(painter: QPainter, rect: QRect, line: DiffLine) -> None:
    tokens = current_tokens()
    painter.fillRect(QRectF(rect), QColor(getattr(tokens, f"{line.tone}_quiet")))
    painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), QColor(getattr(tokens, line.tone)))
    label = [Piece(line.label, "text_quiet", "mono")] if line.label else []
    pieces = [Piece(line.sign, line.tone, "mono_strong"), *label, Piece(line.text, "text", "mono")]
    draw_pieces(painter, rect.adjusted(8, 0, -4, 0), pieces)
