"""What the window does when a run starts, goes on, stops or ends: the lock, the panels, the words in the status bar.

A joint of ``wiring``, which makes one ``RunJoints`` for each window. Facts only flow up here; intents go to
``run_control``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor.app import recent_inputs
from editor.app.run_status_bar import Seconds
from editor.app.run_words import run_words
from editor.app.tour import TourFacts
from editor.debugger.legal_moves import LOCKED_PHASES
from editor.debugger.run_state import Phase, RunState

if TYPE_CHECKING:
    from editor.app.wiring import Editor

LOCK_REASON = (
    "The graph is locked while a run exists: its checkpoints belong to the graph as it is. Stop the run to edit."
)
CALM_MS = 120  # a step that is over sooner would only make the status bar flash


class RunJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._show_words)
        self._seconds = Seconds(editor.window)
        self._seconds.timeout.connect(self._show_words)
        editor.session.run_state_changed.connect(self._on_run_state)
        editor.session.focus_changed.connect(self._on_focus)
        editor.inputs.take_keys([editor.window.registry[id] for id in ("debug.run", "debug.step")])

    def stop(self) -> None:
        """The window goes: no timer goes off any more."""
        self._calm.stop()
        self._seconds.stop()

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        if new.phase is not old.phase:
            self._on_phase(old.phase, new.phase)
        if new.phase is not Phase.RUNNING:
            self._calm.stop()
            self._show_words()
        elif old.phase not in (Phase.RUNNING, Phase.STARTING):
            self._calm.start()
        elif not self._calm.isActive():
            self._show_words()
        self._editor.refresh()
        self._tell_tour()

    def _on_focus(self, _old: object, _new: object) -> None:
        self._show_words()
        self._editor.refresh()
        self._tell_tour()

    def _on_phase(self, old: Phase, new: Phase) -> None:
        editor = self._editor
        reason = LOCK_REASON if new in LOCKED_PHASES else ""
        if reason:
            editor.history.lock(reason, spares_modules=new is Phase.FAILED)
        else:
            editor.history.unlock()
        editor.window.debug_bar.show_lock(reason)
        if (old is Phase.NO_RUN) != (new is Phase.NO_RUN):
            self._keeping_all_in_view(lambda: editor.window.show_debugging(new is not Phase.NO_RUN))
        if new is Phase.RUNNING and editor.session.graph_path is not None:
            editor.document_joints.was_permitted = True
        if new is Phase.STARTING:
            self._keep_input()
        if new in (Phase.WAITING, Phase.FAILED):
            editor.window.show_dock(editor.window.state_dock)
        if old in LOCKED_PHASES and not reason:
            editor.look_at_disk()  # what changed there meanwhile was put off
        self._seconds.run_if(new in (Phase.RUNNING, Phase.STARTING))

    def _tell_tour(self) -> None:
        session, tour = self._editor.session, self._editor.tour
        state = session.run_state
        tour.look_at(
            TourFacts(
                state.phase,
                len(state.checkpoints),
                session.focus.in_past(state),
                # Looked for only while somebody takes the tour: a long run has many steps.
                tour.hint is not None and any(row.source in ("fork", "update") for row in state.checkpoints.values()),
            )
        )

    def _show_words(self) -> None:
        session = self._editor.session
        self._editor.window.status.show_words(run_words(session.run_state, session.focus, time.time()))

    def _keep_input(self) -> None:
        editor, picker = self._editor, self._editor.inputs.picker
        if editor.files.path is not None and editor.session.last_input is not None:
            picker.remember(dict(editor.session.last_input))
            recent_inputs.write_inputs(editor.files.path, picker.recent)

    def _keeping_all_in_view(self, change: Callable[[], None]) -> None:
        """Panels that come and go take room from the canvas; who saw the whole graph before sees it after."""
        saw_all = self._sees_all()
        change()
        if saw_all:
            QTimer.singleShot(0, self._editor.canvas, self._see_all)

    def _see_all(self) -> None:
        if not self._sees_all():
            self._editor.canvas.fit_all()

    def _sees_all(self) -> bool:
        canvas = self._editor.canvas
        seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
        return seen.contains(canvas.graph_scene.content_rect())
