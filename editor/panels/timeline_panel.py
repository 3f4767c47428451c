"""The run's checkpoints, oldest first, with forks as lanes. A click or an arrow key looks at that moment.

Follows the head while the session does. Asks the session for everything, keeps nothing of the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QKeyCombination, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.session import DebugSession
from editor.panels.timeline_bar import TimelineBar
from editor.panels.timeline_delegate import ROW_HEIGHT_PX, TimelineDelegate, gutter_width
from editor.panels.timeline_filter import TimelineFilter
from editor.panels.timeline_model import Column, TimelineModel, Writing
from editor.panels.timeline_text import delete_branch_text
from editor.theme.icons import icon
from editor.theme.theme import theme
from editor.widgets.ask_bar import AskBar
from editor.widgets.empty_state import EmptyState
from editor.widgets.row_hover import RowHover
from editor.widgets.row_painter import font_of
from editor.widgets.toast import Toast

_WIDTHS = {Column.STEP: 48, Column.RAN: 220, Column.BRANCH: 104, Column.TIME: 76}
CELL_PADDING_PX = 9
_SHARES = {Column.RAN: (0.30, 110, 260), Column.BRANCH: (0.18, 72, 160)}
"""Share of the view's width, and from and to how many px, until the user drags a border."""


_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

WRITTEN = (
    ("branch", "Name this branch…", QKeyCombination(Qt.Key.Key_F2), Writing.BRANCH_NAME),
    ("edit", "Note on this branch…", QKeyCombination(_SHIFT, Qt.Key.Key_F2), Writing.BRANCH_NOTE),
    ("edit", "Note on this step…", QKeyCombination(_CTRL, Qt.Key.Key_F2), Writing.STEP_NOTE),
    ("tag", "Tags of this step…", QKeyCombination(_CTRL | _SHIFT, Qt.Key.Key_F2), Writing.TAGS),
)
"""Icon and words in the menu, key, what is written."""

WRITING_OF_KEY = {key.toCombined(): writing for _icon, _words, key, writing in WRITTEN}

NO_MATCH = "Nodes, branches and keys are looked through. Values are found by Find in the run. Escape shows all."
NOTHING_YET = (
    "No checkpoints yet",
    "Each step of a run appears here as a row. Click one to go back to it.",
    "timeline",
)


