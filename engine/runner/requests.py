"""What the runner can be asked: one small dataclass for one request. Each gets exactly one reply.

Requests that start the run thread are answered as soon as they are begun; what comes of them arrives as
``run_events``. Written as JSON lines by ``protocol``, served by ``server``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

from engine.runner.branch_requests import DeleteBranch, ListBranches, NameBranch, NoteBranch, ReadOutput
from engine.runner.breakpoints import Breakpoint
from engine.runner.inside_requests import EditInside, ReadInside
from engine.runner.keeping_requests import Compact, MeasureThreads, Prune, TagCheckpoint
from engine.runner.look_requests import CountVisits, ReadImage, SearchStates, StepToSearch, StepToWatch, WatchStates
from engine.runner.version_requests import ReadVersions

Json = Any

# Those of look_, branch_, inside_, keeping_ and version_requests belong to the requests as well.
__all__ = [
    "Compact",
    "CountVisits",
    "DeleteBranch",
    "EditInside",
    "MeasureThreads",
    "Prune",
    "ReadInside",
    "ListBranches",
    "NameBranch",
    "NoteBranch",
    "ReadOutput",
    "ReadImage",
    "SearchStates",
    "StepToSearch",
    "StepToWatch",
    "ReadVersions",
    "TagCheckpoint",
    "WatchStates",
]


@dataclass(frozen=True)
class Run:
    """Gives ``input`` to a thread (a new one unless named). With ``stepping`` it pauses before the first node."""

    input: Json
    thread_id: str
    stepping: bool = False


@dataclass(frozen=True)
class GoOn:
    """Continues a thread from its head: to the next breakpoint, or one superstep with ``stepping``.

    ``until`` is a node to stop before, as if it had a breakpoint this once.
    """

    thread_id: str
    stepping: bool = False
    until: str = ""
    """May be the path to a node within a subgraph, its names joined by "/"."""
    level: str = ""
    """With ``stepping``: "into" the subgraphs that are next, "out" of the one it stopped in; "" stays at its level."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Nodes the thread waits for that the graph no longer has, with the nodes that run in their place."""


@dataclass(frozen=True)
class Answer:
    """Answers pending questions by id and goes on."""

    thread_id: str
    answers: dict[str, Json]
    stepping: bool = False


@dataclass(frozen=True)
class Fork:
    """A new branch from an old checkpoint with some keys changed. ``then`` is "pause", "step" or "resume".

    ``as_node`` None: as if the node that ran last had written the change; with no changes, a plain copy.
    With ``is_result`` the changes are what ``as_node``, the only node still due at the head, would have returned.
    """

    thread_id: str
    checkpoint_id: str
    changes: dict[str, Json] = field(default_factory=dict)
    as_node: str | None = None
    then: str = "pause"
    is_result: bool = False


@dataclass(frozen=True)
class DecideAgain:
    """A new branch where the nodes that led to a checkpoint decide once more where to go. No value changes.

    With ``node`` its router named ``router`` takes the branch ``label``, and the other routers decide as they did;
    without, all decide freely, by the graph as it is now. ``then`` as in ``Fork``.
    """

    thread_id: str
    checkpoint_id: str
    node: str = ""
    router: str = ""
    label: str = ""
    then: str = "pause"


@dataclass(frozen=True)
class PreviewDecision:
    """Reply as for ``PreviewFork``: where ``DecideAgain`` with the same words would lead."""

    thread_id: str
    checkpoint_id: str
    node: str = ""
    router: str = ""
    label: str = ""


@dataclass(frozen=True)
class Pause:
    """Stop at the next boundary between supersteps, also within subgraphs that keep checkpoints."""


@dataclass(frozen=True)
class SetBreakpoints:
    """What holds a continued run; replaces the earlier ones. ``hits`` by id: counted in this run by another process."""

    breakpoints: tuple[Breakpoint, ...]
    hits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenThread:
    """Tells the past of a thread, the newest one if None, as a ``ThreadOpened`` event. Runs nothing."""

    thread_id: str | None = None


@dataclass(frozen=True)
class ListThreads:
    """Reply: [{"thread_id", "checkpoints", "created_at", "updated_at", "name", "input", "outcome"}, ...], newest first.

    ``input`` is one bounded line; ``outcome`` is how the thread came to rest, "" if nothing was told of that.
    """


@dataclass(frozen=True)
class NameThread:
    """Gives a thread a name; "" takes it away."""

    thread_id: str
    name: str


@dataclass(frozen=True)
class NoteCheckpoint:
    """Writes a note beside a checkpoint; "" takes it away."""

    thread_id: str
    checkpoint_id: str
    note: str


@dataclass(frozen=True)
class DeleteThread:
    """Forgets a thread for good: checkpoints, writes, what was told of it. Refused while a run is active on it."""

    thread_id: str


@dataclass(frozen=True)
class ReadState:
    """Reply: {"keys": [[key, preview], ...]}, or the preview at ``path`` within the state."""

    thread_id: str
    checkpoint_id: str
    path: tuple[Json, ...] = ()
    start: int = 0
    count: int = 100
    namespace: tuple[str, ...] = ()
    """Of a checkpoint of a subgraph, as ``InsideSaved`` tells it."""


@dataclass(frozen=True)
class ReadDiff:
    """Reply: a ``StateDiff`` as JSON. ``before_id`` None means the empty state."""

    thread_id: str
    before_id: str | None
    after_id: str
    namespace: tuple[str, ...] = ()
    """Of two checkpoints of a subgraph."""


@dataclass(frozen=True)
class ReadWrites:
    """Reply: what the tasks that ran from this checkpoint wrote to the state.

    {"tasks": [{"task_id", "writes": [[key, preview], ...]}, ...], "more": tasks left out}
    """

    thread_id: str
    checkpoint_id: str


@dataclass(frozen=True)
class ReadGraph:
    """Reply: the text of the graph that the thread last ran on, or null if it is not kept."""

    thread_id: str


@dataclass(frozen=True)
class ReadCode:
    """Reply: {"digest", "text"} of a file of code as it was when that checkpoint was made; null for what is not kept.

    ``file``: relative to the graph's folder.
    """

    thread_id: str
    checkpoint_id: str
    file: str


@dataclass(frozen=True)
class LoadGraph:
    """Builds the graph and runs nothing. Refused with the reason if that is not possible."""


@dataclass(frozen=True)
class PreviewFork:
    """Reply: {"next": [...], "was": [...], "error": text | null}; done on a throw-away copy."""

    thread_id: str
    checkpoint_id: str
    changes: dict[str, Json] = field(default_factory=dict)
    as_node: str | None = None


@dataclass(frozen=True)
class Shutdown:
    """End the process after the reply, without waiting for a running node."""


Request = Union[
    Run,
    GoOn,
    Answer,
    Fork,
    DecideAgain,
    Pause,
    SetBreakpoints,
    OpenThread,
    ListThreads,
    NameThread,
    NoteCheckpoint,
    DeleteThread,
    ListBranches,
    NameBranch,
    NoteBranch,
    DeleteBranch,
    TagCheckpoint,
    Prune,
    MeasureThreads,
    Compact,
    ReadOutput,
    ReadState,
    ReadDiff,
    ReadWrites,
    SearchStates,
    WatchStates,
    CountVisits,
    ReadImage,
    PreviewFork,
    PreviewDecision,
    ReadInside,
    EditInside,
    ReadGraph,
    ReadCode,
    ReadVersions,
    LoadGraph,
    Shutdown,
]
