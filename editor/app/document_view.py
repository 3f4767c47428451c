"""A window as one of the views of an open document: joins it, leaves it, passes on what is told of it.

The last view that leaves closes the document. ``DocumentFiles`` inherits this and adds what is asked and written.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance

from editor.app.open_document import OpenDocument, OpenDocuments
from editor.document.document import Document
from editor.document.module_files import WrittenModule
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from engine.graph.spec import GraphSpec


class DocumentView(QObject):
    opened = Signal(object)
    """Another document is there: its ``Path``, or None for a new one."""
    saved = Signal(object)
    """It is on disk, at this ``Path``."""
    drawn = Signal(object)
    """What was computed of a large document before it is there, as ``GraphView.expect`` takes it."""
    told = Signal(str)
    """A sentence that needs no answer."""
    wanted_in_front = Signal()
    """Another window was asked to open the file of this one."""
    looked_at_disk = Signal()
    """Also modules that are not edited here may be other ones now."""
    taken_from_outside = Signal()
    """A module's text that another program wrote is in the document now."""

    def __init__(self, parent: QObject, history: SharedHistory, documents: OpenDocuments) -> None:
        super().__init__(parent)
        self._history = history
        self._documents = documents
        self._has_document = False
        self._shared = self._new_document(history.shared)

    @property
    def path(self) -> Path | None:
        """None before the first save of a new document, and while there is none."""
        return self._shared.path

    @property
    def has_document(self) -> bool:
        return self._has_document

    @property
    def written(self) -> tuple[WrittenModule, ...]:
        """The modules that the last save wrote."""
        return self._shared.written

    @property
    def saved_graph(self) -> GraphSpec | None:
        """As the last save wrote it."""
        return self._shared.saved_graph

    @property
    def shared(self) -> OpenDocument:
        """What other windows may show too."""
        return self._shared

    @property
    def is_shown_elsewhere(self) -> bool:
        """Whether another window of this process shows the same document."""
        return len(self._shared.views) > 1

    @property
    def number(self) -> int:
        """Which of the windows on this document this is; from 1."""
        return self._shared.views.index(self) + 1 if self in self._shared.views else 1

    def show_same_as(self, other: DocumentView) -> None:
        """This new window shows the document of that one."""
        self._join(other.shared)

    def _join(self, shared: OpenDocument) -> None:
        """This window shows what another one shows. Its own document was left with the user's consent."""
        if shared is self._shared:
            return
        self._leave(gives_up_edits=True)
        self._shared = shared
        self._view()
        self._has_document = True
        self.drawn.emit(shared.ahead)
        self._history.join(shared.history)
        self.opened.emit(shared.path)

    def _part(self) -> None:
        """The other windows keep the document; this one gets a new one."""
        self._leave()
        self._history.join(self._new_document(UndoHistory(Document())).history)

    def _new_document(self, history: UndoHistory) -> OpenDocument:
        self._shared = OpenDocument(history)
        self._documents.add(self._shared)
        self._view()
        return self._shared

    def _view(self) -> None:
        self._shared.views.append(self)
        for told, tell in self._passed_on():
            told.connect(tell)

    def _leave(self, *, gives_up_edits: bool = False) -> None:
        """The last window that leaves a document closes it."""
        shared = self._shared
        if self not in shared.views:
            return
        shared.views.remove(self)
        for told, tell in self._passed_on():
            told.disconnect(tell)
        if not shared.views:
            if gives_up_edits:
                shared.journal.give_up_edits()
            shared.close()
            self._documents.forget(shared)

    def _passed_on(self) -> tuple[tuple[SignalInstance, SignalInstance], ...]:
        shared = self._shared
        return (
            (shared.opened, self.opened),
            (shared.saved, self.saved),
            (shared.drawn, self.drawn),
            (shared.told, self.told),
            (shared.wanted_in_front, self.wanted_in_front),
            (shared.looked_at_disk, self.looked_at_disk),
            (shared.taken_from_outside, self.taken_from_outside),
        )
