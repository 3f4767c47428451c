"""A pulse of the GUI thread: how long the window did not answer, and what of that was its own doing.

Used by ``gui_loads``.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer

PULSE_MS = 2


@dataclass(frozen=True)
class Gap:
    """Between two beats of the GUI thread, in milliseconds."""

    wall_ms: float
    processor_ms: float
    """What of its gap the GUI thread itself computed: on a shared machine the rest belongs to the neighbours."""
    own_ms: float
    """What it computed or waited for, such as a disk or another thread, but not the waiting for a processor."""


class Pulse:
    """A timer on the GUI thread that notes how late it comes. As a context manager."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(PULSE_MS)
        self._timer.timeout.connect(self._beat)
        self._last = _Clocks.now()
        self.gaps: list[Gap] = []

    def __enter__(self) -> Pulse:
        self._last = _Clocks.now()
        self._timer.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = _Clocks.now()
        self.gaps.append(now.since(self._last))
        self._last = now

    @property
    def longest(self) -> Gap:
        """Of each of the three the longest; they need not be of one gap."""
        return Gap(
            max(gap.wall_ms for gap in self.gaps),
            max(gap.processor_ms for gap in self.gaps),
            max(gap.own_ms for gap in self.gaps),
        )


def p999(milliseconds: list[float]) -> float:
    """What one of a thousand beats is later than."""
    return sorted(milliseconds)[int(0.999 * (len(milliseconds) - 1))]


@dataclass(frozen=True)
class _Clocks:
    wall_s: float
    processor_s: float
    queued_s: float

    @classmethod
    def now(cls) -> _Clocks:
        return cls(time.perf_counter(), time.thread_time(), _queued_s())

    def since(self, before: _Clocks) -> Gap:
        wall_ms = (self.wall_s - before.wall_s) * 1000
        queued_ms = (self.queued_s - before.queued_s) * 1000
        return Gap(wall_ms, (self.processor_s - before.processor_s) * 1000, max(0.0, wall_ms - queued_ms))


_OF_THIS_THREAD = Path("/proc/thread-self/schedstat")


def _queued_s() -> float:
    """How long this thread was ready and had no processor; 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return 0.0
    try:
        return int(_OF_THIS_THREAD.read_text().split()[1]) / 1e9
    except (OSError, IndexError):  # a kernel without the statistics
        return 0.0
