"""The whole editor in a real window, with real runner processes, on a private copy of the support router."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from editor.app.hands import Hands
from editor.app.project_python import ProjectPythons
from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore
from editor.app.wiring import Editor
from editor.debugger.runner_process import runner_processes
from editor.theme.palette import apply_theme
from tests.patience import PATIENCE_S
from tests.qt_loop import LoopOfTests

LONGEST_JOURNEY_S = 800  # below the limit of the whole test, so that a journey that hangs still closes its window
LONGEST_CLOSE_S = PATIENCE_S


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPGRAPH_PROFILE", str(tmp_path / "profile"))
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    loop = LoopOfTests(qapp)
    asyncio.set_event_loop(loop)
    with loop:
        yield loop
    asyncio.set_event_loop(None)


Travel = Callable[[Callable[[Hands], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def travel(qapp: QApplication, loop: qasync.QEventLoop) -> Travel:
    """Does a journey in a window of its own and closes it, whatever happened."""

    def do(journey: Callable[[Hands], Coroutine[Any, Any, None]]) -> None:
        bugs: list[BaseException] = []

        loop.set_exception_handler(
            lambda _loop, context: bugs.append(context.get("exception") or RuntimeError(context["message"]))
        )

        async def whole() -> None:
            apply_theme(qapp, "light")
            runners = runner_processes(loop, python_for=ProjectPythons().program_for)
            editor = Editor(qapp, runners, SettingsFile(), TrustStore(), on_bug=bugs.append)
            closed = loop.create_future()
            editor.closed.connect(lambda: closed.set_result(None))
            editor.window.resize(1440, 900)
            editor.window.show()
            hands = Hands(editor)
            try:
                await asyncio.wait_for(journey(hands), LONGEST_JOURNEY_S)
            finally:
                editor.history.mark_saved()  # nobody is there to answer "save changes?"
                editor.close()
                await asyncio.wait_for(closed, LONGEST_CLOSE_S)
                editor.window.deleteLater()
                editor.deleteLater()

        loop.run_until_complete(whole())
        assert bugs == []

    return do


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
