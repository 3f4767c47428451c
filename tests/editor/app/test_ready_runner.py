"""A runner that waits for the next order: only with permission, for one graph, and gone when the window is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from editor.app.ready_runner import ReadyRunners
from editor.app.run_permission import RunnerGate
from engine.runner.requests import ListThreads
from engine.runner.run_events import RunEvent, RunnerExited, RunnerReady
from tests.editor.app.asking import Run
from tests.editor.app.test_run_permission import GRAPH, Answer, Recorder

OTHER = Path("/nowhere/other.graph.json")
READY = RunnerReady(1, "3.x", False)


class Scene:
    def __init__(self, permission: Answer) -> None:
        self.made: list[Recorder] = []
        self.events: list[RunEvent] = []
        gate = RunnerGate(self.new, permission, lambda work: asyncio.ensure_future(work))
        self.python = "3.11"
        self.runners = ReadyRunners(gate, permission, lambda _graph: self.python)

    def new(self) -> Recorder:
        self.made.append(Recorder())
        return self.made[-1]

    def on_events(self, events: Sequence[RunEvent]) -> None:
        self.events += events

    def order(self, graph: Path = GRAPH, *, inspect_only: bool = False) -> Any:
        backend = self.runners()
        backend.start(graph, self.on_events, inspect_only=inspect_only)
        backend.send(ListThreads())
        return backend

    @property
    def calls(self) -> list[list[str]]:
        return [each.calls for each in self.made]


def test_the_runner_that_waits_takes_the_order(qapp: Any) -> None:
    scene = Scene(Answer(given=True))
    scene.runners.start_one(GRAPH)
    scene.runners.start_one(GRAPH)

    scene.order()

    assert scene.calls == [["start", "ListThreads"]]
    assert not scene.runners.is_one_ready


def test_what_it_told_before_is_heard_later_and_in_order(qtbot: Any) -> None:
    scene = Scene(Answer(given=True))
    scene.runners.start_one(GRAPH)
    scene.made[0].on_events([READY])

    scene.order()
    scene.made[0].on_events([RunnerExited(0, True)])

    assert scene.events == []  # a backend tells nothing before its start has returned
    qtbot.waitUntil(lambda: scene.events == [READY, RunnerExited(0, True)])


def test_without_one_that_waits_a_runner_is_started(qapp: Any) -> None:
    scene = Scene(Answer(given=True))

    scene.order()

    assert scene.calls == [["start", "ListThreads"]]


def test_one_that_waits_for_another_graph_or_has_ended_is_not_taken(qapp: Any) -> None:
    scene = Scene(Answer(given=True))
    scene.runners.start_one(OTHER)

    scene.order()
    scene.runners.start_one(GRAPH)

    assert scene.calls == [["start", "stop"], ["start", "ListThreads"], ["start"]]
    scene.made[2].on_events([RunnerExited(-9, False)])
    scene.order()
    assert scene.calls[2:] == [["start"], ["start", "ListThreads"]]


def test_one_that_waits_on_another_python_is_not_taken_and_makes_room(qapp: Any) -> None:
    scene = Scene(Answer(given=True))
    scene.runners.start_one(GRAPH)

    scene.python = "3.12"
    scene.order()
    scene.runners.start_one(GRAPH)

    assert scene.calls == [["start", "stop"], ["start", "ListThreads"], ["start"]]


def test_whoever_only_looks_leaves_it_waiting(qapp: Any) -> None:
    scene = Scene(Answer(given=True))
    scene.runners.start_one(GRAPH)

    scene.order(inspect_only=True)

    assert scene.calls == [["start"], ["inspect", "ListThreads"]]
    assert scene.runners.is_one_ready


def test_if_the_code_is_no_longer_trusted_it_gets_no_order_and_the_user_is_asked(run: Run) -> None:
    async def work() -> None:
        permission = Answer(given=True)
        scene = Scene(permission)
        scene.runners.start_one(GRAPH)
        permission.given = False

        scene.order()
        for _ in range(3):
            await asyncio.sleep(0)

        assert scene.calls == [["start", "stop"], []]
        assert permission.asked == 1

    run(work())


def test_a_window_that_closes_ends_it_and_starts_no_other(run: Run) -> None:
    async def work() -> None:
        scene = Scene(Answer(given=True))
        scene.runners.start_one(GRAPH)

        await scene.runners.wait_until_gone(1.0)
        scene.runners.start_one(GRAPH)

        assert scene.calls == [["start", "stop"]]

    run(work())
