"""What Run, Step and Stop mean in the window: save first, ask for trust, then tell the session; end a run on leaving.

The session knows how to run; this knows what has to be true before. Coroutines, because questions may be asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from editor.app.background import BackgroundTasks
from editor.app.document_files import DocumentFiles
from editor.app.run_permission import RunPermission
from editor.debugger.run_state import Phase, RunState
from editor.debugger.session import DebugSession
from editor.document.undo_history import UndoHistory

log = logging.getLogger(__name__)

LONGEST_STOP_S = 5.0
"""The backend stops politely for 1 s, then by force. Who closes the window or leaves the graph does not wait longer."""
LONGEST_STOP_BEFORE_MORE_S = 60.0
"""Where the run goes on afterwards, giving up early loses what the user ordered, such as a retry with mended code. On a
busy machine the killing, and the look for what is left, takes many seconds."""

ChosenInput = Callable[[], Mapping[str, Any] | None]


class RunControl:
    def __init__(
        self,
        session: DebugSession,
        history: UndoHistory,
        files: DocumentFiles,
        permission: RunPermission,
        tasks: BackgroundTasks,
        chosen_input: ChosenInput,
        show_question: Callable[[], object],
    ) -> None:
        self._session = session
        self._history = history
        self._files = files
        self._permission = permission
        self._tasks = tasks
        self._chosen_input = chosen_input
        self._show_question = show_question
        self._is_starting = False
        self._code_that_runs: frozenset[tuple[str, str]] = frozenset()
        """What the runner was started with: names and digests of files."""

    def run_or_continue(self) -> None:
        """F5: on, whatever that means now. A question is shown, never answered with nothing."""
        if self._session.run_state.waits_for_answer:
            self._session.back_to_now()
            self._show_question()
        elif self._session.may("resume"):
            self._go_on(self._session.resume)
        elif self._session.may("run"):
            self._tasks.start(self.start_run(stepping=False))

    def step(self) -> None:
        """F10: one superstep; without a run, a new one that waits before its first node."""
        if self._session.may("step"):
            self._go_on(self._session.step)
        elif self._session.may("run_and_step"):
            self._tasks.start(self.start_run(stepping=True))

    def step_into(self) -> None:
        """F11: into the subgraphs that are next."""
        if self._session.may("step_into"):
            self._go_on(self._session.step_into)

    def retry_failed(self) -> None:
        """What failed is run again, and nothing else: the run then waits before what comes next."""
        if self._session.run_state.phase is Phase.FAILED and self._session.may("step"):
            self._go_on(self._session.step)

    async def may_go_on(self) -> bool:
        """Whether the user lets what is drawn and written now be run; asks if that was not answered yet."""
        return await self._saved_and_permitted() is not None

    def restart(self) -> None:
        """The input of the shown run again, of what is drawn now."""
        if not self._session.may("restart"):
            return
        if self._history.is_modified:
            self._tasks.start(self.start_run(stepping=False, input=self._session.last_input))
        else:
            self._session.restart()

    def stop(self) -> None:
        self._session.stop()

    def close_run(self) -> None:
        """Shows the plain graph again. The run stays in the database."""
        if self._session.graph_path is not None:
            self._session.open_graph(self._session.graph_path, self._history.document.graph)

    async def start_run(self, *, stepping: bool, input: Mapping[str, Any] | None = None) -> bool:
        """A new run of what is drawn: saved first, since the runner reads the files. Without input: the chosen one."""
        input = input if input is not None else self._chosen_input()
        if input is None or self._is_starting:
            return False
        self._is_starting = True
        try:
            path = await self._saved_and_permitted()
        finally:
            self._is_starting = False
        if path is None:
            return False
        self._code_that_runs = self._permission.fingerprint(path)
        self._session.open_graph(path, self._history.document.graph)
        if stepping:
            self._session.run_and_step(input)
        else:
            self._session.run(input)
        return True

    def go_on(self, verb: Callable[[], None]) -> None:
        """A verb of the session that goes on from the head, after what has to be true before."""
        self._go_on(verb)

    def _go_on(self, verb: Callable[[], None]) -> None:
        """What goes on is what is drawn and what is written: edits are saved, mended code gets a fresh runner."""
        self._session.back_to_now()
        if self._history.is_modified or self._session.run_state.phase in (Phase.FAILED, Phase.STOPPED):
            self._tasks.start(self._go_on_afresh(verb))
        else:
            verb()

    async def _go_on_afresh(self, verb: Callable[[], None]) -> None:
        path = await self._saved_and_permitted()
        if path is None:
            return
        code = self._permission.fingerprint(path)
        if self._session.run_state.phase is Phase.FAILED and code != self._code_that_runs:
            # The runner still has the module as it was before it was mended.
            await self.end_run(LONGEST_STOP_BEFORE_MORE_S)
        self._code_that_runs = code
        verb()

    async def _saved_and_permitted(self) -> Path | None:
        """Where the drawn graph lies; None if the user did not want it saved or run."""
        if (self._history.is_modified or self._files.path is None) and not await self._files.save():
            return None
        path = self._files.path
        return path if path is not None and await self._permission.ask(path) else None

    async def end_run(self, longest_s: float = LONGEST_STOP_S) -> None:
        """Stops what runs and waits until it has, but not for ever; returns at once if nothing does."""
        if not self._session.may("stop") and self._session.run_state.phase is not Phase.STOPPING:
            return
        ended: asyncio.Future[None] = asyncio.get_event_loop().create_future()

        def on_change(_old: RunState, new: RunState) -> None:
            if new.phase in (Phase.STOPPED, Phase.FINISHED, Phase.NO_RUN) and not ended.done():
                ended.set_result(None)

        self._session.run_state_changed.connect(on_change)
        try:
            self._session.stop()
            if self._session.run_state.phase is Phase.STOPPING:
                await asyncio.wait_for(ended, longest_s)
        except TimeoutError:
            log.warning("the run has not ended within %s s", longest_s)
        finally:
            self._session.run_state_changed.disconnect(on_change)
