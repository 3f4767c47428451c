"""The options of one node, of several, or of all by default: a folded row for each, with its value in a few words.

Says by ``changed`` what the user wants; who made it knows whose options these are. Rows stay as they were opened when
another node is shown. A row, and the form below it, is made when it is unfolded for the first time, and filled only
while it is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.metadata_form import MetadataBody
from editor.panels.option_bodies import KINDS, CodeBody, DestinationsBody, OptionBody, PolicyBody
from editor.panels.option_fields import EXPLANATIONS, all_in_one, summary
from editor.widgets.elided_button import ElidedButton
from editor.widgets.labels import role_label
from editor.widgets.summary_fold import SummaryFold
from engine.graph.node_options import DefaultsSpec
from engine.graph.option_rules import OPTION_TITLES, option_faults
from engine.graph.spec import NodeSpec, shown_text

OF_NODES = tuple(OPTION_TITLES)
OF_ALL = ("retry", "cache", "timeout", "error_handler")
INDENT_PX = 20


class OptionSections(QWidget):
    changed = Signal(str, object)
    """(option, value)."""

    def __init__(self, title: str, options: Sequence[str]) -> None:
        super().__init__()
        self._options = tuple(options)
        self._rows: dict[str, _OptionRow] = {}
        self._shown: _Shown | None = None
        self._read_only = False
        self._all = SummaryFold(title, self._make_rows, strong=True)
        self._all.opening.connect(self._fill)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._all)

    def show_options(
        self,
        holders: Mapping[str, NodeSpec | DefaultsSpec],
        nodes: Sequence[str],
        defaults: DefaultsSpec | None = None,
    ) -> None:
        """``holders``: by name, those whose options these are. ``defaults``: what holds where nothing is set."""
        faults = frozenset(fault.option for holder in holders.values() for fault in option_faults(holder))
        values = {option: {name: getattr(each, option) for name, each in holders.items()} for option in self._options}
        self._shown = _Shown(values, nodes, defaults, faults)
        first = {option: next(iter(by_name.values())) for option, by_name in values.items()}
        text = "different" if any(map(_differ, values.values())) else all_in_one(first)
        self._all.set_summary(text, is_set=text != "none", has_fault=bool(faults.intersection(self._options)))
        if self._all.is_open:
            self._fill()

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        for row in self._rows.values():
            row.set_read_only(on)

    def open(self, option: str = "") -> None:
        """Unfold the list, and one option in it."""
        self._all.set_open(True)
        if option in self._rows:
            self._rows[option].fold.set_open(True)

    def _make_rows(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for option in self._options:
            row = self._rows[option] = _OptionRow(option)
            row.set_read_only(self._read_only)
            row.changed.connect(partial(self.changed.emit, option))
            column.addWidget(row)
        return inner

    def _fill(self) -> None:
        if self._shown is None:
            return
        values, nodes, defaults, faults = self._shown
        for option, row in self._rows.items():
            inherited = getattr(defaults, option, None) if defaults is not None else None
            row.show_values(values[option], nodes, inherited, has_fault=option in faults)


class _Shown(NamedTuple):
    """What the rows show once they are open."""

    values: Mapping[str, Mapping[str, Any]]
    """Option -> holder -> its value."""
    nodes: Sequence[str]
    defaults: DefaultsSpec | None
    faults: frozenset[str]


class _OptionRow(QWidget):
    changed = Signal(object)

    def __init__(self, option: str) -> None:
        super().__init__()
        self._option = option
        self._by_name: Mapping[str, Any] = {}
        self._nodes: Sequence[str] = ()
        self._read_only = False
        self._below: _Below | None = None
        self.fold = SummaryFold(OPTION_TITLES[option], self._make_below)
        self.fold.opening.connect(self._fill)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 0, 0, 0)
        whole.addWidget(self.fold)

    def show_values(self, by_name: Mapping[str, Any], nodes: Sequence[str], inherited: Any, *, has_fault: bool) -> None:
        self._by_name, self._nodes = by_name, nodes
        if self.fold.is_open:
            self._fill()
        text = summary(self._option, next(iter(by_name.values())))
        if _differ(by_name):
            self.fold.set_summary("different", is_set=True, has_fault=has_fault)
        elif not text and inherited:
            self.fold.set_summary(f"default: {summary(self._option, inherited)}", is_set=False)
        else:
            self.fold.set_summary(text or "none", is_set=bool(text), has_fault=has_fault)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        if self._below is not None:
            self._below.set_read_only(on)

    def _make_below(self) -> QWidget:
        self._below = _Below(self._option)
        self._below.set_read_only(self._read_only)
        self._below.changed.connect(self.changed)
        return self._below

    def _fill(self) -> None:
        if self._below is not None and self._by_name:
            self._below.show_values(self._by_name, self._nodes)


class _Below(QWidget):
    """What an option is for and, below that, its form, or what each has where they differ."""

    changed = Signal(object)

    def __init__(self, option: str) -> None:
        super().__init__()
        self._body = _body_for(option)
        self._mixed = _Mixed(option)
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT_PX, 0, 0, 8)
        column.setSpacing(8)
        for widget in (role_label(EXPLANATIONS[option], "caption", wrap=True), self._body, self._mixed):
            column.addWidget(widget)
        self._body.changed.connect(self.changed)
        self._mixed.changed.connect(self.changed)

    def show_values(self, by_name: Mapping[str, Any], nodes: Sequence[str]) -> None:
        is_mixed = _differ(by_name)
        self._mixed.setVisible(is_mixed)
        self._body.setVisible(not is_mixed)
        if is_mixed:
            self._mixed.show_values(by_name)
            return
        self._body.show_value(next(iter(by_name.values())))
        if isinstance(self._body, DestinationsBody):
            self._body.set_nodes(nodes)

    def set_read_only(self, on: bool) -> None:
        self._body.set_read_only(on)
        self._mixed.setEnabled(not on)


class _Mixed(QWidget):
    """Several nodes that differ in this option: what each has, and buttons to make them alike."""

    changed = Signal(object)

    def __init__(self, option: str) -> None:
        super().__init__()
        self._option = option
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_values(self, by_name: Mapping[str, Any]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        told: list[Any] = []
        for name, value in by_name.items():
            if value in told:
                continue
            told.append(value)
            words = summary(self._option, value) or "none"
            names = [other for other, its in by_name.items() if its == value]
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            self._column.addWidget(role_label(f"{shown_text(name)}{others}: {words}", "quiet", wrap=True))
            text = f"Give all {words}" if words != "none" else f"Take off all {len(by_name)}"
            button = ElidedButton(text, partial(self.changed.emit, value), kind="")
            button.setAccessibleName(f"{OPTION_TITLES[self._option]}: {text}")
            self._column.addWidget(button)
            button.show()


def _differ(by_name: Mapping[str, Any]) -> bool:
    values = list(by_name.values())
    return any(each != values[0] for each in values)


def _body_for(option: str) -> OptionBody:
    if option == "metadata":
        return MetadataBody()
    if option == "destinations":
        return DestinationsBody()
    return cast(OptionBody, PolicyBody(option) if option in KINDS else CodeBody(option))
