"""The tree of a state: names, one-line values in a monospaced font coloured by type, sizes, and a filter.

Knows previews and paths, no graph and no session. The panel around it answers ``more_wanted`` and ``edit_wanted``.
"""

from __future__ import annotations

import json

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from editor.theme.icons import icon
from editor.theme.theme import theme
from editor.widgets.message_look import MessageLook, message_of
from editor.widgets.preview_node import (
    PreviewNode,
    length_text,
    may_be_picture,
    path_text,
    picture_text,
    size_text,
)
from editor.widgets.row_painter import Piece, draw_edit_handle, draw_pieces, draw_pieces_right, is_on_edit_handle
from editor.widgets.value_root import HEIGHT_PX, ValueRoot
from editor.widgets.value_tree import MARK_ROLE, NODE_ROLE, PATH_ROLE, ValueTreeModel
from editor.widgets.value_viewer import may_view

ROW_HEIGHT_PX = 24

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

_COLOUR_OF_TYPE = {
    "str": "code_string",
    "int": "code_number",
    "float": "code_number",
    "bool": "code_keyword",
    "none": "code_keyword",
    "NoneType": "code_keyword",
}


def value_piece(node: PreviewNode) -> Piece:
    """A value on one line, coloured as code is."""
    return Piece(node.text, _COLOUR_OF_TYPE.get(node.type, "text_quiet" if node.is_container else "code_type"), "mono")


_TONE_OF_SPEAKER = {"user": "accent", "assistant": "done", "tool": "router", "system": "next"}


def message_pieces(look: MessageLook) -> list[Piece]:
    """Who speaks as a chip, then the first line, then the tools that are called."""
    tone = _TONE_OF_SPEAKER[look.speaker]
    who = Piece(f"{look.speaker} {look.name}".strip(), tone, "caption", chip=f"{tone}_quiet")
    said = [Piece(look.first_line)] if look.first_line else []
    return [who, *said, *([Piece(look.calls, "text_quiet", "mono")] if look.calls else [])]


