"""A window beside the main one with the graph as it was when the shown run last ran on it. Read-only, runs nothing.

Opened by ``debug_verbs``.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.canvas.graph_view import GraphView
from editor.debugger.run_picture import picture_of
from editor.debugger.session import DebugSession
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from editor.widgets.labels import ElidedLabel, IconLabel
from engine.graph.graph_file import GraphFileError, parse_graph

READ_ONLY = "This is the graph as it was when the run was made. It can be looked at, not changed."


class OldGraphWindow(QDialog):
    """Shows the run on the graph that it ran on, at the checkpoint that is looked at."""

    def __init__(self, parent: QWidget, session: DebugSession, text: str, layout: Layout) -> None:
        """Raises GraphFileError if the kept text is no graph any more."""
        super().__init__(parent)
        self.setObjectName("old graph")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._graph = parse_graph(text, where="the run database")
        self._history = UndoHistory(Document(self._graph, layout))
        self._history.lock(READ_ONLY)
        self.setWindowTitle(f"{self._graph.name}, as it was run (read-only)")
        self.canvas = GraphView(self._history, self)
        self.canvas.set_read_only(READ_ONLY)
        banner = QFrame()
        banner.setProperty("role", "banner-past")
        row = QHBoxLayout(banner)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(IconLabel("past", "past"))
        row.addWidget(ElidedLabel(READ_ONLY, "strong"), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(banner)
        whole.addWidget(self.canvas, 1)
        self.resize(900, 520)
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._show_run()
        QTimer.singleShot(0, self.canvas, self.canvas.fit_all)

    def _on_change(self, _old: object, _new: object) -> None:
        self._show_run()

    def _show_run(self) -> None:
        self.canvas.show_run(picture_of(self._session.run_state, self._session.focus, self._graph))


def open_old_graph(parent: QWidget, session: DebugSession, text: str | None, layout: Layout) -> str:
    """Shows the window. Why not, in words; "" if it is shown."""
    if text is None:
        return "The version that this run ran on is not kept."
    try:
        window = OldGraphWindow(parent, session, text, layout)
    except GraphFileError as error:
        return f"The version that this run ran on cannot be shown: {error}"
    window.show()
    return ""
