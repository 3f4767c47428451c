"""One search through the states of a run: asks the scout part by part, collects the hits, can be cancelled any time.

Loads no values: the runner looks, the editor gets one bounded line for a hit. Shown by ``run_search_panel``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.debugger.run_state import CheckpointRow
from editor.debugger.session import DebugSession, RequestHandle
from editor.widgets.preview_node import Path

ROWS_AT_ONCE = 400
"""Named in one question; the runner takes as many of them as its time allows."""

MOST_HITS = 2_000
"""More than a person reads. The search stops there and says so."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the text appeared."""

    checkpoint_id: str
    path: Path
    text: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    key: str = ""
    """Only in this key of the state; "" for all."""
    is_whole: bool = False
    only_shown: bool = False
    """Only in the state at the shown moment, all of it; else in what each step of the run changed."""


class RunSearch(QObject):
    hits_found = Signal(object)
    """Further ``Hit``s, in the order of the run."""
    progressed = Signal(int, int)
    """(steps looked at, of so many)."""
    ended = Signal(str)
    """In words, why it is over; "" if everything was looked at."""

    def __init__(self, session: DebugSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._question = Question("")
        self._handle: RequestHandle | None = None
        self._done = self._total = self._hits = 0
        session.run_state_changed.connect(self._on_run_state)

    @property
    def is_running(self) -> bool:
        return self._handle is not None

    def begin(self, question: Question) -> None:
        """A new search; the one before is over."""
        self._stop()
        self._question = question
        self._done = self._hits = 0
        self._total = 1 if question.only_shown else len(self._session.run_state.checkpoints)
        if not question.text or not self._session.run_state.checkpoints:
            self.ended.emit("")
            return
        self._ask()

    def cancel(self) -> None:
        if self.is_running:
            self._stop()
            self.ended.emit("Cancelled")

    def _ask(self) -> None:
        question = self._question
        self._handle = self._session.search_states(
            self._rows(),
            question.text,
            is_whole=question.is_whole,
            key=question.key,
            on_done=self._take,
            on_error=self._give_up,
        )

    def _rows(self) -> Sequence[CheckpointRow]:
        state = self._session.run_state
        if not self._question.only_shown:
            return state.checkpoints.from_place(self._done, min(ROWS_AT_ONCE, self._total - self._done))
        row = self._session.focus.shown(state)
        if row is None:
            return ()
        # As if all of its state had come with this step.
        keys = dict.fromkeys(key for each in state.path_to(row.id) for key in each.changed_keys)
        return (replace(row, parent_id=None, changed_keys=tuple(keys)),)

    def _take(self, reply: Any) -> None:
        self._handle = None
        hits = [Hit(hit["checkpoint_id"], tuple(hit["path"]), hit["text"], hit["is_key"]) for hit in reply["hits"]]
        self._done += reply["done"]
        if not self._question.only_shown:
            self._total = len(self._session.run_state.checkpoints)  # the run may have gone on meanwhile
        self._hits += len(hits)
        is_enough, is_over = self._hits >= MOST_HITS, self._done >= self._total or not reply["done"]
        if not (is_enough or is_over):
            self._ask()  # before anybody is told: between two parts the search runs, too
        if hits:
            self.hits_found.emit(hits)
        self.progressed.emit(self._done, self._total)
        if is_enough:
            self.ended.emit(f"Stopped after {self._hits:,} places. Look for more letters, or in one key.")
        elif is_over:
            self.ended.emit("")

    def _give_up(self, error: str) -> None:
        self._handle = None
        self.ended.emit(error)

    def _stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _on_run_state(self, old: Any, new: Any) -> None:
        if old.thread_id != new.thread_id and self.is_running:
            self._stop()
            self.ended.emit("Another run is shown")
