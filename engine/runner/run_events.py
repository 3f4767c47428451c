"""What the runner tells: frozen facts in the past tense, with ids and small bounded texts, never with state values.

Holds no behaviour and imports nothing of the engine. Made by ``driver`` and ``capture``, written as JSON lines by
``protocol``, folded into ``RunState`` by ``editor.debugger.reduce``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

Json = Any


@dataclass(frozen=True)
class LocalFacts:
    """A local variable of the frame that failed; ``text`` is its bounded repr on one line."""

    name: str
    text: str


@dataclass(frozen=True)
class ErrorFacts:
    """A failure. ``traceback`` has the user's own frames only, the innermost last."""

    kind: str
    message: str
    traceback: str = ""
    node: str | None = None
    locals: tuple[LocalFacts, ...] = ()
    """Of the innermost frame of the user's own code, as it was when it failed."""
    locals_of: str = ""
    """Which frame that is, in words: "plan in nodes.py, line 12"."""
    while_routing: bool = False
    """The node had done its work and a router of it failed. Both are one task: it does its work again."""


@dataclass(frozen=True)
class UsageFacts:
    """What a task used of models, as somebody told it. None: nobody said."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    cost_usd: float | None = None


@dataclass(frozen=True)
class TaskFacts:
    """One node of one superstep, as far as it got."""

    id: str
    node: str
    state: str = "planned"
    """"planned", "running", "done", "failed" or "waiting"."""
    duration_s: float | None = None
    attempt: int = 1
    started_at_s: float | None = None
    """Seconds since the epoch."""
    error: ErrorFacts | None = None
    waited_s: float = 0.0
    """How long it lay with a question before it started again with the answer, in all."""
    asked: tuple[tuple[float, ...], ...] = ()
    """(started_at_s, duration_s) of each time that it ran up to a question which was answered since."""
    jumps: tuple[str, ...] = ()
    """Sorted: the nodes that its function went to by ``Command(goto=...)``, END among them."""
    usage: UsageFacts | None = None
    """All tries together; of a subgraph what was told inside. None: nothing is known, which is not nothing."""
    result_from: str = ""
    """"": it ran. "cache": it did not, its result is one that the node's cache kept."""


@dataclass(frozen=True)
class RouteFacts:
    """A router's decision."""

    node: str
    router: str
    label: str
    target: str
    forced: bool = False
    """Chosen by the user in the router's place."""


@dataclass(frozen=True)
class QuestionFacts:
    """An unanswered ``interrupt()``. ``value`` is bounded; ``response_schema`` is a JSON schema."""

    id: str
    node: str
    value: Json
    response_schema: dict[str, Json] | None = None
    within: tuple[str, ...] = ()
    """Where it was asked inside ``node``, a subgraph: the path to the node there; () if ``node`` itself asked."""


@dataclass(frozen=True)
class CheckpointFacts:
    """One checkpoint without its values. ``tasks`` are those that run from it; ``ran`` and ``routes`` led to it."""

    id: str
    parent_id: str | None
    step: int
    source: str
    next: tuple[str, ...] = ()
    changed_keys: tuple[str, ...] = ()
    created_at: str = ""
    ran: tuple[str, ...] = ()
    routes: tuple[RouteFacts, ...] = ()
    tasks: tuple[TaskFacts, ...] = ()
    note: str = ""
    given: tuple[str, ...] = ()
    """Nodes that did not run: the user gave their result."""
    replayed: bool = False
    """Its nodes did not run: they were given the results of a recorded run."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class InsideFacts:
    """A subgraph of one step of the outermost graph: its checkpoints, oldest first, and the one it got to.

    ``namespace`` as in ``InsideSaved``.
    """

    namespace: tuple[str, ...]
    checkpoints: tuple[CheckpointFacts, ...]
    head: str


@dataclass(frozen=True)
class EditFacts:
    """One place that was changed when a branch was begun. ``path`` as a person writes it; the texts are short.

    ``before`` or ``after`` is None where there was nothing.
    """

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class BranchFacts:
    """One line of checkpoints of a thread, without those of the branches forked from it."""

    number: int
    """In the order they began; 0 is the thread's first line."""
    first: str
    """Its oldest checkpoint, which names it: a branch keeps it for as long as nothing of it is pruned."""
    forked_from: str | None
    """The checkpoint it left; None for a line that begins anew."""
    head: str
    """Its newest checkpoint."""
    checkpoints: int
    name: str = ""
    note: str = ""
    by: str = ""
    """"user" or "program"; "" for a branch of which nothing was written down."""
    as_node: str | None = None
    """The node in whose name the edits were made."""
    edits: tuple[EditFacts, ...] = ()
    created_at: str = ""


@dataclass(frozen=True)
class OutputLine:
    """One line the user's code wrote, bounded in length. ``stream`` is "stdout", "stderr", "log" or "custom"."""

    text: str
    stream: str = "stdout"
    node: str | None = None
    step: int | None = None
    task_id: str | None = None


@dataclass(frozen=True)
class BreakpointFacts:
    """What became of a breakpoint in this run. ``error``: why its condition could not be evaluated, in words."""

    id: str
    hits: int = 0
    error: str = ""
    spent: bool = False
    """It was for one hold and has had it."""


@dataclass(frozen=True)
class RunnerReady:
    """The child is up and listens."""

    pid: int
    python: str
    inspect_only: bool = False


