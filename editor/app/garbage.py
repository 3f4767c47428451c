"""Collects reference circles on the GUI thread only, and so that nobody notices.

Python starts its collector in whatever thread happens to allocate. If that is a worker and the garbage holds a Qt
object with a timer, Qt destroys it in the wrong thread: "Timers cannot be stopped from another thread", or a crash. So
the automatic collector is off while the editor runs, and a timer here asks for what it would have done.

A collection looks at every object there is: 120 ms with a graph of 5,000 nodes open, measured. So what has grown large
is set aside (``gc.freeze``), where no collection looks, until the GUI thread has had nothing to do for a while.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1_000
MOST_LOOKED_AT = 75_000
"""Objects. About 8 ms, measured."""
IDLE_LOOKS = 5
IDLE_S = 0.02
"""A window that does nothing but blink a cursor computes less than this from one look to the next."""


class GarbageCollection(QObject):
    """Takes over from the automatic collector until ``stop``.

    ``sets_aside``: what has grown large is not looked at while the window is in use. ``computed_s``: how long this
    thread has computed, in seconds.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        sets_aside: bool = False,
        computed_s: Callable[[], float] = time.thread_time,
    ) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._sets_aside = sets_aside
        self._grown = 0
        # Objects that came since something was set aside and were not garbage, about.
        self._is_something_aside = False
        self._computed_s = computed_s
        self._computed_before_s = computed_s()
        self._idle_looks = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Once a second: collects what is due, or everything if the window is idle and something was set aside."""
        now_s = self._computed_s()
        is_idle, self._computed_before_s = now_s - self._computed_before_s < IDLE_S, now_s
        self._idle_looks = self._idle_looks + 1 if is_idle else 0
        if self._is_something_aside and self._idle_looks >= IDLE_LOOKS:
            self._collect_everything()
        else:
            self.collect_what_is_due()

    def collect_what_is_due(self) -> int | None:
        """Collects the oldest generation whose count is over its threshold; returns its number, None if none is."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation] > 0:
                if self._sets_aside and self._grown + counts[0] > MOST_LOOKED_AT:
                    self._set_aside()
                    return None
                self._grown += counts[0] - gc.collect(generation)
                return generation
        return None

    def stop(self) -> None:
        """Gives the work back to Python."""
        self._timer.stop()
        if self._is_something_aside:
            gc.unfreeze()
        gc.enable()

    def _set_aside(self) -> None:
        gc.freeze()
        self._grown = 0
        self._is_something_aside = True

    def _collect_everything(self) -> None:
        gc.unfreeze()
        gc.collect()
        self._set_aside()
        self._is_something_aside = False
        self._idle_looks = 0
