"""What the writes recorded for an open step say about its tasks. Pure.

While a step is open, every task's writes are kept with the checkpoint it started from. Marks (question, answers,
error) have one place each per task; everything else is output, and a task with output is finished.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.graph.names import ERROR, ERROR_SOURCE_NODE, INTERRUPT, RESUME, SCHEDULED
from engine.ids import NULL_TASK_ID
from engine.types import Interrupt

PendingWrite = tuple[str, str, Any]
"""(task id, channel, value)"""

MARK_INDEX = {ERROR: -1, SCHEDULED: -2, INTERRUPT: -3, RESUME: -4, ERROR_SOURCE_NODE: -5}
"""The fixed place of each mark among a task's writes."""


@dataclass
class TaskStatus:
    """What is known about one task of an open step."""

    output: list[tuple[str, Any]] = field(default_factory=list)
    interrupts: list[Interrupt[Any]] = field(default_factory=list)
    """The questions it asked last, answered or not."""
    answers: list[Any] = field(default_factory=list)
    error: Any = None
    """What its last attempt failed with; None again once it has ended otherwise."""
    error_source: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether it ran to its end."""
        return bool(self.output)

    @property
    def open_interrupts(self) -> tuple[Interrupt[Any], ...]:
        """The questions that wait for an answer."""
        return () if self.is_finished else tuple(self.interrupts)


def task_statuses(writes: Iterable[PendingWrite]) -> dict[str, TaskStatus]:
    """The status of every task that wrote something."""
    statuses: dict[str, TaskStatus] = {}
    for task_id, channel, value in writes:
        if task_id == NULL_TASK_ID:
            continue
        status = statuses.setdefault(task_id, TaskStatus())
        if channel == INTERRUPT:
            status.interrupts += value if isinstance(value, (list, tuple)) else [value]
        elif channel == RESUME:
            status.answers = list(value) if isinstance(value, (list, tuple)) else [value]
        elif channel == ERROR:
            status.error = None if status.is_finished else value
        elif channel == ERROR_SOURCE_NODE:
            status.error_source = value
        else:
            status.output.append((channel, value))
            status.error = None
    return statuses


def callers_writes(writes: Iterable[PendingWrite]) -> list[tuple[str, Any]]:
    """The writes that a caller made with a ``Command``."""
    return [(channel, value) for task_id, channel, value in writes if task_id == NULL_TASK_ID]


def open_interrupt_ids(writes: Iterable[PendingWrite]) -> set[str]:
    """Ids of the questions that wait for an answer."""
    return {question.id for status in task_statuses(writes).values() for question in status.open_interrupts}
