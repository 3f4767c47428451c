"""The order in which a runner begins."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.runner import server
from engine.runner.run_events import RunnerReady


def test_that_it_is_ready_is_told_before_a_request_can_keep_it_from_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch of ``9 ** 9 ** 9`` in the pipe took the interpreter for itself, and the window waited for ever."""
    seen: list[str] = []

    class Noted(threading.Thread):
        def start(self) -> None:
            seen.append(self.name)

    monkeypatch.setattr(server.threading, "Thread", Noted)
    wire: Any = SimpleNamespace(tell=lambda event: seen.append(type(event).__name__))
    keeper: Any = SimpleNamespace(write=lambda: None)
    runner = server.Server(tmp_path / "g.graph.json", "stepgraph", wire, None, keeper)
    runner._orders.put(None)

    runner.serve()

    assert seen == [RunnerReady.__name__, "runner listen", "runner reads", "runner heartbeat"]
