"""The form of one option of a node, such as a retry policy: a field for each value, its default behind it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from editor.panels.option_fields import FIELDS, Kind, OptionField, placeholder, text_of, with_typed
from editor.theme.theme import current_tokens
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from engine.graph.node_options import OptionSpec
from engine.graph.option_rules import faults_of


class SpecForm(QWidget):
    changed = Signal(object)
    """The option as it is after the user's edit."""

    def __init__(self, kind: type[OptionSpec], name: str) -> None:
        """``name``: whose form it is, for screen readers."""
        super().__init__()
        self._spec: OptionSpec | None = None
        self._fields: dict[OptionField, CheckedField] = {}
        self._boxes: dict[OptionField, QCheckBox] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for field in FIELDS[kind]:
            if field.kind in (Kind.TRUTH, Kind.HEARTBEAT):
                form.addRow(self._box(field, name))
            else:
                form.addRow(_title(field.title), self._line(field, name))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)

    def show_spec(self, spec: OptionSpec) -> None:
        self._spec = spec
        wrong = dict(faults_of(spec))
        for field, line in self._fields.items():
            line.field.setPlaceholderText(placeholder(spec, field))
            line.field.show_text(text_of(spec, field))
            if field.name in wrong and line.field.text() == text_of(spec, field):
                line.field.show_problem(wrong[field.name])
        for field, box in self._boxes.items():
            box.blockSignals(True)
            value = getattr(spec, field.name)
            box.setChecked(value == "heartbeat" if field.kind is Kind.HEARTBEAT else bool(value))
            box.blockSignals(False)

    def set_read_only(self, on: bool) -> None:
        for line in self._fields.values():
            line.field.setReadOnly(on)
        for box in self._boxes.values():
            box.setEnabled(not on)

    def first_field(self) -> QWidget:
        return next(iter(self._fields.values())).field

    def _line(self, field: OptionField, name: str) -> CheckedField:
        is_code = field.kind in (Kind.CODE, Kind.ERRORS)
        line = CheckedField(InlineField(f"{name}, {field.title}", mono=is_code), field.unit)
        line.field.setMinimumWidth(48)
        line.field.committed.connect(partial(self._take, field))
        self._fields[field] = line
        return line

    def _box(self, field: OptionField, name: str) -> QCheckBox:
        box = QCheckBox(field.title)
        box.setAccessibleName(f"{name}, {field.title}")
        box.toggled.connect(partial(self._tick, field))
        self._boxes[field] = box
        return box

    def _take(self, field: OptionField, text: str) -> None:
        if self._spec is None:
            return
        line = self._fields[field].field
        try:
            new = with_typed(self._spec, field, text)
        except ValueError as error:
            line.show_problem(str(error))
            return
        if new == self._spec:
            line.go_back()
        else:
            self.changed.emit(new)

    def _tick(self, field: OptionField, on: bool) -> None:
        if self._spec is not None:
            value: Any = ("heartbeat" if on else "auto") if field.kind is Kind.HEARTBEAT else on
            spec: Any = self._spec
            self.changed.emit(replace(spec, **{field.name: value}))


def _title(text: str) -> QLabel:
    label = role_label(text, "quiet")
    label.setFixedHeight(current_tokens().control_height_px)  # in the middle of the line beside it
    return label
