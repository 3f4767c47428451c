"""One key of the state in the inspector: name, type, reducer, default, and who uses it. ``state_section`` has them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from editor.document.state_edit import shown_default
from editor.document.state_facts import KeyPlace
from editor.widgets.buttons import text_button
from editor.widgets.checked_field import CheckedField, title_beside
from editor.widgets.choice_box import ChoiceBox
from editor.widgets.elided_button import ElidedButton
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from engine.graph.spec import START
from engine.graph.state_source import StateKey

REPLACES, OTHER = "replaces the old value", "another function…"
REDUCERS = {REPLACES: "", "operator.add": "operator.add", "add_messages": "add_messages"}
SAME = {"add": "operator.add"}
"""Names under which a usual reducer may be imported."""


class StateKeyForm(QWidget):
    renamed = Signal(str)
    retyped = Signal(str)
    reduced = Signal(str)
    """The reducer as text; "" for none."""
    defaulted = Signal(str)
    removed = Signal()
    place_chosen = Signal(object)
    """A ``KeyPlace`` to be shown."""

    def __init__(self, name: str, *, has_default: bool) -> None:
        super().__init__()
        self._key = StateKey(name, "")
        self.name = CheckedField(InlineField(f"Name of key {name}"))
        self.type = CheckedField(InlineField(f"Type of key {name}", mono=True))
        self.default = CheckedField(InlineField(f"Default of key {name}", mono=True, placeholder="none"))
        self.reducer = ChoiceBox()
        self.reducer.setAccessibleName(f"Reducer of key {name}")
        self.reducer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.reducer.addItems([*REDUCERS, OTHER])
        self.other = CheckedField(InlineField(f"Reducer function of key {name}", mono=True))
        self.other.field.setPlaceholderText("module:function")
        self._remove = text_button("Remove key", self.removed.emit, kind="quiet", icon_name="trash")
        self._remove.setAccessibleName(f"Remove key {name}")
        self._note = role_label("", "caption", wrap=True)
        self._places = QVBoxLayout()
        self._places.setSpacing(0)
        self._form = form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        rows = [("Name", self.name), ("Type", self.type), ("Update", self.reducer), ("", self.other)]
        for title, widget in [*rows, ("Default", self.default)] if has_default else rows:
            form.addRow(title_beside(title), widget)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 0, 8)
        column.setSpacing(6)
        column.addWidget(self._note)
        column.addLayout(form)
        column.addLayout(self._places)
        column.addLayout(foot)
        if not has_default:
            self.default.setParent(self)  # no row of the form
            self.default.hide()
        self.name.field.committed.connect(self.renamed)
        self.type.field.committed.connect(self.retyped)
        self.default.field.committed.connect(self.defaulted)
        self.other.field.committed.connect(self.reduced)
        self.reducer.activated.connect(self._choose)

    def show_key(self, key: StateKey, places: Sequence[KeyPlace]) -> None:
        self._key = key
        self.name.field.show_text(key.name)
        self.type.field.show_text(key.type)
        self.default.field.show_text(shown_default(key.default))
        reducer = SAME.get(key.reducer, key.reducer)
        words = next((words for words, value in REDUCERS.items() if value == reducer), OTHER)
        self.reducer.setCurrentText(words)
        self._form.setRowVisible(self.other, words == OTHER)
        self.other.field.show_text(key.reducer if words == OTHER else "")
        self._note.setText(f"From the class {key.owner}." if key.owner else "")
        self._note.setVisible(bool(key.owner))
        self._remove.setVisible(not key.owner)
        self._show_places(places)
        if key.owner:
            self.set_read_only(True)

    def set_read_only(self, on: bool) -> None:
        on = on or bool(self._key.owner)
        for line in (self.name, self.type, self.default, self.other):
            line.field.setReadOnly(on)
        self.reducer.setEnabled(not on)
        self._remove.setEnabled(not on)

    def _choose(self, _index: int) -> None:
        words = self.reducer.currentText()
        self._form.setRowVisible(self.other, words == OTHER)
        if words == OTHER:
            self.other.field.setFocus()
        elif REDUCERS[words] != SAME.get(self._key.reducer, self._key.reducer):
            self.reduced.emit(REDUCERS[words])

    def _show_places(self, places: Sequence[KeyPlace]) -> None:
        while (item := self._places.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if not places:
            self._places.addWidget(role_label("No node is seen to use it.", "caption"))
        for place in places:
            button = ElidedButton(place_text(place), partial(self.place_chosen.emit, place))
            self._places.addWidget(button)
            button.show()


def place_text(place: KeyPlace) -> str:
    """ "classify writes it, nodes.py line 12"."""
    node = "START" if place.node == START else place.node if len(place.node) <= 20 else f"{place.node[:19]}…"
    if not place.path:
        return f"A condition of {node} reads it"
    user = f"Router of {node}" if place.is_router else node
    return f"{user} {'writes' if place.is_write else 'reads'} it, {place.path} line {place.line}"


def key_summary(key: StateKey) -> str:
    """ "list[str], operator.add"."""
    parts = [key.type, key.reducer, f"= {shown_default(key.default)}" if key.default else ""]
    return ", ".join(part for part in parts if part)
