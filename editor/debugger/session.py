"""The debug session of one window: the only writer of ``RunState``, ``Focus`` and breakpoints.

Verbs return at once; what comes of them arrives later as signals that carry old and new. A verb that is not allowed in
the present phase (``legal_moves``) changes nothing and is logged. Whatever runs the graph hides behind ``backend``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.debugger import way_to_head
from editor.debugger.backend import BackendFactory, EngineBackend
from editor.debugger.focus import Focus
from editor.debugger.legal_moves import allows
from editor.debugger.letting_go import LettingGo
from editor.debugger.reduce import reduce
from editor.debugger.referenced_graphs import ReferencedGraphs
from editor.debugger.reports import Trouble, lines_of, trouble_of
from editor.debugger.run_picture import RunPicture, picture_of
from editor.debugger.run_state import Phase, RunState
from editor.debugger.runners import Runners
from editor.debugger.session_branching import SessionBranching
from editor.debugger.session_breakpoints import SessionBreakpoints
from editor.debugger.session_keeping import SessionKeeping
from editor.debugger.session_levels import SessionLevels
from editor.debugger.session_questions import RequestHandle, SessionQuestions
from editor.debugger.session_reload import SessionReload
from editor.debugger.session_running import SessionRunning
from editor.debugger.session_scout import SessionScout
from editor.debugger.way_tally import WayTallies
from engine.graph.spec import GraphSpec
from engine.runner import requests
from engine.runner.run_events import (
    BranchesChanged,
    GraphDrifted,
    OutputReceived,
    PastRead,
    RunEvent,
    RunnerExited,
    ThreadOpened,
)

__all__ = ["DebugSession", "RequestHandle"]

log = logging.getLogger(__name__)

BUSY_AFTER_S = 2.0  # four missed heartbeats (architecture.md, "Runner protocol")
BUSY_CHECK_MS = 500
FRAME_MS = 33
"""A run that goes on is shown anew at most so often: thirty times a second is smooth, and a fast run says far more."""
_OF_THE_PAST = (PastRead, ThreadOpened, BranchesChanged, GraphDrifted)


class DebugSession(
    QObject,
    SessionRunning,
    SessionBranching,
    SessionLevels,
    SessionBreakpoints,
    SessionQuestions,
    SessionKeeping,
    SessionScout,
    SessionReload,
):
    """One thread of one graph as the user sees it. Lives on the GUI thread."""

    run_state_changed = Signal(object, object)
    focus_changed = Signal(object, object)
    breakpoints_changed = Signal(object, object)
    """The names of nodes with a plain breakpoint, old and new."""
    breakpoint_list_changed = Signal(object, object)
    breakpoint_facts_changed = Signal(object, object)
    level_changed = Signal(object, object)
    """Which subgraph's drawing is open, as a path of nodes, old and new."""
    picture_changed = Signal(object)
    output_received = Signal(object)
    trouble = Signal(object)
    closed = Signal()
    """After ``close``: every process of the session is gone."""

    def __init__(
        self,
        backend_factory: BackendFactory,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._runners = Runners(backend_factory, self._on_events)
        self._is_closing = False
        self._graph_path: Path | None = None
        self._graph: GraphSpec | None = None
        self._run_state = RunState()
        self._focus = Focus()
        self._picture = RunPicture()
        self._files = ReferencedGraphs()
        self._told = (self._run_state, self._focus)
        """What the signals carried last. Behind what is true by a frame at most, and only while the run goes on."""
        self._tallies = WayTallies()
        self._letting_go = LettingGo(self)
        self._last_input: Any = None
        self._after_stop: Callable[[], None] | None = None
        self._heard_at_s = clock()
        self._busy_timer = QTimer(self)
        self._busy_timer.setInterval(BUSY_CHECK_MS)
        self._busy_timer.timeout.connect(self._check_busy)
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._tell)

    # What is true now

    @property
    def run_state(self) -> RunState:
        return self._run_state

    @property
    def focus(self) -> Focus:
        return self._focus

    @property
    def graph(self) -> GraphSpec | None:
        return self._graph

    @property
    def graph_path(self) -> Path | None:
        return self._graph_path

    @property
    def picture(self) -> RunPicture:
        """As ``picture_changed`` told it last."""
        return self._picture

    @property
    def last_input(self) -> Any:
        """What the shown run was last given; None if nothing is known of that."""
        return self._last_input

    def may(self, verb: str) -> bool:
        """Whether the verb would do something now."""
        if not allows(self._run_state.phase, verb):
            return False
        match verb:
            case "run" | "run_and_step":
                return self._graph_path is not None
            case "resume" | "run_to" | "step" | "fork" | "skip_node":
                return self._run_state.head is not None
            case "step_into":
                return self._can_step_into()
            case "step_out":
                return bool(self._run_state.stopped_inside)
            case "answer":
                return bool(self._run_state.questions)
            case "pause":
                return not self._run_state.pausing
            case "restart":
                return self._last_input is not None
            case "step_back":
                return self._focus.one_back(self._run_state) is not None
            case "step_forward":
                return self._focus.in_past(self._run_state)
            case "back_to_now":
                return self._focus.in_past(self._run_state)
        return True

    # Verbs: the graph

    def open_graph(self, path: Path, spec: GraphSpec) -> None:
        """Shows another graph, or the same one after an edit. Runs nothing and writes nothing."""
        if not self._may("open_graph"):
            return
        self._drop_runner()
        is_new = path != self._graph_path
        self._files.forget()
        self._graph_path, self._graph = path, spec
        if is_new:
            self._last_input = None
            self._runners.drop_scout()
            self._read_breakpoints(path)
        self._show(RunState(), Focus())

    def show_edited(self, spec: GraphSpec) -> None:
        """The drawing changed without being saved: only the picture follows."""
        self._graph = spec
        self._show(self._run_state, self._focus)

    # Verbs: looking

    def open_thread(self, thread_id: str | None = None) -> None:
        """Shows an earlier run, the newest one if not named, without running anything or loading the user's code."""
        if self._may("open_thread") and self._graph_path is not None:
            self._reader().send(requests.OpenThread(thread_id))

    def look_at(self, checkpoint_id: str | None) -> None:
        """Shows that checkpoint; None, or the head itself, follows the head."""
        if checkpoint_id == self._run_state.head:
            checkpoint_id = None
        if checkpoint_id is None or checkpoint_id in self._run_state.checkpoints:
            self._show(self._run_state, replace(self._focus, checkpoint_id=checkpoint_id, inside=None))

    def look_at_node(self, node: str | None) -> None:
        self._show(self._run_state, replace(self._focus, node=node))

    def back_to_now(self) -> None:
        self.look_at(None)

    def step_back(self) -> None:
        """Shows the parent of the shown checkpoint."""
        self._look_at_if_any(self._focus.one_back(self._run_state))

    def step_forward(self) -> None:
        """Shows the next checkpoint towards the head, or the newest child if the shown one is on another branch."""
        self._look_at_if_any(self._focus.one_ahead(self._run_state))

    # The end

    def close(self) -> None:
        """Ends every process of this session; ``closed`` follows. Call before the window goes."""
        self._is_closing = True
        self._busy_timer.stop()
        self._frame.stop()
        self._letting_go.stop()
        self._runners.close()
        if self._runners.all_gone:
            self.closed.emit()

    # Below: how it is done

    def _may(self, verb: str) -> bool:
        if self.may(verb):
            return True
        log.info("ignored %s: not possible while the phase is %r", verb, self._run_state.phase.value)
        return False

    def _thread(self) -> str:
        return self._run_state.thread_id or ""

    def _look_at_if_any(self, checkpoint_id: str | None) -> None:
        if checkpoint_id is not None:
            self.look_at(checkpoint_id)

    def _live_runner(self) -> EngineBackend:
        """The runner with the user's code; started if there is none."""
        if self._runners.live is not None:
            return self._runners.live
        self._heard_at_s = self._clock()
        runner = self._runners.start_live(self._path())
        runner.send(self._breakpoint_request())
        self._busy_timer.start()
        return runner

    def _reader(self) -> EngineBackend:
        return self._runners.reader(self._path())

    def _path(self) -> Path:
        assert self._graph_path is not None, "verbs that need a runner are illegal before a graph is open"
        return self._graph_path

    def _drop_runner(self) -> None:
        self._busy_timer.stop()
        self._runners.drop_candidate()
        self._runners.drop_live()

    def _tell_refused(self, text: str) -> None:
        self.trouble.emit(Trouble("That could not be done", text))

    def _on_events(self, backend: EngineBackend, events: Sequence[RunEvent]) -> None:
        is_inspector, is_live = backend is self._runners.inspector, backend is self._runners.live
        exited = next((event for event in events if isinstance(event, RunnerExited)), None)
        if exited is not None:
            self._runners.gone(backend)
            if self._is_closing and self._runners.all_gone:
                self.closed.emit()
        if is_live:
            self._heard(events, exited)
        elif is_inspector:
            self._heard([event for event in events if isinstance(event, _OF_THE_PAST)], None)

    def _heard(self, events: Sequence[RunEvent], exited: RunnerExited | None) -> None:
        self._heard_at_s = self._clock()
        state = replace(self._run_state, busy=False) if self._run_state.busy else self._run_state
        for event in events:
            if isinstance(event, OutputReceived):
                self.output_received.emit(lines_of(event))
            state = reduce(state, event)
            self._hear_of_breakpoints(event)
            is_another = isinstance(event, ThreadOpened) and event.thread_id != self._run_state.thread_id
            if isinstance(event, ThreadOpened) and (is_another or event.input is not None):
                self._last_input = event.input
        was_alive = self._run_state.phase is not Phase.FINISHED
        self._take_over(state)
        if exited is not None:
            self._busy_timer.stop()
            self._after_exit(exited, was_alive=was_alive)

    def _after_exit(self, exited: RunnerExited, *, was_alive: bool) -> None:
        """A process that died while nodes ran is told as their failure."""
        after, self._after_stop = self._after_stop, None
        if after is not None:
            after()
        elif was_alive and not exited.asked_for and self._run_state.phase is not Phase.FAILED:
            self.trouble.emit(trouble_of(exited, has_checkpoint=self._run_state.head is not None))

    def _check_busy(self) -> None:
        is_busy = self._run_state.phase is Phase.RUNNING and self._clock() - self._heard_at_s > BUSY_AFTER_S
        if is_busy != self._run_state.busy:
            self._show(replace(self._run_state, busy=is_busy), self._focus)

    def _take_over(self, heard: RunState) -> None:
        """What the runner told. While the run goes on the signals wait for the next frame: one for all it tells."""
        goes_on = heard.phase is self._run_state.phase is self._told[0].phase is Phase.RUNNING
        if heard == self._run_state:
            self._run_state = heard  # at most a part of a past that is not shown yet
            graph = self._files.filled(self._graph, self._graph_path)
            if graph is not None and heard.arriving:
                self._tallies.follow_arriving(heard.arriving, graph)
        elif goes_on and heard.thread_id == self._told[0].thread_id:
            self._swap(heard, self._focus)
            if not self._frame.isActive():
                self._frame.start()
        else:
            self._show(heard, self._focus)

    def _show(self, run_state: RunState, focus: Focus) -> None:
        """The one place where facts are swapped: all of them first, then the signals."""
        self._swap(run_state, focus)
        self._tell()

    def _swap(self, run_state: RunState, focus: Focus) -> None:
        if focus.checkpoint_id is not None and focus.checkpoint_id not in run_state.checkpoints:
            focus = replace(focus, checkpoint_id=None, inside=None)
        if focus.inside is not None and run_state.phase in (Phase.STARTING, Phase.RUNNING):
            focus = replace(focus, inside=None)  # it follows the run
        left = self._run_state.checkpoints
        if not run_state.checkpoints.is_family_of(left):
            self._letting_go.take(left.from_place(0, len(left)))
            way_to_head.forget()
        self._run_state, self._focus = run_state, focus

    def _tell(self) -> None:
        """The signals, with what they carried last as the old."""
        self._frame.stop()
        run_state, focus = self._run_state, self._focus
        (old_state, old_focus), self._told = self._told, (run_state, focus)
        graph = self._files.filled(self._graph, self._graph_path)
        old_picture, self._picture = self._picture, picture_of(run_state, focus, graph, self._tallies)
        if old_state != run_state:
            self.run_state_changed.emit(old_state, run_state)
        if old_focus != focus:
            self.focus_changed.emit(old_focus, focus)
        if old_picture != self._picture:
            self.picture_changed.emit(self._picture)
        self._follow_inside()
