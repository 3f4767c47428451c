"""Small facts the session hands out besides ``RunState``: output, trouble, the answer to "what if". Frozen, no Qt.

With how they are made of what the runner told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from editor.debugger.process_end import INTACT, cause_of, words_of
from engine.runner.boot import UNFIT
from engine.runner.run_events import OutputLine, OutputReceived, RunnerExited

__all__ = [
    "CodeThatRan",
    "ForkPreview",
    "OutputLine",
    "Pruned",
    "Room",
    "StepWrites",
    "TaskWrites",
    "ThreadRow",
    "Trouble",
    "VersionThatRan",
    "lines_of",
    "trouble_of",
]

UNFIT_TITLE = "This Python cannot run the graph"


@dataclass(frozen=True)
class Trouble:
    """Something the user should know and can act on. Shown once, as a card or a dialog."""

    title: str
    text: str
    detail: str = ""
    offer: str = ""
    """What the way out is called: "" for none, "continue_from_checkpoint" (``session.resume()`` does it), or
    "choose_python", which the window asks for."""


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
class Pruned:
    """Old checkpoints of a run are gone, or would be."""

    gone: int
    of: int
    """So many there were."""


@dataclass(frozen=True)
class Room:
    """What runs take on the disk, in bytes."""

    threads: Mapping[str, int]
    """By their ids, as far as it was asked for and is known."""
    file: int
    free: int
    """Of the file: holds nothing any more."""


@dataclass(frozen=True)
class CodeThatRan:
    """A module as it was when a checkpoint was made."""

    digest: str | None
    """Its SHA-256; None if nothing was told of it."""
    text: str | None
    """None if it is not kept."""


@dataclass(frozen=True)
class VersionThatRan:
    """A version of graph and code that a thread ran on; see ``requests.ReadVersions``."""

    since: str
    graph: str
    code: Mapping[str, str]
    nodes: Mapping[str, Sequence[str]]
    """Of each node its wiring and its code, as ``engine.graph.fingerprints`` has them."""


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


def lines_of(event: OutputReceived) -> tuple[OutputLine, ...]:
    """The lines, and first how many were left out."""
    if not event.dropped:
        return event.lines
    return (OutputLine(f"… {event.dropped:,} lines left out, they came too fast", "log"), *event.lines)


def trouble_of(exited: RunnerExited, *, has_checkpoint: bool) -> Trouble:
    """What to say when the runner's process died while no node ran."""
    if exited.exit_code in (None, UNFIT) and exited.last_words:  # it could not be started, or told why it cannot do it
        return Trouble(UNFIT_TITLE, exited.last_words, offer="choose_python")
    text = f"{cause_of(exited)}: {words_of(exited)}"
    if not has_checkpoint:
        return Trouble("The runner ended", text, exited.last_words)
    return Trouble("The runner ended", f"{text} {INTACT}", exited.last_words, "continue_from_checkpoint")
