"""One document that is open in this process: its history, its recovery log, what is known of its files on disk.

Windows are views of it: each reaches it through its own ``DocumentFiles``, which asks and decides. ``OpenDocuments``
knows all of the process, so that a file that is open is not read a second time but shown a second time.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor.app.edit_journal import EditJournal
from editor.app.module_disk import ModuleDisk
from editor.app.open_files import OpenFile
from editor.canvas.drawn_ahead import DrawnAhead
from editor.document.module_files import WrittenModule
from editor.document.undo_history import UndoHistory
from engine.graph.spec import GraphSpec


class OpenDocument(QObject):
    opened = Signal(object)
    """Another content is there: its ``Path``, or None for a new one."""
    saved = Signal(object)
    """It is on disk, at this ``Path``."""
    drawn = Signal(object)
    """What was computed of a large content before it is there: a ``DrawnAhead``."""
    told = Signal(str)
    """A sentence that needs no answer."""
    wanted_in_front = Signal()
    """Another process was asked to open the file."""
    looked_at_disk = Signal()
    taken_from_outside = Signal()

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self.history = history
        self.journal = EditJournal(history, self)
        self.journal.failed.connect(self.told)
        self.file = OpenFile(self)
        self.file.wanted_in_front.connect(self.wanted_in_front)
        self.modules = ModuleDisk(self, history)
        self.modules.told.connect(self.told)
        self.modules.taken.connect(self.taken_from_outside)
        self.written: tuple[WrittenModule, ...] = ()
        """The modules that the last save wrote."""
        self.saved_graph: GraphSpec | None = None
        """As the last save wrote it."""
        self.path: Path | None = None
        self.text_hash = ""
        self.refused_hash: str | None = None
        """Of a version on disk that the user did not want; it is not asked about again."""
        self.one_at_a_time = asyncio.Lock()
        self.asks: QObject | None = None
        """Whose question about it is open."""
        self.ahead = DrawnAhead()
        self.views: list[QObject] = []
        """The windows that show it, in the order they came; their ``DocumentFiles``."""

    def expect(self, ahead: DrawnAhead) -> None:
        """For the content that comes next, in every window."""
        self.ahead = DrawnAhead(ahead.places)  # the drawing is for one window, which takes it over
        self.drawn.emit(ahead)

    def close(self) -> None:
        """The last window goes. Unsaved edits stay in the recovery log."""
        self.journal.close()
        self.file.release()


class OpenDocuments:
    """Those of one process."""

    def __init__(self) -> None:
        self._open: list[OpenDocument] = []

    def add(self, document: OpenDocument) -> None:
        self._open.append(document)

    def forget(self, document: OpenDocument) -> None:
        self._open.remove(document)

    def of(self, path: Path) -> OpenDocument | None:
        """The one that has this file, however the path is spelled."""
        return next((document for document in self._open if is_same_file(document.path, path)), None)


def is_same_file(one: Path | None, other: Path) -> bool:
    """However the paths are spelled; the files need not be there."""
    return one is not None and _same_for_all_spellings(one) == _same_for_all_spellings(other)


def _same_for_all_spellings(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))