class ValueView(QTreeView):
    edit_wanted = Signal(object, object)
    """(path, PreviewNode): the user double-clicked a value or pressed Enter or F2 on it."""
    writer_wanted = Signal(object)
    """(path): who wrote this value?"""
    pin_wanted = Signal(object)
    """(path): keep the value in sight, or no longer."""
    watch_wanted = Signal(object)
    """(path): follow the value over all steps."""
    break_wanted = Signal(object)
    """(path): pause when a step changes the key of this value."""
    view_wanted = Signal(object)
    """(path): show the value with all the room there is. From the menu or by Space."""
    copied_in_short = Signal(object)
    """(path): the value is too large to be here; its one-line text is on the clipboard."""

    def __init__(self, model: ValueTreeModel, name: str = "State values", *, editable: bool = True) -> None:
        super().__init__()
        self._root = ValueRoot(self, self.show_whole)
        self._values = model
        self._editable = editable
        self._filter = _Filter(self)
        self._filter.setSourceModel(model)
        self.setModel(self._filter)
        self.setItemDelegate(_Delegate(self, editable=editable))
        self.setProperty("flat", True)
        self.setAccessibleName(name)
        self.setUniformRowHeights(True)
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().setFixedHeight(HEIGHT_PX)
        self.header().setMinimumSectionSize(80)
        self.header().resizeSection(0, 148)
        self.header().setStretchLastSection(True)
        self.customContextMenuRequested.connect(self._open_menu)
        self.activated.connect(self._offer_more)
        self.clicked.connect(self._offer_more)
        self.doubleClicked.connect(self._ask_to_edit)
        self.expanded.connect(self._load_first)
        theme().theme_changed.connect(self._repaint)

    # ---- doors

    def set_filter(self, text: str) -> None:
        """Show rows that hold the text in name or value, with the way to them opened."""
        self.show_whole()
        self._filter.setFilterFixedString(text)
        if text:
            self.expandAll()

    def row_count(self) -> int:
        return self._filter.rowCount()

    def view_index(self, path: tuple[object, ...], column: int = 0) -> QModelIndex:
        found = self._filter.mapFromSource(self._values.index_of_path(path))
        return found.siblingAtColumn(column)

    def select_path(self, path: tuple[object, ...]) -> bool:
        index = self.view_index(path)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def show_from(self, index: QModelIndex) -> None:
        """Only what lies below the row: its children at the left edge, the way to it in a line above."""
        index = index.siblingAtColumn(0)
        if self._filter.hasChildren(index):
            self.setRootIndex(index)
            self._root.show_path(index.data(PATH_ROLE))
            self.setHeaderHidden(False)  # whose place the line takes
            self._load_first(index)
            self.setCurrentIndex(self._filter.index(0, 0, index))

    def show_whole(self) -> None:
        """All values again, with the row selected that was shown by itself."""
        index = self.rootIndex()
        if index.isValid():
            self.setRootIndex(QModelIndex())
            self._hide_root()
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def reset(self) -> None:
        super().reset()
        if not self.rootIndex().isValid():
            self._hide_root()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._root.setGeometry(0, 0, self.width(), HEIGHT_PX)

    def _hide_root(self) -> None:
        self._root.hide()
        self.setHeaderHidden(True)

    def current_path(self) -> tuple[object, ...]:
        return self.currentIndex().data(PATH_ROLE) or ()

    def opened_paths(self) -> set[tuple[object, ...]]:
        """The branches that are open, to open them again in the next state."""
        return {self._filter.data(index, PATH_ROLE) for index in self._open_rows()}

    def open_paths(self, paths: set[tuple[object, ...]]) -> None:
        for path in sorted(paths, key=len):
            index = self.view_index(path)
            if index.isValid():
                self.expand(index)

    def copy_value(self) -> None:
        node = self.currentIndex().data(NODE_ROLE)
        if node is not None:
            QGuiApplication.clipboard().setText(copy_text(node))
            if not node.is_whole and "…" in node.text:
                self.copied_in_short.emit(self.current_path())

    def copy_path(self) -> None:
        path = self.currentIndex().data(PATH_ROLE)
        if path:
            QGuiApplication.clipboard().setText(path_text(path))

    # ---- keys and mouse

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        on_handle = index.column() == 1 and is_on_edit_handle(at.x(), self.visualRect(index))
        if event.button() == Qt.MouseButton.LeftButton and on_handle:
            self._ask_to_edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_value()
        elif event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.show_from(self.currentIndex())
        elif event.key() == Qt.Key.Key_Backspace and self.rootIndex().isValid():
            self.show_whole()
        elif event.key() in (*_ENTER, Qt.Key.Key_F2) and self.currentIndex().isValid():
            if not self._values.ask_for_more(self._source(self.currentIndex())):
                self._ask_to_edit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space:
            self._ask_to_view(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _ask_to_view(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if self._editable and node is not None and may_view(node):
            self.view_wanted.emit(index.data(PATH_ROLE))

    def _ask_to_edit(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if node is not None and self._editable:
            self.edit_wanted.emit(index.data(PATH_ROLE), node)

    def _load_first(self, index: QModelIndex) -> None:
        """A branch that was opened and of which nothing is there yet."""
        first = self._filter.index(0, 0, index.siblingAtColumn(0))
        if first.isValid() and first.data(NODE_ROLE) is None:
            self._offer_more(first)

    def _offer_more(self, index: QModelIndex) -> None:
        self._values.ask_for_more(self._source(index))

    def _source(self, index: QModelIndex) -> QModelIndex:
        return self._filter.mapToSource(index)

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu_for(self.indexAt(at))
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(at))

    def menu_for(self, index: QModelIndex) -> QMenu | None:
        """The context menu of one row; None where there is nothing to do."""
        if index.data(NODE_ROLE) is None:
            return None
        self.setCurrentIndex(index)
        menu = QMenu(self)
        if self._editable:
            view = menu.addAction(icon("search"), "View", lambda: self._ask_to_view(index))
            view.setShortcut("Space")
            view.setEnabled(may_view(index.data(NODE_ROLE)))
            menu.addAction(icon("edit"), "Edit value…", lambda: self._ask_to_edit(index)).setShortcut("Return")
            menu.addSeparator()
        menu.addAction(icon("copy"), "Copy value", self.copy_value).setShortcut(QKeySequence.StandardKey.Copy)
        menu.addAction("Copy path", self.copy_path)
        if self._editable:
            path = index.data(PATH_ROLE)
            menu.addAction(icon("past"), "Who wrote this", lambda: self.writer_wanted.emit(path))
            menu.addAction(icon("breakpoint"), f"Break when {path[0]} changes", lambda: self.break_wanted.emit(path))
            menu.addAction(icon("pin"), "Pin", lambda: self.pin_wanted.emit(path))
            menu.addAction(icon("watch"), "Watch over all steps", lambda: self.watch_wanted.emit(path))
        if self._filter.hasChildren(index.siblingAtColumn(0)):
            menu.addSeparator()
            menu.addAction("Open all below", lambda: self.expandRecursively(index.siblingAtColumn(0)))
            menu.addAction("Show from here", lambda: self.show_from(index)).setShortcut("Shift+Return")
        return menu

    def _open_rows(self) -> list[QModelIndex]:
        found = []
        waiting = [QModelIndex()]
        while waiting:
            parent = waiting.pop()
            rows = (self._filter.index(row, 0, parent) for row in range(self._filter.rowCount(parent)))
            opened = [index for index in rows if self.isExpanded(index)]
            found += opened
            waiting += opened
        return found

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()


def copy_text(node: PreviewNode) -> str:
    """What lands on the clipboard: JSON for containers, the text itself for text, else the one-line form."""
    if not node.is_whole:
        return node.text
    if isinstance(node.json, str):
        return node.json
    return json.dumps(node.json, indent=2, ensure_ascii=False)


class _Filter(QSortFilterProxyModel):
    """Keeps a row if its name or value holds the text, or one below does; what lies below a match stays whole."""

    def __init__(self, parent: QTreeView) -> None:
        super().__init__(parent)
        self.setRecursiveFilteringEnabled(True)
        self.setAutoAcceptChildRows(True)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterKeyColumn(-1)


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QTreeView, *, editable: bool) -> None:
        super().__init__(view)
        self._editable = editable

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        rect = option.rect.adjusted(4, 0, -8, 0)
        node = index.data(NODE_ROLE)
        if node is None:
            if index.column() == 0:
                draw_pieces(painter, rect, [Piece(index.data(), "accent", icon="more")])
        elif index.column() == 0:
            draw_pieces(
                painter, rect, [Piece(index.data(), font="mono_strong" if len(index.data(PATH_ROLE)) == 1 else "mono")]
            )
        else:
            if self._editable and option.state & QStyle.StateFlag.State_MouseOver:
                rect = draw_edit_handle(painter, option.rect).adjusted(4, 0, 0, 0)
            self._draw_value(painter, rect, node, mark=index.data(MARK_ROLE))

    def _draw_value(self, painter: QPainter, rect: QRect, node: PreviewNode, *, mark: str) -> None:
        look = message_of(node)
        if look is not None:
            draw_pieces(painter, rect, message_pieces(look))
            return
        if may_be_picture(node):
            draw_pieces(painter, rect, [Piece(picture_text(node), "text_quiet")])
            return
        size = size_text(node) if node.is_container else length_text(node)
        size = size or ("" if node.type in _COLOUR_OF_TYPE else node.type)
        right = [Piece(size, "text_quiet", "caption")] if size else []
        if mark:
            right.append(Piece(mark, "changed", "caption", chip="changed_quiet"))
        draw_pieces(painter, draw_pieces_right(painter, rect, right), [value_piece(node)])

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, ROW_HEIGHT_PX)
