"""Frees the rows of a long run that is shown no more a few at a time: 100,000 at once take 130 ms. For ``session``."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer

PORTION = 2_000
"""Rows freed at once: about 3 ms."""


class LettingGo(QObject):
    """Holds on to rows until their turn comes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[object] = []
        self._next_portion = QTimer(self, interval=0)
        self._next_portion.timeout.connect(self.free_portion)

    @property
    def waiting(self) -> int:
        """How many rows are still held."""
        return len(self._rows)

    def take(self, rows: Sequence[object]) -> None:
        """The caller and everybody else forget them now."""
        if len(rows) > PORTION:
            self._rows += rows
            self._next_portion.start()

    def free_portion(self) -> None:
        """Called by the event loop, which answers the user in between."""
        del self._rows[-PORTION:]
        if not self._rows:
            self._next_portion.stop()

    def stop(self) -> None:
        """The session ends."""
        self._next_portion.stop()