class TimelinePanel(QWidget):
    compare_wanted = Signal(str)
    """(checkpoint id): show the difference between it and the shown one."""
    pin_wanted = Signal(str)
    """(checkpoint id): keep it to compare others with it."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.rows = TimelineModel(self)
        self.view = _View(self.rows)
        self.bar = TimelineBar(self._nodes, lambda: self.rows.keys)
        self.question = AskBar("Delete", self._delete_branch)
        self._to_delete = ""
        """A checkpoint of the branch that the question is about."""
        self._toast = Toast(self)
        self._empty = EmptyState("timeline")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.question)
        column.addWidget(self._pages, 1)
        self.bar.filter_changed.connect(self._on_filter)
        self.rows.noted.connect(session.note_checkpoint)
        self.rows.tagged.connect(session.tag_checkpoint)
        self.rows.branch_named.connect(session.name_branch)
        self.rows.branch_noted.connect(session.note_branch)
        self.view.selectionModel().currentRowChanged.connect(self._on_current)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.second_chosen.connect(self._on_second)
        self.view.delete_wanted.connect(self.ask_to_delete_branch)
        self.rows.caught_up.connect(self._show_all)
        session.run_state_changed.connect(self._on_run_state)
        session.focus_changed.connect(self._on_focus)
        self._showing = False
        self._on_run_state(None, session.run_state)

    def _on_run_state(self, old: Any, new: Any) -> None:
        if old is not None and old.thread_id != new.thread_id and self.rows.is_filtered:
            self.bar.clear()
        if old is not None and (old.thread_id != new.thread_id or not self._session.may("delete_branch")):
            self.question.hide()
        self.rows.show(new)
        self._show_all()

    def _on_filter(self, wanted: TimelineFilter) -> None:
        self.rows.set_filter(wanted)
        self._show_all()

    def _nodes(self) -> Iterable[str]:
        graph = self._session.graph
        return graph.nodes if graph is not None else ()

    def _show_all(self) -> None:
        self.view.setColumnWidth(Column.LANES, gutter_width(self.rows.lanes.count))
        self.view.make_room_for_steps(len(self.rows.lanes.ids))
        has_run = bool(self._session.run_state.checkpoints)
        self.bar.setVisible(has_run)
        self.bar.show_count(self.rows.rowCount(), len(self._session.run_state.checkpoints))
        if has_run and not self.rows.rowCount():
            self._empty.set_texts("No step matches", NO_MATCH, "search")
        elif not has_run:
            self._empty.set_texts(*NOTHING_YET)
        self._pages.setCurrentWidget(self.view if self.rows.rowCount() else self._empty)
        self._show_focus()

    def _on_focus(self, _old: Any, _new: Any) -> None:
        self._show_focus()

    def _show_focus(self) -> None:
        """Select the shown checkpoint's row. Programmatic selection must not ask the session again."""
        row = self.rows.row_of(self._session.focus.shown_id(self._session.run_state))
        self._showing = True
        if row is None:  # hidden by the filter, or not there yet
            self.view.selectionModel().clear()
            self._showing = False
            return
        index = self.rows.index(row, 0)
        self.view.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        )
        self._showing = False
        self.view.scrollTo(index)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self._session.look_at(self.rows.checkpoint(current.row()).id)

    def _on_second(self, row: int) -> None:
        self.compare_wanted.emit(self.rows.checkpoint(row).id)

    def ask_to_delete_branch(self) -> None:
        """The branch of the current row, with what was forked from it; the thread's first line is no branch."""
        index = self.view.currentIndex()
        if not index.isValid():
            return
        row = self.rows.checkpoint(index.row())
        branch = self.rows.branch_of(row)
        if branch.forked_from is None:
            self._toast.say("This is the run's first line. Delete the run itself in Runs.", "info")
        elif not self._session.may("delete_branch"):
            self._toast.say("Stop the run first; then a branch can be deleted.", "lock", "warning")
        else:
            self._to_delete = row.id
            self.question.ask(delete_branch_text(branch, self.rows.state), self.view)

    def _delete_branch(self) -> None:
        self._session.delete_branch(self._to_delete)

    def _open_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if not index.isValid():
            return
        checkpoint = self.rows.checkpoint(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fork = menu.addAction(icon("fork"), "Fork here and pause", lambda: self._session.fork(checkpoint.id, {}, None))
        fork.setEnabled(self._session.may("fork"))
        for symbol, words, key, writing in WRITTEN:
            write = menu.addAction(icon(symbol), words, partial(self.view.write, index.row(), writing))
            write.setShortcut(QKeySequence(key))
        menu.addSeparator()
        delete = menu.addAction(icon("trash"), "Delete this branch…", self.ask_to_delete_branch)
        delete.setShortcut("Del")
        delete.setEnabled(self.rows.branch_of(checkpoint).forked_from is not None)
        menu.addSeparator()
        compare = menu.addAction("Compare with the shown step", lambda: self.compare_wanted.emit(checkpoint.id))
        compare.setEnabled(checkpoint.id != self._session.focus.shown_id(self._session.run_state))
        menu.addAction(icon("pin"), "Keep to compare with", lambda: self.pin_wanted.emit(checkpoint.id))
        menu.addSeparator()
        now = menu.addAction(icon("now"), "Back to now", self._session.back_to_now)
        now.setEnabled(self._session.may("back_to_now"))
        menu.popup(self.view.viewport().mapToGlobal(at))


class _View(QTableView):
    """A table, not a tree: a tree asks the model about each of 100,000 rows when one is added (160 ms, measured)."""

    second_chosen = Signal(int)
    """A row beside the current one, by Ctrl+click."""
    delete_wanted = Signal()

    def __init__(self, rows: TimelineModel) -> None:
        super().__init__()
        self._rows = rows
        self.setModel(rows)
        self.setItemDelegate(TimelineDelegate(rows, RowHover(self), self))
        self.setProperty("flat", True)
        self.setAccessibleName("Timeline of checkpoints")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT_PX)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT_PX)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(Column.LANES, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.CHANGED, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self._sharing = False
        self._dragged = False
        header.sectionResized.connect(self._on_section_resized)
        theme().theme_changed.connect(self._repaint)

    def write(self, row: int, writing: Writing) -> None:
        """Opens the field for a note, a name or tags."""
        self._rows.writing = writing
        self.edit(self._rows.index(row, writing.column))

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self._rows.writing = Writing.STEP_NOTE

    def make_room_for_steps(self, count: int) -> None:
        """The numbers of the steps of a long run need a wider column."""
        digits = QFontMetrics(font_of("mono")).horizontalAdvance("0" * len(str(count)))
        self.setColumnWidth(Column.STEP, max(_WIDTHS[Column.STEP], digits + 2 * CELL_PADDING_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        was_seen = self.visualRect(self.currentIndex()).bottom() <= event.oldSize().height()
        super().resizeEvent(event)
        if was_seen:  # the docks that come with a run take room from each other
            self.scrollTo(self.currentIndex())
        if not self._dragged:
            self._sharing = True
            for column, (share, least_px, most_px) in _SHARES.items():
                self.setColumnWidth(column, round(max(least_px, min(most_px, share * event.size().width()))))
            self._sharing = False

    def _on_section_resized(self, column: int, _old: int, _new: int) -> None:
        if column in _SHARES and not self._sharing and self.isVisible():
            self._dragged = True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        with_ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if with_ctrl and event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.second_chosen.emit(index.row())
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Left and right would scroll sideways; here they are the neighbours of up and down, as in a film strip.
        keys = {Qt.Key.Key_Left: Qt.Key.Key_Up, Qt.Key.Key_Right: Qt.Key.Key_Down}
        current = self.currentIndex()
        writing = WRITING_OF_KEY.get(event.keyCombination().toCombined())
        if writing is not None and current.isValid():
            self.write(current.row(), writing)
            return
        if event.key() == Qt.Key.Key_Delete and current.isValid():
            self.delete_wanted.emit()
            return
        key = keys.get(Qt.Key(event.key()))
        if key is not None and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(QKeyEvent(event.type(), key, event.modifiers()))
        else:
            super().keyPressEvent(event)

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()
