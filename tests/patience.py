"""How long a test waits for a fact before it gives up: in one place, for all of them.

Only a failure waits that long, so the time is a net and no measure: it has to be enough on a machine that is ten times
slower, or has ten other things to do.
"""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_S = 120.0
PATIENCE_MS = int(PATIENCE_S * 1000)


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
