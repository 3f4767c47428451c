"""Watched expressions as a table over all steps: what changed stands out, a click looks at that step.

Expressions are typed above, edited with F2, removed with Delete. Their values come from ``watch_model``.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.own_marks import OwnMarks
from editor.debugger.session import DebugSession
from editor.panels.watch_model import CELL_ROLE, FIRST_WATCH, RAN, STEP, WatchModel
from editor.theme.icons import icon
from editor.theme.theme import current_tokens, theme
from editor.widgets.buttons import text_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.inline_field import InlineField
from editor.widgets.row_painter import Piece, draw_pieces
from editor.widgets.seen import is_seen

ROW_PX = 26
COLUMN_PX = 132

Index = QModelIndex | QPersistentModelIndex


class WatchPanel(QWidget):
    def __init__(self, session: DebugSession, marks: OwnMarks) -> None:
        super().__init__()
        self._session = session
        self._marks = marks
        self.rows = WatchModel(session, marks, self)
        self.table = _Table(self.rows)
        self.field = InlineField("Watch an expression", mono=True, placeholder="len(messages), intent, rows[0]['id'] …")
        self._edited = ""
        """The expression that the field is for; "" for a new one."""
        self._remove = text_button("Remove", self.remove_current, kind="quiet", icon_name="trash")
        self._empty = EmptyState("watch")
        self._pages = QStackedWidget()
        self._lay_out()
        self.field.committed.connect(self._on_committed)
        self.field.editingFinished.connect(self._on_left)
        self.table.removed.connect(self.remove_current)
        self.table.edited.connect(self.edit_current)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.horizontalHeader().customContextMenuRequested.connect(self._open_menu)
        self.rows.look_through(self.table.rows_on_screen)
        session.focus_changed.connect(self._on_facts)
        session.run_state_changed.connect(self._on_facts)
        marks.changed.connect(self._on_facts)
        self._following = False
        self._on_facts(None, None)

    def refresh(self) -> None:
        """It came into sight."""
        self._follow()

    def current(self) -> str:
        """The expression of the current column; "" if there is none."""
        column = self.table.currentIndex().column() - FIRST_WATCH
        return self.rows.expressions[column] if 0 <= column < len(self.rows.expressions) else ""

    def remove_current(self) -> None:
        if self.current():
            self._marks.remove_watch(self.current())

    def edit_current(self) -> None:
        """The expression comes into the field; Enter changes it."""
        if self.current():
            self._edited = self.current()
            self.field.show_text(self._edited)
            self.field.setFocus()
            self.field.selectAll()

    def _on_committed(self, text: str) -> None:
        edited, self._edited = self._edited, ""
        self.field.show_text("")
        self.field.clear()
        if edited and text.strip():
            self._marks.change_watch(edited, text)
        elif text.strip():
            self._marks.add_watch(text)

    def _on_left(self) -> None:
        """Nothing was changed in the field: it is for a new expression again."""
        if self._edited and self.field.text() == self._edited:
            self._edited = ""
            self.field.show_text("")
            self.field.clear()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._remove.setEnabled(bool(self.current()))
        if current.isValid() and not self._following:
            self._session.look_at(self.rows.row(current.row()).id)

    def _on_facts(self, _old: Any, _new: Any) -> None:
        has_run, has_watches = self.rows.rowCount() > 0, bool(self.rows.expressions)
        if not has_watches:
            self._empty.set_texts(
                "Nothing is watched", "Type an expression over the keys of the state. Its value is shown for each step."
            )
        elif not has_run:
            self._empty.set_texts("No run yet", "The values of the watched expressions appear with the first step.")
        self._pages.setCurrentWidget(self.table if has_run and has_watches else self._empty)
        self._remove.setVisible(has_watches)
        self._remove.setEnabled(bool(self.current()))
        self._follow()

    def _follow(self) -> None:
        """The row of the shown moment is the current one. Doing that must not ask the session again."""
        if not is_seen(self):  # behind another tab it costs a running graph nothing
            return
        shown = self._session.focus.shown_id(self._session.run_state)
        current = self.table.currentIndex()
        if shown is None or (current.isValid() and self.rows.row(current.row()).id == shown):
            return
        place = self._session.run_state.checkpoints.place_of(shown)
        if place is None:
            return
        self._following = True
        index = self.rows.index(place, max(0, current.column()))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.table.selectionModel().setCurrentIndex(index, flags)
        self.table.scrollTo(index)
        self._following = False

    def _open_menu(self, at: QPoint) -> None:
        column = self.table.horizontalHeader().logicalIndexAt(at) - FIRST_WATCH
        if not 0 <= column < len(self.rows.expressions):
            return
        expression = self.rows.expressions[column]
        row = max(0, self.table.currentIndex().row())
        self._following = True
        self.table.setCurrentIndex(self.rows.index(row, column + FIRST_WATCH))
        self._following = False
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("edit"), "Edit…", self.edit_current)
        menu.addAction(icon("copy"), "Copy", lambda: QGuiApplication.clipboard().setText(expression))
        menu.addAction(icon("trash"), "Remove", lambda: self._marks.remove_watch(expression))
        menu.popup(self.table.horizontalHeader().mapToGlobal(at))

    def _lay_out(self) -> None:
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.table)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(8)
        top.addWidget(self.field, 1)
        top.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)


class _Table(QTableView):
    removed = Signal()
    edited = Signal()

    def __init__(self, rows: WatchModel) -> None:
        super().__init__()
        self.setModel(rows)
        self.setItemDelegate(_Delegate(rows, self))
        self.setProperty("flat", True)
        self.setAccessibleName("Watched expressions")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setDefaultSectionSize(COLUMN_PX)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.resizeSection(STEP, 56)
        theme().theme_changed.connect(self._repaint)

    def rows_on_screen(self) -> range:
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        count = self.model().rowCount()
        if first < 0:
            return range(0)
        return range(first, (last if last >= 0 else count - 1) + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.edited.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(str(self.currentIndex().data() or ""))
        else:
            super().keyPressEvent(event)

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    def __init__(self, rows: WatchModel, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        rect = option.rect.adjusted(8, 0, -8, 0)
        if index.column() in (STEP, RAN):
            style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
            piece = Piece(text, "text_quiet", "mono") if index.column() == STEP else Piece(text)
            draw_pieces(painter, rect, [piece])
            return
        row = self._rows.row(index.row())
        cell = index.data(CELL_ROLE)
        if self._rows.is_changed(self._rows.expressions[index.column() - FIRST_WATCH], row):
            painter.fillRect(option.rect, QColor(current_tokens().changed_quiet))
            painter.fillRect(
                option.rect.left(), option.rect.top(), 2, option.rect.height(), QColor(current_tokens().changed)
            )
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        if cell is None:
            draw_pieces(painter, rect, [Piece("…", "text_quiet")])
        elif cell.error:
            draw_pieces(painter, rect, [Piece(cell.error, "failed", "caption", icon="warning")])
        else:
            size = [Piece(f"{cell.size:,}", "text_quiet", "caption")] if cell.size is not None else []
            draw_pieces(painter, rect, [*size, Piece(cell.text, font="mono")])
