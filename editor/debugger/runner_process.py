"""The real backend: a runner in a child process, spoken to over pipes on the window's asyncio loop (qasync's)."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from editor.debugger.backend import BackendFactory, OnEvents, OnReply, Reply
from engine.runner.client import RunnerClient
from engine.runner.protocol import Replied
from engine.runner.requests import Request


class RunnerProcess:
    """An ``EngineBackend`` around ``RunnerClient``. ``python`` is the user's own interpreter."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, python: str = sys.executable, engine: str = "stepgraph"
    ) -> None:
        self._loop = loop
        self._python = python
        self._engine = engine
        self._client: RunnerClient | None = None

    @property
    def pid(self) -> int | None:
        return None if self._client is None else self._client.pid

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        assert self._client is None, "a backend is started once"
        self._client = RunnerClient(self._loop, on_events)
        self._client.start(graph_path, inspect_only=inspect_only, python=self._python, engine=self._engine)

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        assert self._client is not None, "started before it is spoken to"

        def replied(answer: Replied) -> None:
            if on_reply is not None:
                on_reply(Reply(answer.value, answer.error))

        self._client.send(request, replied)

    def stop(self) -> None:
        if self._client is not None:
            self._client.stop()

    def kill(self) -> None:
        """At once, as when the window closes and nobody waits."""
        if self._client is not None:
            self._client.kill()


@dataclass(frozen=True)
class RunnerProcesses:
    """What a ``DebugSession`` needs to start runners whenever it needs one: a ``BackendFactory``."""

    loop: asyncio.AbstractEventLoop
    python: str = sys.executable
    engine: str = "stepgraph"
    starts_ahead: bool = False
    """A window may start one before it is needed."""

    def __call__(self) -> RunnerProcess:
        return RunnerProcess(self.loop, python=self.python, engine=self.engine)


def runner_processes(
    loop: asyncio.AbstractEventLoop,
    *,
    python: str = sys.executable,
    engine: str = "stepgraph",
    starts_ahead: bool = False,
) -> BackendFactory:
    return RunnerProcesses(loop, python, engine, starts_ahead)
