"""Requests about what is kept of runs, and how much room it takes. Part of ``requests``; need the database alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TagCheckpoint:
    """Gives a checkpoint these tags and no others; an empty list takes them all away."""

    thread_id: str
    checkpoint_id: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prune:
    """Forgets checkpoints of a thread for good, all but the newest ``keep_last``.

    What also stays: heads of branches and where they fork, and what has a note or a tag. Reply: {"gone": how many,
    "of": how many there were}. With ``is_trial`` nothing is forgotten, only counted. Refused while a run is active and
    if another runner has the thread. Afterwards the past is told anew (``ThreadOpened``) if ``is_shown``.
    """

    thread_id: str
    keep_last: int
    is_trial: bool = False
    is_shown: bool = False


@dataclass(frozen=True)
class MeasureThreads:
    """Reply: {"threads": {id: bytes}, "file": bytes on disk, "free": bytes of it that hold nothing any more}.

    Reads all rows of these threads, so it is asked for a few of them at a time.
    """

    thread_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compact:
    """Gives the room of what was deleted back to the disk. Reply: as of ``MeasureThreads``, after it.

    Takes as long as copying the file. Refused while a run is active.
    """
