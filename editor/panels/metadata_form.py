"""A node's metadata as a table: keys and JSON values, edited in place; what is no JSON is taken as text."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from editor.panels.option_bodies import OptionBody
from editor.widgets.buttons import icon_button
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from engine.graph.json_text import JsonTextError, read_json


class MetadataBody(OptionBody):
    def __init__(self) -> None:
        super().__init__()
        self._data: dict[str, Any] = {}
        self._rows: list[tuple[CheckedField, CheckedField, QWidget]] = []
        self._read_only = False
        self._grid_box = QWidget()
        self._new = CheckedField(InlineField("New metadata key", placeholder="new key"))
        self._new.field.committed.connect(self._add)
        self.column.addWidget(self._grid_box)
        self.column.addWidget(self._new)

    def show_value(self, value: Any) -> None:
        data = dict(value or {})
        if list(data) != list(self._data) or len(self._rows) != len(data):
            self._data = data
            self._build()
        self._data = data
        for (key, field, _), (name, held) in zip(self._rows, data.items(), strict=True):
            key.field.show_text(name)
            field.field.show_text(json_text(held))

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._new.field.setReadOnly(on)
        for key, value, remove in self._rows:
            key.field.setReadOnly(on)
            value.field.setReadOnly(on)
            remove.setEnabled(not on)

    def _build(self) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        self._rows = []
        for row, name in enumerate(self._data):
            key = CheckedField(InlineField(f"Metadata key {name}"))
            value = CheckedField(InlineField(f"Metadata value of {name}", mono=True))
            remove = icon_button("close", f"Remove {name}", partial(self._remove, name))
            key.field.committed.connect(partial(self._rename, key, name))
            value.field.committed.connect(partial(self._change, name))
            grid.addWidget(key, row, 0)
            grid.addWidget(value, row, 1)
            grid.addWidget(remove, row, 2)
            self._rows.append((key, value, remove))
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.column.replaceWidget(self._grid_box, box)
        self._grid_box.hide()
        self._grid_box.deleteLater()
        self._grid_box = box
        box.setVisible(bool(self._data))
        self.set_read_only(self._read_only)

    def _rename(self, line: CheckedField, old: str, text: str) -> None:
        new = text.strip()
        if not new or (new != old and new in self._data):
            line.field.show_problem("A key cannot be empty." if not new else f"There already is a key '{new}'.")
            return
        self.changed.emit({new if key == old else key: value for key, value in self._data.items()})

    def _change(self, name: str, text: str) -> None:
        self.changed.emit({**self._data, name: value_of(text)})

    def _remove(self, name: str) -> None:
        self.changed.emit({key: value for key, value in self._data.items() if key != name})

    def _add(self, text: str) -> None:
        new = text.strip()
        if not new:
            self._new.field.go_back()
        elif new in self._data:
            self._new.field.show_problem(f"There already is a key '{new}'.")
        else:
            self._new.field.go_back()
            self.changed.emit({**self._data, new: ""})
            if self._rows:
                self._rows[-1][1].field.setFocus()


def value_of(text: str) -> Any:
    """The JSON value, or the text itself."""
    try:
        return read_json(text)
    except JsonTextError:
        return text


def json_text(value: Any) -> str:
    """Text by itself, unless it would be read as something else; all else as JSON."""
    if isinstance(value, str) and value_of(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
