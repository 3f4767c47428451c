"""No runner with the user's code starts without permission, whichever way it is asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from editor.app.run_permission import REFUSED, RunnerGate
from editor.debugger.backend import OnEvents, OnReply, Reply
from engine.runner.requests import ListThreads, Request
from engine.runner.run_events import RunEvent, RunnerExited
from tests.editor.app.asking import Run

GRAPH = Path("/nowhere/plan.graph.json")


class Recorder:
    """A backend that only remembers."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        self.on_events = on_events
        self.calls.append("inspect" if inspect_only else "start")

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        self.calls.append(type(request).__name__)
        if on_reply is not None:
            on_reply(Reply("yes"))

    def stop(self) -> None:
        self.calls.append("stop")
        self.on_events([RunnerExited(0, True)])


class Answer:
    """A permission that is given, or asked for and then answered."""

    def __init__(self, *, given: bool = False, answer: bool = False) -> None:
        self.given, self.answer = given, answer
        self.asked = 0

    def is_given(self, graph_path: Path) -> bool:
        return self.given

    async def ask(self, graph_path: Path) -> bool:
        self.asked += 1
        return self.answer


class Scene:
    def __init__(self, permission: Answer) -> None:
        self.recorder = Recorder()
        self.events: list[RunEvent] = []
        self.replies: list[Reply] = []
        self.gate = RunnerGate(lambda: self.recorder, permission, lambda work: asyncio.ensure_future(work))
        self.backend = self.gate()

    def on_events(self, events: Sequence[RunEvent]) -> None:
        self.events += events

    async def start(self, *, inspect_only: bool = False) -> None:
        self.backend.start(GRAPH, self.on_events, inspect_only=inspect_only)
        self.backend.send(ListThreads(), self.replies.append)
        for _ in range(3):
            await asyncio.sleep(0)


def test_with_permission_it_starts_at_once(run: Run) -> None:
    async def work() -> None:
        scene = Scene(permission := Answer(given=True))
        await scene.start()

        assert scene.recorder.calls == ["start", "ListThreads"]
        assert permission.asked == 0

    run(work())


def test_a_runner_that_only_reads_the_database_needs_none(run: Run) -> None:
    async def work() -> None:
        scene = Scene(permission := Answer())
        await scene.start(inspect_only=True)

        assert scene.recorder.calls == ["inspect", "ListThreads"]
        assert permission.asked == 0

    run(work())


def test_requests_wait_for_the_answer_and_then_go_in_order(run: Run) -> None:
    async def work() -> None:
        scene = Scene(Answer(answer=True))
        await scene.start()

        assert scene.recorder.calls == ["start", "ListThreads"]
        assert scene.replies == [Reply("yes")]

    run(work())


def test_a_refusal_starts_nothing_answers_everything_and_ends(run: Run) -> None:
    async def work() -> None:
        scene = Scene(Answer(answer=False))
        await scene.start()
        scene.backend.send(ListThreads(), scene.replies.append)

        assert scene.recorder.calls == []
        assert scene.replies == [Reply(error=REFUSED)] * 2
        assert scene.events == [RunnerExited(None, True)]

    run(work())


def test_stopping_before_the_answer_means_that_it_never_starts(run: Run) -> None:
    async def work() -> None:
        scene = Scene(Answer(answer=True))
        scene.backend.start(GRAPH, scene.on_events, inspect_only=False)
        scene.backend.stop()
        for _ in range(3):
            await asyncio.sleep(0)

        assert scene.recorder.calls == []
        assert scene.events == [RunnerExited(None, True)]

    run(work())


def test_closing_waits_until_every_runner_has_ended(run: Run) -> None:
    async def work() -> None:
        scene = Scene(Answer(given=True))
        await scene.start()
        with pytest.raises(TimeoutError):
            await scene.gate.wait_until_gone(0.01)

        scene.backend.stop()

        await scene.gate.wait_until_gone(1.0)

    run(work())


def test_nothing_to_wait_for_is_no_wait(run: Run) -> None:
    async def work() -> Any:
        await Scene(Answer()).gate.wait_until_gone(0.01)

    run(work())
