"""The console: what the nodes printed and logged, newest below. Bounded, repainted ten times a second at most.

A run that is opened shows what was kept of it; a past moment shows what was written on the way to it.

Lines are drawn one row each, unwrapped and cut, so that a flood of any size costs only the rows that are seen.
"""

from __future__ import annotations

import textwrap
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.reports import OutputLine
from editor.debugger.run_state import RunState
from editor.debugger.session import DebugSession
from editor.panels.output_ring import KEPT_LINES, ConsoleLine, OutputRing, console_lines
from editor.panels.past_output import PastOutput
from editor.theme.theme import current_tokens
from editor.widgets.buttons import icon_button, toggle_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.flat_list import FlatList
from editor.widgets.labels import role_label
from editor.widgets.row_painter import Piece, draw_pieces, font_of
from editor.widgets.search_box import SearchBox

REPAINT_MS = 100
TIP_COLUMNS = 100  # letters a line of the tooltip that shows all of a cut line
WIDE_PREFIX_PX = 200  # a wide panel has room for long names; in a narrow one the texts stay below each other
PREFIX_COLUMNS = 18  # letters: most names of nodes with their step, so that the texts begin below each other
ROW_HEIGHT_PX = 20
PREFIX_SHARE = 0.4  # at most this part of the width says where a line comes from

EMPTY_NOW = ("No output yet", "What the nodes print or log appears here, line by line.")
EMPTY_PAST = ("No output up to here", "The nodes on the way to this step printed and logged nothing.")

LINE_ROLE = Qt.ItemDataRole.UserRole + 1


class OutputPanel(QWidget):
    def __init__(self, session: DebugSession, kept_lines: int = KEPT_LINES) -> None:
        super().__init__()
        self.lines = _Lines(kept_lines, self)
        self.past_lines = _Lines(kept_lines, self)
        """Of the past moment that is looked at; ``past_step`` says which."""
        self.past_step: int | None = None
        self._waiting: list[ConsoleLine] = []
        self._filter = SearchBox("Filter output")
        self._filter.setMinimumWidth(132)
        self._filter.setMaximumWidth(280)
        self._count = role_label("", "caption")
        self._follow = toggle_button("now", "Follow the newest line", self._on_follow, on=True)
        self._copy = icon_button("copy", "Copy lines", self.copy)
        self._clear = icon_button("trash", "Clear output", self.clear)
        self._list = _List(self.lines)
        self._empty = EmptyState("output", *EMPTY_NOW)
        self._pages = QStackedWidget()
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=REPAINT_MS)
        self._timer.timeout.connect(self.show_waiting)
        self._filter.searched.connect(self._on_filter)
        self._list.copy_wanted.connect(self.copy)
        self._list.scrolled_by_user.connect(self._on_scrolled)
        session.output_received.connect(self._on_output)
        session.run_state_changed.connect(self._on_run_state)
        past = PastOutput(session, self)
        past.opened.connect(self._on_output)
        past.moment_shown.connect(self._show_moment)
        past.moment_left.connect(self._leave_moment)

    def clear(self) -> None:
        self._waiting = []
        self.lines.clear()
        self._show_count()

    def copy(self) -> None:
        """The selected lines, or all that are shown."""
        rows = sorted(index.row() for index in self._list.selectionModel().selectedRows())
        shown = self._shown_lines().ring.shown
        chosen = [shown[row] for row in rows] if rows else shown
        QGuiApplication.clipboard().setText("\n".join(line.as_text() for line in chosen))

    def show_waiting(self) -> None:
        """Take over what came since the last repaint. Called by the timer."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.lines.add(waiting)
        self._show_count()
        if self._follow.isChecked() and self.past_step is None:
            self._list.scrollToBottom()

    def _on_output(self, lines: tuple[OutputLine, ...]) -> None:
        for line in lines:
            self._waiting += _as_console(line)
        # A flood between two repaints must not grow without bound: only what the ring would keep is kept.
        if len(self._waiting) > 2 * KEPT_LINES:
            self._waiting = self._waiting[-KEPT_LINES:]
        if not self._timer.isActive():
            self._timer.start()

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        if new.thread_id != old.thread_id:
            self.clear()

    def _show_moment(self, lines: tuple[OutputLine, ...], step: int) -> None:
        self.past_step = step
        self.past_lines.clear()
        self.past_lines.add([each for line in lines for each in _as_console(line)])
        self._show_lines(self.past_lines)
        self._list.scrollToBottom()

    def _leave_moment(self) -> None:
        self.past_step = None
        self._show_lines(self.lines)
        self.show_waiting()

    def _shown_lines(self) -> _Lines:
        return self.lines if self.past_step is None else self.past_lines

    def _show_lines(self, lines: _Lines) -> None:
        if self._list.model() is not lines:
            self._list.setModel(lines)
        for button in (self._follow, self._clear):
            button.setEnabled(self.past_step is None)
        self._show_count()

    def _on_filter(self, text: str) -> None:
        self.lines.filter(text)
        self.past_lines.filter(text)
        self._show_count()
        if self._follow.isChecked():
            self._list.scrollToBottom()

    def _on_follow(self, on: bool) -> None:
        if on:
            self._list.scrollToBottom()

    def _on_scrolled(self, at_bottom: bool) -> None:
        """Who scrolls up wants to read; who comes back to the end wants to follow."""
        self._follow.setChecked(at_bottom)

    def _show_count(self) -> None:
        ring = self._shown_lines().ring
        shown, held = len(ring.shown), len(ring)
        text = _count(held) if shown == held else f"{shown:,} of {_count(held)}"
        dropped = f", {ring.dropped:,} older ones dropped" if ring.dropped else ""
        moment = "" if self.past_step is None else f" up to step {self.past_step}"
        self._count.setText(f"{text}{moment}{dropped}" if held else "")
        self._empty.set_texts(*(EMPTY_NOW if self.past_step is None else EMPTY_PAST))
        self._pages.setCurrentWidget(self._list if held else self._empty)

    def _lay_out(self) -> None:
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._list)
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 4)
        top.setSpacing(4)
        top.addWidget(self._filter, 3)
        top.addSpacing(8)
        top.addWidget(self._count)
        top.addStretch(1)
        for button in (self._follow, self._copy, self._clear):
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)


class _Lines(QAbstractListModel):
    """The ring's shown lines as rows."""

    def __init__(self, kept_lines: int, parent: QObject) -> None:
        super().__init__(parent)
        self.ring = OutputRing(kept_lines)

    def add(self, lines: list[ConsoleLine]) -> None:
        before = len(self.ring.shown)
        if len(lines) > self.ring.kept_lines // 4:  # a reset is cheaper than moving most rows
            self.beginResetModel()
            self.ring.add(lines)
            self.endResetModel()
            return
        gone = self.ring.count_leaving(len(lines))
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            self.ring.drop_for(len(lines))
            self.endRemoveRows()
        coming = self.ring.count_matching(lines)
        before -= gone
        if coming:
            self.beginInsertRows(QModelIndex(), before, before + coming - 1)
        self.ring.add(lines)
        if coming:
            self.endInsertRows()

    def filter(self, text: str) -> None:
        self.beginResetModel()
        self.ring.filter(text)
        self.endResetModel()

    def clear(self) -> None:
        self.beginResetModel()
        self.ring.clear()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self.ring.shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.ring.shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.as_text()
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(textwrap.wrap(line.text, TIP_COLUMNS)) or None
        return line if role == LINE_ROLE else None


