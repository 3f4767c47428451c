"""How long a test waits for a fact before it gives up: in one place, for all of them.

Only a failure waits that long, so the time is a net and no measure: it has to be enough on a machine that is ten times
slower, or has ten other things to do.
"""

from __future__ import annotations

import time
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_S = 120.0
PATIENCE_MS = int(PATIENCE_S * 1000)

_PIECE_S = 0.1
"""Processor time of ``_piece_of_work`` where the limits of processor time in the tests were set: two busy cores."""


def slowness() -> float:
    """How many times longer the processor takes just now than where the tests' limits were set; never below 1.

    A limit of processor time is multiplied by it: waiting for one's turn does not count there, but a slower processor
    and neighbours that push each other out of its caches do.
    """
    return max(1.0, _piece_of_work() / _PIECE_S)


def _piece_of_work() -> float:
    began_s = time.process_time()
    made = {f"n{number}": number * number for number in range(200_000)}
    assert len(made) == 200_000
    return time.process_time() - began_s


class PatientQtBot(QtBot):
    """Waits as long as everything else here; pytest-qt's own waits give up after 5 s."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:  # pytest-qt's name
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **options)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)
