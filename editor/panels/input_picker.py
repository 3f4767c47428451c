"""Chooses the input of a run: those that come with the graph, those used before, and the JSON itself.

Starts nothing: it tells which input is wanted and how. Shown in a dialog or a popup by the app.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.session import DebugSession
from editor.panels.ready_inputs import ReadyInput, ready_inputs
from editor.theme.theme import theme
from editor.widgets.buttons import text_button
from editor.widgets.json_edit import JsonEdit
from editor.widgets.labels import role_label
from editor.widgets.row_painter import Piece, draw_pieces

ROW_HEIGHT_PX = 48
MOST_RECENT = 5

INPUT_ROLE = Qt.ItemDataRole.UserRole + 1


class InputPicker(QWidget):
    run_requested = Signal(object, str)
    """(the input, "run" or "step")."""

    def __init__(self, session: DebugSession, recent: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__()
        self._session = session
        self._recent = list(recent)[:MOST_RECENT]
        self._inputs = _Inputs(self)
        self.list = _List(self._inputs)
        self.edit = JsonEdit("Input as JSON", only_objects=True)
        self._about = role_label("", "caption", wrap=True)
        self._run = text_button("Run", lambda: self._request("run"), kind="primary", icon_name="run", tip="Ctrl+Enter")
        self._step = text_button("Step", lambda: self._request("step"), icon_name="step")
        self._step.setToolTip("Start paused before the first node")
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.doubleClicked.connect(lambda _index: self._request("run"))
        self.list.activated.connect(lambda _index: self.edit.setFocus())
        self.edit.submitted.connect(lambda: self._request("run"))
        self.edit.changed.connect(self._on_edited)
        session.run_state_changed.connect(self._on_run_state)
        self.refresh()

    def set_recent(self, recent: Sequence[dict[str, Any]]) -> None:
        """Inputs of earlier runs of the shown graph, newest first."""
        self._recent = list(recent)[:MOST_RECENT]

    def remember(self, value: dict[str, Any]) -> None:
        """This input was run."""
        self._recent = [value, *(known for known in self._recent if known != value)][:MOST_RECENT]

    @property
    def recent(self) -> tuple[dict[str, Any], ...]:
        """Newest first, for the app to keep."""
        return tuple(self._recent)

    def refresh(self, graph_path: Path | None = None) -> None:
        """Read the folder again, as it is now. Called before the picker is shown."""
        path = graph_path or self._session.graph_path
        ready = ready_inputs(path) if path is not None else ()
        recent = [_recent_input(value) for value in self._recent if not any(value == known.value for known in ready)]
        text = self.edit.text()
        self._inputs.show((*ready, *recent))
        self.list.setVisible(bool(ready or recent))
        if self._inputs.rowCount() and not text.strip():
            self.list.setCurrentIndex(self._inputs.index(0, 0))
        elif not text.strip():
            self.edit.set_text("{\n  \n}")
            self._about.setText("Put JSON files into a folder named inputs beside the graph to find them here.")
        self._enable()

    def choose(self, name: str) -> bool:
        """Select a ready-made input by its file's name."""
        for row in range(self._inputs.rowCount()):
            index = self._inputs.index(row, 0)
            if index.data(INPUT_ROLE).name == name:
                self.list.setCurrentIndex(index)
                return True
        return False

    def current_input(self) -> dict[str, Any] | None:
        """What would be run now; None while the text is no JSON object."""
        parsed = self.edit.parsed()
        return parsed.value if parsed.ok else None

    def _request(self, mode: str) -> None:
        value = self.current_input()
        if value is None:
            self.edit.go_to_problem()
            return
        verb = "run" if mode == "run" else "run_and_step"
        if self._session.may(verb):
            self.remember(value)
            self.run_requested.emit(value, mode)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        chosen: ReadyInput | None = current.data(INPUT_ROLE)
        if chosen is None:
            return
        self._about.setText(chosen.problem or chosen.description)
        self._about.setVisible(bool(self._about.text()))
        if not chosen.problem:
            self.edit.set_value(chosen.value)

    def _on_edited(self) -> None:
        self._enable()

    def _on_run_state(self, _old: object, _new: object) -> None:
        self._enable()

    def _enable(self) -> None:
        good = self.edit.parsed().ok
        self._run.setEnabled(good and self._session.may("run"))
        self._step.setEnabled(good and self._session.may("run_and_step"))

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._about)
        column.addWidget(self.edit, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._step)
        buttons.addWidget(self._run)
        column.addLayout(buttons)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([260, 380])
        split.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)


def _recent_input(value: dict[str, Any]) -> ReadyInput:
    first = next((part for part in reversed(list(value.values())) if isinstance(part, str) and part), "Earlier input")
    return ReadyInput("", " ".join(first.split()), "Used before", value)


class _Inputs(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[ReadyInput, ...] = ()

    def show(self, rows: tuple[ReadyInput, ...]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's default)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem or row.description or None
        return row if role == INPUT_ROLE else None


class _List(QListView):
    def __init__(self, inputs: _Inputs) -> None:
        super().__init__()
        self.setModel(inputs)
        self.setItemDelegate(_Delegate(self))
        self.setProperty("flat", True)
        self.setAccessibleName("Ready-made inputs")
        self.setUniformItemSizes(True)
        self.setMinimumWidth(180)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme().theme_changed.connect(self._repaint)

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, ROW_HEIGHT_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen: ReadyInput = index.data(INPUT_ROLE)
        rect = option.rect.adjusted(12, 5, -8, -5)
        top, bottom = rect.adjusted(0, 0, 0, -rect.height() // 2), rect.adjusted(0, rect.height() // 2, 0, 0)
        below = chosen.problem or chosen.description or ", ".join(chosen.value)
        icon = "warning" if chosen.problem else ""
        draw_pieces(painter, top, [Piece(chosen.title, "failed" if chosen.problem else "text", "strong", icon=icon)])
        draw_pieces(painter, bottom, [Piece(below, "text_quiet", "caption")])
