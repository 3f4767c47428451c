"""What the session needs of whatever runs the graph. Implemented by ``runner_process`` and ``fake_backend``.

All calls come from the GUI thread and return at once; events and replies come back on the GUI thread, later, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.runner.requests import Request
from engine.runner.run_events import RunEvent


@dataclass(frozen=True)
class Reply:
    """The one answer to a request: a JSON value, or why there is none."""

    value: Any = None
    error: str | None = None


OnEvents = Callable[[Sequence[RunEvent]], None]
OnReply = Callable[[Reply], None]


class EngineBackend(Protocol):
    """One runner, from its start to its end. It is not started twice; the session makes a new one instead."""

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        """Begins to start; ``RunnerReady`` or ``RunnerExited`` follows. ``inspect_only``: never loads user code."""

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        """May be called before the runner is ready. Without an answer when the runner ends, the reply is an error."""

    def stop(self) -> None:
        """Ends the runner and every process it started: politely for one second, then by force.

        ``RunnerExited`` follows, exactly once.
        """


BackendFactory = Callable[[], EngineBackend]
