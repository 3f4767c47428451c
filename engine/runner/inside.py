"""What happens within the subgraphs of the open step, and where a run is to stop in them.

A run stops inside by ``interrupt_before_nodes`` of the compiled subgraphs, which is set between two supersteps: it
costs no checkpoints of the outer graph. Subgraphs without checkpoints are watched, never stopped. Part of ``driver``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.runner.breakpoint_watch import StepEnd
from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.driven_thread import DrivenThread
from engine.runner.host import HostedSubgraph
from engine.runner.run_events import InsideSaved, InsideTaskChanged, RunEvent
from engine.runner.run_history import is_users

Path = tuple[str, ...]
Namespace = tuple[str, ...]

EVERY_NODE = "*"


class Inside:
    """The subgraphs of one driven thread; begun anew with each superstep of the outermost graph."""

    def __init__(self, subgraphs: Mapping[str, HostedSubgraph]) -> None:
        self._subgraphs = subgraphs
        self._with_stops: list[HostedSubgraph] = []
        self._threads: dict[Namespace, DrivenThread] = {}
        self._heads_before: dict[Namespace, str | None] = {}
        self._stopping_at: frozenset[Path] = frozenset()

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
        for subgraph in self._with_stops:
            subgraph.compiled.interrupt_before_nodes = []
        self._with_stops = []
        for within, node in wanted:
            found = self._at(within)
            if found is not None and found.keeps_checkpoints:
                _add_stop(found, node)
                self._with_stops.append(found)

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
                thread.enter(checkpoint, payload["values"])
                yield InsideSaved(thread_id, namespace, checkpoint)
        elif mode == "tasks":
            task = thread.task_streamed(payload)
            if task is not None and thread.head_id is not None:
                yield InsideTaskChanged(thread_id, namespace, thread.head_id, task)

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


def _add_stop(subgraph: HostedSubgraph, node: str) -> None:
    """Before this node too; one that several nodes share stops in each of them, and goes on where it is not wanted."""
    known = subgraph.compiled.interrupt_before_nodes
    if EVERY_NODE in (node, known):
        subgraph.compiled.interrupt_before_nodes = EVERY_NODE
    elif node in subgraph.spec.nodes and node not in known:
        subgraph.compiled.interrupt_before_nodes = [*known, node]


def _path(namespace: Namespace) -> Path:
    """The names of the nodes; a second call within one node has a number of its own, which is no level.

    A subgraph with checkpoints of its own has no task in its namespace.
    """
    return tuple(part.partition(":")[0] for part in namespace if not part.isdigit())


def _is_within(inner: Namespace, outer: Namespace) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer
