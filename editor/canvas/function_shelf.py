"""The functions of the modules beside the graph, read a little at a time so that the window never waits.

And the other graph files there, which can stand in this one as subgraphs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from editor.document.module_text import ModuleText
from editor.document.source_code import FunctionChoice, ProjectSources
from editor.document.source_text import SourceError
from engine.clock import monotonic_s
from engine.graph.references import SUFFIX

SLICE_S = 0.008
"""Half a frame: reading goes on in the next turn of the loop."""
MOST_MODULES = 500


class FunctionShelf(QObject):
    filled = Signal()
    """``choices`` is complete again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choices: tuple[FunctionChoice, ...] = ()
        self.graphs: tuple[str, ...] = ()
        """Paths of the other graph files, from the folder."""
        self.own_file: Path | None = None
        """The graph that is edited: it cannot stand in itself."""
        self._folder: Path | None = None
        self._sources: ProjectSources | None = None
        self._ahead: list[Path] = []
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._read_on)

    def set_folder(self, folder: Path | None) -> None:
        """None for a graph that has no file yet."""
        if folder != self._folder:
            self._turn.stop()
            self._folder, self.choices, self.graphs = folder, (), ()
            self._sources = ProjectSources(folder) if folder is not None else None

    def see(self, modules: Mapping[str, ModuleText]) -> None:
        """Modules that are being edited count as they are now."""
        if self._sources is not None:
            self._sources.see(modules)

    def refresh(self) -> None:
        """Look at the folder again; only files that changed are parsed."""
        if self._folder is not None and not self._turn.isActive():
            self._ahead = sorted(self._folder.glob("*.py"), reverse=True)[-MOST_MODULES:]
            others = [path.name for path in self._folder.glob(f"*{SUFFIX}") if path != self.own_file]
            self.graphs = tuple(sorted(others)[:MOST_MODULES])
            self._turn.start()

    def _read_on(self) -> None:
        assert self._sources is not None, "the timer runs only while there is a folder"
        end = monotonic_s() + SLICE_S
        while self._ahead and monotonic_s() < end:
            try:
                self._sources.module(self._ahead.pop())
            except SourceError:
                continue  # the problems say it, for those modules that the graph uses
        if not self._ahead:
            self._turn.stop()
            self.choices = self._sources.functions()
            self.filled.emit()
