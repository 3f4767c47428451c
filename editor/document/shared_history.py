"""One window's door to the history of a document that other windows may show as well. No Qt.

The document, its undo list and its saved point are one for all windows; whose door an edit came through does not
matter. ``join`` goes over to another document, which is told as a whole new one. A run locks the document for all
windows; the one that runs reads its own reason, the others that it is elsewhere. Moved by ``editor.app.document_view``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from editor.document.command import Command
from editor.document.document import Document
from editor.document.undo_history import HistoryEvent, UndoHistory

LOCKED_ELSEWHERE = "A run of this graph in another window holds it. Stop that run to edit."


class SharedHistory(UndoHistory):
    """Inherits to keep the contract; every part of it is answered by the history that the windows share."""

    def __init__(self, shared: UndoHistory) -> None:
        super().__init__(shared.document)
        self._shared = shared
        self._leave = self._follow(shared)

    @property
    def shared(self) -> UndoHistory:
        return self._shared

    def join(self, shared: UndoHistory) -> None:
        """From now on this window shows that document. Its own lock of the old one goes."""
        if shared is self._shared:
            return
        self.leave()
        old, self._shared = self._shared.document, shared
        self._leave = self._follow(shared)
        self._hear(HistoryEvent(old, shared.document, ()))
        self._tell_locks()

    def leave(self) -> None:
        """The window goes: it hears nothing more, and holds nothing up."""
        self._leave()
        self._shared.unlock(holder=self)

    # ---- the contract

    @property
    def document(self) -> Document:
        return self._shared.document

    @property
    def read_only_reason(self) -> str:
        return self._shared.read_only_reason

    @property
    def locked_reason(self) -> str:
        return self._shared.why_not_edited(seen_by=self, of_others=LOCKED_ELSEWHERE)

    @property
    def modules_locked_reason(self) -> str:
        return self._shared.why_not_edited(only_modules=True, seen_by=self, of_others=LOCKED_ELSEWHERE)

    @property
    def can_undo(self) -> bool:
        return self._shared.can_undo

    @property
    def can_redo(self) -> bool:
        return self._shared.can_redo

    @property
    def undo_label(self) -> str:
        return self._shared.undo_label

    @property
    def redo_label(self) -> str:
        return self._shared.redo_label

    @property
    def is_modified(self) -> bool:
        return self._shared.is_modified

    def do(self, command: Command) -> bool:
        return self._shared.do(command)

    def undo(self) -> bool:
        return self._shared.undo()

    def redo(self) -> bool:
        return self._shared.redo()

    def mark_saved(self) -> None:
        self._shared.mark_saved()

    def mark_unsaved(self) -> None:
        self._shared.mark_unsaved()

    def seal(self) -> None:
        self._shared.seal()

    def lock(self, reason: str, *, spares_modules: bool = False, holder: Hashable = None) -> None:
        self._shared.lock(reason, spares_modules=spares_modules, holder=self)

    def unlock(self, *, holder: Hashable = None) -> None:
        self._shared.unlock(holder=self)

    def why_not_edited(self, *, only_modules: bool = False, seen_by: Hashable = None, of_others: str = "") -> str:
        return self._shared.why_not_edited(only_modules=only_modules, seen_by=seen_by, of_others=of_others)

    def replace(self, document: Document, read_only_reason: str = "") -> None:
        self._shared.replace(document, read_only_reason)

    # ---- inside

    def _follow(self, shared: UndoHistory) -> Callable[[], None]:
        ends = (shared.subscribe(self._hear), shared.subscribe_locks(self._tell_locks))

        def end() -> None:
            for each in ends:
                each()

        return end

    def _hear(self, event: HistoryEvent) -> None:
        self._events.append(event)
        if not self._telling:
            self._tell()

    def _tell_locks(self) -> None:
        for listener in tuple(self._lock_listeners):
            listener()
