"""Long work of the canvas a little at a time: the window goes on, a note says what is done, Cancel and Esc end it.

The work is a generator that yields how much of it is done, from 0 to 1, and returns what it made.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from editor.canvas.busy_note import BusyNote
from engine.clock import monotonic_s

SLICE_S = 0.012
"""Most of a frame: what the user does meanwhile is answered in the next one."""
SHOW_AFTER_MS = 250
"""What is over sooner needs no note."""

Steps = Generator[float, None, Any]


class PatientWork(QObject):
    """One work at a time."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.note = BusyNote(canvas, self.cancel)
        self._steps: Steps | None = None
        self._done: Callable[[Any], object] = _nothing
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._go_on)
        self._show_note = QTimer(self)
        self._show_note.setSingleShot(True)
        self._show_note.setInterval(SHOW_AFTER_MS)
        self._show_note.timeout.connect(self.note.show)

    @property
    def is_busy(self) -> bool:
        return self._steps is not None

    def start(self, words: str, steps: Steps, done: Callable[[Any], object]) -> None:
        """``done`` gets what the work made; it is not called after a cancel. What was being done before is ended."""
        self.cancel()
        self._steps, self._done = steps, done
        self.note.say(words)
        self.note.show_share(0.0)
        self._show_note.start()
        self._turn.start()

    def cancel(self) -> bool:
        """Ends it, and nothing comes of it. Whether there was something to end."""
        steps, self._steps = self._steps, None
        self._turn.stop()
        self._show_note.stop()
        self.note.hide()
        if steps is not None:
            steps.close()
        return steps is not None

    def _go_on(self) -> None:
        steps = self._steps
        assert steps is not None, "the timer runs only while there is work"
        end = monotonic_s() + SLICE_S
        try:
            while monotonic_s() < end:
                self.note.show_share(next(steps))
        except StopIteration as finished:
            self.cancel()
            self._done(finished.value)
        except BaseException:
            self.cancel()
            raise


def _nothing(_made: Any) -> None:
    return None
