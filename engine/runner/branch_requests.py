"""What the runner can be asked about branches and output. Part of ``requests``; served from the database alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListBranches:
    """Reply: [a ``BranchFacts`` as JSON, ...], in the order they began; the thread's first line has number 0.

    The same facts come as a ``BranchesChanged`` event when a thread is opened, after each fork, and after each of the
    three requests below.
    """

    thread_id: str


@dataclass(frozen=True)
class NameBranch:
    """Gives the branch that this checkpoint is on a name; "" takes it away. Refused if there is no such checkpoint."""

    thread_id: str
    checkpoint_id: str
    name: str


@dataclass(frozen=True)
class NoteBranch:
    """Writes a note beside the branch that this checkpoint is on; "" takes it away."""

    thread_id: str
    checkpoint_id: str
    note: str


@dataclass(frozen=True)
class DeleteBranch:
    """Forgets the branch that this checkpoint is on, from its first checkpoint on, and the branches forked from it.

    Reply: {"deleted": [checkpoint ids, oldest first]}. Refused while a run is active, if another runner has the
    thread, and if nothing of the thread would be left. Afterwards the past is told anew (``ThreadOpened``).
    """

    thread_id: str
    checkpoint_id: str


@dataclass(frozen=True)
class ReadOutput:
    """What tasks of a thread wrote, as it was kept: {"lines": [an ``OutputLine`` as JSON, ...], "dropped": count}.

    Of ``task_ids``; or of the tasks that ran from ``checkpoint_id``; with neither, of the whole thread. The newest
    ``limit`` lines in the order they came. ``dropped`` counts lines of the thread that were not kept: they came too
    fast, or the thread has written more than is kept.
    """

    thread_id: str
    task_ids: tuple[str, ...] = ()
    checkpoint_id: str | None = None
    limit: int = 5_000
