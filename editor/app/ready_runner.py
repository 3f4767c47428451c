"""A runner that was started before anybody needs it, so that F5 does not wait for an interpreter and its imports.

It loads nothing of the user's before its first order. It is started only where the code of the open graph is trusted,
and whether it still is, is asked again when the runner is taken; if not, the gate behind this file asks the user.
``ReadyRunners`` stands between session and gate; ``keep_a_runner_ready`` is called once by ``wiring``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor.app.background import in_thread
from editor.app.run_permission import Permission, RunnerGate
from editor.debugger.backend import EngineBackend, OnEvents, OnReply
from editor.debugger.run_state import Phase, RunState
from engine.runner.requests import Request
from engine.runner.run_events import RunEvent, RunnerExited

if TYPE_CHECKING:
    from editor.app.wiring import Editor

CALM_MS = 1_000
"""After a graph was opened or a run came to rest: until then the processor belongs to what the user has just done."""

_AT_WORK = (Phase.STARTING, Phase.RUNNING, Phase.STOPPING)


class ReadyRunners:
    """A ``BackendFactory`` in front of the gate. At most one runner waits, for one graph."""

    def __init__(
        self, gate: RunnerGate, permission: Permission, python_of: Callable[[Path], object] = lambda _path: None
    ) -> None:
        """``python_of``: which Python runs a graph; one that waits on another is not taken."""
        self._gate = gate
        self._permission = permission
        self._python_of = python_of
        self._spare: _Spare | None = None
        self._is_closing = False

    def __call__(self) -> EngineBackend:
        return _Backend(self)

    @property
    def is_one_ready(self) -> bool:
        """Whether a process waits, perhaps still busy with its imports."""
        return self._spare is not None and not self._spare.has_ended

    def start_one(self, graph_path: Path) -> None:
        """For a graph whose code is trusted. The one for another graph is ended. Not once the window closes."""
        if self._waits_for(graph_path) or self._is_closing:
            return
        self.end()
        self._spare = _Spare(self._gate(), graph_path, self._python_of(graph_path))

    def take(self, graph_path: Path) -> _Spare | None:
        """The one that waits for this graph, if its code is still trusted; it is no longer ours then."""
        if not self._waits_for(graph_path):
            return None
        if not self._permission.is_given(graph_path):
            self.end()
            return None
        spare, self._spare = self._spare, None
        return spare

    def new(self) -> EngineBackend:
        return self._gate()

    def end(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None and not spare.has_ended:
            spare.backend.stop()

    async def wait_until_gone(self, timeout_s: float) -> None:
        """After they were stopped: until the last process has ended. Raises ``TimeoutError``."""
        self._is_closing = True
        self.end()
        await self._gate.wait_until_gone(timeout_s)

    def _waits_for(self, graph_path: Path) -> bool:
        spare = self._spare
        if spare is None or spare.has_ended or spare.graph_path != graph_path:
            return False
        return spare.python == self._python_of(graph_path)


class _Spare:
    """A started runner. What it tells waits until somebody listens."""

    def __init__(self, backend: EngineBackend, graph_path: Path, python: object) -> None:
        self.backend = backend
        self.graph_path = graph_path
        self.python = python
        self.has_ended = False
        self._told: list[RunEvent] = []
        self._on_events: OnEvents | None = None
        self._is_handed_over = False
        backend.start(graph_path, self._hear, inspect_only=False)

    def hand_over(self, on_events: OnEvents) -> None:
        """From now on this listener hears everything, what was told before as well: later and in order."""
        self._on_events = on_events
        QTimer.singleShot(0, self._tell_earlier)

    def _tell_earlier(self) -> None:
        told, self._told, self._is_handed_over = self._told, [], True
        if told and self._on_events is not None:
            self._on_events(told)

    def _hear(self, events: Sequence[RunEvent]) -> None:
        self.has_ended = self.has_ended or any(isinstance(event, RunnerExited) for event in events)
        if self._is_handed_over and self._on_events is not None:
            self._on_events(events)
        else:
            self._told += events


class _Backend:
    """An ``EngineBackend`` that is the waiting runner if there is one when it is started, else a new one."""

    def __init__(self, runners: ReadyRunners) -> None:
        self._runners = runners
        self._backend: EngineBackend | None = None

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        spare = None if inspect_only else self._runners.take(graph_path)
        if spare is not None:
            self._backend = spare.backend
            spare.hand_over(on_events)
            return
        self._backend = self._runners.new()
        self._backend.start(graph_path, on_events, inspect_only=inspect_only)

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        assert self._backend is not None, "started before it is spoken to"
        self._backend.send(request, on_reply)

    def stop(self) -> None:
        assert self._backend is not None, "started before it is stopped"
        self._backend.stop()


class Keeper(QObject):
    """Has a runner started when the window is calm."""

    def __init__(self, editor: Editor, runners: ReadyRunners) -> None:
        super().__init__(editor)
        self._editor = editor
        self._runners = runners
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._look)
        editor.files.opened.connect(lambda _path: self._calm.start())
        editor.session.run_state_changed.connect(self._on_run_state)
        editor.session.closed.connect(self._calm.stop)
        editor.window.destroyed.connect(self._calm.stop)

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        if new.phase is not old.phase:
            self._calm.start()

    def _look(self) -> None:
        path = self._editor.files.path
        if path is not None and self._editor.session.run_state.phase not in _AT_WORK:
            self._editor.tasks.start(self.start_one(path))

    async def start_one(self, path: Path) -> None:
        """If the code is trusted and the graph is still the open one."""
        is_given = await in_thread(self._editor.permission.is_given, path)
        if is_given and path == self._editor.files.path:
            self._runners.start_one(path)


def keep_a_runner_ready(editor: Editor, runners: ReadyRunners) -> None:
    """From now on, while a trusted graph is open and nothing runs, one runner waits for the next order."""
    Keeper(editor, runners)
