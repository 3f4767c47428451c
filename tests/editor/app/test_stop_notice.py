"""A long run that stops while somebody works elsewhere is told; anything else is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from editor.app.settings import Settings, parse_settings, settings_as_json
from editor.app.stop_notice import LONG_S, StopNotice
from editor.debugger.run_state import Phase, RunState
from editor.widgets.toast import Toast
from tests.editor.panels.scripted import Scripted

__all__ = ["scripted"]

from tests.editor.panels.conftest import scripted


class Window(QMainWindow):
    looked_at = Signal()
    is_active = False

    def __init__(self) -> None:
        super().__init__()
        self.toast = Toast(self)

    def isActiveWindow(self) -> bool:
        return self.is_active


class Kept:
    settings = Settings()


class Desk(QObject):
    """What the notice needs of the editor."""

    def __init__(self, scripted: Scripted) -> None:
        super().__init__()
        self.session = scripted.session
        self.window = Window()
        self.window.setWindowTitle("support[*] – Stepgraph")
        self.settings = Kept()
        self.now_s = 0.0
        self.told: list[tuple[str, str]] = []
        self.notice = StopNotice(self, lambda: self.now_s)  # type: ignore[arg-type]
        self.notice.show_message = lambda title, text: self.told.append((title, text))  # type: ignore[method-assign]

    def go(self, *phases: tuple[Phase, float]) -> None:
        old = RunState()
        for phase, at_s in phases:
            self.now_s = at_s
            new = replace(old, phase=phase)
            self.notice._on_run_state(old, new)
            old = new


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, scripted: Scripted) -> Iterator[Desk]:
    desk = Desk(scripted)
    qtbot.addWidget(desk.window)
    yield desk


def test_a_long_run_that_finished_is_told_with_its_time(desk: Desk) -> None:
    desk.go((Phase.STARTING, 0.0), (Phase.RUNNING, 1.0), (Phase.FINISHED, 75.0))

    assert desk.told == [("support – Stepgraph", "Finished · after 1 min 15 s")]


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.WAITING, Phase.FAILED])
def test_each_way_of_stopping_is_told(desk: Desk, phase: Phase) -> None:
    desk.go((Phase.RUNNING, 0.0), (phase, LONG_S))

    assert len(desk.told) == 1


def test_the_window_says_it_once_when_it_is_looked_at_again(desk: Desk) -> None:
    said: list[str] = []
    desk.window.toast.say = lambda text: said.append(text)  # type: ignore[assignment]
    desk.go((Phase.RUNNING, 0.0), (Phase.FINISHED, 75.0))

    desk.window.looked_at.emit()  # a file changed: nobody has looked yet
    assert said == []
    desk.window.is_active = True
    desk.window.looked_at.emit()
    desk.window.looked_at.emit()

    assert said == ["While you were away: Finished · after 1 min 15 s"]


def test_what_stopped_while_nobody_looked_is_old_news_once_another_run_goes(desk: Desk) -> None:
    said: list[str] = []
    desk.window.toast.say = lambda text: said.append(text)  # type: ignore[assignment]
    desk.go((Phase.RUNNING, 0.0), (Phase.FINISHED, 75.0), (Phase.RUNNING, 80.0))

    desk.window.is_active = True
    desk.window.looked_at.emit()

    assert said == []


def test_a_short_run_is_not_told(desk: Desk) -> None:
    desk.go((Phase.RUNNING, 0.0), (Phase.FINISHED, LONG_S - 0.1))

    assert desk.told == []


def test_who_looks_at_the_window_is_not_told(desk: Desk) -> None:
    desk.window.is_active = True

    desk.go((Phase.RUNNING, 0.0), (Phase.FINISHED, 60.0))

    assert desk.told == []


def test_who_stopped_it_himself_is_not_told(desk: Desk) -> None:
    desk.go((Phase.RUNNING, 0.0), (Phase.STOPPING, 60.0), (Phase.STOPPED, 61.0))

    assert desk.told == []


def test_it_can_be_turned_off(desk: Desk) -> None:
    desk.settings.settings = Settings(tell_when_stopped=False)

    desk.go((Phase.RUNNING, 0.0), (Phase.FINISHED, 60.0))

    assert desk.told == []
    assert not parse_settings(settings_as_json(Settings(tell_when_stopped=False))).tell_when_stopped
    assert parse_settings({}).tell_when_stopped


def test_waiting_before_the_run_does_not_count(desk: Desk) -> None:
    desk.go((Phase.RUNNING, 0.0), (Phase.PAUSED, 1.0), (Phase.RUNNING, 500.0), (Phase.PAUSED, 501.0))

    assert desk.told == []
