"""The routers of one node in the inspector: each with its function and its branches, label and target."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.document.router_commands import change_router, rename_branch
from editor.document.undo_history import UndoHistory
from editor.panels.edit_door import commit
from editor.widgets.buttons import text_button
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import IconLabel, role_label
from engine.graph.spec import END, BranchSpec, RouterSpec


class RouterSection(QWidget):
    go_to = Signal(str)

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._node = ""
        self._shown: tuple[RouterSpec, ...] | None = None
        self._read_only = False
        self._fields: list[InlineField] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_routers(self, node: str, routers: tuple[RouterSpec, ...]) -> None:
        if node == self._node and routers == self._shown:
            return
        self._node, self._shown = node, routers
        self._fields = []
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for router in routers:
            self._column.addWidget(self._router(node, router))
        self.setVisible(bool(routers))
        self.set_read_only(self._read_only)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        for field in self._fields:
            field.setReadOnly(on)

    def _router(self, node: str, router: RouterSpec) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("router", "router"))
        head.addWidget(role_label(f"Router {router.name}".strip(), "strong"), 1)
        column.addLayout(head)
        if router.fn is not None:
            field = self._field(f"Function of router {router.name}", router.fn, mono=True)
            field.committed.connect(lambda text: self._change_fn(field, node, router.name, text))
            column.addWidget(field)
        for branch in router.branches:
            column.addWidget(self._branch(node, router, branch))
        return box

    def _branch(self, node: str, router: RouterSpec, branch: BranchSpec) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        field = self._field(f"Label of branch {branch.label}", branch.label)
        field.committed.connect(lambda text: self._rename(field, node, router.name, branch.label, text))
        line.addWidget(field, 1)
        if branch.when:
            line.addWidget(role_label(f"if {branch.when}", "caption"))
        line.addWidget(role_label("→", "quiet"))
        line.addWidget(self._target(branch), 1)
        return row

    def _target(self, branch: BranchSpec) -> QWidget:
        target = branch.target
        if target is None:
            return role_label("not connected", "error")
        if target == END:
            return role_label("the end", "quiet")
        button = text_button(target, lambda: self.go_to.emit(target), kind="quiet", tip=f"Show {target}")
        button.setStyleSheet("text-align: left;")
        return button

    def _field(self, name: str, text: str, *, mono: bool = False) -> InlineField:
        field = InlineField(name, mono=mono)
        field.show_text(text)
        self._fields.append(field)
        return field

    def _rename(self, field: InlineField, node: str, router: str, old: str, new: str) -> None:
        commit(self._history, field, lambda: rename_branch(self._history.document, node, router, old, new.strip()))

    def _change_fn(self, field: InlineField, node: str, router: str, text: str) -> None:
        make = lambda: change_router(self._history.document, node, router, fn=text.strip() or None)  # noqa: E731
        commit(self._history, field, make)
