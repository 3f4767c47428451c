"""The list of earlier runs of this graph: search, open, name, export, shorten, delete. Opening one runs nothing.

The list is read when the panel is seen and again when the shown run changes; it keeps nothing that the session has.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QMenu,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.reports import Pruned, ThreadRow
from editor.debugger.run_state import Phase, RunState
from editor.debugger.session import DebugSession
from editor.debugger.session_questions import RequestHandle
from editor.panels.thread_model import ROW_ROLE, ThreadDelegate, ThreadModel
from editor.panels.thread_room import RoomLine, ThreadRoom
from editor.panels.thread_text import RUNNING, delete_text, prune_text
from editor.theme.icons import icon
from editor.theme.theme import theme
from editor.widgets.ask_bar import AskBar
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.naming import named
from editor.widgets.search_box import SearchBox
from editor.widgets.toast import Toast

KEPT_STEPS = 100
"""Proposed where a run has more than twice as many."""
REST_MS = 200  # a run that stops and starts again is one reason to read the list, not two
_MOVING = (Phase.STARTING, Phase.RUNNING, Phase.STOPPING)


class ThreadsPanel(QWidget):
    export_wanted = Signal(str)
    """(thread id): as a file."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._request: RequestHandle | None = None
        self._to_delete: ThreadRow | None = None
        self._read: tuple[ThreadRow, ...] = ()
        self._is_stale = True
        """Something happened since the list was read; it is read again when somebody looks at it."""
        self.rows = ThreadModel(self)
        self.view = _View(self.rows)
        self.search = SearchBox("Search runs")
        self.open_button = text_button("Open", self.open_current, icon_name="past", tip="Enter: shows it, runs nothing")
        self.name_button = icon_button("edit", "Name this run", self.name_current, tip="Name this run (F2)")
        self.delete_button = icon_button("trash", "Delete this run", self.ask_to_delete, tip="Delete this run (Delete)")
        self.more_button = icon_button(
            "more", "More with this run", self._open_menu_below, tip="Export, forget old steps"
        )
        self.question = AskBar("Delete", self.delete)
        self.keep_count = named(QSpinBox(), "Newest to keep")
        self.prune_question = AskBar("Forget", self.prune, no="Cancel", field=self.keep_count)
        self._to_prune: ThreadRow | None = None
        self._trial: RequestHandle | None = None
        self.room = ThreadRoom(session, self)
        self.room_line = RoomLine(session)
        self._empty = EmptyState("past")
        self._pages = QStackedWidget()
        self._toast = Toast(self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._lay_out()
        self._connect_parts()
        session.run_state_changed.connect(self._on_run_state)
        self._show_rows(())

    # ---- verbs

    def open_current(self) -> None:
        """Shows the run of the current row."""
        row = self._current()
        if row is None or row.thread_id == self._session.run_state.thread_id:
            return
        if self._session.may("open_thread"):
            self._session.open_thread(row.thread_id)
        else:
            self._toast.say("Stop the run first; then an earlier one can be opened.", "lock", "warning")

    def name_current(self) -> None:
        if self._current() is not None:
            self.view.edit(self.view.currentIndex())

    def ask_to_delete(self) -> None:
        row = self._current()
        if row is None:
            return
        if row.thread_id == self._session.run_state.thread_id and not self._session.may("delete_thread"):
            self._toast.say("Stop this run first; then it can be deleted.", "lock", "warning")
            return
        self._to_delete = row
        self.prune_question.hide()
        self.question.ask(delete_text(row), self.view)

    def delete(self) -> None:
        """After the question was answered."""
        row, self._to_delete = self._to_delete, None
        if row is not None:
            self._session.delete_thread(row.thread_id, self.refresh)

    def ask_to_prune(self) -> None:
        """How many checkpoints are to stay, and what would go then."""
        row = self._current()
        if row is None:
            return
        if row.thread_id == self._session.run_state.thread_id and not self._session.may("delete_branch"):
            self._toast.say("Stop this run first; then it can be made shorter.", "lock", "warning")
            return
        self._to_prune = row
        self.question.hide()
        self.keep_count.setRange(1, max(1, row.checkpoints))
        self.keep_count.setValue(max(1, min(KEPT_STEPS, row.checkpoints // 2)))
        self.prune_question.ask(prune_text(row, None), self.view)
        self._count_prunable()

    def prune(self) -> None:
        """After the question was answered."""
        row, self._to_prune = self._to_prune, None
        if row is not None:
            self._session.prune_thread(row.thread_id, self.keep_count.value(), self._on_pruned)

    def _count_prunable(self) -> None:
        row = self._to_prune
        if self._trial is not None:
            self._trial.cancel()
        if row is None:
            return
        self.prune_question.deed_button.setEnabled(False)

        def counted(found: Pruned) -> None:
            self.prune_question.say(prune_text(row, found.gone))
            self.prune_question.deed_button.setEnabled(found.gone > 0)

        self._trial = self._session.prune_thread(row.thread_id, self.keep_count.value(), counted, is_trial=True)

    def _on_pruned(self, done: Pruned) -> None:
        self._toast.say(f"{done.gone:,} of {done.of:,} checkpoints are gone.", "check")
        self.refresh()

    def export_current(self) -> None:
        row = self._current()
        if row is not None:
            self.export_wanted.emit(row.thread_id)

    def refresh(self) -> None:
        """Read the list anew."""
        self._rest.stop()
        self._is_stale = False
        if self._request is not None:
            self._request.cancel()
        if self._session.graph_path is not None:
            self._request = self._session.list_threads(self._on_listed, self._show_problem)

    def forget(self) -> None:
        """Another graph is open: its runs are read when somebody looks."""
        if self._request is not None:
            self._request.cancel()
        self.room.forget()
        self.room_line.hide()
        self._is_stale = True
        self._show_rows(())
        self.update()

    # ---- following

    def paintEvent(self, event: QPaintEvent) -> None:
        """Somebody looks. A dock behind another counts as visible for Qt, but is never painted."""
        super().paintEvent(event)
        if self._is_stale and not self._rest.isActive():
            self._rest.start()

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        began = bool(new.checkpoints) != bool(old.checkpoints)  # before its first checkpoint a run is in no list
        is_shorter = len(new.checkpoints) < len(old.checkpoints)
        if (
            new.thread_id != old.thread_id
            or began
            or is_shorter
            or (new.phase is not old.phase and new.phase not in _MOVING)
        ):
            self._is_stale = True
            self.update()
        elif new.phase is not old.phase and old.phase not in _MOVING:
            self._show_rows(self._read)

    def _on_rest(self) -> None:
        if not self.visibleRegion().isEmpty():
            self.refresh()

    def _on_listed(self, rows: tuple[ThreadRow, ...]) -> None:
        self._show_rows(rows)
        self.room_line.setVisible(bool(rows) and self.room_line.words != "")
        self.room.measure(rows)
        self._show_sizes()

    def _show_rows(self, rows: tuple[ThreadRow, ...]) -> None:
        self._read = rows
        current, state = self._current(), self._session.run_state
        shown_id = state.thread_id or ""
        if state.phase in _MOVING:  # what was written down of it is how it ended the last time
            rows = tuple(replace(row, outcome=RUNNING) if row.thread_id == shown_id else row for row in rows)
        self.rows.show_threads(rows, shown_id)
        self._select(current.thread_id if current is not None else shown_id)
        self._show_page()

    def _show_problem(self, text: str) -> None:
        self._read = ()
        self.rows.show_threads((), "")
        self._empty.set_texts("The runs cannot be listed", text, "warning")
        self._pages.setCurrentWidget(self._empty)

    def _on_search(self, text: str) -> None:
        current = self._current()
        self.rows.search(text)
        self._select(current.thread_id if current is not None else "")
        self._show_page()

    def _select(self, thread_id: str) -> None:
        found = self.rows.index_of(thread_id)
        self.view.setCurrentIndex(found if found.isValid() else self.rows.index(0, 0))
        self._on_current()

    def _show_page(self) -> None:
        if self.rows.count_of_all == 0 and self._is_stale:
            self._empty.set_texts("Reading the runs…", "They are listed in a moment.", "past")
        elif self.rows.count_of_all == 0:
            self._empty.set_texts("No runs yet", "Each run of this graph is kept and can be opened again here.", "past")
        elif self.rows.rowCount() == 0:
            self._empty.set_texts("Nothing found", "No run has this in its name or input.", "search")
        self._pages.setCurrentWidget(self.view if self.rows.rowCount() else self._empty)

    def _on_current(self, *_changed: object) -> None:
        row = self._current()
        is_other = row is not None and row.thread_id != self._session.run_state.thread_id
        self.open_button.setEnabled(is_other)
        self.name_button.setEnabled(row is not None)
        self.delete_button.setEnabled(row is not None)
        self.more_button.setEnabled(row is not None)
        if self._to_delete is not None and row != self._to_delete:
            self._to_delete = None
            self.question.hide()
        if self._to_prune is not None and row != self._to_prune:
            self._to_prune = None
            self.prune_question.hide()

    def _current(self) -> ThreadRow | None:
        row = self.view.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, ThreadRow) else None

    def _on_renamed(self, thread_id: str, name: str) -> None:
        self._session.name_thread(thread_id, name, self.refresh)

    def _open_menu(self, at: QPoint) -> None:
        if self.view.indexAt(at).isValid():
            self._pop_up(self.view.viewport().mapToGlobal(at))

    def _open_menu_below(self) -> None:
        self._pop_up(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _pop_up(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("past"), "Open", self.open_current).setEnabled(self.open_button.isEnabled())
        menu.addAction(icon("edit"), "Name…", self.name_current).setShortcut("F2")
        menu.addAction(icon("export"), "Export…", self.export_current)
        menu.addSeparator()
        menu.addAction(icon("cut"), "Forget old steps…", self.ask_to_prune).setShortcut("Shift+Del")
        menu.addAction(icon("trash"), "Delete…", self.ask_to_delete).setShortcut("Del")
        menu.popup(at)

    # ---- parts

    def _connect_parts(self) -> None:
        self._rest.timeout.connect(self._on_rest)
        self.search.searched.connect(self._on_search)
        self.rows.renamed.connect(self._on_renamed)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.view.open_wanted.connect(self.open_current)
        self.view.delete_wanted.connect(self.ask_to_delete)
        self.view.prune_wanted.connect(self.ask_to_prune)
        self.keep_count.valueChanged.connect(self._count_prunable)
        self.room.measured.connect(self._show_sizes)
        self.room.told.connect(self.room_line.show_room)
        self.view.doubleClicked.connect(self._on_double_click)
        self.view.customContextMenuRequested.connect(self._open_menu)

    def _show_sizes(self) -> None:
        self.rows.show_sizes(self.room.sizes)

    def _on_double_click(self, _index: QModelIndex) -> None:
        self.open_current()

    def _lay_out(self) -> None:
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 4)
        top.setSpacing(4)
        top.addWidget(self.search, 1)
        for button in (self.open_button, self.name_button, self.delete_button, self.more_button):
            top.addWidget(button)
        self.keep_count.setKeyboardTracking(False)
        self.keep_count.setMinimumWidth(88)
        self.keep_count.lineEdit().setTextMargins(6, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.question)
        column.addWidget(self.prune_question)
        column.addWidget(self._pages, 1)
        column.addWidget(self.room_line)


class _View(QListView):
    open_wanted = Signal()
    delete_wanted = Signal()
    prune_wanted = Signal()

    def __init__(self, rows: ThreadModel) -> None:
        super().__init__()
        self.setModel(rows)
        self.setItemDelegate(ThreadDelegate(self))
        self.setProperty("flat", True)
        self.setAccessibleName("Earlier runs")
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        theme().theme_changed.connect(self._repaint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.prune_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()
