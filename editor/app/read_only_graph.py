"""A window beside the main one with a graph that can be looked at and not changed: a banner that says why, a canvas.

What it shows of a run is told by ``file_run_window`` and ``old_graph``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.canvas.graph_view import GraphView
from editor.document.document import Document
from editor.document.undo_history import UndoHistory


class ReadOnlyGraph(QDialog):
    def __init__(
        self, parent: QWidget, document: Document, why: str, banner_role: str, banner: Sequence[QWidget]
    ) -> None:
        """``banner``: an icon, the words, which take the room that is left, and perhaps a button."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._history = UndoHistory(document)
        self._history.lock(why)
        self.canvas = GraphView(self._history, self)
        self.canvas.set_read_only(why)
        frame = QFrame()
        frame.setProperty("role", banner_role)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        for place, each in enumerate(banner):
            row.addWidget(each, 1 if place == 1 else 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(frame)
        whole.addWidget(self.canvas, 1)
        QTimer.singleShot(0, self.canvas, self.canvas.fit_all)
