"""The fields of one breakpoint: condition, hit count, what it prints. Enter, or leaving a field, takes it over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QCheckBox, QFormLayout, QVBoxLayout, QWidget

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.session import DebugSession
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label


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
        self._lay_out()
        self.becomes.committed.connect(lambda text: self._change(becomes=text.strip()))
        self.condition.committed.connect(lambda text: self._change(condition=text.strip()))
        self.hit_count.committed.connect(self._change_hit_count)
        self.log.committed.connect(lambda text: self._change(log=text.strip()))
        self.one_shot.clicked.connect(lambda on: self._change(one_shot=on))

    def show_breakpoint(self, breakpoint: Breakpoint | None) -> None:
        self._breakpoint = breakpoint
        if breakpoint is None:
            return
        self._rows.setRowVisible(self.becomes, breakpoint.where is Where.KEY)
        self.becomes.show_text(breakpoint.becomes)
        self.condition.show_text(breakpoint.condition)
        self.hit_count.show_text(str(breakpoint.hit_count) if breakpoint.hit_count > 1 else "")
        self.log.show_text(breakpoint.log)
        self.one_shot.setChecked(breakpoint.one_shot)
        facts = self._session.breakpoint_facts.get(breakpoint.id)
        self.problem.setText("" if facts is None else facts.error)
        self.problem.setVisible(bool(self.problem.text()))

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
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(4)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in (self.becomes, self.condition, self.hit_count, self.log):
            self._rows.addRow(role_label(field.accessibleName(), "quiet"), field)
        self._rows.addRow("", self.one_shot)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.problem)
        column.addLayout(self._rows)
