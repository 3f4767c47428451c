"""The inspector's page of several nodes: their names, and the options that can be set for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from editor.document.commands import change_nodes
from editor.document.disabling import set_disabled
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.panels.option_sections import OF_NODES, OptionSections
from editor.widgets.labels import role_label
from editor.widgets.tall_column import TallColumn

MARGIN_PX = 16
MOST_NAMES = 8


class ManyPage(QWidget):
    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._names: tuple[str, ...] = ()
        self._title = role_label("", "title")
        self._list = role_label("", "quiet", wrap=True)
        self._defer = QCheckBox("Run after all other branches")
        self._defer.clicked.connect(self._change_defer)
        self._disabled = QCheckBox("Disabled: runs pass them by")
        self._disabled.clicked.connect(self._change_disabled)
        self._options = OptionSections("Options of all", OF_NODES)
        self._options.changed.connect(self._change)
        column = TallColumn(self)
        column.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, MARGIN_PX)
        column.setSpacing(12)
        for widget in (self._title, self._list, self._defer, self._disabled, self._options):
            column.addWidget(widget)
        column.addStretch(1)

    def show_nodes(self, document: Document, names: Sequence[str]) -> None:
        if not self._names:
            self._options.open()  # now, not before: most windows never show several nodes
        self._names = tuple(names)
        self._title.setText(f"{len(names)} nodes")
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        self._list.setText(", ".join(names[:MOST_NAMES]) + more)
        specs = {name: document.graph.nodes[name] for name in names}
        self._defer.setCheckState(_shared({spec.defer for spec in specs.values()}))
        self._disabled.setCheckState(_shared({spec.disabled for spec in specs.values()}))
        self._options.show_options(specs, tuple(document.graph.nodes), document.graph.defaults)

    def set_read_only(self, on: bool) -> None:
        self._defer.setEnabled(not on)
        self._disabled.setEnabled(not on)
        self._options.set_read_only(on)

    def _change(self, option: str, value: Any) -> None:
        self._history.do(change_nodes(self._history.document, self._names, **{option: value}))

    def _change_defer(self, on: bool) -> None:
        self._history.do(change_nodes(self._history.document, self._names, defer=on))

    def _change_disabled(self, on: bool) -> None:
        self._history.do(set_disabled(self._history.document, self._names, on))


def _shared(values: set[bool]) -> Qt.CheckState:
    """How a box shows what several nodes say."""
    if len(values) > 1:
        return Qt.CheckState.PartiallyChecked
    return Qt.CheckState.Checked if True in values else Qt.CheckState.Unchecked
