"""In a real window: the runner that was started ahead is the one that runs, and none is left when the window closes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

from editor.app.hands import Hands
from editor.app.ready_runner import Keeper
from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore, code_that_would_run
from editor.app.wiring import Editor
from editor.debugger.run_state import Phase
from editor.debugger.runner_process import RunnerProcess, RunnerProcesses
from tests.journeys.conftest import LONGEST_CLOSE_S
from tests.journeys.steps import open_graph
from tests.patience import PATIENCE_S


@dataclass(frozen=True)
class Noted(RunnerProcesses):
    made: list[RunnerProcess] = field(default_factory=list)

    def __call__(self) -> RunnerProcess:
        self.made.append(super().__call__())
        return self.made[-1]


def test_f5_takes_the_runner_that_waits_and_closing_leaves_none(
    qapp: QApplication, loop: qasync.QEventLoop, example_graph: Path
) -> None:
    factory = Noted(loop, starts_ahead=True)
    bugs: list[Any] = []

    async def journey() -> None:
        editor = Editor(qapp, factory, SettingsFile(), TrustStore(), on_bug=bugs.append)
        closed = loop.create_future()
        editor.closed.connect(lambda: closed.set_result(None))
        editor.window.show()
        hands = Hands(editor)
        try:
            await open_graph(hands, example_graph)
            (keeper,) = editor.findChildren(Keeper)
            await keeper.start_one(example_graph)
            assert factory.made == []  # nobody trusts it yet
            TrustStore().trust(example_graph, code_that_would_run(example_graph))
            await open_graph(hands, example_graph)
            await hands.until(lambda: factory.made and factory.made[0].pid is not None, "a runner that waits")
            editor.session.run_and_step({"user_id": "ada", "message": "Why was I charged 49 euros in May?"})
            await hands.until_phase(Phase.PAUSED)
            assert len(factory.made) == 1
            await hands.until(lambda: len(factory.made) == 2 and factory.made[1].pid is not None, "the next one")
        finally:
            editor.close()
            await asyncio.wait_for(closed, LONGEST_CLOSE_S)
            editor.window.deleteLater()
            editor.deleteLater()

    loop.run_until_complete(journey())

    assert bugs == []
    latest = time.monotonic() + PATIENCE_S
    while alive := [
        runner.pid for runner in factory.made if runner.pid is not None and Path(f"/proc/{runner.pid}").exists()
    ]:
        assert time.monotonic() < latest, f"still there: {alive}"
