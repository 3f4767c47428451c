"""Finds a text in the states of the whole run, or of the shown step: where did it appear, when did it become this?

A hit is a place where the text was not one step before. Enter, a click or F3 goes there. Searching is ``run_search``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.run_state import RunState
from editor.debugger.session import DebugSession
from editor.panels.run_search import Hit, Question, RunSearch
from editor.panels.timeline_bar import Choice
from editor.panels.timeline_text import ran_text
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.flat_list import FlatList
from editor.widgets.labels import ElidedLabel
from editor.widgets.naming import named
from editor.widgets.preview_node import short_path_text
from editor.widgets.row_painter import Piece, draw_pieces
from editor.widgets.search_box import SearchBox
from editor.widgets.segmented import Segmented

ALL, SHOWN = "All steps", "This step"
ROW_PX = 28
HIT_ROLE = Qt.ItemDataRole.UserRole + 1
HOW = ("Find in the run", "Type a text. Each place where it appeared is listed, with the step that brought it.")

Index = QModelIndex | QPersistentModelIndex


class RunSearchPanel(QWidget):
    value_wanted = Signal(object)
    """(path): show this value of the shown moment."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.search = RunSearch(session, self)
        self.field = SearchBox("Find in keys and values of the run")
        self.scope = Segmented((ALL, SHOWN), "Where to look")
        self.key = Choice("Any key", "Only in this key of the state", self._keys)
        self.whole = named(QCheckBox("Whole value"), "The value is the text and nothing more")
        self.whole.setToolTip("The value is the text and nothing more: when did it become this?")
        self.hits = _Hits(session, self)
        self.list = _List(self.hits)
        self.status = ElidedLabel("", "caption")
        self._cancel = text_button("Cancel", self.search.cancel, kind="quiet")
        self._previous = icon_button("up", "Previous place", lambda: self.go(-1), tip="Previous place (Shift+F3)")
        self._next = icon_button("expand", "Next place", lambda: self.go(1), tip="Next place (F3)")
        self._empty = EmptyState("search", *HOW)
        self._pages = QStackedWidget()
        self._asked: str | None = None
        """The run that the shown places are of."""
        self._lay_out()
        self.field.searched.connect(lambda _text: self._begin())
        self.field.returnPressed.connect(self._on_enter)
        self.scope.chosen.connect(lambda _word: self._begin())
        self.key.currentIndexChanged.connect(lambda _index: self._begin())
        self.whole.toggled.connect(lambda _on: self._begin())
        self.search.hits_found.connect(self._on_hits)
        self.search.progressed.connect(self._on_progress)
        self.search.ended.connect(self._on_end)
        self.list.selectionModel().currentRowChanged.connect(self._on_current)
        self.list.clicked.connect(self._show_hit)
        self.list.activated.connect(self._show_hit)
        session.run_state_changed.connect(self._on_run_state)
        self._show_page()

    def open(self) -> None:
        """The keyboard goes to the field, what is in it is chosen."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def go(self, by: int) -> None:
        """To the next place or the one before; round at the ends."""
        count = self.hits.rowCount()
        if count:
            row = self.list.currentIndex().row()
            self.list.setCurrentIndex(self.hits.index((row + by) % count if row >= 0 else 0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F3:
            self.go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Down and self.field.hasFocus() and self.hits.rowCount():
            self.list.setFocus()
            self.go(1)
        elif event.key() == Qt.Key.Key_Escape and self.search.is_running:
            self.search.cancel()
        else:
            super().keyPressEvent(event)

    def _keys(self) -> set[str]:
        return {key for row in self._session.run_state.checkpoints.values() for key in row.changed_keys}

    def _on_enter(self) -> None:
        if self._is_of_another_run:
            self._begin()
        else:
            self.go(1)

    @property
    def _is_of_another_run(self) -> bool:
        """Whether what was looked for last was looked for in the run before."""
        return bool(self.field.text().strip()) and self._asked != self._session.run_state.thread_id

    def _begin(self) -> None:
        self._asked = self._session.run_state.thread_id
        self.hits.forget()
        self.status.set_full_text("")
        only_shown = self.scope.word == SHOWN
        self.search.begin(Question(self.field.text().strip(), self.key.chosen, self.whole.isChecked(), only_shown))
        self._show_page()

    def _on_hits(self, hits: Sequence[Hit]) -> None:
        self.hits.add(hits)
        self._show_page()

    def _on_progress(self, done: int, total: int) -> None:
        places = _places(self.hits.rowCount())
        self.status.set_full_text(f"{places} · looking at step {done:,} of {total:,}" if done < total else places)
        self._show_page()

    def _on_end(self, why: str) -> None:
        if self.field.text().strip():
            places = _places(self.hits.rowCount())
            self.status.set_full_text(f"{places} · {why}" if why else places)
        self._show_page()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._show_hit(current)

    def _show_hit(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        if hit is not None and hit.checkpoint_id in self._session.run_state.checkpoints:
            self._session.look_at(hit.checkpoint_id)
            self.value_wanted.emit(hit.path)

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        if old.thread_id != new.thread_id:
            self.hits.forget()
            self.status.set_full_text("")
        if old.thread_id != new.thread_id or bool(old.checkpoints) != bool(new.checkpoints):
            self._show_page()

    def _show_page(self) -> None:
        has_hits, text = self.hits.rowCount() > 0, self.field.text().strip()
        if not self._session.run_state.checkpoints:
            self._empty.set_texts(
                "No run yet", "Run the graph, or choose an earlier run. Its states are searched here."
            )
        elif self.search.is_running:
            self._empty.set_texts("Looking …", "Each place appears here as soon as it is found.")
        elif self._is_of_another_run:
            self._empty.set_texts("Another run", f"Press Enter in the field to look for “{text}” in this one.")
        elif text:
            where = "is not in the state of this step" if self.scope.word == SHOWN else "came up in no step"
            self._empty.set_texts("Not there", f"“{text}” {where}.")
        else:
            self._empty.set_texts(*HOW)
        self._pages.setCurrentWidget(self.list if has_hits else self._empty)
        self._cancel.setVisible(self.search.is_running)
        for button in (self._previous, self._next):
            button.setEnabled(has_hits)

    def _lay_out(self) -> None:
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(8)
        top.addWidget(self.field, 1)
        for part in (self._previous, self._next, self.scope, self.key, self.whole):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        below = QHBoxLayout()
        below.setContentsMargins(12, 0, 8, 4)
        below.addWidget(self.status, 1)
        below.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self._pages, 1)


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count:,} places"


class _Hits(QAbstractListModel):
    def __init__(self, session: DebugSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._hits: list[Hit] = []

    def add(self, hits: Sequence[Hit]) -> None:
        self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(hits) - 1)
        self._hits += hits
        self.endInsertRows()

    def forget(self) -> None:
        self.beginResetModel()
        self._hits = []
        self.endResetModel()

    def where(self, hit: Hit) -> tuple[str, str]:
        """The step's number and who ran, as in the timeline."""
        row = self._session.run_state.checkpoints.get(hit.checkpoint_id)
        return ("", "") if row is None else (str(max(row.step, 0)), ran_text(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            step, ran = self.where(hit)
            return f"Step {step}, {ran}: {short_path_text(hit.path)}{' (key)' if hit.is_key else f' = {hit.text}'}"
        return hit if role == HIT_ROLE else None


class _List(FlatList):
    def __init__(self, hits: _Hits) -> None:
        super().__init__(hits, "Places found")
        self.setItemDelegate(_Delegate(hits, self))


class _Delegate(QStyledItemDelegate):
    def __init__(self, hits: _Hits, parent: QObject) -> None:
        super().__init__(parent)
        self._hits = hits

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        hit: Hit = index.data(HIT_ROLE)
        step, ran = self._hits.where(hit)
        rect: QRect = option.rect.adjusted(12, 0, -8, 0)
        value = Piece("a key", "text_quiet", "caption") if hit.is_key else Piece(hit.text, "code_string", "mono")
        pieces = [
            Piece(step, "text_quiet", "mono", width=48),
            Piece(ran, width=min(180, rect.width() // 4)),
            Piece(short_path_text(hit.path), font="mono_strong"),
            value,
        ]
        draw_pieces(painter, rect, pieces)
