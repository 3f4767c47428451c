"""The inspector's page of one node: name, function, when it runs, its routers, and the source of its function.

The source is read by syntax, never run. Edits go through ``edit_door``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor.document.commands import change_node, rename_node
from editor.document.document import Document
from editor.document.source_code import FunctionSource, ProjectSources
from editor.document.source_text import SourceError
from editor.document.undo_history import UndoHistory
from editor.panels.edit_door import commit
from editor.panels.option_sections import OF_NODES, OptionSections
from editor.panels.router_section import RouterSection
from editor.widgets.buttons import text_button
from editor.widgets.code_view import CodeView
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import ElidedLabel, role_label
from engine.graph.spec import NodeSpec

MARGIN_PX = 16
SOURCE_LEAST_PX = 120


class NodePage(QWidget):
    go_to = Signal(str)
    open_source = Signal(object, int)

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._sources: ProjectSources | None = None
        self._node = ""
        self._place: tuple[Path, int] | None = None
        self._read_only = False
        self._name = InlineField("Name of the node")
        self._fn = InlineField("Function of the node", mono=True, placeholder="module:function")
        self._defer = QCheckBox("Runs after all other branches")
        self._routers = RouterSection(history)
        self._options = OptionSections("Options", OF_NODES)
        self._where = ElidedLabel("", "quiet")
        self._open = text_button("Open", self._open_source, kind="quiet", icon_name="code")
        self._code = CodeView("python", "Source of the function")
        self._code.setProperty("flat", False)
        self._no_source = role_label("", "quiet", wrap=True)
        self._lay_out()
        self._name.committed.connect(self._rename)
        self._fn.committed.connect(self._change_fn)
        self._defer.toggled.connect(self._change_defer)
        self._routers.go_to.connect(self.go_to)
        self._options.changed.connect(self._change_option)

    def set_sources(self, sources: ProjectSources | None) -> None:
        self._sources = sources

    def show_node(self, document: Document, name: str) -> None:
        spec = document.graph.nodes[name]
        if name != self._node and not self._name.hasFocus():
            self._name.go_back()
        self._node = name
        self._name.show_text(name)
        self._fn.show_text(spec.fn or "")
        self._defer.blockSignals(True)
        self._defer.setChecked(spec.defer)
        self._defer.blockSignals(False)
        self._routers.show_routers(name, document.graph.routers.get(name, ()))
        self._options.show_options({name: spec}, tuple(document.graph.nodes), document.graph.defaults)
        self._show_source(spec)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._name.setReadOnly(on)
        self._fn.setReadOnly(on)
        self._defer.setEnabled(not on)
        self._routers.set_read_only(on)
        self._options.set_read_only(on)

    # ---- source

    def _show_source(self, spec: NodeSpec) -> None:
        source, why_not = find_source(self._sources, spec)
        self._place = (source.path, source.definition.first_line) if source is not None else None
        self._open.setVisible(source is not None)
        self._code.setVisible(source is not None)
        self._where.setVisible(source is not None)
        self._no_source.setVisible(source is None)
        self._no_source.setText(why_not)
        if source is not None:
            self._where.set_full_text(f"{source.path.name}, line {source.definition.first_line}")
            if self._code.toPlainText() != source.text.rstrip("\n"):
                self._code.set_code(source.text.rstrip("\n"), source.definition.first_line)
            self._code.setMinimumHeight(max(SOURCE_LEAST_PX, self._code.text_height()))

    def _open_source(self) -> None:
        if self._place is not None:
            self.open_source.emit(*self._place)

    # ---- edits

    def _rename(self, text: str) -> None:
        commit(self._history, self._name, lambda: rename_node(self._history.document, self._node, text.strip()))

    def _change_fn(self, text: str) -> None:
        make = lambda: change_node(self._history.document, self._node, fn=text.strip() or None)  # noqa: E731
        commit(self._history, self._fn, make)

    def _change_defer(self, on: bool) -> None:
        self._history.do(change_node(self._history.document, self._node, defer=on))

    def _change_option(self, option: str, value: Any) -> None:
        self._history.do(change_node(self._history.document, self._node, **{option: value}))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.addRow(role_label("Name", "quiet"), self._name)
        form.addRow(role_label("Function", "quiet"), self._fn)
        form.addRow(role_label("Deferred", "quiet"), self._defer)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(role_label("Source", "strong"))
        head.addWidget(self._where, 1)
        head.addWidget(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, MARGIN_PX)
        column.setSpacing(12)
        column.addWidget(role_label("Node", "title"))
        column.addLayout(form)
        column.addWidget(self._routers)
        column.addWidget(self._options)
        column.addLayout(head)
        column.addWidget(self._no_source)
        column.addWidget(self._code, 1)
        column.addStretch(1)


def find_source(sources: ProjectSources | None, spec: NodeSpec) -> tuple[FunctionSource | None, str]:
    """The source of a node's function, or the sentence that says why there is none."""
    if not spec.fn:
        return None, "No function is chosen yet. Write it as module:function, such as nodes:classify."
    if sources is None:
        return None, "Save the graph first: functions are looked for beside its file."
    try:
        found = sources.find(spec.fn)
    except SourceError as error:
        return None, str(error)
    return found, "" if found else sources.why_not(spec.fn) or f"{spec.fn} is not in this folder, so it is not shown."
