"""What the runner reported about the shown thread: frozen facts, no Qt.

Only ``DebugSession`` makes a new RunState, through ``reduce``. Everybody else reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from editor.debugger.checkpoint_log import CheckpointLog
from engine.runner.run_events import BranchFacts as BranchFacts
from engine.runner.run_events import UsageFacts as UsageFacts


class Phase(Enum):
    NO_RUN = "no run"
    STARTING = "starting"  # the runner process is coming up or loading the graph
    RUNNING = "running"
    PAUSED = "paused"  # stopped by the user or by a breakpoint, before the nodes in `next`
    WAITING = "waiting"  # the graph asks: an interrupt() is unanswered
    FAILED = "failed"  # a node raised; it may be retried
    FINISHED = "finished"
    STOPPING = "stopping"
    STOPPED = "stopped"  # the runner was ended or died; a fresh one goes on from the last checkpoint


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One node of one superstep."""

    id: str
    node: str
    state: str  # "planned" | "running" | "done" | "failed" | "waiting"
    error: ErrorReport | None = None
    duration_s: float | None = None
    attempt: int = 1
    started_at_s: float | None = None  # seconds since the epoch
    waited_s: float = 0.0  # for an answer, before it started this time
    asked: tuple[tuple[float, ...], ...] = ()  # (start, duration) of each time that it ran up to an answered question
    jumps: tuple[str, ...] = ()  # where it went by Command(goto=...)
    said: str = ""  # while it runs: the last line of its custom stream
    usage: UsageFacts | None = None  # tokens and cost, of all its tries; None: nothing is known
    result_from: str = ""  # "cache": it did not run, its result was kept by the node's cache

    @property
    def tries(self) -> int:
        """How often it began this time. After an answer it starts anew; that is no other try."""
        return max(1, self.attempt - len(self.asked))


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A failure as the user should see it. `traceback` has only frames that help, the innermost last."""

    kind: str  # the exception's type name
    message: str
    traceback: str
    node: str | None = None
    locals: tuple[tuple[str, str], ...] = ()  # (name, bounded repr) in the frame that failed
    locals_of: str = ""  # that frame in words: "plan in nodes.py, line 12"
    while_routing: bool = False  # the node had done its work, and a router of it failed

    @property
    def who(self) -> str:
        """What failed, as it begins a sentence."""
        if self.node is None:
            return "The run"
        return f"The router of {self.node}" if self.while_routing else self.node


@dataclass(frozen=True, slots=True)
class Question:
    """An unanswered interrupt()."""

    id: str
    node: str
    value: object  # JSON value (bounded preview)
    response_schema: Mapping[str, object] | None = None
    within: tuple[str, ...] = ()  # the path inside the node, a subgraph, to the node that asked

    @property
    def asked_by(self) -> str:
        """The node that asked, the innermost one."""
        return self.within[-1] if self.within else self.node

    @property
    def where(self) -> str:
        """ "auth / ask", or the name of a node of the outermost graph."""
        return " / ".join((self.node, *self.within))


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """One row of the timeline. The tasks are those that run (or ran) *from* this checkpoint."""

    id: str
    parent_id: str | None
    step: int
    source: str  # "input" | "loop" | "update" | "fork"
    next: tuple[str, ...]
    changed_keys: tuple[str, ...]
    created_at: str  # ISO 8601, UTC
    ran: tuple[str, ...] = ()  # nodes whose writes made this checkpoint (their tasks stand on the parent)
    tasks: tuple[TaskRow, ...] = ()
    routes: tuple[RouteTaken, ...] = ()  # router decisions made in the step that led to this checkpoint
    note: str = ""
    given: tuple[str, ...] = ()  # nodes that did not run: the user gave their result
    replayed: bool = False  # its nodes did not run: they got the results of a recorded run
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteTaken:
    node: str
    router: str
    label: str
    target: str
    forced: bool = False  # by the user, in the router's place


@dataclass(frozen=True, slots=True)
class GraphDrift:
    """The thread last ran on another version of the graph or of its code."""

    missing: tuple[tuple[str, str], ...] = ()  # (node it waits for that is gone, its likely new name or "")
    changes: tuple[str, ...] = ()  # of the graph, in words
    code: tuple[str, ...] = ()  # files that are others now
    has_old: bool = False  # the version it ran on can be shown


@dataclass(frozen=True)
class InsideRun:
    """A subgraph of the open step: its checkpoints, oldest first, and the one it is at."""

    checkpoints: CheckpointLog[CheckpointRow] = field(default_factory=CheckpointLog)
    head: str | None = None


Namespace = tuple[str, ...]
"""Where in the subgraphs: "node:task id" for each level, outermost first."""


def path_of(namespace: Namespace) -> tuple[str, ...]:
    """The names of the nodes. A second call of one subgraph within a node has a number, which is no level."""
    return tuple(part.partition(":")[0] for part in namespace if not part.isdigit())


@dataclass(frozen=True)
class RunState:
    phase: Phase = Phase.NO_RUN
    thread_id: str | None = None
    checkpoints: CheckpointLog[CheckpointRow] = field(default_factory=CheckpointLog)
    """By id, oldest first, over all branches of the thread."""
    head: str | None = None
    """The checkpoint that Continue goes on from: the newest one of the branch that was run last."""
    questions: tuple[Question, ...] = ()
    error: ErrorReport | None = None
    stepping: bool = False
    busy: bool = False  # no heartbeat for 2 s while running
    pausing: bool = False  # the user asked to pause; what runs now is let finish
    pause_reason: str = ""
    """In plain words: "step", "breakpoint before 'format'". When not paused, only a breakpoint that was hit as well."""
    branches: tuple[BranchFacts, ...] = ()
    """As they were told last, oldest first; lines have grown since. Names, notes and edits are in them."""
    inside: Mapping[Namespace, InsideRun] = field(default_factory=dict)
    """The subgraphs of the open step."""
    inside_past: Mapping[str, Mapping[Namespace, InsideRun]] = field(default_factory=dict)
    """Those of earlier steps that are known, by the checkpoint that the step began at; the ones heard of last."""
    stopped_inside: tuple[Namespace, ...] = ()
    """PAUSED: the innermost subgraphs that it stopped within; () between two steps of the outermost graph."""
    drift: GraphDrift | None = None
    """None: the graph is the one the thread ran on, or the run has gone on with the new one."""
    arriving: CheckpointLog[CheckpointRow] = field(default_factory=CheckpointLog, compare=False)
    """Rows of a past that is still being told. Nothing shows them, so they make no difference between two states."""

    @property
    def waits_for_answer(self) -> bool:
        """A question is all that holds the run up, also if its process has ended meanwhile."""
        was_ended = self.phase is Phase.STOPPED and bool(self.questions) and self.error is None
        return self.phase is Phase.WAITING or was_ended

    def path_to(self, checkpoint_id: str | None) -> tuple[CheckpointRow, ...]:
        """The checkpoints from the thread's start to this one, along parents, oldest first."""
        path: list[CheckpointRow] = []
        place = None if checkpoint_id is None else self.checkpoints.place_of(checkpoint_id)
        if place is not None:  # a parent came before its children: one walk along the rows, without looking each one up
            for each in self.checkpoints.back_from(place):
                if each.id == checkpoint_id:
                    path.append(each)
                    checkpoint_id = each.parent_id
                    if checkpoint_id is None:
                        break
        while checkpoint_id is not None and (row := self.checkpoints.get(checkpoint_id)) is not None:
            path.append(row)
            checkpoint_id = row.parent_id
        return tuple(reversed(path))


def running_nodes(state: RunState) -> tuple[str, ...]:
    """The nodes of the open step that run, as far as it was told."""
    head = state.checkpoints.get(state.head or "")
    tasks = head.tasks if head is not None else ()
    return tuple(dict.fromkeys(task.node for task in tasks if task.state == "running"))
