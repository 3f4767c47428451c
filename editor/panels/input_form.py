"""The input of a run as a form with a field for each key of the state. The JSON beside it stays the truth.

Made anew for each input that is chosen, once somebody sees it; an empty field leaves its key out. Shown by
``input_picker``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from editor.widgets.labels import role_label
from editor.widgets.schema_form import SchemaForm

LONG_FROM = 60
"""Letters of a text that gets several lines."""


class InputForm(QScrollArea):
    changed = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._schema: Mapping[str, Any] = {}
        self._rest: dict[str, Any] = {}
        """Keys of the input that have no field."""
        self._form: SchemaForm | None = None
        self._waiting: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
        """(schema, input) of the fields that nobody has seen yet."""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_input(self, schema: Mapping[str, Any], value: Mapping[str, Any]) -> None:
        """Fields for the keys of the schema, filled; those that this input has come first."""
        self._waiting = (schema, dict(value))
        if self.isVisible():
            self._build()

    @property
    def form(self) -> SchemaForm | None:
        """The fields; None before an input was shown."""
        self._build()
        return self._form

    def showEvent(self, event: QShowEvent) -> None:
        self._build()
        super().showEvent(event)

    def _build(self) -> None:
        if self._waiting is None:
            return
        (schema, value), self._waiting = self._waiting, None
        properties = schema.get("properties", {})
        names = [*(name for name in properties if name in value), *(name for name in properties if name not in value)]
        fields = {name: _field_schema(name, properties[name], value) for name in names}
        self._rest = {name: part for name, part in value.items() if name not in properties}
        self._form = SchemaForm({"type": "object", "properties": fields}, says_optional=False)
        self._form.changed.connect(self.changed)
        self._form.submitted.connect(self.submitted)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self._form)
        if self._rest:
            column.addWidget(role_label(f"Also in the JSON: {', '.join(self._rest)}", "caption", wrap=True))
        column.addStretch(1)
        self.setWidget(page)
        page.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def value(self) -> tuple[dict[str, Any], dict[str, str]]:
        """(the input, what is wrong by field). The input is only good if nothing is wrong."""
        if self._waiting is not None:
            return dict(self._waiting[1]), {}  # nobody has typed into a field that was not there
        if self._form is None:
            return dict(self._rest), {}
        value, problems = self._form.answer()
        return {**value, **self._rest}, problems

    def show_problems(self, problems: Mapping[str, str]) -> None:
        if self.form is not None:
            self.form.show_problems(dict(problems))


def _field_schema(name: str, schema: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """As a field: named as the key is, filled, a yes or no that can also be left out, long texts in several lines."""
    field: dict[str, Any] = {**schema, "title": name}
    if schema.get("type") == "boolean":
        field = {"title": name, "enum": [True, False]}
    if name in value:
        field["default"] = value[name]
        given = value[name]
        if isinstance(given, str) and (len(given) > LONG_FROM or "\n" in given) and schema.get("type") == "string":
            field["format"] = "textarea"
        if not _fits(schema, given):
            field = {"title": name, "default": given}  # any JSON, so that nothing is lost
    return field


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    kinds: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "enum" in schema:
        return value in schema["enum"]
    if schema.get("type") == "array" and "items" in schema:  # one text in a line
        return isinstance(value, list) and value != [] and all(map(_is_one_line, value))
    kind = kinds.get(schema.get("type", ""))
    return kind is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool)))


def _is_one_line(value: Any) -> bool:
    return isinstance(value, str) and value == value.strip() != "" and len(value.splitlines()) == 1
