"""The one writer of the document: does commands, undoes and redoes them, and tells everybody what changed. No Qt.

Holds the present document, the way back and the way forward, and which point of that way is on disk. Holds no files
(see ``files``) and no rules of editing (see ``commands``). Used from the GUI thread only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from editor.document.changes import Change, ModuleSpliced, apply_changes, inverse_of
from editor.document.command import Command
from editor.document.document import Document, normal_document
from editor.document.merging import merged
from engine.clock import monotonic_s


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """The document became another one."""

    old: Document
    new: Document
    changes: tuple[Change, ...]
    """In the order they happened. Empty: the whole document was replaced, anything may differ."""


Listener = Callable[[HistoryEvent], None]

MERGE_WITHIN_S = 1.0
"""A key held down repeats every 30 to 50 ms, and letters are typed faster than this; two drags are further apart."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of the undo list."""

    label: str
    changes: tuple[Change, ...]
    merge_key: Hashable | None


@dataclass(frozen=True, slots=True)
class _Lock:
    reason: str
    spares_modules: bool


class UndoHistory:
    """Commands in, events out.

    ``do``, ``undo`` and ``redo`` return whether something happened. They do nothing while the history is read-only or
    locked; ``locked_reason`` then says why, as a sentence for the user.
    """

    def __init__(
        self, document: Document, read_only_reason: str = "", *, clock: Callable[[], float] = monotonic_s
    ) -> None:
        self._document = normal_document(document)
        self._clock = clock
        self._read_only_reason = read_only_reason
        self._locks: dict[Hashable, _Lock] = {}
        self._done: list[_Entry] = []
        self._undone: list[_Entry] = []
        self._saved_at: int | None = 0
        """How many done entries the file on disk has; None once that point cannot be reached any more."""
        self._may_merge = False
        self._last_done_s = 0.0
        self._listeners: list[Listener] = []
        self._lock_listeners: list[Callable[[], None]] = []
        self._events: deque[HistoryEvent] = deque()
        self._telling = False

    @property
    def document(self) -> Document:
        return self._document

    @property
    def read_only_reason(self) -> str:
        return self._read_only_reason

    @property
    def locked_reason(self) -> str:
        """Why nothing can be edited now; empty if it can."""
        return self.why_not_edited()

    @property
    def modules_locked_reason(self) -> str:
        """Why no module can be edited now; empty if they can, though perhaps the graph cannot."""
        return self.why_not_edited(only_modules=True)

    @property
    def can_undo(self) -> bool:
        return bool(self._done) and not self._why_not(self._done[-1].changes)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone) and not self._why_not(self._undone[-1].changes)

    @property
    def undo_label(self) -> str:
        """What undo would take back, e.g. "Rename 'plan' to 'draft'"; empty if there is nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        return self._undone[-1].label if self._undone else ""

    @property
    def is_modified(self) -> bool:
        """Whether the document differs from what was last saved or opened. Undoing back to that point says no again."""
        return len(self._done) != self._saved_at

    def do(self, command: Command) -> bool:
        """Applies the whole command or nothing; merges it with the last one if that was just now and has its merge key.

        Raises ``ChangeDoesNotFit`` if it was made for another document.
        """
        if not command.changes or self._why_not(command.changes):
            return False
        reads = tuple(read for read in command.reads if read.path not in self._document.modules)
        ready = apply_changes(self._document, reads)
        new = apply_changes(ready, command.changes)
        entry = _Entry(command.label, command.changes, command.merge_key)
        if self._merges_with_last(command):
            entry = replace(entry, changes=merged(self._done.pop().changes, command.changes))
        else:
            self._forget_undone()
        if entry.changes:  # a node moved there and back again leaves nothing to undo
            self._done.append(entry)
        self._may_merge = bool(entry.changes) and command.merge_key is not None
        self._last_done_s = self._clock()
        if reads:
            self._become(ready, reads)
        self._become(new, command.changes)
        return True

    def undo(self) -> bool:
        if not self.can_undo:
            return False
        back = inverse_of(self._done[-1].changes)
        new = apply_changes(self._document, back)
        self._undone.append(self._done.pop())
        self._may_merge = False
        self._become(new, back)
        return True

    def redo(self) -> bool:
        if not self.can_redo:
            return False
        forward = self._undone[-1].changes
        new = apply_changes(self._document, forward)
        self._done.append(self._undone.pop())
        self._may_merge = False
        self._become(new, forward)
        return True

    def mark_saved(self) -> None:
        """The present document is on disk."""
        self._saved_at = len(self._done)
        self._may_merge = False

    def mark_unsaved(self) -> None:
        """The document is not on disk (recovered after a crash, or its file is gone); only a save changes that."""
        self._saved_at = None

    def seal(self) -> None:
        """The next command starts an undo step of its own, even with the same merge key. Called when a gesture ends."""
        self._may_merge = False

    def lock(self, reason: str, *, spares_modules: bool = False, holder: Hashable = None) -> None:
        """Refuses every edit until ``unlock``; the reason is a sentence for the user. Used while a run exists.

        ``spares_modules``: edits of modules alone are let through. A failed run is mended and tried again.
        ``holder``: who locks, where several windows show the document; each has one lock, and only it takes it away.
        """
        if not reason:
            raise ValueError("A lock needs a reason that can be shown.")
        self._may_merge = False
        self._set_locks({**self._locks, holder: _Lock(reason, spares_modules)})

    def unlock(self, *, holder: Hashable = None) -> None:
        self._set_locks({each: lock for each, lock in self._locks.items() if each != holder})

    def why_not_edited(self, *, only_modules: bool = False, seen_by: Hashable = None, of_others: str = "") -> str:
        """The reason of a lock, as the holder ``seen_by`` reads it: its own one first, for others' ``of_others``."""
        locks = {who: lock for who, lock in self._locks.items() if not (only_modules and lock.spares_modules)}
        if self._read_only_reason or not locks:
            return self._read_only_reason
        own = locks.get(seen_by)
        return own.reason if own is not None else of_others or next(iter(locks.values())).reason

    def subscribe_locks(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls the listener after a lock, or a reason to be read-only, came, changed or went.

        Returns a function that ends it.
        """
        self._lock_listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._lock_listeners:
                self._lock_listeners.remove(listener)

        return unsubscribe

    def replace(self, document: Document, read_only_reason: str = "") -> None:
        """Starts over with what is on disk now: after a reload. Undo ends here."""
        self._done.clear()
        self._undone.clear()
        self._saved_at = 0
        self._may_merge = False
        was_read_only, self._read_only_reason = self._read_only_reason, read_only_reason
        self._become(normal_document(document), ())
        if read_only_reason != was_read_only:
            self._tell_locks()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls the listener after every change, in order. Returns a function that ends it and may be called twice."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def _set_locks(self, locks: dict[Hashable, _Lock]) -> None:
        if locks != self._locks:
            self._locks = locks
            self._tell_locks()

    def _tell_locks(self) -> None:
        for listener in tuple(self._lock_listeners):
            listener()

    def _why_not(self, changes: tuple[Change, ...]) -> str:
        is_of_modules = all(isinstance(change, ModuleSpliced) for change in changes)
        return self.modules_locked_reason if is_of_modules else self.locked_reason

    def _merges_with_last(self, command: Command) -> bool:
        return (
            self._may_merge
            and command.merge_key is not None
            and bool(self._done)
            and not self._undone
            and self._done[-1].merge_key == command.merge_key
            and self._clock() - self._last_done_s <= MERGE_WITHIN_S
        )

    def _forget_undone(self) -> None:
        self._undone.clear()
        if self._saved_at is not None and self._saved_at > len(self._done):
            self._saved_at = None

    def _become(self, document: Document, changes: tuple[Change, ...]) -> None:
        self._events.append(HistoryEvent(self._document, document, changes))
        self._document = document
        if not self._telling:
            self._tell()

    def _tell(self) -> None:
        """A listener may edit: that event waits until all heard this one. A failing one keeps no other from hearing."""
        first_error: Exception | None = None
        self._telling = True
        try:
            while self._events:
                event = self._events.popleft()
                for listener in tuple(self._listeners):
                    try:
                        listener(event)
                    except Exception as error:  # reported below, once the others know
                        first_error = first_error or error
        finally:
            self._telling = False
        if first_error is not None:
            raise first_error
