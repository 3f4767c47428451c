"""The fields of one breakpoint: condition, hit count, what it prints. Enter, or leaving a field, takes it over.

All at once, or where there is little room one of them in a line, chosen by its name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.session import DebugSession
from editor.widgets.choice_box import ChoiceBox
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from editor.widgets.naming import named

LABEL_GAP_PX = 12
LONGEST_WORD = 12
"""Letters of the names of fields, and a little for the frame."""


class BreakpointForm(QWidget):
    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._breakpoint: Breakpoint | None = None
        self.becomes = InlineField("Only when it becomes", mono=True, placeholder="any change")
        self.condition = InlineField("Condition", mono=True, placeholder="always, or for example tries > 3")
        self.hit_count = InlineField("From hit", mono=True, placeholder="the first")
        self.log = InlineField(
            "Print instead of stopping", mono=True, placeholder="stop, or for example intent is {intent}"
        )
        self.one_shot = QCheckBox("Only once")
        self.problem = role_label("", "error", wrap=True)
        self.what = named(ChoiceBox(), "What to say of the breakpoint")
        self.what.setMinimumContentsLength(LONGEST_WORD)
        self._fields: dict[str, QWidget] = {
            "Becomes": self.becomes,
            "Condition": self.condition,
            "From hit": self.hit_count,
            "Print": self.log,
            "Once": self.one_shot,
        }
        self._labels: list[QWidget] = []
        self._is_one_line = False
        self._lay_out()
        self.what.activated.connect(lambda _index: self._go_to_chosen())
        self.becomes.committed.connect(lambda text: self._change(becomes=text.strip()))
        self.condition.committed.connect(lambda text: self._change(condition=text.strip()))
        self.hit_count.committed.connect(self._change_hit_count)
        self.log.committed.connect(lambda text: self._change(log=text.strip()))
        self.one_shot.clicked.connect(lambda on: self._change(one_shot=on))

    def show_breakpoint(self, breakpoint: Breakpoint | None) -> None:
        is_another = breakpoint is not None and (self._breakpoint is None or breakpoint.id != self._breakpoint.id)
        self._breakpoint = breakpoint
        if breakpoint is None:
            return
        self.becomes.show_text(breakpoint.becomes)
        self.condition.show_text(breakpoint.condition)
        self.hit_count.show_text(str(breakpoint.hit_count) if breakpoint.hit_count > 1 else "")
        self.log.show_text(breakpoint.log)
        self.one_shot.setChecked(breakpoint.one_shot)
        facts = self._session.breakpoint_facts.get(breakpoint.id)
        self.problem.setText("" if facts is None else facts.error)
        self.problem.setVisible(bool(self.problem.text()))
        if is_another:
            self._offer_fields(breakpoint)
        self._show_fields()

    def show_in_one_line(self, is_wanted: bool) -> None:
        """One field at a time, beside its name."""
        self._is_one_line = is_wanted
        self.what.setVisible(is_wanted)
        self._rows.setHorizontalSpacing(0 if is_wanted else LABEL_GAP_PX)
        self._show_fields()

    @property
    def is_in_one_line(self) -> bool:
        return self._is_one_line

    def height_wanted(self) -> int:
        """As it is laid out now, with its problem."""
        column = self.layout()
        assert column is not None, "made with it"
        column.activate()
        return column.totalHeightForWidth(self.width()) if column.hasHeightForWidth() else column.sizeHint().height()

    def edit_condition(self) -> None:
        """The keyboard is at the condition."""
        self.what.setCurrentText("Condition")
        self._go_to_chosen()

    def _offer_fields(self, breakpoint: Breakpoint) -> None:
        """The first that says something is shown."""
        words = [word for word in self._fields if word != "Becomes" or breakpoint.where is Where.KEY]
        self.what.clear()
        self.what.addItems(words)
        said = {
            "Becomes": breakpoint.becomes,
            "Condition": breakpoint.condition,
            "From hit": breakpoint.hit_count > 1,
            "Print": breakpoint.log,
            "Once": breakpoint.one_shot,
        }
        self.what.setCurrentText(next((word for word in words if said[word]), words[0]))

    def _show_fields(self) -> None:
        is_of_key = self._breakpoint is not None and self._breakpoint.where is Where.KEY
        for word, field in self._fields.items():
            is_chosen = not self._is_one_line or word == self.what.currentText()
            self._rows.setRowVisible(field, is_chosen and (is_of_key or field is not self.becomes))
        if self._is_one_line:
            for label in self._labels:
                label.hide()

    def _go_to_chosen(self) -> None:
        self._show_fields()
        self._fields[self.what.currentText()].setFocus()

    def _change(self, **fields: Any) -> None:
        if self._breakpoint is not None:
            self._session.change_breakpoint(replace(self._breakpoint, **fields))

    def _change_hit_count(self, text: str) -> None:
        text = text.strip() or "0"
        if text.isdecimal():
            self._change(hit_count=int(text))
        else:
            self.hit_count.show_problem("A whole number: the hit from which on the run is held.")

    def _lay_out(self) -> None:
        self._rows = QFormLayout()
        self._rows.setHorizontalSpacing(LABEL_GAP_PX)
        self._rows.setVerticalSpacing(4)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in (self.becomes, self.condition, self.hit_count, self.log):
            self._labels.append(role_label(field.accessibleName(), "quiet"))
            self._rows.addRow(self._labels[-1], field)
        self._rows.addRow("", self.one_shot)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.problem)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.what, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(self._rows, 1)
        column.addLayout(line)
        self.what.hide()
