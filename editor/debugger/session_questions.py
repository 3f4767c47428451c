"""What a session can be asked about runs, and what the user writes beside them. A part of ``DebugSession``.

The answer comes later, on the GUI thread, to a callback; the returned handle takes the question back. Questions go to
whoever can read the database, so they are answered while a node runs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from editor.debugger.backend import EngineBackend, Reply
from editor.debugger.focus import Focus
from editor.debugger.reports import (
    CodeThatRan,
    ForkPreview,
    OutputLine,
    StepWrites,
    TaskWrites,
    ThreadRow,
    VersionThatRan,
)
from editor.debugger.run_state import RunState
from engine.runner import requests
from engine.runner.requests import Request

log = logging.getLogger(__name__)


class RequestHandle:
    """A question to the runner whose answer may no longer be wanted."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """The callback will not be called any more."""
        self.cancelled = True


class SessionQuestions:
    """The asking half of ``DebugSession``, which has what is declared here."""

    _run_state: RunState
    _focus: Focus
    _last_input: Any
    _show: Callable[[RunState, Focus], None]
    _may: Callable[[str], bool]
    may: Callable[[str], bool]
    _thread: Callable[[], str]
    _reader: Callable[[], EngineBackend]
    _live_runner: Callable[[], EngineBackend]
    _drop_runner: Callable[[], None]
    _with_new_code: Callable[[Callable[[], None], Callable[[str], None]], None]
    _tell_refused: Callable[[str], None]

    def read_state(
        self,
        checkpoint_id: str,
        path: Sequence[Any] = (),
        on_done: Callable[[Any], None] = lambda tree: None,
        on_error: Callable[[str], None] | None = None,
        *,
        start: int = 0,
        count: int = 100,
        namespace: Sequence[str] = (),
    ) -> RequestHandle:
        """The state as a bounded preview tree (PreviewNode JSON), or the part of it at ``path``.

        ``namespace``: of a checkpoint of a subgraph, as in ``run_state.inside``.
        """
        request = requests.ReadState(self._thread(), checkpoint_id, tuple(path), start, count, tuple(namespace))
        return self._ask(request, on_done, on_error)

    def read_diff(
        self,
        before_id: str | None,
        after_id: str,
        on_done: Callable[[Any], None],
        on_error: Callable[[str], None] | None = None,
        *,
        namespace: Sequence[str] = (),
    ) -> RequestHandle:
        """What changed between two checkpoints, as StateDiff JSON; before None: since the empty state."""
        request = requests.ReadDiff(self._thread(), before_id, after_id, tuple(namespace))
        return self._ask(request, on_done, on_error)

    def preview_fork(
        self,
        checkpoint_id: str,
        changes: Mapping[str, Any],
        as_node: str | None,
        on_done: Callable[[ForkPreview], None],
    ) -> RequestHandle:
        """Which nodes would be next after such a fork. Needs the user's code, so a runner that was trusted to start."""
        request = requests.PreviewFork(self._thread(), checkpoint_id, dict(changes), as_node)
        return self._ask_for_preview(request, checkpoint_id, on_done)

    def _ask_for_preview(
        self, request: Request, checkpoint_id: str, on_done: Callable[[ForkPreview], None]
    ) -> RequestHandle:
        was = self._run_state.checkpoints[checkpoint_id].next if checkpoint_id in self._run_state.checkpoints else ()

        def done(value: Any) -> None:
            on_done(ForkPreview(tuple(value["next"]), tuple(value["was"]), value.get("error")))

        handle = RequestHandle()

        def failed(text: str) -> None:
            if not handle.cancelled:
                on_done(ForkPreview((), was, text))

        def ask() -> None:
            self._ask(request, done, failed, runner=self._live_runner(), handle=handle)

        self._with_new_code(ask, failed)
        return handle

    def read_old_graph(self, on_done: Callable[[str | None], None]) -> RequestHandle:
        """The text of the graph that the shown thread last ran on; None if it is not kept."""
        return self._ask(requests.ReadGraph(self._thread()), on_done, None)

    def read_code(self, checkpoint_id: str, file: str, on_done: Callable[[CodeThatRan], None]) -> RequestHandle:
        """A file of code, relative to the graph's folder, as it was when that checkpoint of the shown run was made."""
        request = requests.ReadCode(self._thread(), checkpoint_id, file)
        return self._ask(request, lambda value: on_done(CodeThatRan(value["digest"], value["text"])), None)

    def read_versions(self, on_done: Callable[[tuple[VersionThatRan, ...]], None]) -> RequestHandle:
        """The versions of graph and code that the shown run ran on, oldest first; () if nothing is known."""

        def done(told: Any) -> None:
            on_done(tuple(VersionThatRan(each["since"], each["graph"], each["code"], each["nodes"]) for each in told))

        return self._ask(requests.ReadVersions(self._thread()), done, lambda _problem: on_done(()))

    def list_threads(
        self, on_done: Callable[[tuple[ThreadRow, ...]], None], on_error: Callable[[str], None] | None = None
    ) -> RequestHandle:
        """Earlier runs of this graph, newest first."""
        return self._ask(
            requests.ListThreads(), lambda rows: on_done(tuple(ThreadRow(**row) for row in rows)), on_error
        )

    def read_writes(
        self,
        checkpoint_id: str,
        on_done: Callable[[StepWrites], None],
        on_error: Callable[[str], None] | None = None,
    ) -> RequestHandle:
        """What each task that ran from this checkpoint wrote."""

        def done(value: Any) -> None:
            tasks = (TaskWrites(task["task_id"], tuple(map(tuple, task["writes"]))) for task in value["tasks"])
            on_done(StepWrites(tuple(tasks), value["more"]))

        return self._ask(requests.ReadWrites(self._thread(), checkpoint_id), done, on_error)

    def read_output(
        self,
        task_ids: Sequence[str],
        on_done: Callable[[tuple[OutputLine, ...]], None],
        on_error: Callable[[str], None] | None = None,
    ) -> RequestHandle:
        """What these tasks of the shown run wrote, as it was kept; of none named: what the whole run wrote."""

        def done(value: Any) -> None:
            on_done(tuple(OutputLine(**line) for line in value["lines"]))

        return self._ask(requests.ReadOutput(self._thread(), tuple(task_ids)), done, on_error)

    # What the user says about runs: kept beside them

    def name_thread(self, thread_id: str, name: str, on_done: Callable[[], None] = lambda: None) -> RequestHandle:
        """Gives an earlier run a name; "" takes it away."""
        return self._ask(requests.NameThread(thread_id, name.strip()), lambda _value: on_done(), self._tell_refused)

    def delete_thread(self, thread_id: str, on_done: Callable[[], None] = lambda: None) -> RequestHandle | None:
        """Forgets an earlier run for good. If it is the shown one, nothing is shown afterwards."""
        is_shown = thread_id == self._run_state.thread_id
        if is_shown and not self._may("delete_thread"):
            return None
        if is_shown:
            self._drop_runner()

        def done(_value: Any) -> None:
            if thread_id == self._run_state.thread_id:
                self._last_input = None
                self._show(RunState(), Focus())
            on_done()

        return self._ask(requests.DeleteThread(thread_id), done, self._tell_refused)

    def note_checkpoint(self, checkpoint_id: str, note: str) -> RequestHandle | None:
        """Writes a note beside a checkpoint of the shown run; "" takes it away."""
        if checkpoint_id not in self._run_state.checkpoints:
            return None
        note, thread_id = note.strip(), self._thread()

        def done(_value: Any) -> None:
            row = self._run_state.checkpoints.get(checkpoint_id)
            if row is not None and thread_id == self._run_state.thread_id:
                rows = self._run_state.checkpoints.with_row(replace(row, note=note))
                self._show(replace(self._run_state, checkpoints=rows), self._focus)

        return self._ask(requests.NoteCheckpoint(thread_id, checkpoint_id, note), done, self._tell_refused)

    def name_branch(self, checkpoint_id: str, name: str) -> RequestHandle | None:
        """Gives the branch that this checkpoint of the shown run is on a name; "" takes it away."""
        if checkpoint_id not in self._run_state.checkpoints:
            return None
        request = requests.NameBranch(self._thread(), checkpoint_id, name.strip())
        return self._ask(request, lambda _value: None, self._tell_refused)

    def note_branch(self, checkpoint_id: str, note: str) -> RequestHandle | None:
        """Writes a note on the branch that this checkpoint of the shown run is on; "" takes it away."""
        if checkpoint_id not in self._run_state.checkpoints:
            return None
        request = requests.NoteBranch(self._thread(), checkpoint_id, note.strip())
        return self._ask(request, lambda _value: None, self._tell_refused)

    def _ask(
        self,
        request: Request,
        on_done: Callable[[Any], None],
        on_error: Callable[[str], None] | None,
        *,
        runner: EngineBackend | None = None,
        handle: RequestHandle | None = None,
    ) -> RequestHandle:
        handle = handle or RequestHandle()

        def on_reply(reply: Reply) -> None:
            if handle.cancelled:
                return
            if reply.error is None:
                on_done(reply.value)
            elif on_error is not None:
                on_error(reply.error)
            else:
                log.warning("the runner could not answer %s: %s", type(request).__name__, reply.error)

        (runner or self._reader()).send(request, on_reply)
        return handle
