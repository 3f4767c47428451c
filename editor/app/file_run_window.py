"""A window beside the main one with a subgraph of another file, and in it what the shown run does there. Read-only.

Follows the run and the moment that is looked at; the keys of the debugger work in it as in the main window. Opened by
``level_joints``: by a double-click or Enter on the subgraph while a run is shown, and when the run stops inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from editor.app.read_only_graph import ReadOnlyGraph
from editor.debugger.breakpoints import branch_looks, breakpoint_looks
from editor.debugger.run_picture import RunPicture
from editor.debugger.session import DebugSession
from editor.document.document import Document
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, IconLabel

READ_ONLY = "Shows what the run does in this file. Open the file to change it."
Path_ = tuple[str, ...]


class FileRunWindow(ReadOnlyGraph):
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
        words = ElidedLabel(f"{' / '.join(path)}: {READ_ONLY}", "strong")
        button = text_button("Open the file", lambda: open_file(file), icon_name="open")
        super().__init__(parent, document, READ_ONLY, "banner-info", (IconLabel("graph", "accent"), words, button))
        self.setObjectName("file run")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.path = path
        self._session = session
        self.setWindowTitle(f"{file.name} in this run (read-only)")
        self.addActions(actions)
        self.resize(860, 440)
        session.picture_changed.connect(self._show_run)
        self._show_run(session.picture)
        session.breakpoint_list_changed.connect(self._show_breakpoints)
        self.canvas.breakpoint_toggled.connect(lambda node: session.toggle_breakpoint(node, path))
        self.canvas.branch_stop_toggled.connect(lambda outlet: session.toggle_branch_breakpoint(outlet, path))
        self._show_breakpoints()

    def _show_run(self, picture: RunPicture) -> None:
        self.canvas.show_run(picture.inside.get(self.path, RunPicture(locked=picture.locked)))

    def _show_breakpoints(self, _old: object = None, _new: object = None) -> None:
        listed = self._session.breakpoint_list
        self.canvas.show_breakpoint_looks(breakpoint_looks(listed, self.path))
        self.canvas.show_branch_stops(branch_looks(listed, self.path))
