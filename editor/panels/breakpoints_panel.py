"""The list of breakpoints, also those whose place is gone, and the form of the chosen one. Delete removes one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.breakpoints import Breakpoint, Where, conditions_in_words, is_bound, place_in_words
from editor.debugger.session import DebugSession
from editor.panels.breakpoint_form import BreakpointForm
from editor.panels.breakpoint_places import fill_places_menu
from editor.theme.icons import icon
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.inline_field import InlineField
from editor.widgets.kept_words import keep_said
from editor.widgets.labels import role_label

QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own, which PySide does not give
LOW_PX = 480
"""The form is about 190 px high; below this height the list would show fewer than eight lines."""

ICONS = {
    Where.BEFORE: "breakpoint",
    Where.AFTER: "breakpoint",
    Where.BRANCH: "branch",
    Where.KEY: "state",
    Where.ERROR: "failed",
    Where.INTERRUPT: "question",
}


class BreakpointsPanel(QWidget):
    go_to = Signal(str)
    """The node whose breakpoint was activated."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.list = _List()
        self.form = BreakpointForm(session)
        self.key = InlineField("Break when this key changes", mono=True, placeholder="break on key…")
        self._count = role_label("", "caption")
        self._menu = QMenu(self)
        self._add = text_button("Add", lambda: None, kind="quiet", icon_name="add", tip="Stop at another kind of place")
        self._add.setMenu(self._menu)
        self._remove = icon_button("trash", "Remove the breakpoint", self.remove_current, tip="Remove (Del)")
        self._empty = EmptyState("breakpoint_off")
        how = (
            "Click the left edge of a node, or select it and press {F9}. A run pauses before that node. "
            "Add stops it at a branch, an error, a question, or when a key changes."
        )
        keep_said(self._empty, how, partial(self._empty.set_texts, "No breakpoints"))
        self._pages = QStackedWidget()
        self._lay_out()
        self._menu.aboutToShow.connect(lambda: fill_places_menu(self._menu, session, self._on_chosen))
        self.key.committed.connect(self._on_key)
        self.list.itemActivated.connect(self._on_activated)
        self.list.itemChanged.connect(self._on_checked)
        self.list.currentRowChanged.connect(self._show_form)
        self.list.delete_pressed.connect(self.remove_current)
        session.breakpoint_list_changed.connect(self._on_change)
        session.breakpoint_facts_changed.connect(self._on_change)
        session.picture_changed.connect(self._on_picture)
        self._refresh()

    def current(self) -> Breakpoint | None:
        row, rows = self.list.currentRow(), self._session.breakpoint_list
        return rows[row] if 0 <= row < len(rows) else None

    def remove_current(self) -> None:
        chosen = self.current()
        if chosen is not None:
            self._session.remove_breakpoint(chosen.id)

    def choose(self, breakpoint_id: str) -> None:
        """Makes it the current one; its fields are shown."""
        for row, each in enumerate(self._session.breakpoint_list):
            if each.id == breakpoint_id:
                self.list.setCurrentRow(row)

    def _on_chosen(self, place: Breakpoint) -> None:
        self.choose(self._session.add_breakpoint(place))
        self.form.edit_condition()

    def _on_key(self, key: str) -> None:
        self.key.show_text("")
        self.key.clear()
        if key.strip():
            self.choose(self._session.add_breakpoint(Breakpoint("", Where.KEY, key=key.strip())))

    def _on_activated(self, item: QListWidgetItem) -> None:
        node = item.data(Qt.ItemDataRole.UserRole)
        if node:
            self.go_to.emit(node)

    def _on_checked(self, item: QListWidgetItem) -> None:
        chosen = self._session.breakpoint_list[self.list.row(item)]
        self._session.enable_breakpoint(chosen.id, item.checkState() is Qt.CheckState.Checked)

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _on_picture(self, _picture: object) -> None:
        """The graph may have been edited: the place of a breakpoint may be gone."""
        self._refresh()

    def _refresh(self) -> None:
        shown = self._session.breakpoint_list
        row = self.list.currentRow()
        self.list.fill([self._row(each) for each in shown])
        self.list.setCurrentRow(min(max(row, 0), len(shown) - 1))
        self.list.scrollTo(self.list.currentIndex())
        self._show_form()
        off = sum(not each.enabled for each in shown)
        self._count.setText(f"{len(shown)}, {off} disabled" if off else str(len(shown)) if shown else "")
        self._remove.setVisible(bool(shown))
        self._pages.setCurrentIndex(1 if shown else 0)

    def _show_form(self, _row: int = 0) -> None:
        self.form.show_breakpoint(self.current())
        self._fit_form()

    def _row(self, each: Breakpoint) -> _Row:
        facts = self._session.breakpoint_facts.get(each.id)
        bound = is_bound(each, self._session.graph)
        told = [place_in_words(each), conditions_in_words(each)]
        if not bound:
            told.append("(no such branch)" if each.where is Where.BRANCH else "(no such node)")
        if facts is not None and facts.error:
            told.append("· its condition failed")
        elif facts is not None and facts.hits:
            told.append(f"· {facts.hits} hit{'s' if facts.hits > 1 else ''}")
        icon_name = "output" if each.log else ICONS[each.where]
        return _Row(" ".join(filter(None, told)), each.node, icon_name, each.enabled, bound)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low dock the form stands beside the list, which would have no room above it; in a narrow one below, in
        one line.
        """
        super().resizeEvent(event)
        is_low = self.height() < LOW_PX <= self.width()
        way = QBoxLayout.Direction.LeftToRight if is_low else QBoxLayout.Direction.TopToBottom
        self._halves.setDirection(way)
        self._halves.setStretch(1, 1 if is_low else 0)
        self.form.show_in_one_line(self.height() < LOW_PX and not is_low)
        self._fit_form()

    def _fit_form(self) -> None:
        """Above one line the list gets what the line does not need."""
        most = self.form.height_wanted() if self.form.is_in_one_line else QWIDGETSIZE_MAX
        self._form_room.setMaximumHeight(max(most, self._form_room.minimumHeight()))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 4)
        top.setSpacing(8)
        top.addWidget(self._count)
        top.addWidget(self.key, 1)
        top.addWidget(self._add)
        top.addWidget(self._remove)
        full = QWidget()
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom, full)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(0)
        self._halves.addWidget(self.list, 1)
        # Scrolls where the dock is too low for it, so that this panel never makes the canvas smaller.
        self._form_room = QScrollArea()
        self._form_room.setWidget(self.form)
        self._form_room.setWidgetResizable(True)
        self._form_room.setFrameShape(QFrame.Shape.NoFrame)
        self._form_room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._form_room.setMinimumHeight(48)
        self.list.setMinimumHeight(48)
        self._halves.addWidget(self._form_room)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(full)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)


@dataclass(frozen=True)
class _Row:
    """What one line of the list shows."""

    text: str
    node: str
    icon_name: str
    enabled: bool
    is_bound: bool

    def icon(self) -> QIcon:
        if self.enabled and self.is_bound:
            return icon(self.icon_name, role="breakpoint")
        return icon("breakpoint_off" if self.icon_name == "breakpoint" else self.icon_name, role="quiet")


class _List(QListWidget):
    delete_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[_Row] = []
        self.setProperty("flat", True)
        self.setIconSize(QSize(12, 12))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # a long line ends in dots
        self.setAccessibleName("Breakpoints")

    def fill(self, rows: list[_Row]) -> None:
        """Rebuilds only what is not shown yet, so that a check box is not taken from under the pointer."""
        if rows == self._shown:
            return
        self._shown = rows
        was_blocked = self.blockSignals(True)
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        while self.count() < len(rows):
            self.addItem(QListWidgetItem())
        for number, row in enumerate(rows):
            item = self.item(number)
            item.setText(row.text)
            item.setIcon(row.icon())
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if row.enabled else Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, row.node)
        self.blockSignals(was_blocked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)
