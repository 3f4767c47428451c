"""What happens within the subgraphs of the open step, and where a run is to stop in them.

A run stops inside by ``interrupt_before_nodes`` of the compiled subgraphs, which is set between two supersteps: it
costs no checkpoints of the outer graph. Subgraphs without checkpoints are watched, never stopped. Part of ``driver``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.runner.breakpoint_watch import StepEnd
from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.channel_names import is_users
from engine.runner.driven_thread import DrivenThread
from engine.runner.host import HostedSubgraph
from engine.runner.run_events import (
    CheckpointFacts,
    InsideFacts,
    InsideSaved,
    InsideTaskChanged,
    QuestionFacts,
    RunEvent,
    UsageFacts,
)
from engine.runner.task_log import TaskLog
from engine.runner.usage import together

Path = tuple[str, ...]
Namespace = tuple[str, ...]
ValuesOf = Callable[[Namespace, str], Any]
"""(namespace, checkpoint id) -> the state there."""

EVERY_NODE = "*"

MOST_ROWS, MOST_SUBGRAPHS = 500, 100
"""Of one step so much is written down: the newest rows of each subgraph, the first of the subgraphs."""


class Inside:
    """The subgraphs of one driven thread; begun anew with each superstep of the outermost graph."""

    def __init__(self, subgraphs: Mapping[str, HostedSubgraph]) -> None:
        self._subgraphs = subgraphs
        self._every = tuple(_all(subgraphs, {}).values())
        # At all levels; one that several nodes share, once.
        self._threads: dict[Namespace, DrivenThread] = {}
        self._heads_before: dict[Namespace, str | None] = {}
        self._stopping_at: frozenset[Path] = frozenset()

    def count_usage(self, log: TaskLog) -> None:
        """Lets the tasks of the outermost graph that are subgraphs be told with what was used within them."""
        log.subgraphs = frozenset(self._subgraphs)
        log.usage_within = self._usage_within

    def thread_of(self, namespace: Namespace) -> DrivenThread | None:
        """What is known of that subgraph; None if it is none of the graph's own."""
        return self._threads.get(namespace)

    def _usage_within(self, node: str, task_id: str) -> UsageFacts | None:
        """At all depths, each task once: one that is itself a subgraph has only what is told within it."""
        total: UsageFacts | None = None
        for namespace, thread in self._threads.items():
            if namespace[0] in (f"{node}:{task_id}", node):  # one with checkpoints of its own has no task's id
                hosted = self._at(_path(namespace))
                subgraphs = hosted.inside if hosted is not None else {}
                earlier = [task for row in thread.rows.values() for task in row.tasks if task.id not in thread.tasks]
                for task in (*earlier, *thread.tasks.values()):
                    if task.node not in subgraphs:
                        total = together(total, task.usage)
        return total

    @property
    def is_there(self) -> bool:
        """Whether the graph has subgraphs at all."""
        return bool(self._subgraphs)

    def forget(self) -> None:
        """The outermost graph has gone on: what was inside is over."""
        self._threads.clear()
        self._heads_before.clear()

    # Where to stop

    def set_stops(self, levels: Iterable[Path], breakpoints: Sequence[Breakpoint], until: str) -> None:
        """Each superstep of ``levels``, and where breakpoints or ``until`` may hold in others."""
        self._stopping_at = frozenset(levels)
        wanted: list[tuple[Path, str]] = [(path, EVERY_NODE) for path in self._stopping_at]
        for each in breakpoints:
            if each.enabled and each.within:
                wanted.append((each.within, each.node if each.where is Where.BEFORE else EVERY_NODE))
        if "/" in until:
            *path, node = until.split("/")
            wanted.append((tuple(path), node))
        stops: dict[int, set[str]] = {id(each): set() for each in self._every}
        for within, node in wanted:
            found = self._at(within)
            if found is not None and found.keeps_checkpoints:
                names = found.spec.nodes if node == EVERY_NODE else {node} & set(found.spec.nodes)
                stops[id(found)].update(names)
        for subgraph in self._every:
            # A new list each time, and one that can grow: a subgraph that runs keeps the list it began with.
            subgraph.compiled.interrupt_before_nodes = sorted(stops[id(subgraph)])

    def hold(self) -> None:
        """From any thread: every subgraph that keeps checkpoints stops before its next superstep, also one that runs.

        Holds until the stops are set again.
        """
        for subgraph in self._every:
            if subgraph.keeps_checkpoints:
                stops = subgraph.compiled.interrupt_before_nodes
                stops.extend(name for name in subgraph.spec.nodes if name not in stops)

    def levels(self, level: str, due: Sequence[str]) -> frozenset[Path]:
        """The subgraphs of which the next step is one superstep: those it stopped in, one deeper or one further out.

        ``due``: the nodes that are next in the outermost graph.
        """
        here = {_path(namespace) for namespace in self.stopped()}
        if level == "into":
            deeper: set[Path] = set() if here else {(name,) for name in due}
            for namespace in self.stopped():
                head = self._threads[namespace].head
                deeper |= {(*_path(namespace), name) for name in (head.next if head is not None else ())}
            return frozenset(path for path in here | deeper if self._at(path) is not None)
        if level == "out":
            deepest = max((len(path) for path in here), default=0)
            left = {path for path in here if len(path) == deepest}
            return frozenset((here - left) | {path[:-1] for path in left if len(path) > 1})
        return frozenset(here)

    def stopped(self) -> tuple[Namespace, ...]:
        """The innermost subgraphs that wait before some of their nodes."""
        waiting = [each for each, thread in self._threads.items() if thread.head is not None and thread.head.next]
        return tuple(each for each in waiting if not any(_is_within(other, each) for other in waiting))

    def steps_here(self, namespace: Namespace) -> bool:
        """Whether each superstep of this subgraph was to be stopped after."""
        return _path(namespace) in self._stopping_at

    def _at(self, path: Path) -> HostedSubgraph | None:
        level = self._subgraphs
        found = None
        for name in path:
            found = level.get(name)
            if found is None:
                return None
            level = found.inside
        return found

    # What the engine streams

    def begin_superstep(self) -> None:
        self._heads_before = {namespace: thread.head_id for namespace, thread in self._threads.items()}

    def fold(self, thread_id: str, namespace: Namespace, mode: str, payload: Mapping[str, Any]) -> Iterator[RunEvent]:
        """What there is to tell of a chunk from within a subgraph."""
        subgraph = self._at(_path(namespace))
        if subgraph is None:
            return
        thread = self._threads.get(namespace)
        if thread is None:
            thread = self._threads[namespace] = DrivenThread(thread_id, subgraph.log)
        if mode == "checkpoints":
            checkpoint = thread.checkpoint_streamed(payload)
            if checkpoint is not None:
                if thread.head is not None:
                    thread.rows[thread.head.id] = _with_tasks(thread)
                thread.enter(checkpoint, payload["values"])
                yield InsideSaved(thread_id, namespace, checkpoint)
        elif mode == "tasks":
            task = thread.task_streamed(payload)
            if task is not None and thread.head_id is not None:
                yield InsideTaskChanged(thread_id, namespace, thread.head_id, task)

    # What is kept of it, and what another process left

    def facts(self) -> tuple[InsideFacts, ...]:
        """All that is known of the open step, to be written down."""
        known = [(namespace, thread) for namespace, thread in self._threads.items() if thread.head is not None]
        return tuple(_facts(namespace, thread) for namespace, thread in known[:MOST_SUBGRAPHS])

    def restore(self, thread_id: str, levels: Iterable[InsideFacts], values_of: ValuesOf) -> None:
        """Goes on where the subgraphs of the open step stand, as another process left them."""
        self.forget()
        for level in levels:
            subgraph = self._at(_path(level.namespace))
            if subgraph is None or not subgraph.keeps_checkpoints:
                continue
            thread = self._threads[level.namespace] = DrivenThread(thread_id, subgraph.log)
            for row in level.checkpoints:
                thread.enter(row, {})
            thread.values = values_of(level.namespace, level.head)

    def edited(self, thread_id: str, namespace: Namespace, row: CheckpointFacts, values: Any) -> InsideSaved:
        """A checkpoint that an edit made is where the subgraph stands now."""
        self._threads[namespace].enter(row, values)
        return InsideSaved(thread_id, namespace, row)

    def asked(self, question: QuestionFacts) -> QuestionFacts:
        """With the node inside that asked it, if a subgraph did: a question keeps its id on the way out."""
        inner = [
            (*_path(namespace), asked.node)
            for namespace, thread in self._threads.items()
            for asked in thread.questions.values()
            if asked.id == question.id
        ]
        return replace(question, within=max(inner, key=len)[1:]) if inner else question

    def head_of(self, namespace: Namespace) -> CheckpointFacts | None:
        """Where that subgraph stands; None if the run is not inside it."""
        thread = self._threads.get(namespace)
        return thread.head if thread is not None else None

    def channels_of(self, namespace: Namespace) -> Mapping[str, Any]:
        subgraph = self._at(_path(namespace))
        return subgraph.compiled.channels if subgraph is not None else {}

    def step_ends(self) -> Iterator[tuple[Namespace, StepEnd]]:
        """For breakpoints: each subgraph whose superstep ended, where it now waits."""
        for namespace in self.stopped():
            thread = self._threads[namespace]
            head = thread.head
            subgraph = self._at(_path(namespace))
            assert head is not None and subgraph is not None, "only what is known is followed"
            is_new = head.id != self._heads_before.get(namespace)
            yield (
                namespace,
                StepEnd(
                    head=head,
                    is_new=is_new,
                    tasks=tuple((thread.tasks_before if is_new else thread.tasks).values()),
                    questions=tuple(thread.questions.values()),
                    values=thread.values,
                    values_before=thread.values_before,
                    keys=[name for name in subgraph.compiled.channels if is_users(name)],
                    visits=thread.visits.__getitem__,
                    within=_path(namespace),
                ),
            )

    def reached(self, until: str) -> bool:
        """Whether a subgraph waits before the node at this path."""
        return any(
            "/".join((*_path(namespace), name)) == until
            for namespace in self.stopped()
            for name in getattr(self._threads[namespace].head, "next", ())
        )


def _all(subgraphs: Mapping[str, HostedSubgraph], found: dict[int, HostedSubgraph]) -> dict[int, HostedSubgraph]:
    for each in subgraphs.values():
        if id(each) not in found:
            found[id(each)] = each
            each.compiled.interrupt_before_nodes = []
            _all(each.inside, found)
    return found


def _with_tasks(thread: DrivenThread) -> CheckpointFacts:
    assert thread.head is not None, "asked where there is one"
    return replace(thread.head, tasks=tuple(thread.tasks.values()))


def _facts(namespace: Namespace, thread: DrivenThread) -> InsideFacts:
    head = _with_tasks(thread)
    rows = {**thread.rows, head.id: head}
    return InsideFacts(namespace, tuple(rows.values())[-MOST_ROWS:], head.id)


def _path(namespace: Namespace) -> Path:
    """The names of the nodes; a second call within one node has a number of its own, which is no level.

    A subgraph with checkpoints of its own has no task in its namespace.
    """
    return tuple(part.partition(":")[0] for part in namespace if not part.isdigit())


def _is_within(inner: Namespace, outer: Namespace) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer
