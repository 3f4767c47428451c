"""What START leads to: plain edges in rows, with a list to add one, and START's routers."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.document.commands import connect, disconnect
from editor.document.connection_rules import why_not
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.panels.router_section import RouterSection
from editor.widgets.buttons import icon_button
from editor.widgets.elided_button import ElidedButton
from editor.widgets.labels import role_label
from editor.widgets.target_picker import Choice, TargetPicker
from engine.graph.spec import START, EdgeId, PlainOutlet


class EntrySection(QWidget):
    go_to = Signal(str)

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._shown: tuple[str, ...] | None = None
        self._read_only = False
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._buttons: list[QWidget] = []
        self._add = TargetPicker("Let START lead to", self._choices)
        self._add.picked.connect(self._connect)
        self.routers = RouterSection(history)
        self.routers.go_to.connect(self.go_to)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._rows)
        column.addWidget(self._add)
        column.addWidget(self.routers)

    def show_entry(self, document: Document, known_keys: Collection[str] | None) -> None:
        targets = tuple(edge.target for edge in document.graph.edges if START in edge.sources)
        routers = document.graph.routers.get(START, ())
        if targets != self._shown:
            self._shown = targets
            self._build(targets)
        self._add.show_value(None, "Add the first node…" if not targets and not routers else "Add another…")
        self.routers.show_routers(START, routers, known_keys)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._add.setEnabled(not on)
        self.routers.set_read_only(on)
        for button in self._buttons:
            button.setEnabled(not on)

    def _build(self, targets: tuple[str, ...]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons = []
        for target in targets:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(6)
            show = ElidedButton(target, partial(self.go_to.emit, target))
            show.setAccessibleName(f"Show {target}")
            remove = icon_button("close", f"Disconnect START from {target}", partial(self._disconnect, target))
            remove.setEnabled(not self._read_only)
            line.addWidget(role_label("→", "quiet"))
            line.addWidget(show, 1)
            line.addWidget(remove)
            self._rows.addWidget(row)
            row.show()
            self._buttons.append(remove)

    def _choices(self) -> list[Choice]:
        document = self._history.document
        start = PlainOutlet(START)
        free = [
            name for name in sorted(document.graph.nodes, key=str.casefold) if why_not(document, start, name) is None
        ]
        return [(self._add.itemText(0), None), *((name, name) for name in free)]

    def _connect(self, target: object) -> None:
        if isinstance(target, str) and not self._history.locked_reason:
            self._history.do(connect(self._history.document, PlainOutlet(START), target))

    def _disconnect(self, target: str) -> None:
        if not self._history.locked_reason:
            self._history.do(disconnect(self._history.document, EdgeId(PlainOutlet(START), target)))
