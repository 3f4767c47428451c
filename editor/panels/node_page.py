"""The inspector's page of one node: name, function, when it runs, its routers, and the code of its function.

The code is read by syntax, never run. Edits go through ``edit_door``; those of the code through ``code_pane``.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from editor.document.commands import change_node, rename_node
from editor.document.disabling import set_disabled
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.panels.code_help import CodeHelp
from editor.panels.code_section import CodeSection
from editor.panels.code_target import of_node
from editor.panels.edit_door import commit
from editor.panels.option_sections import OF_NODES, OptionSections
from editor.panels.router_section import RouterSection
from editor.panels.subgraph_fields import SubgraphFields
from editor.widgets.checked_field import CheckedField, title_beside
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from editor.widgets.tall_column import TallColumn

MARGIN_PX = 16


class NodePage(QWidget):
    go_to = Signal(str)
    open_source = Signal(object, int)

    def __init__(self, history: UndoHistory, help: CodeHelp) -> None:
        super().__init__()
        self._history = history
        self._node = ""
        self._read_only = False
        self._name = InlineField("Name of the node")
        self._fn = InlineField("Function of the node", mono=True, placeholder="module:function")
        self._defer = QCheckBox("Runs after all others")
        self._disabled = QCheckBox("Runs pass it by")
        self.routers = RouterSection(history)
        self._options = OptionSections("Options", OF_NODES)
        self.code = CodeSection(history, help, "Code of the node", is_large=False)
        self._lay_out()
        self._name.committed.connect(self._rename)
        self._fn.committed.connect(self._change_fn)
        self._defer.toggled.connect(self._change_defer)
        self._disabled.clicked.connect(self._change_disabled)
        self.routers.go_to.connect(self.go_to)
        self.code.open_source.connect(self.open_source)
        self._options.changed.connect(self._change_option)

    def set_folder(self, folder: Path | None) -> None:
        """Where the graph's modules are; None while the graph has no file."""
        self.code.set_folder(folder)

    def show_node(self, document: Document, name: str, known_keys: Collection[str] | None = None) -> None:
        """``known_keys``: of the state, for what conditions read; None if they cannot be seen."""
        spec = document.graph.nodes[name]
        if name != self._node and not self._name.hasFocus():
            self._name.go_back()
        self._node = name
        self._name.show_text(name)
        self._fn.show_text(spec.fn or "")
        self._form.setRowVisible(self._fn_row, spec.graph is None)
        self.subgraph.show_node(name, spec)
        self._defer.blockSignals(True)
        self._defer.setChecked(spec.defer)
        self._defer.blockSignals(False)
        self._disabled.setChecked(spec.disabled)
        self.routers.show_routers(name, document.graph.routers.get(name, ()), known_keys)
        self._options.show_options({name: spec}, tuple(document.graph.nodes), document.graph.defaults)
        self.code.show_target(of_node(name).now(document))

    def open_option(self, option: str) -> None:
        self._options.open(option)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._name.setReadOnly(on)
        self._fn.setReadOnly(on)
        self.subgraph.set_read_only(on)
        self._defer.setEnabled(not on)
        self._disabled.setEnabled(not on)
        self.routers.set_read_only(on)
        self._options.set_read_only(on)

    # ---- edits

    def _rename(self, text: str) -> None:
        commit(self._history, self._name, lambda: rename_node(self._history.document, self._node, text.strip()))

    def _change_fn(self, text: str) -> None:
        make = lambda: change_node(self._history.document, self._node, fn=text.strip() or None)  # noqa: E731
        commit(self._history, self._fn, make)

    def _change_defer(self, on: bool) -> None:
        self._history.do(change_node(self._history.document, self._node, defer=on))

    def _change_disabled(self, on: bool) -> None:
        self._history.do(set_disabled(self._history.document, [self._node], on))

    def _change_option(self, option: str, value: Any) -> None:
        self._history.do(change_node(self._history.document, self._node, **{option: value}))

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        self._fn_row = CheckedField(self._fn)
        form.addRow(title_beside("Name"), CheckedField(self._name))
        form.addRow(title_beside("Function"), self._fn_row)
        self.subgraph = SubgraphFields(self._history, form)
        form.addRow(role_label("Deferred", "quiet"), self._defer)
        form.addRow(role_label("Disabled", "quiet"), self._disabled)
        column = TallColumn(self)
        column.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, MARGIN_PX)
        column.setSpacing(12)
        column.addWidget(role_label("Node", "title"))
        column.addLayout(form)
        column.addWidget(self.routers)
        column.addWidget(self._options)
        column.addWidget(self.code)
        column.addStretch(1)
