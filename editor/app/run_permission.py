"""The one gate before any code of the user's runs: is it trusted, and if not, does the user trust it now?

``RunPermission`` decides and asks; ``RunnerGate`` stands in front of every runner, so that no way of starting one
(run, continue, fork, preview) can go round the gate. A runner that only inspects the database loads no code and passes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QDialog, QWidget

from editor.app.background import in_thread
from editor.app.dialogs import answer_of
from editor.app.error_dialog import Cause, ErrorDialog, ErrorText
from editor.app.patience import Cancelled, patiently
from editor.app.project_python import ProjectPythons, python_entry
from editor.app.trust import CodeFile, Reach, TrustStore, code_that_would_run
from editor.app.trust_dialog import TrustDialog
from editor.debugger.backend import BackendFactory, EngineBackend, OnEvents, OnReply, Reply
from editor.debugger.reports import UNFIT_TITLE
from editor.document.module_files import WrittenModule
from engine.graph.graph_file import GraphFileError
from engine.graph.spec import GraphSpec
from engine.runner.interpreter import Interpreter, why_not
from engine.runner.requests import Request
from engine.runner.run_events import RunEvent, RunnerExited

log = logging.getLogger(__name__)

REFUSED = "The code of this folder is not trusted, so it was not run."

StartTask = Callable[[Coroutine[Any, Any, None]], object]
ChooseAnother = Callable[[str], Coroutine[Any, Any, bool]]


class Permission(Protocol):
    def is_given(self, graph_path: Path) -> bool: ...

    async def ask(self, graph_path: Path) -> bool: ...


class RunPermission:
    """Asks in the window it belongs to. Two questions at once about one folder share one dialog."""

    def __init__(self, window: QWidget, store: TrustStore, pythons: ProjectPythons | None = None) -> None:
        self._window = window
        self._store = self.store = store
        self.pythons = pythons or ProjectPythons()
        self.choose_another_python: ChooseAnother = self._tell_unfit
        """Asked where the Python of a graph cannot run it, with the reason; whether there is another one now."""
        self._is_asking = False

    def is_given(self, graph_path: Path, graph: GraphSpec | None = None) -> bool:
        """Without asking. Reads the code and compares hashes; some milliseconds. ``graph``: if it was read already."""
        try:
            return self._store.verdict(graph_path, self._all_that_would_run(graph_path, graph)).is_trusted
        except (OSError, GraphFileError):
            return False

    async def ask(self, graph_path: Path) -> bool:
        """True at once if it is given; else shows the code and asks.

        False also if the code cannot be read, or if there is no Python for it.
        """
        why = why_not(self.pythons.of(graph_path))
        if why and not await self.choose_another_python(why):
            return False
        try:
            words = f"Looking at the code beside {graph_path.name} …"
            code = await patiently(self._window, words, in_thread(self._all_that_would_run, graph_path))
        except Cancelled:
            return False
        except (OSError, GraphFileError) as error:
            await self._show(
                "The code cannot be looked at", str(error), "So it is not run. Mend the file and try again."
            )
            return False
        verdict = self._store.verdict(graph_path, code)
        if verdict.is_trusted:
            return True
        if self._is_asking:
            return False
        self._is_asking = True
        try:
            dialog = TrustDialog(self._window, graph_path, code, verdict)
            if await answer_of(dialog) != QDialog.DialogCode.Accepted:
                return False
            also_changes = dialog.also_changes
        finally:
            self._is_asking = False
        await self._remember(graph_path, code, also_changes)
        return True

    def fingerprint(self, graph_path: Path) -> frozenset[tuple[str, str]]:
        """Names and digests of the code that would run now; empty if it cannot be read."""
        try:
            return frozenset((file.name, file.digest) for file in self._all_that_would_run(graph_path))
        except (OSError, GraphFileError):
            return frozenset()

    def keep_after_own_save(
        self,
        graph_path: Path,
        was_given: bool,
        written: Sequence[WrittenModule] = (),
        graph: GraphSpec | None = None,
    ) -> None:
        """The user changed the graph or modules of trusted code, in this editor: no reason to ask again.

        ``was_given``: the code was trusted as it was opened. A module counts only if the file that the save replaced
        was the trusted one, or was not there. A change of another file still asks, as does a folder never asked about.
        ``graph``: what was saved, so that it need not be read again. Whoever wrote another one since is not trusted.
        """
        try:
            code = self._all_that_would_run(graph_path, graph)
            verdict = self._store.verdict(graph_path, code)
            own = {file.name for file in code if file.reach is Reach.GRAPH or self._is_own(graph_path, file, written)}
            if was_given and verdict.known_before and verdict.changed <= own:
                self._store.trust(graph_path, code)
        except (OSError, GraphFileError) as error:
            log.info("the next run asks again: %s", error)

    def choose_python(self, graph_path: Path, interpreter: Interpreter | None) -> None:
        """The user chose it here, so code that is trusted stays so. None: what is found. Raises ``OSError``."""
        was_given = self.is_given(graph_path)
        self.pythons.choose(graph_path, interpreter)
        if was_given:
            self._store.trust(graph_path, python_entry(self.pythons.of(graph_path)))

    def _all_that_would_run(self, graph_path: Path, graph: GraphSpec | None = None) -> tuple[CodeFile, ...]:
        """The code, and before it the Python if that is none of ours. Raises what ``code_that_would_run`` raises."""
        return (*python_entry(self.pythons.of(graph_path)), *code_that_would_run(graph_path, graph))

    def _is_own(self, graph_path: Path, file: CodeFile, written: Sequence[WrittenModule]) -> bool:
        return any(
            (each.path, each.after) == (file.name, file.digest)
            and (not each.before or self._store.knows(graph_path, each.path, each.before))
            for each in written
        )

    def withdraw(self, graph_path: Path) -> None:
        self._store.forget(graph_path)

    def trusted_folders(self) -> tuple[str, ...]:
        return self._store.folders()

    def withdraw_folder(self, folder: str) -> None:
        """``folder`` as ``trusted_folders`` names it."""
        self._store.forget_folder(folder)

    async def _remember(self, graph_path: Path, code: tuple[CodeFile, ...], also_changes: bool) -> None:
        try:
            self._store.trust(graph_path, code, also_changes=also_changes or None)
        except OSError as error:
            await self._show(
                "Your decision cannot be kept", str(error), "It holds for this run; the next one asks again."
            )

    async def _tell_unfit(self, why: str) -> bool:
        await self._show(UNFIT_TITLE, why, "")
        return False

    async def _show(self, title: str, text: str, way_out: str) -> None:
        await answer_of(ErrorDialog(self._window, ErrorText(title, text, way_out, cause=Cause.ENVIRONMENT)))


class RunnerGate:
    """A ``BackendFactory`` whose runners start only with permission, and that knows which of them are still there."""

    def __init__(self, factory: BackendFactory, permission: Permission, start_task: StartTask) -> None:
        self._factory = factory
        self._permission = permission
        self._start_task = start_task
        self._there: set[TrustedBackend] = set()
        self._one_went = asyncio.Event()

    def __call__(self) -> EngineBackend:
        return TrustedBackend(self._factory(), self._permission, self._start_task, self._there_or_not)

    async def wait_until_gone(self, timeout_s: float) -> None:
        """After they were stopped: until the last process has ended. Raises ``TimeoutError``."""

        async def all_gone() -> None:
            while self._there:
                self._one_went.clear()
                await self._one_went.wait()

        await asyncio.wait_for(all_gone(), timeout_s)

    def _there_or_not(self, backend: TrustedBackend, is_there: bool) -> None:
        if is_there:
            self._there.add(backend)
        else:
            self._there.discard(backend)
            self._one_went.set()


class TrustedBackend:
    """A runner that starts only with permission. Until then requests wait; without it they are answered by an error."""

    def __init__(
        self,
        backend: EngineBackend,
        permission: Permission,
        start_task: StartTask,
        on_there: Callable[[TrustedBackend, bool], None],
    ) -> None:
        self._backend = backend
        self._permission = permission
        self._start_task = start_task
        self._on_there = on_there
        self._waiting: list[tuple[Request, OnReply | None]] | None = None
        self._has_ended = False

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        self._on_events = on_events
        if inspect_only or self._permission.is_given(graph_path):
            self._start(graph_path, inspect_only=inspect_only)
            return
        self._waiting = []
        self._start_task(self._ask_then_start(graph_path))

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        if self._waiting is not None:
            self._waiting.append((request, on_reply))
        elif not self._has_ended:
            self._backend.send(request, on_reply)
        elif on_reply is not None:
            on_reply(Reply(error=REFUSED))

    def stop(self) -> None:
        if self._waiting is None and not self._has_ended:
            self._backend.stop()
        else:
            self._end()

    def _start(self, graph_path: Path, *, inspect_only: bool) -> None:
        self._on_there(self, True)
        self._backend.start(graph_path, self._pass_on, inspect_only=inspect_only)

    def _pass_on(self, events: Sequence[RunEvent]) -> None:
        if any(isinstance(event, RunnerExited) for event in events):
            self._on_there(self, False)
        self._on_events(events)

    async def _ask_then_start(self, graph_path: Path) -> None:
        is_given = await self._permission.ask(graph_path)
        if self._has_ended:
            return
        if not is_given:
            self._end()
            return
        waiting, self._waiting = self._waiting or [], None
        self._start(graph_path, inspect_only=False)
        for request, on_reply in waiting:
            self._backend.send(request, on_reply)

    def _end(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        waiting, self._waiting = self._waiting or [], None
        for _request, on_reply in waiting:
            if on_reply is not None:
                on_reply(Reply(error=REFUSED))
        self._on_events([RunnerExited(exit_code=None, asked_for=True)])
