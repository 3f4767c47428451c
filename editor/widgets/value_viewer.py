"""One value with all the room there is: a text wrapped, a picture, records as a table, anything else as JSON.

Takes the place of the tree; Escape goes back. Knows previews and paths; the panel around it fetches what is shown.
"""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from editor.theme.fonts import mono_font
from editor.theme.theme import current_tokens
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.code_view import CodeView
from editor.widgets.labels import ElidedLabel, role_label
from editor.widgets.picture_view import PictureView
from editor.widgets.preview_node import Path, PreviewItem, PreviewNode, may_be_picture, short_path_text, size_text
from editor.widgets.record_table import RecordTable, cell_text, is_number, record_table, rows_of

LONGEST_LINE = 2_000
"""One line of 1 MB freezes a wrapped text field for two minutes, measured; longer lines are broken for showing."""
WIDEST_COLUMN_PX = 260

Index = QModelIndex | QPersistentModelIndex


def may_view(node: PreviewNode) -> bool:
    """Whether the viewer has more to show of the value than its row in the tree."""
    if may_be_picture(node):
        return True
    return node.type == "str" or (node.is_container and (node.is_whole or record_table(node) is not None))


class ValueViewer(QWidget):
    closed = Signal()
    view_wanted = Signal(object)
    """(path): a cell of the table is to be viewed by itself."""
    picture_wanted = Signal(object)
    """(path): the bytes of the picture there, for ``picture``."""
    more_wanted = Signal(object, int)
    """(path, start): further rows of the table, or characters of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.path: Path = ()
        self._characters = 0
        """Of a text, so many are shown."""
        self._title = ElidedLabel("", "strong")
        self._size = role_label("", "caption")
        self.text = _text_field()
        self.code = CodeView("json", "Value as JSON", numbers=False)
        self.table = _Table()
        self.picture = PictureView()
        self._more = text_button("", self._ask_for_more, kind="quiet", icon_name="more")
        self._pages = QStackedWidget()
        self._lay_out()
        self.table.view_wanted.connect(self.view_wanted)
        self.picture.described.connect(self._size.setText)

    def show_value(self, path: Path, node: PreviewNode) -> None:
        """What `node` is decides how it is shown."""
        self.path = path
        self._title.set_full_text(short_path_text(path))
        self._size.setText(size_text(node))
        table = record_table(node)
        page: QWidget = self.code
        if may_be_picture(node):
            self.picture.show_waiting()
            self.picture_wanted.emit(path)
            page = self.picture
        elif table is not None:
            self.table.rows.show_table(table)
            self.table.fit_columns()
            page = self.table
        elif node.type == "str":
            whole = node.json if isinstance(node.json, str) else ""
            self._characters = len(whole or node.part)
            self.text.setPlainText(broken(whole or node.part))
            page = self.text
        else:
            self.code.set_code(json.dumps(node.json, indent=2, ensure_ascii=False) if node.is_whole else node.text)
        self._pages.setCurrentWidget(page)
        self._show_more(table.more if table is not None else node.more if page is self.text else 0)
        page.setFocus()

    def add_more(self, path: Path, node: PreviewNode) -> None:
        """The answer to ``more_wanted``."""
        if path != self.path:
            return
        if node.type == "str":
            self._characters += len(node.part)
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(broken(node.part))
        else:
            self.table.rows.add(node)
        self._show_more(node.more)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Back):
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _show_more(self, more: int) -> None:
        self._more.setText(f"{more:,} more")
        self._more.setVisible(more > 0)

    def _ask_for_more(self) -> None:
        is_text = self._pages.currentWidget() is self.text
        self.more_wanted.emit(self.path, self._characters if is_text else self.table.rows.rowCount())

    def _lay_out(self) -> None:
        for page in (self.text, self.code, self.table, self.picture):
            self._pages.addWidget(page)
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 12, 8)
        top.setSpacing(8)
        top.addWidget(icon_button("previous", "Back to the state", self.closed.emit, tip="Back to the state (Esc)"))
        top.addWidget(self._title, 1)
        top.addWidget(self._size)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignHCenter)


def broken(text: str) -> str:
    """The text with breaks in lines that are too long for a text field to wrap, between words if it can be."""
    if len(text) <= LONGEST_LINE:
        return text
    lines = []
    for line in text.split("\n"):
        start = 0
        while len(line) - start > LONGEST_LINE:
            end = line.rfind(" ", start + LONGEST_LINE // 2, start + LONGEST_LINE) + 1 or start + LONGEST_LINE
            lines.append(line[start:end])
            start = end
        lines.append(line[start:])
    return "\n".join(lines)


def _text_field() -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setProperty("flat", True)
    field.setAccessibleName("Text")
    field.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return field


class _Records(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = RecordTable((), (), ())
        self._rows: list[tuple[PreviewItem | None, ...]] = []
        self._names: list[str] = []

    def show_table(self, table: RecordTable) -> None:
        self.beginResetModel()
        self._table, self._rows, self._names = table, list(table.rows), list(table.names)
        self.endResetModel()

    def add(self, node: PreviewNode) -> None:
        """Further records; keys that no earlier one had get no column."""
        if not node.items:
            return
        count = len(self._rows)
        self.beginInsertRows(QModelIndex(), count, count + len(node.items) - 1)
        self._rows += rows_of(node.items, self._table.columns)
        self._names += [item.key for item in node.items]
        self.endInsertRows()

    def cell(self, index: Index) -> PreviewItem | None:
        return self._rows[index.row()][index.column()] if index.isValid() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._table.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._table.columns[section] if orientation == Qt.Orientation.Horizontal else self._names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return cell_text(cell)
            case Qt.ItemDataRole.ToolTipRole:
                return short_path_text(cell.path) if cell is not None else "This record has no such key"
            case Qt.ItemDataRole.TextAlignmentRole if is_number(cell):
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None


class _Table(QTableView):
    view_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = _Records(self)
        self.setModel(self.rows)
        self.setProperty("flat", True)
        self.setAccessibleName("Records")
        self.setFont(mono_font(current_tokens().font_mono_px))
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(self._view_cell)

    def fit_columns(self) -> None:
        """As wide as their cells, up to what lets the others be seen."""
        self.resizeColumnsToContents()
        for column in range(self.rows.columnCount()):
            self.setColumnWidth(column, min(WIDEST_COLUMN_PX, self.columnWidth(column) + 8))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(cell_text(self.rows.cell(self.currentIndex())))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._view_cell(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _view_cell(self, index: QModelIndex) -> None:
        cell = self.rows.cell(index)
        if cell is not None and may_view(cell.node):
            self.view_wanted.emit(cell.path)
