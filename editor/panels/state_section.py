"""The state's keys in the inspector: a folded row for each, and a field that adds one. Edits the Python class itself.

The class is read from its text and edited by syntax; nothing is imported. Each edit is one step of the undo list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from editor.document import state_commands
from editor.document.command import Command
from editor.document.document import Document, level_document
from editor.document.level_history import LevelHistory
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.document.state_facts import KeyPlace, places_by_key, state_place
from editor.document.undo_history import UndoHistory
from editor.panels.edit_door import commit
from editor.panels.state_key_form import StateKeyForm, key_summary, place_text
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.checked_field import CheckedField
from editor.widgets.elided_button import ElidedButton
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from editor.widgets.summary_fold import SummaryFold
from editor.widgets.tab_order import tab_before
from engine.graph.spec import shown_text
from engine.graph.state_source import StateClass, StateKey

ROWS_AT_ONCE = 200
"""Each row is a widget: a class of thousands of keys would hold the window up for a second at every change."""


class StateSection(QWidget):
    go_to = Signal(str)
    show_code = Signal(str, int)
    """(module, line): the module's path in the graph's folder."""

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._sources = ProjectSources(None)
        self._shown: StateClass | None = None
        self._forms: dict[str, StateKeyForm] = {}
        """Of the keys that were unfolded: a form is made when it is first opened."""
        self._folds: dict[str, SummaryFold] = {}
        self._open_keys: set[str] = set()
        self._row_limit = ROWS_AT_ONCE
        self._read_only = False
        self._places_seen: tuple[object, object, dict[str, tuple[KeyPlace, ...]]] = (None, None, {})
        self._renamed: tuple[str, str] | None = None
        self._why_not = role_label("", "quiet", wrap=True)
        self._create = text_button("Write a state class", self._write_class, icon_name="add")
        self._left_over = role_label("", "quiet", wrap=True)
        self._change_code = text_button("Change them", self._rename_in_code)
        self._places = QVBoxLayout()
        self._places.setSpacing(0)
        self._left_box = self._left_over_box()
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self._more = text_button("", self._show_more, kind="quiet", icon_name="expand")
        self._new = CheckedField(InlineField("New key of the state", mono=True, placeholder="new_key: type"))
        self._new.field.committed.connect(self._add)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._why_not)
        row = QHBoxLayout()
        row.addWidget(self._create)
        row.addStretch(1)
        column.addLayout(row)
        self._list.addWidget(self._left_box)
        column.addLayout(self._list)
        column.addWidget(self._more)
        column.addWidget(self._new)
        self._all = SummaryFold("State", inner, strong=True)
        self._all.set_open(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._all)

    def set_folder(self, folder: Path | None) -> None:
        """None for a graph without a file: its modules are written beside it when it is saved."""
        self._sources = ProjectSources(folder)

    def show_state(self, document: Document) -> None:
        state, why_not = self._read(document)
        if document.graph.state is None and self._is_inside:
            why_not = "It has the state of the graph around it. Go there to edit its keys, or name a class of its own."
        may_create = document.graph.state is None and not self._is_inside
        self._create.setVisible(state is None and may_create)
        self._why_not.setText(why_not)
        self._why_not.setVisible(bool(why_not))
        self._new.setVisible(state is not None)
        self._show_keys(document, state)
        self._show_left_over(document)
        count = 0 if state is None else len(state.keys)
        self._all.set_summary(f"{count} key{'' if count == 1 else 's'}" if state else "", is_set=state is not None)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._create.setEnabled(not on)
        self._change_code.setEnabled(not on)
        self._new.field.setReadOnly(on)
        for form in self._forms.values():
            form.set_read_only(on)

    def open(self) -> None:
        """Unfold the list, with the focus where a key is added."""
        self._all.set_open(True)
        self._new.field.setFocus()

    def known_keys(self, document: Document) -> frozenset[str] | None:
        """The names of all keys; None if there may be more."""
        state, _ = self._read(self._with_own_or_outer_state(document))
        return None if state is None or state.is_open else frozenset(key.name for key in state.keys)

    # What is shown

    def _read(self, document: Document) -> tuple[StateClass | None, str]:
        self._sources.see(document.modules)
        try:
            return state_place(document.graph, self._sources).state, ""
        except SourceError as error:
            return None, str(error)

    @property
    def _is_inside(self) -> bool:
        return isinstance(self._history, LevelHistory) and bool(self._history.path)

    def _with_own_or_outer_state(self, document: Document) -> Document:
        """A subgraph that names no state class has the one of the graph around it."""
        if document.graph.state is not None or not isinstance(self._history, LevelHistory):
            return document
        state: str | None = None
        for depth in range(len(self._history.path)):
            around = level_document(self._history.whole.document, self._history.path[:depth])
            state = state if around is None or around.graph.state is None else around.graph.state
        return replace(document, graph=replace(document.graph, state=state))

    def _show_keys(self, document: Document, state: StateClass | None) -> None:
        rows = self._rows_of(state)
        kind = None if state is None else state.kind
        if [key.name for key in rows] != list(self._folds) or kind != (
            None if self._shown is None else self._shown.kind
        ):
            self._build(rows, has_default=kind in ("dataclass", "pydantic"))
        self._shown = state
        self._show_how_many_more(0 if state is None else len(state.keys) - len(rows))
        for key in rows:
            fold = self._folds[key.name]
            fold.set_summary(key_summary(key), is_set=False)
            if fold.is_open:
                self._forms[key.name].show_key(key, self._places_of(document, key.name))

    def _rows_of(self, state: StateClass | None) -> list[StateKey]:
        """The first keys, and those further down that are opened, such as one just added, or were shown before."""
        keys = () if state is None else state.keys
        seen = self._open_keys | self._folds.keys()
        return [key for place, key in enumerate(keys) if place < self._row_limit or key.name in seen]

    def _show_how_many_more(self, hidden: int) -> None:
        self._more.setVisible(hidden > 0)
        self._more.setText(f"Show {min(hidden, ROWS_AT_ONCE)} more of {hidden:,} keys")

    def _show_more(self) -> None:
        shown = set(self._folds)
        self._row_limit += ROWS_AT_ONCE
        self.show_state(self._history.document)
        first = next((fold for name, fold in self._folds.items() if name not in shown), None)
        if first is not None:
            first.header.setFocus()

    def _build(self, rows: Sequence[StateKey], *, has_default: bool) -> None:
        self._open_keys = {name for name, fold in self._folds.items() if fold.is_open} | self._open_keys
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget is not self._left_box:
                for field in widget.findChildren(InlineField):
                    field.blockSignals(True)  # one that loses the focus by going must not take its text over
                widget.hide()
                widget.deleteLater()
        self._forms, self._folds = {}, {}
        for key in rows:
            fold = SummaryFold(key.name, partial(self._make_form, key.name, has_default))
            fold.set_open(key.name in self._open_keys)
            fold.toggled.connect(partial(self._note_open, key.name))
            self._list.addWidget(fold)
            fold.show()
            self._folds[key.name] = fold
        self._list.addWidget(self._left_box)
        self._set_tab_order()

    def _set_tab_order(self) -> None:
        """From the top to the bottom, wherever the list of what code still says stands."""
        items = [self._list.itemAt(place) for place in range(self._list.count())]
        rows = [widget for item in items if item is not None and (widget := item.widget()) is not None]
        tab_before(self._new.field, [*rows, self._more])

    def _make_form(self, key: str, has_default: bool) -> StateKeyForm:
        form = self._forms[key] = StateKeyForm(key, has_default=has_default)
        self._connect(form, key)
        form.set_read_only(self._read_only)
        return form

    def _connect(self, form: StateKeyForm, key: str) -> None:
        form.renamed.connect(lambda text: self._rename(form, key, text.strip()))
        form.retyped.connect(lambda text: self._do(form.type, state_commands.change_key_type, key, text))
        form.reduced.connect(lambda text: self._do(form.other, state_commands.change_reducer, key, text))
        form.defaulted.connect(lambda text: self._do(form.default, state_commands.change_default, key, text))
        form.removed.connect(lambda: self._do(form.name, state_commands.remove_state_key, key))
        form.place_chosen.connect(self._show_place)

    def _note_open(self, key: str, on: bool) -> None:
        (self._open_keys.add if on else self._open_keys.discard)(key)
        if on:
            self.show_state(self._history.document)
            self._set_tab_order()

    def _places_of(self, document: Document, key: str) -> tuple[KeyPlace, ...]:
        """Looked up at the first question after each change: nobody may ask while a large graph is being drawn."""
        graph, modules, places = self._places_seen
        if graph is not document.graph or modules is not document.modules:
            places = places_by_key(document.graph, self._sources)
            self._places_seen = (document.graph, document.modules, places)
        return places.get(key, ())

    # What code still says after a rename

    def _left_over_box(self) -> QWidget:
        box = QWidget()
        head = QHBoxLayout()
        head.addWidget(self._left_over, 1)
        head.addWidget(icon_button("close", "Forget this list", self._forget_left_over))
        column = QVBoxLayout(box)
        column.setContentsMargins(20, 0, 0, 8)  # as the form above it
        column.setSpacing(2)
        foot = QHBoxLayout()
        foot.addWidget(self._change_code)
        foot.addStretch(1)
        column.addLayout(head)
        column.addLayout(self._places)
        column.addLayout(foot)
        box.hide()
        return box

    def _show_left_over(self, document: Document) -> None:
        while (item := self._places.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        old, new = self._renamed or ("", "")
        names = {key.name for key in self._shown.keys} if self._renamed and self._shown is not None else set()
        is_renamed = new in names and old not in names
        places = [place for place in self._places_of(document, old) if place.path] if is_renamed else []
        if places:
            self._list.removeWidget(self._left_box)
            self._list.insertWidget(list(self._folds).index(new) + 1, self._left_box)
        self._left_box.setVisible(bool(places))
        self._left_over.setText(f"Code still says {shown_text(old)}:")
        self._change_code.setText(f"Say {shown_text(new)} there" if len(new) < 20 else "Change them")
        for place in places:
            button = ElidedButton(place_text(place), partial(self._show_place, place))
            self._places.addWidget(button)
            button.show()
        self._set_tab_order()

    def _forget_left_over(self) -> None:
        self._renamed = None
        self._show_left_over(self._history.document)

    def _rename_in_code(self) -> None:
        sources, renamed = self._sources, self._renamed
        if renamed is not None:
            make = lambda: state_commands.rename_key_in_code(self._history.document, sources, *renamed)  # noqa: E731
            if not commit(self._history, self._new.field, make):
                self._left_over.setText("These are written in a way that only you can change:")

    def _show_place(self, place: KeyPlace) -> None:
        if place.path:
            self.show_code.emit(place.path, place.line)
        else:
            self.go_to.emit(place.node)

    # Edits

    def _do(self, line: CheckedField, make: Callable[..., Command], *arguments: str) -> None:
        if not commit(self._history, line.field, lambda: make(self._history.document, self._sources, *arguments)):
            line.show()

    def _rename(self, form: StateKeyForm, old: str, new: str) -> None:
        was_open, has_keyboard = old in self._open_keys, form.name.field.hasFocus()
        self._renamed = (old, new)
        if was_open:
            self._open_keys.add(new)
        self._do(form.name, state_commands.rename_state_key, old, new)
        if (made := self._forms.get(new)) is None or made is form:
            return
        if has_keyboard:
            made.name.field.setFocus()
        QTimer.singleShot(0, self, self._show_whole_left_over)  # once it has its place

    def _show_whole_left_over(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None and self._left_box.isVisible():
            around.ensureWidgetVisible(self._left_box, 0, 0)

    def _add(self, text: str) -> None:
        name, _, typed = text.partition(":")
        key = StateKey(name.strip(), typed.strip() or "str")
        if not text.strip():
            self._new.field.go_back()
            return
        self._open_keys.add(key.name)
        make = partial(state_commands.add_state_key, self._history.document, self._sources, key)
        if commit(self._history, self._new.field, make):
            self._new.field.go_back()
        else:
            self._open_keys.discard(key.name)

    def _write_class(self) -> None:
        make = partial(state_commands.create_state, self._history.document, self._sources)
        commit(self._history, self._new.field, make)
