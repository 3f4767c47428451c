"""A thread as it was written down: how it came to rest, its versions, its checkpoints; and how it is told. No database.

Read by ``run_history``, told by ``reads`` and ``driver``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.runner.run_events import (
    BreakpointFacts,
    BreakpointsHit,
    CheckpointFacts,
    ErrorFacts,
    PastRead,
    QuestionFacts,
    RouteFacts,
    RunEvent,
    TaskFacts,
    ThreadOpened,
)

ROWS_AT_ONCE = 100
"""One hundred rows take a window about 5 ms to decode."""


@dataclass(frozen=True)
class Stop:
    """How a run came to rest. Only the last one of a thread matters."""

    outcome: str
    """"paused", "waiting", "failed" or "finished"."""
    reason: str = ""
    questions: tuple[QuestionFacts, ...] = ()
    error: ErrorFacts | None = None
    tasks: tuple[TaskFacts, ...] = ()
    """How far the tasks of the open step got."""
    routes: tuple[RouteFacts, ...] = ()
    """Decisions already made in the open step."""
    checkpoints: int = 0
    """How many the thread had, so that the list of threads need not count them. 0: not noted."""
    hits: tuple[BreakpointFacts, ...] = ()
    """Of the breakpoints, in the run that came to rest."""


@dataclass(frozen=True)
class RanVersion:
    """A version of graph and code, from the checkpoint ``since`` on, which its first step led to; "" from the start."""

    since: str
    graph: str
    """The hash of its text."""
    code: Mapping[str, str]
    """Hashes of its modules by file name."""


@dataclass(frozen=True)
class Past:
    """A thread as far as it is known, oldest checkpoint first."""

    checkpoints: Mapping[str, CheckpointFacts]
    head: str | None
    stop: Stop | None
    input: Any = None
    """What the thread was last given; None if nothing is known of that."""


def events_of(thread_id: str, past: Past) -> Iterator[RunEvent]:
    """How a past is told: in parts small enough for a window to take in between two frames."""
    rows = tuple(past.checkpoints.values())
    last = max(0, len(rows) - 1) // ROWS_AT_ONCE * ROWS_AT_ONCE
    for start in range(0, last, ROWS_AT_ONCE):
        yield PastRead(thread_id, rows[start : start + ROWS_AT_ONCE])
    stop = past.stop
    questions = stop.questions if stop is not None and stop.outcome in ("waiting", "failed") else ()
    error = stop.error if stop is not None and stop.outcome == "failed" else None
    yield ThreadOpened(thread_id, rows[last:], past.head, questions, error, past.input)
    if stop is not None and stop.hits:
        yield BreakpointsHit(tuple(replace(each, spent=False) for each in stop.hits))  # what was spent is gone since
