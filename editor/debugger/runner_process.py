"""The real backend: a runner in a child process, spoken to over pipes on the window's asyncio loop (qasync's)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from editor.debugger.backend import BackendFactory, OnEvents, OnReply, Reply
from engine.runner.client import RunnerClient
from engine.runner.protocol import Replied
from engine.runner.requests import Request

PythonFor = Callable[[Path], str]
"""The Python that runs a graph."""


def own_python(_graph_path: Path) -> str:
    """The one that the editor runs on."""
    return sys.executable


class RunnerProcess:
    """An ``EngineBackend`` around ``RunnerClient``.

    ``python_for``: which Python runs a graph. Who only reads the database is started on the editor's own.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, python_for: PythonFor = own_python, engine: str = "stepgraph"
    ) -> None:
        self._loop = loop
        self._python_for = python_for
        self._engine = engine
        self._client: RunnerClient | None = None

    @property
    def pid(self) -> int | None:
        return None if self._client is None else self._client.pid

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        assert self._client is None, "a backend is started once"
        self._client = RunnerClient(self._loop, on_events)
        python = own_python(graph_path) if inspect_only else self._python_for(graph_path)
        self._client.start(graph_path, inspect_only=inspect_only, python=python, engine=self._engine)

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
    python_for: PythonFor = own_python
    engine: str = "stepgraph"
    starts_ahead: bool = False
    """A window may start one before it is needed."""

    def __call__(self) -> RunnerProcess:
        return RunnerProcess(self.loop, python_for=self.python_for, engine=self.engine)


def runner_processes(
    loop: asyncio.AbstractEventLoop,
    *,
    python_for: PythonFor = own_python,
    engine: str = "stepgraph",
    starts_ahead: bool = False,
) -> BackendFactory:
    return RunnerProcesses(loop, python_for, engine, starts_ahead)
