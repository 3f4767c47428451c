"""The card of a failed node: what kind of error, its message, the traceback on demand, and the ways on.

Hidden unless the run failed, now or before it was stopped or opened again, and now is shown. Retry runs only what
failed; finished siblings are kept.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from editor.debugger.failure_story import failure_lines
from editor.debugger.run_state import ErrorReport, Phase, RunState
from editor.debugger.session import DebugSession
from editor.widgets.buttons import text_button
from editor.widgets.code_view import CodeView
from editor.widgets.foldable import Foldable
from editor.widgets.labels import ElidedLabel, IconLabel, role_label
from engine.graph.spec import GraphSpec

MARGIN_PX = 16
MESSAGE_CHARACTERS = 600  # about six lines; the copy has all of it
TRACEBACK_MOST_PX = 240
LONGEST_NAME = 16


class ErrorCard(QFrame):
    show_node = Signal(str)

    def __init__(self, session: DebugSession, retry: Callable[[], object] | None = None) -> None:
        """``retry``: what Retry does, if more has to happen than ``session.resume``."""
        super().__init__()
        self._session = session
        self._error: ErrorReport | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("A node failed")
        self._title = ElidedLabel("", "strong")
        self._kind = role_label("", "error")
        self._message = role_label("", wrap=True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._kept = role_label("", "caption", wrap=True)
        self._traceback = CodeView("traceback", "Traceback", numbers=False)
        self._fold = Foldable("Traceback", self._traceback)
        self._fold.toggled.connect(self._show_innermost)
        self._locals = CodeView("python", "Variables where it failed", numbers=False)
        self._locals_fold = Foldable("Variables", self._locals)
        self._retry = text_button("Retry", retry or session.resume, kind="primary", icon_name="restart")
        self._copy = text_button("Copy", self.copy, icon_name="copy")
        self._show = text_button("Show node", self._show_node)
        self._lay_out()
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._refresh()

    def copy(self) -> None:
        if self._error is not None:
            QGuiApplication.clipboard().setText(report_text(self._error))

    def _show_node(self) -> None:
        if self._error is not None and self._error.node is not None:
            self.show_node.emit(self._error.node)

    def _show_innermost(self, is_open: bool) -> None:
        """The last lines say where it broke."""
        if is_open:
            bar = self._traceback.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        state = self._session.run_state
        failed = state.phase in (Phase.FAILED, Phase.STOPPED) and state.error is not None and state.drift is None
        self.setVisible(failed and not self._session.focus.in_past(state))
        if failed and state.error is not None and state.error != self._error:
            self._fill(state.error)
        self._kept.setText(beside_text(state, self._session.graph))
        self._kept.setVisible(bool(self._kept.text()))
        self._retry.setEnabled(self._session.may("resume"))

    def _fill(self, error: ErrorReport) -> None:
        self._error = error
        self._title.set_full_text(f"{error.who} failed")
        self._kind.setText(error.kind)
        self._message.setText(_cut(error.message))
        self._message.setVisible(bool(error.message))
        self._traceback.set_code(error.traceback)
        self._traceback.setFixedHeight(min(TRACEBACK_MOST_PX, self._traceback.text_height()))
        self._fold.setVisible(bool(error.traceback))
        self._locals.set_code(locals_text(error))
        self._locals.setFixedHeight(min(TRACEBACK_MOST_PX, self._locals.text_height()))
        self._locals_fold.set_title(f"Variables of {error.locals_of}" if error.locals_of else "Variables")
        self._locals_fold.setVisible(bool(error.locals))
        self._show.setVisible(error.node is not None)

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("role", "banner-failed")
        row = QHBoxLayout(head)
        row.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        row.setSpacing(8)
        row.addWidget(IconLabel("error", "failed", 18))
        row.addWidget(self._title, 1)
        body = QVBoxLayout()
        body.setContentsMargins(MARGIN_PX, 12, MARGIN_PX, 12)
        body.setSpacing(8)
        for widget in (self._kind, self._message, self._fold, self._locals_fold, self._kept):
            body.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._retry)
        buttons.addWidget(self._show)
        buttons.addStretch(1)
        buttons.addWidget(self._copy)
        body.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(body)
        column.addStretch(1)


def report_text(error: ErrorReport) -> str:
    """All of it, for a bug report."""
    title = f"{error.node}: {error.kind}: {error.message}" if error.node else f"{error.kind}: {error.message}"
    where = f"\n\nVariables of {error.locals_of}:\n{locals_text(error)}" if error.locals else ""
    return f"{title}\n\n{error.traceback}{where}".rstrip() + "\n"


def beside_text(state: RunState, graph: GraphSpec | None) -> str:
    """What else failed, which siblings are kept and do not run again, and who did not run because of the failure."""
    head = state.checkpoints.get(state.head) if state.head is not None else None
    told = state.error.node if state.error is not None else None
    return "\n".join(failure_lines(head, graph, told)) if head is not None else ""


def locals_text(error: ErrorReport) -> str:
    """One variable a line, the names in one column as far as they are short."""
    width = min(max((len(name) for name, _ in error.locals), default=0), LONGEST_NAME)
    return "\n".join(f"{name:<{width}} = {text}" for name, text in error.locals)


def _cut(message: str) -> str:
    return message if len(message) <= MESSAGE_CHARACTERS else message[: MESSAGE_CHARACTERS - 1] + "…"
