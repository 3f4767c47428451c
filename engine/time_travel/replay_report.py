"""What came of a replay. Plain facts; made by ``replay_recorded``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.time_travel.state_diff import StateDiff

END, UNTIL, DIFFERS, QUESTION, FAILED = "end", "until", "differs", "question", "failed"


@dataclass(frozen=True)
class ReplayedStep:
    """From one checkpoint to the next."""

    recorded_from: str | None
    """None once the record is used up."""
    recorded: str | None
    """The recorded checkpoint that it led to; None for a step that everything ran in."""
    replayed: str
    """The checkpoint made in its place."""
    given: tuple[str, ...] = ()
    """Nodes that got their recorded results. Neither these nor live ones: the record has an input or an edit here."""
    live: tuple[str, ...] = ()
    """Nodes that ran."""


@dataclass(frozen=True)
class Replay:
    """How far it went, and why no further."""

    thread_id: str | None
    """The thread that keeps it; None if nothing was kept."""
    steps: tuple[ReplayedStep, ...]
    ended: str
    """``end``: nothing is due any more. ``until``: the record ends here, or it was to stop here. ``differs``: the
    record does not fit. ``question``: a live node asks. ``failed``: a live node raised ``error``."""
    reason: str
    """A sentence; empty if there is nothing to say."""
    at: str
    """The recorded checkpoint where it ended."""
    node: str | None = None
    diff: StateDiff | None = None
    """What differs, recorded against replayed, if it is the state that does."""
    error: BaseException | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """The state where it ended."""
    next: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the record was followed as far as was asked."""
        return self.ended in (END, UNTIL, QUESTION)
