"""The inspector's page while nothing is selected: name, entry, step limit, state, and the defaults of all nodes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from editor.document.commands import change_graph
from editor.document.document import Document
from editor.document.level_history import LevelHistory
from editor.document.undo_history import UndoHistory
from editor.panels.edit_door import commit
from editor.panels.entry_section import EntrySection
from editor.panels.option_sections import OF_ALL, OptionSections
from editor.panels.state_section import StateSection
from editor.widgets.checked_field import CheckedField, title_beside
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from editor.widgets.tall_column import TallColumn
from engine.graph.spec import GraphSpec

MARGIN_PX = 16


class GraphPage(QWidget):
    go_to = Signal(str)

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._name = InlineField("Name of the graph")
        self._state = InlineField("State class", mono=True, placeholder="module:Class")
        self._limit = InlineField("Recursion limit", placeholder="10,007")
        self._counts = role_label("", "quiet", wrap=True)
        self.state = StateSection(history)
        self._entry_title = role_label("START leads to", "strong")
        self._entry = EntrySection(history)
        self.routers = self._entry.routers
        self._entry.go_to.connect(self.go_to)
        self.state.go_to.connect(self.go_to)
        self._defaults = OptionSections("Defaults of all nodes", OF_ALL)
        self._defaults.changed.connect(self._change_default)
        self._name.committed.connect(self._rename)
        self._state.committed.connect(self._change_state)
        self._limit.committed.connect(self._change_limit)
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        self._rows: dict[InlineField, CheckedField] = {}
        for title, field in (("Name", self._name), ("State", self._state), ("Step limit", self._limit)):
            self._rows[field] = CheckedField(field)
            form.addRow(title_beside(title), self._rows[field])
        column = TallColumn(self)
        column.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, MARGIN_PX)
        column.setSpacing(12)
        self._title = role_label("Graph", "title")
        column.addWidget(self._title)
        column.addLayout(form)
        column.addWidget(self._entry_title)
        column.addWidget(self._entry)
        column.addWidget(self.state)
        column.addWidget(self._defaults)
        column.addWidget(self._counts)
        column.addWidget(role_label("Select a node to see its function.", "caption", wrap=True))
        column.addStretch(1)

    def set_folder(self, folder: Path | None) -> None:
        """Where the graph's modules are; None while the graph has no file."""
        self.state.set_folder(folder)

    def show_graph(self, document: Document) -> None:
        graph = document.graph
        is_inside = isinstance(self._history, LevelHistory) and bool(self._history.path)
        self._title.setText("Subgraph" if is_inside else "Graph")
        for field in (self._name, self._limit):  # its node has the name; the limit of the outermost graph holds
            self._form.setRowVisible(self._rows[field], not is_inside)
        self._name.show_text(graph.name)
        self._state.show_text(graph.state or "")
        self._limit.show_text("" if graph.recursion_limit is None else str(graph.recursion_limit))
        self._defaults.show_options({"": graph.defaults}, ())
        self.state.show_state(document)
        self._entry.show_entry(document, self.state.known_keys(document))
        self._counts.setText(counts_text(graph))

    def open_option(self, option: str) -> None:
        self._defaults.open(option)

    def set_read_only(self, on: bool) -> None:
        for field in (self._name, self._state, self._limit):
            field.setReadOnly(on)
        self._defaults.set_read_only(on)
        self.state.set_read_only(on)
        self._entry.set_read_only(on)

    def _rename(self, text: str) -> None:
        if not text.strip():
            self._name.go_back()
            return
        commit(self._history, self._name, lambda: change_graph(self._history.document, name=text.strip()))

    def _change_state(self, text: str) -> None:
        commit(self._history, self._state, lambda: change_graph(self._history.document, state=text.strip() or None))

    def _change_limit(self, text: str) -> None:
        text = text.strip()
        if text and not (text.isdecimal() and int(text) > 0):
            self._limit.show_problem("The step limit is a whole number above 0, or empty for 10,007.")
            return
        limit = int(text) if text else None
        commit(self._history, self._limit, lambda: change_graph(self._history.document, recursion_limit=limit))

    def _change_default(self, option: str, value: Any) -> None:
        document = self._history.document
        self._history.do(change_graph(document, defaults=replace(document.graph.defaults, **{option: value})))


def counts_text(graph: GraphSpec) -> str:
    """ "11 nodes, 13 edges (1 join), 2 routers with 7 branches"."""
    routers = [router for routers in graph.routers.values() for router in routers]
    joins = sum(edge.is_join for edge in graph.edges)
    parts = [_count(len(graph.nodes), "node"), _count(len(graph.edges), "edge")]
    if joins:
        parts[-1] += f" ({_count(joins, 'join')})"
    if routers:
        branches = sum(len(router.branches) for router in routers)
        parts.append(f"{_count(len(routers), 'router')} with {_count(branches, 'branch', 'branches')}")
    return ", ".join(parts)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
