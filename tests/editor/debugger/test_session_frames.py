"""While a run goes on its news is shown once a frame; how it stands, starts and stops is shown at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from engine.runner.run_events import RunPaused, TaskChanged, TaskFacts
from tests.editor.debugger.test_session_with_a_scripted_backend import TECHNICAL, Bench


class Watched(Bench):
    """A run that is under way, of which nothing was told yet but that; what the signals carry is noted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.do("run_and_step", TECHNICAL)
        self.session.resume()
        self.states: list[tuple[Any, Any]] = []
        self.pictures: list[Any] = []
        self.session.run_state_changed.connect(lambda old, new: self.states.append((old, new)))
        self.session.picture_changed.connect(self.pictures.append)
        head = self.session.run_state.head
        assert head is not None
        self.head: str = head
        self.task: TaskFacts = TaskFacts("t", "classify", "running")

    def tell(self, event: Any) -> None:
        self.session._on_events(self.backends[0], [event])

    def tell_task(self, state: str) -> None:
        thread = self.session.run_state.thread_id or ""
        self.tell(TaskChanged(thread, self.head, replace(self.task, state=state)))


@pytest.fixture
def watched(qapp: Any, tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_many_events_of_a_run_that_goes_on_are_one_change(watched: Watched, qtbot: Any) -> None:
    before = watched.session.run_state

    for state in ("running", "done", "running"):
        watched.tell_task(state)

    assert watched.states == [] and watched.pictures == []
    assert [task.state for task in watched.session.run_state.checkpoints[watched.head].tasks][-1] == "running"
    qtbot.waitUntil(lambda: bool(watched.states))
    assert watched.states == [(before, watched.session.run_state)]
    assert [picture.nodes["classify"].look for picture in watched.pictures] == [NodeLook.RUNNING]


def test_a_change_of_phase_is_told_at_once_with_all_that_came_before_it(watched: Watched, qtbot: Any) -> None:
    before = watched.session.run_state
    watched.tell_task("done")

    watched.tell(RunPaused(before.thread_id or "", watched.head, "step"))

    ((old, new),) = watched.states
    assert (old, new) == (before, watched.session.run_state)
    assert (new.phase, new.checkpoints[watched.head].tasks[-1].state) == (Phase.PAUSED, "done")
    assert not watched.session._frame.isActive()


def test_a_verb_shows_what_has_waited_for_the_frame(watched: Watched) -> None:
    watched.tell_task("running")

    watched.session.look_at_node("classify")

    assert [new for _old, new in watched.states] == [watched.session.run_state]
    assert watched.pictures[-1].nodes["classify"].look is NodeLook.RUNNING


def test_the_order_is_on_its_way_before_the_window_shows_that_the_run_goes_on(qapp: Any, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.do("run_and_step", TECHNICAL)
    asked: list[str] = []
    bench.session.run_state_changed.connect(
        lambda _old, _new: asked.append(type(bench.backends[0].requests[-1]).__name__)
    )

    bench.session.step()

    assert asked == ["GoOn"]
    assert bench.phase is Phase.RUNNING
