"""The processes of one session: the runner that has the user's code, and two that only read the database. No Qt.

Starts them when they are needed, with the code as it then is on disk, and knows which are not gone yet. What they tell
goes to the session; used by nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from editor.debugger.backend import BackendFactory, EngineBackend, OnEvents, OnReply, Reply
from editor.debugger.code_stamp import CodeStamp, code_stamp
from engine.runner.requests import Request
from engine.runner.run_events import RunEvent, RunnerReady


class Runners:
    """All methods belong to the GUI thread and return at once."""

    def __init__(self, factory: BackendFactory, on_events: Callable[[EngineBackend, Sequence[RunEvent]], None]) -> None:
        self.live: EngineBackend | None = None
        """The runner with the user's code; None when no run needs one."""
        self.inspector: EngineBackend | None = None
        self._inspected: Path | None = None
        # Whose runs the inspector reads.
        self.scout: EngineBackend | None = None
        """Looks through many states, so that the other two stay free; ended when it takes too long."""
        self._scout_is_ready = False
        self._when_scout_is_ready: list[Callable[[], None]] = []
        self._factory = factory
        self._on_events = on_events
        self._alive: list[EngineBackend] = []
        # Started and not yet gone, also those whose events no longer concern us.
        self.candidate: EngineBackend | None = None
        """Loads changed code while the live runner waits."""
        self._candidate_code: CodeStamp = ()
        self._live_code: CodeStamp = ()
        # As it was when the live runner was started.
        self._is_closed = False

    @property
    def all_gone(self) -> bool:
        return not self._alive

    def start_live(self, graph_path: Path) -> EngineBackend:
        """A runner with the code as it is on disk now."""
        self._live_code = code_stamp(graph_path)
        self.live = self._start(graph_path, inspect_only=False)
        return self.live

    def start_candidate(self, graph_path: Path) -> EngineBackend:
        """A second runner with the code as it is now, beside the live one. It must be promoted or dropped."""
        self.drop_candidate()
        self._candidate_code = code_stamp(graph_path)
        self.candidate = self._start(graph_path, inspect_only=False)
        return self.candidate

    def promote_candidate(self) -> None:
        """It is the live runner from now on; the one before is ended."""
        runner, self.candidate = self.candidate, None
        assert runner is not None, "there is a candidate"
        self.drop_live()
        self.live, self._live_code = runner, self._candidate_code

    def drop_candidate(self) -> None:
        runner, self.candidate = self.candidate, None
        if runner is not None:
            runner.stop()

    def reader(self, graph_path: Path) -> EngineBackend:
        """Whoever can read the database: the live runner, else one that never loads the user's code."""
        if self.live is not None:
            return self.live
        if self.inspector is not None and self._inspected != graph_path:
            self.inspector.stop()  # it reads the runs of a graph that was open before
            self.inspector = None
        if self.inspector is None:
            self._inspected = graph_path
            self.inspector = self._start(graph_path, inspect_only=True)
        return self.inspector

    def searcher(self, graph_path: Path) -> EngineBackend:
        """A runner for questions that may take long. It never loads the user's code."""
        if self.scout is None:
            self._scout_is_ready = False
            self._when_scout_is_ready.clear()
            self.scout = self._start(graph_path, inspect_only=True)
        return self.scout

    def when_scout_is_ready(self, then: Callable[[], None]) -> None:
        """At once if its process has started already; never if that fails, which is the answer to what it was asked."""
        if self._scout_is_ready:
            then()
        else:
            self._when_scout_is_ready.append(then)

    def drop_scout(self) -> None:
        """Ends it without waiting; what it was asked is answered with an error."""
        runner, self.scout = self.scout, None
        if runner is not None:
            runner.stop()

    def has_old_code(self, graph_path: Path) -> bool:
        """Whether the code changed on disk since the live runner loaded it."""
        return self.live is not None and self._live_code != code_stamp(graph_path)

    def drop_live(self) -> None:
        """Ends the live runner without waiting; its last events no longer concern us."""
        runner, self.live = self.live, None
        if runner is not None:
            runner.stop()

    def close(self) -> None:
        """Ends all of them for good: who asks for a runner from now on gets one that answers with an error.

        The last words of a runner change what the window shows, and what is shown anew asks for more.
        """
        self._is_closed = True
        self.drop_candidate()
        self.drop_live()
        self.drop_scout()
        if self.inspector is not None:
            self.inspector.stop()
            self.inspector = None

    def gone(self, backend: EngineBackend) -> None:
        """It told its end."""
        self._alive.remove(backend)
        if backend is self.inspector:
            self.inspector = None
        if backend is self.scout:
            self.scout = None
        if backend is self.live:
            self.live = None

    def _start(self, graph_path: Path, *, inspect_only: bool) -> EngineBackend:
        if self._is_closed:
            return _Closed()
        backend = self._factory()
        self._alive.append(backend)
        backend.start(graph_path, lambda events: self._hear(backend, events), inspect_only=inspect_only)
        return backend

    def _hear(self, backend: EngineBackend, events: Sequence[RunEvent]) -> None:
        if backend is self.scout and any(isinstance(event, RunnerReady) for event in events):
            self._scout_is_ready = True
            waiting, self._when_scout_is_ready = self._when_scout_is_ready, []
            for then in waiting:
                then()
        self._on_events(backend, events)


class _Closed:
    """Starts nothing."""

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        raise AssertionError("nobody starts it")

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        if on_reply is not None:
            on_reply(Reply(error="The window is closing."))

    def stop(self) -> None:
        """There is nothing to end."""
