"""Keeps what the user's code writes in the run database, so that an earlier run and a past moment show it.

Hears every event that is told, and writes in batches: twice a second while a run is active, when it comes to rest, and
before anybody reads. What was heard since is lost if the process is killed. A full disk loses output, never a run.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from itertools import groupby

from engine.runner.run_events import (
    OutputLine,
    OutputReceived,
    RunEvent,
    RunResumed,
    RunStarted,
    TaskChanged,
)
from engine.store.output_rows import KeptLine, LineBatch, OutputRows
from engine.store.store_errors import StoreError

_KNOWN_TASKS = 4096
"""Tasks whose checkpoint is remembered; a step seldom has more."""

_MAX_WAITING = 20_000
"""Lines that wait for a disk that takes none. ``capture`` lets 1.3 MB a second through."""


class OutputKeeper:
    """Thread-safe. ``open`` is called once, when the database is there; lines heard before are not kept."""

    def __init__(self) -> None:
        self._rows: OutputRows | None = None
        self._thread_id: str | None = None
        self._checkpoints: OrderedDict[str, str] = OrderedDict()
        self._waiting: list[tuple[str, str | None, OutputLine]] = []
        self._dropped = 0
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()

    def open(self, rows: OutputRows) -> None:
        """From now on lines are kept in these rows."""
        self._rows = rows

    def hearing(self, tell: Callable[[RunEvent], None]) -> Callable[[RunEvent], None]:
        """``tell``, with the keeper listening."""

        def tell_and_keep(event: RunEvent) -> None:
            self.hear(event)
            tell(event)

        return tell_and_keep

    def hear(self, event: RunEvent) -> None:
        """Note what is needed of an event."""
        with self._lock:
            if isinstance(event, (RunStarted, RunResumed)):
                self._thread_id = event.thread_id
            elif isinstance(event, TaskChanged):
                self._checkpoints[event.task.id] = event.checkpoint_id
                if len(self._checkpoints) > _KNOWN_TASKS:
                    self._checkpoints.popitem(last=False)
            elif isinstance(event, OutputReceived) and self._thread_id is not None:
                self._dropped += event.dropped
                for line in event.lines:
                    self._waiting.append((self._thread_id, self._checkpoints.get(line.task_id or ""), line))
                too_many = len(self._waiting) - _MAX_WAITING
                if too_many > 0:
                    del self._waiting[:too_many]
                    self._dropped += too_many

    def write(self) -> None:
        """Store what was heard. If that fails it is tried again with the next batch."""
        if self._rows is None:
            return
        with self._write_lock:
            with self._lock:
                waiting, self._waiting = self._waiting, []
                dropped, self._dropped = self._dropped, 0
            if not waiting:
                self._dropped += dropped
                return
            try:
                self._rows.add(_batches(waiting, dropped))
            except StoreError:
                with self._lock:
                    self._waiting = waiting + self._waiting
                    self._dropped += dropped


def _batches(waiting: list[tuple[str, str | None, OutputLine]], dropped: int) -> list[LineBatch]:
    """Lines of one task that follow each other are one row."""
    batches = []
    for (thread_id, checkpoint_id, task_id), group in groupby(waiting, key=lambda each: (*each[:2], each[2].task_id)):
        lines = tuple(KeptLine(line.text, line.stream, line.node, line.step, line.task_id) for _, _, line in group)
        batches.append(LineBatch(thread_id, checkpoint_id, task_id, lines, dropped))
        dropped = 0
    return batches
