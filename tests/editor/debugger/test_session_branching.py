"""Where the user decides in the graph's place, with real runners: a branch is forced and the way before is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from editor.debugger.reports import ForkPreview
from editor.debugger.run_picture import EdgeLook, NodeLook
from editor.debugger.run_state import Phase
from editor.debugger.runner_process import runner_processes
from editor.debugger.session import DebugSession
from engine.graph.graph_file import read_graph
from engine.graph.spec import BranchOutlet, EdgeId
from tests.patience import PATIENCE_S
from tests.qt_loop import LoopOfTests
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph

RIGHT, LEFT = BranchOutlet("classify", "", "right"), BranchOutlet("classify", "", "left")


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    loop = LoopOfTests(qapp)
    asyncio.set_event_loop(loop)
    with loop:
        yield loop
    asyncio.set_event_loop(None)


class Table:
    """A session on the small graph, and waiting for it."""

    def __init__(self, session: DebugSession) -> None:
        self.session = session

    async def until(self, holds: Callable[[], object]) -> None:
        async def wait() -> None:
            while not holds():
                await asyncio.sleep(0.005)

        await asyncio.wait_for(wait(), PATIENCE_S)

    async def until_phase(self, phase: Phase) -> None:
        await self.until(lambda: self.session.run_state.phase is phase)

    async def step(self) -> None:
        head = self.session.run_state.head
        self.session.step()
        await self.until(
            lambda: self.session.run_state.head != head and self.session.run_state.phase is not Phase.RUNNING
        )


Sit = Callable[[Callable[[Table], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def sit(loop: qasync.QEventLoop, tmp_path: Path) -> Sit:
    def do(story: Callable[[Table], Coroutine[Any, Any, None]]) -> None:
        path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)
        session = DebugSession(runner_processes(loop))
        closed = loop.create_future()
        session.closed.connect(lambda: closed.set_result(None))

        async def whole() -> None:
            session.open_graph(path, read_graph(path))
            try:
                await story(Table(session))
            finally:
                session.close()
                await asyncio.wait_for(closed, PATIENCE_S)

        loop.run_until_complete(whole())

    return do


async def paused_after_classify(table: Table) -> None:
    table.session.run_and_step({"topic": "left"})
    await table.until_phase(Phase.PAUSED)
    await table.step()


def test_the_branch_that_was_not_chosen_can_be_taken_and_the_picture_shows_it(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        before = session.run_state.head
        assert session.why_not_force(LEFT) == "The run goes this way already."
        assert [outlet.label for outlet in session.forcible_branches()] == ["human", "right"]

        previews: list[ForkPreview] = []
        session.preview_force(RIGHT, previews.append)
        await table.until(lambda: previews)
        assert previews == [ForkPreview(("right",), ("left",), None)]
        assert session.run_state.head == before

        session.force_branch(RIGHT)
        await table.until(lambda: session.run_state.phase is Phase.PAUSED and session.run_state.head != before)

        head = session.run_state.checkpoints[session.run_state.head or ""]
        assert (head.next, head.source, head.parent_id) == (("right",), "update", before)
        assert head.routes[0].forced
        assert session.picture.nodes["right"].look is NodeLook.NEXT
        assert session.picture.edges[EdgeId(RIGHT, "right")].look is EdgeLook.NEXT
        assert session.picture.edges[EdgeId(LEFT, "left")].look is not EdgeLook.NEXT
        session.resume()
        await table.until_phase(Phase.FINISHED)
        assert session.picture.nodes["left"].visits == 0

    sit(story)


def test_a_router_that_did_not_just_decide_cannot_be_forced(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        await table.step()
        head = session.run_state.head

        assert "has not decided" in session.why_not_force(RIGHT)
        session.force_branch(RIGHT)

        assert (session.run_state.head, session.run_state.phase) == (head, Phase.PAUSED)

    sit(story)


def test_a_branch_of_the_past_makes_a_fork_there(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        decided = session.run_state.head
        session.resume()
        await table.until_phase(Phase.FINISHED)
        session.look_at(decided)

        session.force_branch(RIGHT, then="resume")
        await table.until(
            lambda: session.run_state.phase is Phase.FINISHED and not session.focus.in_past(session.run_state)
            and "right" in {row.ran[0] for row in session.run_state.checkpoints.values() if row.ran}
        )  # fmt: skip

        forks = [row for row in session.run_state.checkpoints.values() if row.parent_id == decided]
        assert [row.ran for row in forks] == [("left",), ("classify",)]

    sit(story)
