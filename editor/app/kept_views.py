"""Where on the canvas the user was, level by level: written a moment after each pan, shown when they come back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer

from editor.app import graph_views
from editor.canvas.graph_view import GraphView

KEEP_AFTER_MS = 400  # a pan makes many small changes; one write after the last of them is enough
Level = tuple[str, ...]


class KeptViews(QObject):
    def __init__(self, canvas: GraphView, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._path: Path | None = None
        self._level: Level = ()
        self._unsaved: dict[Level, graph_views.View] = {}
        """Of a graph that has no file yet."""
        self._timer = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._timer.timeout.connect(self.write_now)
        canvas.view_changed.connect(self._timer.start)

    @property
    def path(self) -> Path | None:
        """The file whose view is kept."""
        return self._path

    def show(self, path: Path | None, level: Level = ()) -> None:
        """The view that was left there; all of the graph if it was never looked at."""
        self._timer.stop()
        if path != self._path:
            self._unsaved = {}
        self._path, self._level = path, level
        view = graph_views.read_view(path, level=level) if path is not None else self._unsaved.get(level)
        if view is None:
            QTimer.singleShot(0, self._canvas, self._canvas.fit_all)  # after the layout has given the canvas its size
            return
        self._place(view)
        size = self._canvas.viewport().size()
        QTimer.singleShot(0, self._canvas, lambda: self._place_again(view, size))

    def _place_again(self, view: graph_views.View, size: QSize) -> None:
        """Docks that came with the graph took room from the canvas, and its middle is another one."""
        if self._canvas.viewport().size() != size:
            self._place(view)

    def _place(self, view: graph_views.View) -> None:
        self._canvas.resetTransform()
        self._canvas.scale(view.scale, view.scale)
        self._canvas.centerOn(view.x, view.y)

    def rename(self, path: Path | None, level: Level) -> None:
        """The same view belongs to another file or level now: the graph was saved elsewhere, a node got a new name."""
        self._path, self._level = path, level

    def write_now(self) -> None:
        self._timer.stop()
        middle = self._canvas.mapToScene(self._canvas.viewport().rect().center())
        view = graph_views.View(self._canvas.zoom, middle.x(), middle.y())
        if self._path is not None:
            graph_views.write_view(self._path, view, level=self._level)
        else:
            self._unsaved[self._level] = view

    def stop(self) -> None:
        self._timer.stop()
