"""What is kept of earlier runs and the room it takes: tags, branches and old steps that go. Part of the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from editor.debugger.focus import Focus
from editor.debugger.reports import Pruned, Room
from editor.debugger.run_state import RunState
from editor.debugger.session_questions import RequestHandle
from engine.runner import requests
from engine.runner.requests import Request


class SessionKeeping:
    """The keeping part of ``DebugSession``, which has what is declared here."""

    _run_state: RunState
    _focus: Focus
    _show: Callable[[RunState, Focus], None]
    _may: Callable[[str], bool]
    _thread: Callable[[], str]
    _ask: Callable[[Request, Callable[[Any], None], Callable[[str], None] | None], RequestHandle]
    _tell_refused: Callable[[str], None]
    back_to_now: Callable[[], None]

    def tag_checkpoint(self, checkpoint_id: str, tags: Sequence[str]) -> RequestHandle | None:
        """Gives a checkpoint of the shown run these tags and no others."""
        if checkpoint_id not in self._run_state.checkpoints:
            return None
        wanted, thread_id = tuple(dict.fromkeys(filter(None, (tag.strip() for tag in tags)))), self._thread()

        def done(_value: Any) -> None:
            row = self._run_state.checkpoints.get(checkpoint_id)
            if row is not None and thread_id == self._run_state.thread_id:
                rows = self._run_state.checkpoints.with_row(replace(row, tags=wanted))
                self._show(replace(self._run_state, checkpoints=rows), self._focus)

        return self._ask(requests.TagCheckpoint(thread_id, checkpoint_id, wanted), done, self._tell_refused)

    def delete_branch(self, checkpoint_id: str) -> RequestHandle | None:
        """Forgets for good the branch that this checkpoint of the shown run is on, and those forked from it."""
        if checkpoint_id not in self._run_state.checkpoints or not self._may("delete_branch"):
            return None
        self.back_to_now()  # what is looked at may go
        return self._ask(requests.DeleteBranch(self._thread(), checkpoint_id), lambda _value: None, self._tell_refused)

    def prune_thread(
        self, thread_id: str, keep_last: int, on_done: Callable[[Pruned], None], *, is_trial: bool = False
    ) -> RequestHandle | None:
        """Forgets old checkpoints of a run for good; what stays says ``requests.Prune``. A trial only counts."""
        is_shown = thread_id == self._run_state.thread_id
        if is_shown and not is_trial:
            if not self._may("delete_branch"):
                return None
            self.back_to_now()
        request = requests.Prune(thread_id, keep_last, is_trial, is_shown and not is_trial)
        return self._ask(request, lambda value: on_done(Pruned(value["gone"], value["of"])), self._tell_refused)

    def measure_threads(self, thread_ids: Sequence[str], on_done: Callable[[Room], None]) -> RequestHandle:
        """How much room these runs take. Ask for a few at a time: all of their rows are read."""
        return self._ask(requests.MeasureThreads(tuple(thread_ids)), lambda value: on_done(_room(value)), None)

    def give_room_back(
        self, on_done: Callable[[Room], None], on_refused: Callable[[], None] = lambda: None
    ) -> RequestHandle:
        """Makes the file of the runs smaller by what was deleted."""

        def refused(text: str) -> None:
            self._tell_refused(text)
            on_refused()

        return self._ask(requests.Compact(), lambda value: on_done(_room(value)), refused)


def _room(value: Any) -> Room:
    return Room(value["threads"], value["file"], value["free"])
