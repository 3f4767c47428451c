"""The list of breakpoints: nodes before which a run pauses, also those whose node is gone. Delete removes one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from editor.debugger.session import DebugSession
from editor.theme.icons import icon
from editor.widgets.buttons import text_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.labels import role_label


class BreakpointsPanel(QWidget):
    go_to = Signal(str)
    """The node whose breakpoint was activated."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.list = _List()
        self._count = role_label("", "caption")
        self._remove = text_button("Remove", self.remove_current, kind="quiet", icon_name="trash")
        self._empty = EmptyState(
            "breakpoint_off",
            "No breakpoints",
            "Click the left edge of a node, or select it and press F9. A run pauses before that node.",
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        self._lay_out()
        self.list.itemActivated.connect(lambda item: self.go_to.emit(item.data(Qt.ItemDataRole.UserRole)))
        self.list.delete_pressed.connect(self.remove_current)
        session.breakpoints_changed.connect(self._on_change)
        session.picture_changed.connect(self._on_picture)
        self._refresh()

    def remove_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._session.toggle_breakpoint(item.data(Qt.ItemDataRole.UserRole))

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _on_picture(self, _picture: object) -> None:
        """The graph may have been edited: a node of a breakpoint may be gone."""
        self._refresh()

    def _refresh(self) -> None:
        names = sorted(self._session.breakpoints)
        row = self.list.currentRow()
        graph = self._session.graph
        wanted = [(name, graph is not None and name in graph.nodes) for name in names]
        if wanted != self.list.shown:
            self.list.fill(wanted)
            self.list.setCurrentRow(min(max(row, 0), len(names) - 1))
        self._count.setText(f"{len(names)} before a node" if names else "")
        self._remove.setVisible(bool(names))
        self._pages.setCurrentWidget(self.list if names else self._empty)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 4)
        top.addWidget(self._count, 1)
        top.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)


class _List(QListWidget):
    delete_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, bool]] = []
        self.setProperty("flat", True)
        self.setIconSize(QSize(12, 12))
        self.setAccessibleName("Breakpoints")

    def fill(self, rows: list[tuple[str, bool]]) -> None:
        """Rows are (node, does the graph have it)."""
        self.shown = rows
        self.clear()
        for name, is_there in rows:
            text = name if is_there else f"{name} (no such node)"
            symbol = icon("breakpoint", role="breakpoint") if is_there else icon("breakpoint_off", role="quiet")
            item = QListWidgetItem(symbol, text)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.addItem(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)
