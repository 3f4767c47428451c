"""Small facts the session hands out besides ``RunState``: output, trouble, the answer to "what if". Frozen, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.runner.run_events import OutputLine

__all__ = ["ForkPreview", "OutputLine", "StepWrites", "TaskWrites", "ThreadRow", "Trouble"]


@dataclass(frozen=True)
class Trouble:
    """Something the user should know and can act on. Shown once, as a card or a dialog."""

    title: str
    text: str
    detail: str = ""
    offer: str = ""
    """What the way out is called: "" for none, or "continue_from_checkpoint" (``session.resume()`` does it)."""


@dataclass(frozen=True)
class ForkPreview:
    """Where a fork would lead, without making it."""

    next: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    error: str | None = None
    """Why the fork cannot be made, in words, with the way out."""


@dataclass(frozen=True)
class ThreadRow:
    """One earlier run in the database of the graph."""

    thread_id: str
    checkpoints: int
    created_at: str
    updated_at: str
    name: str = ""
    input: str = ""
    """One line, cut if it was long."""
    outcome: str = ""
    """How it came to rest: "paused", "waiting", "failed", "finished"; "" if nothing was told of that."""


@dataclass(frozen=True)
class TaskWrites:
    """What one task wrote to the state: (key, PreviewNode JSON), in the order of writing."""

    task_id: str
    writes: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class StepWrites:
    """What the tasks that ran from a checkpoint wrote; ``more`` tasks were left out."""

    tasks: tuple[TaskWrites, ...] = ()
    more: int = 0
