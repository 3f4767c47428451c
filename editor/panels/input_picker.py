"""Chooses the input of a run: those that come with the graph, saved ones, those used before; as a form or as JSON.

Starts nothing: it tells which input is wanted and how. Shown in a dialog or a popup by the app.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.debugger.own_marks import OwnMarks
from editor.debugger.session import DebugSession
from editor.document.input_schema import Schema, input_schema, oddities
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.panels.input_form import InputForm
from editor.panels.ready_inputs import ReadyInput, ready_inputs
from editor.widgets.buttons import text_button
from editor.widgets.flat_list import FlatList
from editor.widgets.inline_field import InlineField
from editor.widgets.json_edit import JsonEdit
from editor.widgets.labels import IconLabel, role_label
from editor.widgets.row_painter import Piece, draw_pieces
from editor.widgets.segmented import Segmented

ROW_HEIGHT_PX = 48
MOST_RECENT = 5
MOST_ODDITIES = 3
LONGEST_TITLE = 200  # letters; more than the widest list shows
NOTHING = "{\n  \n}"
"""What stands in the field before anybody has chosen or typed an input."""
FORM, JSON = "Form", "JSON"
SAVED = "saved by the user"
"""The name of a saved input: no file is called so."""

INPUT_ROLE = Qt.ItemDataRole.UserRole + 1


class InputPicker(QWidget):
    run_requested = Signal(object, str)
    """(the input, "run" or "step")."""

    def __init__(
        self, session: DebugSession, recent: Sequence[dict[str, Any]] = (), marks: OwnMarks | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._marks = marks or OwnMarks(self)
        self._schema: Schema | None = None
        """None: the keys of the state are not known, so there is no form."""
        self._from_form = False
        self._recent = list(recent)[:MOST_RECENT]
        self._inputs = _Inputs(self)
        self.list = _List(self._inputs)
        self.edit = JsonEdit("Input as JSON", only_objects=True)
        self.form = InputForm()
        self.switch = Segmented((FORM, JSON), "How to enter the input")
        self._ways = QStackedWidget()
        self._about = role_label("", "caption", wrap=True)
        self._odd = role_label("", "caption", wrap=True)
        self._odd_line = QWidget()
        self.name = InlineField("Name to save this input under", placeholder="Save as…")
        self._run = text_button("Run", lambda: self._request("run"), kind="primary", icon_name="run", tip="Ctrl+Enter")
        self._step = text_button("Step", lambda: self._request("step"), icon_name="step")
        self._step.setToolTip("Start paused before the first node")
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.doubleClicked.connect(lambda _index: self._request("run"))
        self.list.activated.connect(lambda _index: self._focus_fields())
        self.list.forgotten.connect(self._forget_current)
        self.form.changed.connect(self._on_form)
        self.form.submitted.connect(lambda: self._request("run"))
        self.switch.chosen.connect(lambda _word: self._show_way())
        self.name.committed.connect(self._save)
        self._marks.changed.connect(self._on_marks)
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
        self._read_schema(path)
        ready = (*(ready_inputs(path) if path is not None else ()), *map(saved_input, self._marks.now.inputs.items()))
        recent = [_recent_input(value) for value in self._recent if not any(value == known.value for known in ready)]
        text = self.edit.text()
        is_untouched = not text.strip() or text == NOTHING
        self._inputs.show((*ready, *recent))
        self.list.setVisible(bool(ready or recent))
        if self._inputs.rowCount() and is_untouched:
            self.list.setCurrentIndex(self._inputs.index(0, 0))
        elif is_untouched:
            self.edit.set_text(NOTHING)
            self._fill_form()
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

    def take_focus(self) -> None:
        """Where one goes on: among the inputs to choose from, or where one is to be written."""
        if self.list.isHidden() or not self.edit.parsed().value:
            self._focus_fields()
        else:
            self.list.setFocus()

    def _focus_fields(self) -> None:
        fields = self.form.form if self.switch.word == FORM else None
        first = fields.first_input() if fields is not None else None
        (first or self.edit).setFocus()

    def current_input(self) -> dict[str, Any] | None:
        """What would be run now; None while the text is no JSON object, or a field of the form is wrong."""
        if self.switch.word == FORM and self.form.value()[1]:
            return None
        parsed = self.edit.parsed()
        return parsed.value if parsed.ok else None

    def _request(self, mode: str) -> None:
        value = self.current_input()
        if value is None:
            self._go_to_problem()
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
            self._fill_form()

    def _on_edited(self) -> None:
        self._show_oddities()
        self._enable()

    # ---- the form

    def _read_schema(self, path: Path | None) -> None:
        graph, why_not = self._session.graph, ""
        before, self._schema = self._schema, None
        try:
            if graph is not None and path is not None:
                self._schema = input_schema(graph, ProjectSources(path.parent))
        except SourceError as error:
            why_not = str(error)
        self.switch.setEnabled(self._schema is not None)
        self.switch.setToolTip(why_not)
        if self._schema is None or self._schema != before:
            self.switch.choose(FORM if self._schema is not None else JSON)
            self._show_way()

    def _show_way(self) -> None:
        """Form or JSON; text that is no JSON stays where it can be mended."""
        if self.switch.word == FORM and not self.edit.parsed().ok and self.edit.text().strip():
            self.switch.choose(JSON)
            self.edit.go_to_problem()
        self._fill_form()
        self._ways.setCurrentWidget(self.form if self.switch.word == FORM else self.edit)
        self._show_oddities()

    def _fill_form(self) -> None:
        value = self.edit.parsed()
        if self._schema is not None and not self._from_form:
            self.form.show_input(self._schema, value.value if value.ok and isinstance(value.value, dict) else {})

    def _on_form(self) -> None:
        value, problems = self.form.value()
        if not problems:
            self._from_form = True
            self.edit.set_value(value)
            self._from_form = False
        self._enable()
        self.edit.changed.emit()

    def _go_to_problem(self) -> None:
        if self.switch.word == FORM:
            self.form.show_problems(self.form.value()[1])
        else:
            self.edit.go_to_problem()

    def _show_oddities(self) -> None:
        parsed = self.edit.parsed()
        found: tuple[str, ...] = ()
        if self._schema is not None and parsed.ok and isinstance(parsed.value, dict):
            found = oddities(self._schema, parsed.value)
        self._odd.setText("\n".join(found[:MOST_ODDITIES]))
        self._odd_line.setVisible(bool(found))

    # ---- saved inputs

    def _save(self, name: str) -> None:
        value = self.current_input()
        if value is None:
            self._go_to_problem()
        if value is None or not name.strip():
            return
        self._marks.save_input(name.strip(), value)
        self.name.clear()
        self.choose_title(name.strip())

    def _forget_current(self) -> None:
        chosen: ReadyInput | None = self.list.currentIndex().data(INPUT_ROLE)
        if chosen is not None and chosen.name == SAVED:
            self._marks.forget_input(chosen.title)
            self._about.setText(f"{chosen.title} is forgotten. Its values stay here until you choose another input.")

    def choose_title(self, title: str) -> None:
        for row in range(self._inputs.rowCount()):
            if self._inputs.index(row, 0).data(INPUT_ROLE).title == title:
                self.list.setCurrentIndex(self._inputs.index(row, 0))

    def _on_marks(self, old: Any, new: Any) -> None:
        if old.inputs != new.inputs:
            self.refresh()

    def _on_run_state(self, _old: object, _new: object) -> None:
        self._enable()

    def _enable(self) -> None:
        # A wrong field of the form does not shut the button: pressing it says what is wrong.
        good = self.edit.parsed().ok or self.switch.word == FORM
        self._run.setEnabled(good and self._session.may("run"))
        self._step.setEnabled(good and self._session.may("run_and_step"))

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._about, 1)
        top.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        self._ways.addWidget(self.form)
        self._ways.addWidget(self.edit)
        self._ways.setCurrentWidget(self.edit)
        column.addWidget(self._ways, 1)
        odd = QHBoxLayout(self._odd_line)
        odd.setContentsMargins(0, 0, 0, 0)
        odd.setSpacing(8)
        odd.addWidget(IconLabel("warning", "warning", 14), 0, Qt.AlignmentFlag.AlignTop)
        odd.addWidget(self._odd, 1)
        self._odd_line.hide()
        column.addWidget(self._odd_line)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.name.setMaximumWidth(180)
        self.name.setToolTip("Enter saves this input under a name, for this graph and for you")
        buttons.addWidget(self.name)
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


def saved_input(entry: tuple[str, Mapping[str, Any]]) -> ReadyInput:
    name, value = entry
    return ReadyInput(SAVED, name, "Saved by you; Delete forgets it", dict(value))


def _recent_input(value: dict[str, Any]) -> ReadyInput:
    """Named by its last text, as that says most; without one by its keys and what they hold."""
    first = next((part for part in reversed(list(value.values())) if isinstance(part, str) and part), "")
    if not first:
        first = ", ".join(f"{key}: {json.dumps(part, ensure_ascii=False)}" for key, part in value.items())
    return ReadyInput("", " ".join(first.split())[:LONGEST_TITLE] or "Empty input", "Used before", value)


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


class _List(FlatList):
    forgotten = Signal()
    """Delete was pressed on the current one."""

    def __init__(self, inputs: _Inputs) -> None:
        super().__init__(inputs, "Ready-made inputs")
        self.setItemDelegate(_Delegate(self))
        self.setMinimumWidth(180)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.forgotten.emit()
        else:
            super().keyPressEvent(event)


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
