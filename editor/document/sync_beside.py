"""Waits for the disk in a thread: a file is made safe from a power cut while the window lives on.

Used by the recovery log.
"""

from __future__ import annotations

import os
import threading


class SyncBeside:
    """One file at a time. Used from one thread only."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._trouble: OSError | None = None

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, descriptor: int) -> None:
        """Returns at once; the file may be closed then. Only after the one before has been waited for."""
        assert self._thread is None, "nobody asked how the last one ended"
        own = os.dup(descriptor)
        self._thread = threading.Thread(target=self._sync, args=(own,), name="sync", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until the disk has it. Raises the ``OSError`` that it ended in."""
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            raise trouble

    def _sync(self, descriptor: int) -> None:
        try:
            os.fsync(descriptor)
        except OSError as error:
            self._trouble = error
        finally:
            os.close(descriptor)
