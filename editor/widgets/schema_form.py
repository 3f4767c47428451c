"""A form made from a JSON schema: one row for one field. Knows no graph; the rules are in ``form_fields``."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from editor.widgets.buttons import set_kind
from editor.widgets.choice_box import ChoiceBox
from editor.widgets.form_fields import Field, FieldKind, Schema, answer_of, fields_of
from editor.widgets.json_edit import JsonEdit
from editor.widgets.labels import role_label

JSON_HEIGHT_PX = 72
LETTERS_A_LINE = 48  # in a panel of the usual width
LEAST_TEXT_LINES, MOST_TEXT_LINES = 2, 5
_YES_OR_NO = {True: "Yes", False: "No"}
TEXT_FRAME_PX = 16  # padding of the stylesheet and the frame


class SchemaForm(QWidget):
    changed = Signal()
    submitted = Signal()
    """Enter in a line or Ctrl+Enter in a text."""

    def __init__(self, schema: Schema, *, says_optional: bool = True) -> None:
        """``says_optional``: where some fields must be filled, the others say that they need not."""
        super().__init__()
        self._says_optional = says_optional
        self._fields = fields_of(schema)
        self._inputs: dict[str, QWidget] = {}
        self._problems: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for field in self._fields:
            column.addWidget(self._row(field))

    @property
    def fields(self) -> tuple[Field, ...]:
        return self._fields

    def input_of(self, key: str) -> QWidget:
        return self._inputs[key]

    def first_input(self) -> QWidget | None:
        return next(iter(self._inputs.values()), None)

    def answer(self) -> tuple[Any, dict[str, str]]:
        """(value, problems by field); the value is only good if there are no problems."""
        return answer_of(self._fields, {key: _entered(widget) for key, widget in self._inputs.items()})

    def show_problems(self, problems: dict[str, str]) -> None:
        for key, label in self._problems.items():
            widget = self._inputs[key]
            says_it_itself = isinstance(widget, JsonEdit) and bool(widget.problem())
            label.setText(problems.get(key, ""))
            label.setVisible(key in problems and not says_it_itself)
            set_kind(widget, "invalid", key in problems)
        wrong = next((key for key in problems if key in self._inputs), None)
        if wrong is not None:
            self._inputs[wrong].setFocus()
            QTimer.singleShot(0, self, partial(self._bring_into_view, wrong))  # its words have their place then

    def _bring_into_view(self, key: str) -> None:
        """The field with the words below it, where the form is scrolled."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            for widget in (self._problems[key], self._inputs[key]):
                around.ensureWidgetVisible(widget, 0, 0)

    def _row(self, field: Field) -> QWidget:
        widget = self._input(field)
        widget.setAccessibleName(field.title)
        widget.setAccessibleDescription(field.description)
        self._inputs[field.key] = widget
        self._problems[field.key] = role_label("", "error", wrap=True)
        self._problems[field.key].hide()
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if field.kind is not FieldKind.TRUTH:
            is_optional = not field.required or field.may_be_null
            title = f"{field.title} (optional)" if is_optional and self._says_optional else field.title
            column.addWidget(role_label(title, "strong"))
        if field.description:
            column.addWidget(role_label(field.description, "caption", wrap=True))
        column.addWidget(widget)
        column.addWidget(self._problems[field.key])
        return row

    def _input(self, field: Field) -> QWidget:
        match field.kind:
            case FieldKind.TRUTH:
                box = QCheckBox(field.title)
                box.setChecked(bool(field.default))
                box.toggled.connect(lambda _on: self.changed.emit())
                return box
            case FieldKind.CHOICE:
                return self._choice(field)
            case FieldKind.JSON:
                edit = JsonEdit(field.title, may_be_empty=field.may_be_null or not field.required)
                edit.field.setFixedHeight(JSON_HEIGHT_PX)
                edit.set_text("" if field.default is None else json.dumps(field.default, ensure_ascii=False))
                edit.changed.connect(self.changed)
                edit.submitted.connect(self.submitted)
                return edit
            case FieldKind.LONG_TEXT | FieldKind.LINES:
                text = QPlainTextEdit(_shown_text(field))
                text.setPlaceholderText("One in each line" if field.kind is FieldKind.LINES else "")
                text.setTabChangesFocus(True)
                text.setFixedHeight(_text_height(text))
                text.textChanged.connect(self.changed)
                return text
            case _:
                line = QLineEdit("" if field.default is None else str(field.default))
                line.setPlaceholderText(_placeholder(field))
                line.textChanged.connect(lambda _text: self.changed.emit())
                line.returnPressed.connect(self.submitted)
                return line

    def _choice(self, field: Field) -> QComboBox:
        box = ChoiceBox()
        if field.default is None:
            box.addItem("Choose…", None)
        for choice in field.choices:
            box.addItem(_YES_OR_NO[choice] if isinstance(choice, bool) else str(choice), choice)
        if field.default in field.choices:
            box.setCurrentIndex(field.choices.index(field.default))
        box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        return box

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)


def _text_height(text: QPlainTextEdit) -> int:
    """As high as its lines, within what leaves room for the fields below."""
    lines = max(LEAST_TEXT_LINES, min(text.blockCount() + len(text.toPlainText()) // LETTERS_A_LINE, MOST_TEXT_LINES))
    return lines * text.fontMetrics().lineSpacing() + TEXT_FRAME_PX


def _shown_text(field: Field) -> str:
    if field.default is None:
        return ""
    return "\n".join(field.default) if field.kind is FieldKind.LINES else str(field.default)


def _entered(widget: QWidget) -> Any:
    match widget:
        case QCheckBox():
            return widget.isChecked()
        case QComboBox():
            return widget.currentData()
        case QLineEdit():
            return widget.text()
        case JsonEdit():
            return widget.text()
        case QPlainTextEdit():
            return widget.toPlainText()
    return None


def _placeholder(field: Field) -> str:
    if field.kind is FieldKind.TEXT:
        return ""
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return "Whole number" if field.kind is FieldKind.INTEGER else "Number"
