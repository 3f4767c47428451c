"""Fetches output that was kept: of a run that is opened, and of the way to a past moment. For the console."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor.debugger.focus import Focus
from editor.debugger.run_state import Phase, RunState
from editor.debugger.session import DebugSession, RequestHandle

MOST_TASKS = 300  # of the way to a moment; a console shows no more lines than these write


class PastOutput(QObject):
    opened = Signal(object)
    """The lines of a run that was opened, a tuple."""
    moment_shown = Signal(object, int)
    """The lines of the way to the past moment that is looked at, and its step."""
    moment_left = Signal()

    def __init__(self, session: DebugSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: RequestHandle | None = None
        self._is_past = False
        session.run_state_changed.connect(self._on_run_state)
        session.focus_changed.connect(self._on_focus)

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        if new.thread_id != old.thread_id and new.head is not None and new.phase is not Phase.STARTING:
            thread_id = new.thread_id
            self._session.read_output(
                (), lambda lines: self.opened.emit(lines) if self._session.run_state.thread_id == thread_id else None
            )

    def _on_focus(self, _old: Focus, new: Focus) -> None:
        state = self._session.run_state
        if self._asked is not None:
            self._asked.cancel()
        row = new.shown(state)
        if not new.in_past(state) or row is None:
            if self._is_past:
                self._is_past = False
                self.moment_left.emit()
            return
        self._is_past = True
        step, task_ids = row.step, _tasks_on_the_way(state, row.id)
        if task_ids:
            self._asked = self._session.read_output(task_ids, lambda lines: self.moment_shown.emit(lines, step))
        else:
            self.moment_shown.emit((), step)


def _tasks_on_the_way(state: RunState, checkpoint_id: str) -> list[str]:
    """Ids of the tasks that led to a checkpoint, the newest steps only."""
    row, found = state.checkpoints.get(checkpoint_id), list[str]()
    while row is not None and row.parent_id is not None and len(found) < MOST_TASKS:
        row = state.checkpoints.get(row.parent_id)
        found += [task.id for task in row.tasks] if row is not None else []
    return found
