"""Notices that a file of the graph changed on disk while the window is in front, and has the window look at the disk.

Watches the graph's folder and the folders one below it, and the modules and graph files in them (those that a run's
code may be in). Several changes in a row are one look. What changed is found by content, so a touch does nothing.
``watch_disk`` is called once by ``wiring``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from editor.debugger.code_stamp import watched_paths

if TYPE_CHECKING:
    from editor.app.wiring import Editor

SETTLE_MS = 300
"""Editors save by writing beside and renaming, formatters write twice; 300 ms after the last change all is there."""

MOST_PATHS = 500
"""Each costs a handle of the system; folders come first, and a change in a folder is told for its files as well."""


class DiskWatch(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._on_change)
        self._watcher.directoryChanged.connect(self._on_change)
        editor.files.opened.connect(self._on_path)
        editor.files.saved.connect(self._on_path)
        editor.closed.connect(self.stop)
        editor.window.destroyed.connect(self.stop)

    def stop(self) -> None:
        """The window is gone; what changes now concerns nobody here."""
        self._on_path(None)
        self._settle.stop()

    @property
    def paths(self) -> frozenset[str]:
        return frozenset((*self._watcher.files(), *self._watcher.directories()))

    def _on_path(self, path: Path | None) -> None:
        wanted = {str(each) for each in list(watched_paths(path))[:MOST_PATHS]} if path is not None else set()
        gone = sorted(self.paths - wanted)
        new = sorted(wanted - self.paths)
        if gone:
            self._watcher.removePaths(gone)
        if new:
            self._watcher.addPaths(new)

    def _on_change(self, _path: str) -> None:
        self._settle.start()

    def _look(self) -> None:
        # A file that was replaced by another of its name is not watched any more; new ones are to be.
        self._on_path(self._editor.files.path)
        self._editor.window.looked_at.emit()


def watch_disk(editor: Editor) -> DiskWatch:
    return DiskWatch(editor)
