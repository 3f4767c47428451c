"""Keeps the recovery log of the window's document: begins it, feeds it, makes it safe each second, ends it.

A disk that refuses the log must not stop the editing: it is logged, told once, and tried again with the next document.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from editor.document.document import Document
from editor.document.recovery_log import RecoveryLog, recovery_folder
from editor.document.undo_history import HistoryEvent, UndoHistory

log = logging.getLogger(__name__)

SYNC_MS = 900  # with the time of the sync itself under the promised second


class EditJournal(QObject):
    failed = Signal(str)
    """A sentence: edits are not being logged at the moment, and why."""

    def __init__(self, history: UndoHistory, parent: QObject, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._folder = folder or recovery_folder()
        self._log: RecoveryLog | None = None
        self._unsubscribe = history.subscribe(self._record)
        self._timer = QTimer(self)
        self._timer.setInterval(SYNC_MS)
        self._timer.timeout.connect(self._begin_sync)

    def begin(self, path: Path | None, text_hash: str) -> None:
        """The history holds what is on disk: a new journal starts from it. Writes nothing before the first edit."""
        self._log = RecoveryLog(self._folder, self._history.document, path, text_hash)
        self._timer.start()

    def take_over(self, journal: Path) -> None:
        """The next edit is all that a crash left in that one."""
        self._try(lambda log: log.take_over(journal))

    def sync(self) -> None:
        """Makes all edits so far safe from a power cut too."""
        self._try(lambda journal: journal.sync())

    def saved(self, document: Document, path: Path, text_hash: str) -> None:
        self._try(lambda journal: journal.saved(document, path, text_hash))

    def give_up_edits(self) -> None:
        """The user chose so, or there are none."""
        self._try(lambda journal: journal.delete())
        self._log = None

    def close(self) -> None:
        """The window goes; what is not saved stays on disk and is offered at the next start.

        Edits that were all taken back are not: the file has what the user last saw.
        """
        self._unsubscribe()
        self._timer.stop()
        if self._history.is_modified:
            self._try(lambda journal: journal.sync())
        else:
            self._try(lambda journal: journal.delete())
        self._try(lambda journal: journal.close())
        self._log = None

    def _begin_sync(self) -> None:
        self._try(lambda journal: journal.begin_sync())

    def _record(self, event: HistoryEvent) -> None:
        self._try(lambda journal: journal.record(event))

    def _try(self, act: Callable[[RecoveryLog], None]) -> None:
        if self._log is None:
            return
        try:
            act(self._log)
        except OSError as error:
            log.warning("edits are not logged: %s", error)
            self._log = None
            self.failed.emit(f"Edits cannot be kept for recovery ({error}). Save often.")
