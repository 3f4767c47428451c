"""A window beside the main one with a subgraph of another file, and in it what the shown run does there. Read-only.

Follows the run and the moment that is looked at; the keys of the debugger work in it as in the main window. Opened by
``level_joints``: by a double-click or Enter on the subgraph while a run is shown, and when the run stops inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.canvas.graph_view import GraphView
from editor.debugger.breakpoints import branch_looks, breakpoint_looks
from editor.debugger.run_picture import RunPicture
from editor.debugger.session import DebugSession
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, IconLabel

READ_ONLY = "Shows what the run does in this file. Open the file to change it."
Path_ = tuple[str, ...]


class FileRunWindow(QDialog):
    def __init__(
        self,
        parent: QWidget,
        session: DebugSession,
        path: Path_,
        file: Path,
        document: Document,
        *,
        open_file: Callable[[Path], object],
        actions: list[QAction],
    ) -> None:
        """``path``: of nodes, to the subgraph in the graph that runs."""
        super().__init__(parent)
        self.setObjectName("file run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.path = path
        self._session = session
        self._history = UndoHistory(document)
        self._history.lock(READ_ONLY)
        self.setWindowTitle(f"{file.name} in this run (read-only)")
        self.addActions(actions)
        self.canvas = GraphView(self._history, self)
        self.canvas.set_read_only(READ_ONLY)
        banner = QFrame()
        banner.setProperty("role", "banner-info")
        row = QHBoxLayout(banner)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(IconLabel("graph", "accent"))
        row.addWidget(ElidedLabel(f"{' / '.join(path)}: {READ_ONLY}", "strong"), 1)
        row.addWidget(text_button("Open the file", lambda: open_file(file), icon_name="open"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(banner)
        whole.addWidget(self.canvas, 1)
        self.resize(860, 440)
        session.picture_changed.connect(self._show_run)
        self._show_run(session.picture)
        session.breakpoint_list_changed.connect(self._show_breakpoints)
        self.canvas.breakpoint_toggled.connect(lambda node: session.toggle_breakpoint(node, path))
        self.canvas.branch_stop_toggled.connect(lambda outlet: session.toggle_branch_breakpoint(outlet, path))
        self._show_breakpoints()
        QTimer.singleShot(0, self.canvas, self.canvas.fit_all)

    def _show_run(self, picture: RunPicture) -> None:
        self.canvas.show_run(picture.inside.get(self.path, RunPicture(locked=picture.locked)))

    def _show_breakpoints(self, _old: object = None, _new: object = None) -> None:
        listed = self._session.breakpoint_list
        self.canvas.show_breakpoint_looks(breakpoint_looks(listed, self.path))
        self.canvas.show_branch_stops(branch_looks(listed, self.path))
