"""The bar of a fork that is being prepared: the edits, where they would lead, in whose name, and the buttons.

Shows a ``ForkDraft`` and tells what the user wants; ``state_panel`` holds the draft and asks the session.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from editor.debugger.reports import ForkPreview
from editor.debugger.run_state import CheckpointRow
from editor.panels.fork_draft import Edit, ForkDraft, next_text, node_choices, what_as_node_means
from editor.widgets.buttons import icon_button, set_kind, text_button
from editor.widgets.labels import ElidedLabel, IconLabel, role_label
from editor.widgets.naming import named
from engine.graph.spec import START

FINDS_OUT = "find out"
SHOWN_EDITS = 4


class ForkBar(QFrame):
    fork_wanted = Signal(str)
    """"step" or "resume": what is to follow the fork."""
    discarded = Signal()
    edit_dropped = Signal(object)
    """The path of the edit that is taken back."""
    node_chosen = Signal(object)
    """The new ``as_node``; None lets the engine find out."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("fork bar")
        self.setProperty("role", "bar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._title = role_label("", "strong")
        self._edits = QVBoxLayout()
        self._edits.setSpacing(0)
        self._next_icon = IconLabel("branch", "quiet")
        self._next = role_label("", "", wrap=True)
        self._nodes = named(QComboBox(), "Write as node")
        self._meaning = role_label("", "caption", wrap=True)
        self._step = text_button(
            "Fork and step", lambda: self.fork_wanted.emit("step"), kind="primary", icon_name="fork"
        )
        self._resume = text_button("Fork and continue", lambda: self.fork_wanted.emit("resume"))
        self._discard = text_button("Discard", self.discarded.emit, kind="quiet")
        self._lay_out()
        self._nodes.activated.connect(lambda _index: self.node_chosen.emit(self._chosen()))

    @property
    def next_text(self) -> str:
        return self._next.text()

    def has_keyboard(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def show_draft(self, draft: ForkDraft, row: CheckpointRow, nodes: Sequence[str]) -> None:
        self._title.setText(f"New branch from step {row.step}")
        self._fill_edits(draft.edits)
        self._nodes.clear()
        for node in node_choices(row, nodes):
            self._nodes.addItem("the input" if node == START else node, node)
        self._nodes.addItem("let the engine find out", FINDS_OUT)
        index = self._nodes.findData(FINDS_OUT if draft.as_node is None else draft.as_node)
        self._nodes.setCurrentIndex(max(0, index))
        self._meaning.setText(what_as_node_means(draft.as_node, row))

    def show_waiting(self) -> None:
        """The preview is under way."""
        self._show_next("Looking which node would be next …", "branch", "quiet", "quiet")
        self._enable(True)

    def show_preview(self, preview: ForkPreview) -> None:
        if preview.error:
            self._show_next(next_text(preview), "error", "failed", "error")
        else:
            changed = set(preview.next) != set(preview.was)
            self._show_next(next_text(preview), "next", "next" if changed else "quiet", "strong")
        self._enable(not preview.error)

    def _show_next(self, text: str, icon_name: str, icon_role: str, role: str) -> None:
        self._next.setText(text)
        set_kind(self._next, "role", role)
        self._next_icon.set_icon(icon_name, icon_role)

    def _enable(self, on: bool) -> None:
        self._step.setEnabled(on)
        self._resume.setEnabled(on)

    def _chosen(self) -> str | None:
        data = self._nodes.currentData()
        return None if data == FINDS_OUT else str(data)

    def _fill_edits(self, edits: Sequence[Edit]) -> None:
        while (item := self._edits.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for edit in edits[:SHOWN_EDITS]:
            self._edits.addWidget(self._edit_row(edit))
        if len(edits) > SHOWN_EDITS:
            self._edits.addWidget(role_label(f"and {len(edits) - SHOWN_EDITS} more", "caption"))

    def _edit_row(self, edit: Edit) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(ElidedLabel(edit.text), 1)
        drop = icon_button(
            "close", f"Take back the change of {edit.path[0]}", lambda: self.edit_dropped.emit(edit.path)
        )
        line.addWidget(drop)
        return row

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        column = QVBoxLayout()
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        whole.addWidget(_line())
        whole.addLayout(column)
        column.addWidget(self._title)
        column.addLayout(self._edits)
        column.addWidget(_line())
        following = QHBoxLayout()
        following.setSpacing(8)
        following.addWidget(self._next_icon, 0, Qt.AlignmentFlag.AlignVCenter)
        following.addWidget(self._next, 1)
        column.addLayout(following)
        picker = QHBoxLayout()
        picker.setSpacing(8)
        picker.addWidget(role_label("Write as"))
        picker.addWidget(self._nodes, 1)
        column.addLayout(picker)
        column.addWidget(self._meaning)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._step, self._resume):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._discard)
        column.addLayout(buttons)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line
