"""Collects reference circles on the GUI thread only.

Python starts its collector in whatever thread happens to allocate. If that is a worker and the garbage holds a Qt
object with a timer, Qt destroys it in the wrong thread: "Timers cannot be stopped from another thread", or a crash. So
the automatic collector is off while the editor runs, and a timer here asks for what it would have done.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1_000


class GarbageCollection(QObject):
    """Takes over from the automatic collector until ``stop``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.collect_what_is_due)
        self._timer.start()

    def collect_what_is_due(self) -> int | None:
        """Collects the oldest generation whose count is over its threshold; returns its number, None if none is."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation] > 0:
                gc.collect(generation)
                return generation
        return None

    def stop(self) -> None:
        """Gives the work back to Python."""
        self._timer.stop()
        gc.enable()
