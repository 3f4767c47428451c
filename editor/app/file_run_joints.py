"""Opens and raises the windows that show a run inside subgraphs of other files. Made by ``level_joints``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from editor.app.file_run_window import FileRunWindow
from editor.debugger.run_state import Phase, RunState
from editor.document.files import DocumentError, open_document
from engine.graph.references import GraphPlace, GraphReferenceError
from engine.graph.spec import GraphSpec

if TYPE_CHECKING:
    from editor.app.wiring import Editor

Path_ = tuple[str, ...]
KEYS = ("run", "pause", "step", "into", "out", "back", "forward", "back_to_now", "stop")
"""Actions of the debugger whose keys work in the window, too."""


class FileRunJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        editor.session.run_state_changed.connect(self._on_run_state)

    @property
    def has_run(self) -> bool:
        """A run is shown, so what a subgraph of another file does in it can be."""
        return self._editor.session.run_state.phase is not Phase.NO_RUN

    def show(self, path: Path_) -> bool:
        """The window of that subgraph, in front of the others; False if it is not of another file or cannot be read."""
        known = self._window(path)
        if known is not None:
            known.raise_()
            return True
        file = self._file(path)
        if file is None:
            return False
        try:
            document = open_document(file).document
        except DocumentError as error:
            self._editor.window.toast.say(error.text)
            return False
        registry = self._editor.window.registry
        window = FileRunWindow(
            self._editor.window,
            self._editor.session,
            path,
            file,
            document,
            open_file=self._editor.open,
            actions=[registry[f"debug.{name}"] for name in KEYS],
        )
        canvas = self._editor.canvas  # over which it comes up, so that the panels beside stay in sight
        window.resize(min(window.width(), canvas.width() - 48), min(window.height(), canvas.height() - 72))
        window.move(canvas.mapToGlobal(QPoint(24, 48)))
        window.show()
        return True

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        """The run stops inside: as the main window goes to the level, a file comes up in its window."""
        if new.stopped_inside and new.stopped_inside != old.stopped_inside:
            for path in self._editor.session.stopped_within:
                self.show(path)
        elif new.phase is Phase.NO_RUN and old.phase is not Phase.NO_RUN:
            for window in self._editor.window.findChildren(FileRunWindow):
                window.close()

    def _window(self, path: Path_) -> FileRunWindow | None:
        windows = self._editor.window.findChildren(FileRunWindow)
        return next((window for window in windows if window.path == path and window.isVisible()), None)

    def _file(self, path: Path_) -> Path | None:
        """Where the drawing at the end of the path is kept; None if it is in the graph's own file."""
        graph_path, graph = self._editor.session.graph_path, self._editor.session.graph
        if graph_path is None or graph is None:
            return None
        place, at, is_own = GraphPlace.of(graph_path), graph, True
        for name in path:
            node = at.nodes.get(name)
            if node is None or node.graph is None:
                return None
            if isinstance(node.graph, GraphSpec):
                at, is_own = node.graph, False
                continue
            try:
                at, place = place.follow(node.graph)
            except (GraphReferenceError, ValueError, OSError):
                return None
            is_own = True
        return place.path if is_own and path else None