class _List(FlatList):
    copy_wanted = Signal()
    scrolled_by_user = Signal(bool)
    """Whether the end is in sight now."""

    def __init__(self, lines: _Lines) -> None:
        super().__init__(lines, "Output lines")
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.verticalScrollBar().actionTriggered.connect(self._on_action)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            return
        super().keyPressEvent(event)
        # Qt scrolls only if the current row changes, and gives the first row that place when the list is tabbed into.
        if event.key() == Qt.Key.Key_Home:
            self.scrollToTop()
        elif event.key() == Qt.Key.Key_End:
            self.scrollToBottom()
        self._tell_place()

    def wheelEvent(self, event: Any) -> None:
        super().wheelEvent(event)
        self._tell_place()

    def _on_action(self, _action: int) -> None:
        QTimer.singleShot(0, self._tell_place)

    def _tell_place(self) -> None:
        bar = self.verticalScrollBar()
        self.scrolled_by_user.emit(bar.value() >= bar.maximum())


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, ROW_HEIGHT_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        line: ConsoleLine = index.data(LINE_ROLE)
        if line.stream == "stderr":
            painter.fillRect(option.rect, QColor(current_tokens().failed_quiet))
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        rect = option.rect.adjusted(12, 0, -8, 0)
        draw_pieces(painter, rect, _pieces(line, round(PREFIX_SHARE * rect.width())))


def _pieces(line: ConsoleLine, most_px: int) -> list[Piece]:
    colour = {"stderr": "failed", "log": "text_quiet", "custom": "accent"}.get(line.stream, "text")
    letter = QFontMetrics(font_of("mono")).horizontalAdvance("0")
    usual = min(most_px, PREFIX_COLUMNS * letter)
    width = max(usual, len(line.prefix) * letter) if most_px >= WIDE_PREFIX_PX else usual
    prefix = Piece(_cut_prefix(line.prefix, width) or " ", "text_quiet", "mono", width=width)
    return [prefix, Piece(line.text, colour, "mono")]


def _cut_prefix(prefix: str, most_px: int) -> str:
    """``search_art… · 3``: the name may be cut, the step not."""
    name, dot, step = prefix.partition(" · ")
    metrics = QFontMetrics(font_of("mono"))
    room = most_px - metrics.horizontalAdvance(f"{dot}{step}  ")
    return f"{metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room, 0))}{dot}{step}"


def _as_console(line: OutputLine) -> list[ConsoleLine]:
    return console_lines(line.text, line.stream, line.node, line.step)


def _count(lines: int) -> str:
    return f"{lines:,} line" if lines == 1 else f"{lines:,} lines"
