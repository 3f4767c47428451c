"""Drives a session over the scripted backend to a wanted moment, waiting on what it tells, never on the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_script import Script
from editor.debugger.run_state import CheckpointRow, Phase
from editor.debugger.session import DebugSession
from engine.runner.requests import Request

BILLING = {"user_id": "ada", "message": "Why was I charged twice on my last invoice?"}
TECHNICAL = {"user_id": "ada", "message": "I get a login error?"}
UNCLEAR = {"user_id": "ada", "message": "It is odd"}
AT_REST = (Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.FINISHED)


class Scripted:
    def __init__(self, qtbot: QtBot, folder: Path, script: Script) -> None:
        self.qtbot = qtbot
        self.backends: list[FakeBackend] = []
        database: dict[str, Any] = {}

        def backend() -> FakeBackend:
            self.backends.append(FakeBackend(script, database=database))
            return self.backends[-1]

        self.session = DebugSession(backend)
        self.graph_path = folder / "support_router.graph.json"
        self.session.open_graph(self.graph_path, script.graph)

    def requests(self, kind: type[Request]) -> list[Any]:
        """What the backends were asked, of one kind, in order."""
        return [request for backend in self.backends for request in backend.requests if isinstance(request, kind)]

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.run_state.phase in AT_REST)

    def start(self, input: dict[str, Any] | None = None) -> None:
        """Paused before the first node."""
        self.session.run_and_step(input or BILLING)
        self.rest()

    def run(self, input: dict[str, Any] | None = None) -> None:
        """To the first stop of its own."""
        self.session.run(input or BILLING)
        self.rest()

    def step(self, times: int = 1) -> None:
        for _ in range(times):
            head = self.session.run_state.head
            self.session.step()
            self.qtbot.waitUntil(lambda head=head: self.session.run_state.head != head)
            self.rest()

    def after(self, node: str) -> CheckpointRow:
        """The first checkpoint that this node made."""
        return next(row for row in self.session.run_state.checkpoints.values() if node in row.ran)

    @property
    def head(self) -> CheckpointRow:
        state = self.session.run_state
        assert state.head is not None
        return state.checkpoints[state.head]
