"""A window beside the main one with the graph as it was when the shown run last ran on it. Read-only, runs nothing.

Opened by ``debug_verbs``.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from editor.app.read_only_graph import ReadOnlyGraph
from editor.debugger.run_picture import picture_of
from editor.debugger.session import DebugSession
from editor.document.document import Document
from editor.document.layout import Layout
from editor.widgets.labels import ElidedLabel, IconLabel
from engine.graph.graph_file import GraphFileError, parse_graph

READ_ONLY = "This is the graph as it was when the run was made. It can be looked at, not changed."


class OldGraphWindow(ReadOnlyGraph):
    """Shows the run on the graph that it ran on, at the checkpoint that is looked at."""

    def __init__(self, parent: QWidget, session: DebugSession, text: str, layout: Layout) -> None:
        """Raises GraphFileError if the kept text is no graph any more."""
        graph = parse_graph(text, where="the run database")
        banner = (IconLabel("past", "past"), ElidedLabel(READ_ONLY, "strong"))
        super().__init__(parent, Document(graph, layout), READ_ONLY, "banner-past", banner)
        self.setObjectName("old graph")
        self._session, self._graph = session, graph
        self.setWindowTitle(f"{self._graph.name}, as it was run (read-only)")
        self.resize(900, 520)
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._show_run()

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
