"""Marks the cards of nodes that are others than in the shown run: their code, options or wiring changed since.

Made with one line by ``run_panels``. What ran is told by the run database, what is there now by the document; both are
compared beside the window. While a run goes on nothing is asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer

from editor.app.background import in_thread
from editor.debugger.focus import Focus
from editor.debugger.reports import VersionThatRan
from editor.debugger.run_state import Phase, RunState
from editor.debugger.session import RequestHandle
from editor.debugger.stale_nodes import stale_nodes, versions_of_nodes
from engine.graph.spec import GraphSpec
from engine.runner.graph_drift import code_files, texts_of
from engine.runner.ran_versions import plain_text

if TYPE_CHECKING:
    from editor.app.wiring import Editor

REST_MS = 150
"""After the last change: a word being typed, or the mouse drawn along the timeline, asks once."""

_BUSY = frozenset({Phase.STARTING, Phase.RUNNING, Phase.STOPPING})


class StaleJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor.window)
        self._editor = editor
        self._versions: tuple[VersionThatRan, ...] = ()
        self._known_of: tuple[str, str] | None = None
        """The thread and its newest checkpoint, of which the versions are known."""
        self._asked_of: tuple[str, str] | None = None
        self._request: RequestHandle | None = None
        self._turn = 0
        """Of comparisons that run at the same time the newest counts."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._refresh)
        session = editor.session
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        editor.whole.subscribe(self._on_document)
        editor.window.looked_at.connect(self._rest.start)  # code may have been changed elsewhere meanwhile

    def _on_change(self, old: object, new: object) -> None:
        self._rest.start()

    def _on_document(self, *_told: object) -> None:
        if self._known_of is not None:
            self._rest.start()

    def _refresh(self) -> None:
        state = self._editor.session.run_state
        if state.phase in _BUSY:
            return
        if state.thread_id is None or state.head is None:
            self._known_of, self._asked_of, self._versions = None, None, ()
            self._show({})
            return
        here = (state.thread_id, state.head)
        if here == self._known_of:
            self._compare()
        elif here != self._asked_of:
            self._asked_of = here
            if self._request is not None:
                self._request.cancel()
            self._request = self._editor.session.read_versions(self._take)

    def _take(self, versions: tuple[VersionThatRan, ...]) -> None:
        self._request = None
        self._known_of, self._versions = self._asked_of, versions
        self._compare()

    def _compare(self) -> None:
        self._turn += 1
        if not self._versions:
            self._show({})
            return
        session, document = self._editor.session, self._editor.whole.document
        folder = self._editor.files.path.parent if self._editor.files.path is not None else None
        moment = _Moment(session.run_state, session.focus, self._versions)
        edited = {key: module.text for key, module in document.modules.items()}
        self._editor.tasks.start(self._compared(self._turn, moment, document.graph, edited, folder))

    async def _compared(
        self, turn: int, moment: _Moment, graph: GraphSpec, edited: dict[str, str], folder: Path | None
    ) -> None:
        stale = await in_thread(_stale, moment, graph, edited, folder)
        if turn == self._turn:
            self._show(stale)

    def _show(self, stale: dict[str, str]) -> None:
        self._editor.levels.show_stale(stale)


class _Moment(NamedTuple):
    """All of it frozen, so that a thread may read it."""

    run_state: RunState
    focus: Focus
    versions: tuple[VersionThatRan, ...]


def _stale(moment: _Moment, graph: GraphSpec, edited: dict[str, str], folder: Path | None) -> dict[str, str]:
    ran_as = versions_of_nodes(*moment, graph)
    on_disk = texts_of(code_files(graph, folder)) if ran_as and folder is not None else {}
    return stale_nodes(ran_as, graph, {file: plain_text(text) for file, text in {**on_disk, **edited}.items()})
