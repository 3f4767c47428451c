"""Questions that look through many states of the shown thread: search, watches, pictures. A part of ``DebugSession``.

They go to a process of their own, the scout, so that the state panel never waits behind them and one that takes too
long, such as a watched expression that counts to infinity, can be ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from editor.debugger.backend import EngineBackend
from editor.debugger.run_state import CheckpointRow
from editor.debugger.runners import Runners
from editor.debugger.session_questions import RequestHandle
from engine.graph.spec import START
from engine.runner import requests
from engine.runner.requests import Request

OnDone = Callable[[Any], None]
OnError = Callable[[str], None]


class SessionScout:
    """The half of ``DebugSession`` that looks far; the session has what is declared here."""

    _runners: Runners
    _path: Callable[[], Path]
    _thread: Callable[[], str]
    _ask: Callable[..., RequestHandle]

    def search_states(
        self, rows: Sequence[CheckpointRow], text: str, *, is_whole: bool, key: str, on_done: OnDone, on_error: OnError
    ) -> RequestHandle:
        """Looks for the text in what changed at these checkpoints; the reply says how many were looked at."""
        steps = tuple(requests.StepToSearch(row.id, row.parent_id, _keys(row, key)) for row in rows)
        return self._ask_scout(requests.SearchStates(self._thread(), steps, text, is_whole), on_done, on_error)

    def watch_states(
        self,
        rows: Sequence[CheckpointRow],
        expressions: Sequence[str],
        on_begin: Callable[[], None],
        on_done: OnDone,
        on_error: OnError,
    ) -> RequestHandle:
        """The value of each expression at each checkpoint, as far as there was time for.

        ``on_begin``: from here on it is evaluated; before, its process was being started.
        """
        steps = tuple(requests.StepToWatch(row.id, row.step, _node(row)) for row in rows)
        request = requests.WatchStates(self._thread(), steps, tuple(expressions))
        handle = self._ask_scout(request, on_done, on_error)
        self._runners.when_scout_is_ready(on_begin)
        return handle

    def read_image(self, checkpoint_id: str, path: Sequence[Any], on_done: OnDone, on_error: OnError) -> RequestHandle:
        """The bytes of a picture in the state, as base64."""
        return self._ask_scout(requests.ReadImage(self._thread(), checkpoint_id, tuple(path)), on_done, on_error)

    def count_visits(self, thread_id: str, on_done: OnDone, on_error: OnError) -> RequestHandle:
        """How often each node ran and each branch was taken in this run, or with "" in all: a ``CountVisits`` reply."""
        return self._ask_scout(requests.CountVisits(thread_id), on_done, on_error)

    def stop_looking(self) -> None:
        """Ends whatever the scout does. A fresh one is started with the next question."""
        self._runners.drop_scout()

    def _ask_scout(self, request: Request, on_done: OnDone, on_error: OnError) -> RequestHandle:
        scout: EngineBackend = self._runners.searcher(self._path())
        return self._ask(request, on_done, on_error, runner=scout)


def _keys(row: CheckpointRow, key: str) -> tuple[str, ...]:
    return tuple(each for each in row.changed_keys if not key or each == key)


def _node(row: CheckpointRow) -> str:
    """What ``node`` means in an expression: who ran in the step; "" after the input."""
    return ", ".join(name for name in row.ran if name != START)