@dataclass(frozen=True)
class PastRead:
    """A part of a thread's past, oldest first. More parts follow, then ``ThreadOpened`` with the last of them."""

    thread_id: str
    checkpoints: tuple[CheckpointFacts, ...]


@dataclass(frozen=True)
class ThreadOpened:
    """The past of a thread is known: these checkpoints after those of ``PastRead``. It would go on at ``head``."""

    thread_id: str
    checkpoints: tuple[CheckpointFacts, ...]
    head: str | None
    questions: tuple[QuestionFacts, ...] = ()
    error: ErrorFacts | None = None
    input: Json = None
    """What the thread was last given, if that is known."""


@dataclass(frozen=True)
class BranchesChanged:
    """All branches of the thread, as they are now. Lines grow without it: heads and sizes are as of this event."""

    thread_id: str
    branches: tuple[BranchFacts, ...]


@dataclass(frozen=True)
class MissingNode:
    """A node that a thread waits for and that the graph no longer has. ``guess``: its likely new name, or ""."""

    node: str
    guess: str = ""


@dataclass(frozen=True)
class GraphDrifted:
    """The thread last ran on another version of the graph, or of its code. Told when it is opened.

    Told again before it would go on if nodes are missing; it then fails without having run anything.
    """

    thread_id: str
    missing: tuple[MissingNode, ...] = ()
    changes: tuple[str, ...] = ()
    """Between the graph it ran on and the graph as it is now, in words."""
    code: tuple[str, ...] = ()
    """Files of code that are others now."""
    has_old: bool = False
    """The version it ran on is kept: ``ReadGraph`` gives its text."""


@dataclass(frozen=True)
class RunStarted:
    """Input was given to a new thread."""

    thread_id: str
    stepping: bool = False


@dataclass(frozen=True)
class RunResumed:
    """A known thread goes on from its head."""

    thread_id: str
    stepping: bool = False


@dataclass(frozen=True)
class CheckpointSaved:
    """Durable now. Sent again, with the same id, when more became known of it."""

    thread_id: str
    checkpoint: CheckpointFacts


@dataclass(frozen=True)
class TaskChanged:
    """A task of this checkpoint started, finished, failed or asked."""

    thread_id: str
    checkpoint_id: str
    task: TaskFacts


@dataclass(frozen=True)
class InsideSaved:
    """A checkpoint of a subgraph of the open step. ``namespace``: "node:task id" for each level, outermost first."""

    thread_id: str
    namespace: tuple[str, ...]
    checkpoint: CheckpointFacts


@dataclass(frozen=True)
class InsideTaskChanged:
    """A task of this checkpoint of a subgraph started, finished, failed or asked."""

    thread_id: str
    namespace: tuple[str, ...]
    checkpoint_id: str
    task: TaskFacts


@dataclass(frozen=True)
class InsideRead:
    """What is known of the subgraphs of the step that begins at this checkpoint. Told when a thread is opened."""

    thread_id: str
    checkpoint_id: str
    levels: tuple[InsideFacts, ...]


@dataclass(frozen=True)
class OutputReceived:
    """Lines in the order they came. ``dropped`` counts lines left out because they came too fast."""

    lines: tuple[OutputLine, ...]
    dropped: int = 0


@dataclass(frozen=True)
class BreakpointsHit:
    """Those that were hit since the run was started, or are in trouble. Sent before a run comes to rest."""

    breakpoints: tuple[BreakpointFacts, ...]


@dataclass(frozen=True)
class RunPaused:
    """Stopped between two supersteps. ``reason`` in plain words: "step", "pause", "breakpoint before 'format'".

    The other ways to come to rest have a reason only if a breakpoint was hit as well.
    """

    thread_id: str
    checkpoint_id: str | None
    reason: str
    inside: tuple[tuple[str, ...], ...] = ()
    """The subgraphs that it stopped within, as namespaces; () between two supersteps of the outermost graph."""


@dataclass(frozen=True)
class RunWaiting:
    """The graph asks; it goes on when somebody answers."""

    thread_id: str
    checkpoint_id: str | None
    questions: tuple[QuestionFacts, ...]
    reason: str = ""


@dataclass(frozen=True)
class RunFailed:
    """A node raised, or the graph could not be built or run. The last checkpoint stands."""

    thread_id: str | None
    checkpoint_id: str | None
    error: ErrorFacts
    reason: str = ""
    questions: tuple[QuestionFacts, ...] = ()
    """Of tasks of the same step that asked meanwhile; an answer tries what failed again as well."""


@dataclass(frozen=True)
class RunFinished:
    thread_id: str
    checkpoint_id: str | None
    reason: str = ""


@dataclass(frozen=True)
class HeartbeatSent:
    """Sent twice a second while a run is active, so that silence means a held interpreter or a dead process."""

    running: bool


@dataclass(frozen=True)
class RunnerExited:
    """The child is gone. Made by whoever held its other end, never sent by the child itself."""

    exit_code: int | None
    asked_for: bool
    last_words: str = ""
    """The end of what it wrote to its real stderr."""


RunEvent = Union[
    RunnerReady,
    PastRead,
    ThreadOpened,
    GraphDrifted,
    BranchesChanged,
    RunStarted,
    RunResumed,
    CheckpointSaved,
    TaskChanged,
    InsideSaved,
    InsideTaskChanged,
    InsideRead,
    OutputReceived,
    BreakpointsHit,
    RunPaused,
    RunWaiting,
    RunFailed,
    RunFinished,
    HeartbeatSent,
    RunnerExited,
]
