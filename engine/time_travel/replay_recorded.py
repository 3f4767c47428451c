"""Run a thread again with its recorded results in place of the nodes: free, quick, and the same each time.

From a chosen checkpoint on, each task gets the writes that are stored of it; reducers and edges are the graph's own, as
they are now. So a replay tells whether the graph still does with the same results what it did, and where it does not.
Nodes can be run for real: some of them (``live``), or all from a place on (``live_from``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.clock import now_utc
from engine.errors import GraphBubbleUp
from engine.graph.names import INPUT
from engine.ids import new_checkpoint_id
from engine.runtime.apply_step import apply_step, path_text
from engine.runtime.checkpointing import as_store, checkpointer_for
from engine.runtime.compiled_graph import Pregel
from engine.runtime.config import CHECKPOINT_ID, CHECKPOINTER, CONF, THREAD_ID
from engine.runtime.langgraph_ids import adopt_langgraph_ids
from engine.runtime.plan_step import missing_nodes, plan_step, tasks_due
from engine.runtime.run import Run
from engine.runtime.snapshot import run_at
from engine.runtime.task import Task
from engine.runtime.written_from_outside import OutsideWrites
from engine.serialization.codec import Codec
from engine.store.checkpoint_store import CheckpointStore, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.memory_store import MemoryStore
from engine.store.rewrite import difference
from engine.time_travel.recorded_step import RecordedStep, recorded_step, why_not
from engine.time_travel.replay_report import DIFFERS, END, FAILED, QUESTION, UNTIL, Replay, ReplayedStep
from engine.time_travel.state_diff import StateDiff, diff_states
from engine.time_travel.timeline import read_timeline

SCRATCH = "replay"
"""The thread's name where nothing is kept."""

REPLAY_OF = "replay_of"
"""In a replayed checkpoint's metadata: the recorded one that it stands for."""

_RUN_BY_TASKS = "loop"
"""``source`` of a checkpoint that tasks led to. Any other was written from outside: an input, an edit, a fork."""


def replay(
    graph: Pregel,
    config: Mapping[str, Any],
    *,
    until: str | None = None,
    live: Collection[str] = (),
    live_from: str | None = None,
    give_answers: bool = True,
    into: str | None = None,
) -> Replay:
    """Replay the thread of ``config`` from its ``checkpoint_id``, or from the start, and say how far it went.

    ``until``: the recorded checkpoint to stop at, which also says which branch is followed; else the newest one.
    ``live``: nodes that run for real each time they are due; the replay ends where their results make a difference.
    ``live_from``: a checkpoint, or a node that is due, from which everything runs for real, to the end or the first
    question without a recorded answer (``give_answers=False``: to the first question). ``into``: a new thread that
    keeps what was replayed, in the graph's own store; else nothing is kept.

    Without ``live`` and ``live_from`` no node and no router runs. Raises LookupError if a checkpoint, node or thread
    is not there, ValueError if the thread ``into`` exists or the graph has no checkpointer. What a live node raises
    ends the replay and is told in it.
    """
    return _Replaying(graph, config, until, frozenset(live), live_from, give_answers, into).run()


class _Replaying:
    """One replay. The thread it writes is always where the record was when both were compared last."""

    def __init__(
        self,
        graph: Pregel,
        config: Mapping[str, Any],
        until: str | None,
        live: frozenset[str],
        live_from: str | None,
        give_answers: bool,
        into: str | None,
    ) -> None:
        conf = config[CONF]
        source = as_store(checkpointer_for(graph, config))
        if source is None:
            raise ValueError("The graph has no checkpointer, so nothing is recorded.")
        self.graph, self.source, self.source_thread = graph, source, str(conf[THREAD_ID])
        self.path = _recorded_path(source, self.source_thread, conf.get(CHECKPOINT_ID), until)
        self.live, self.live_from, self.give_answers = live, live_from, give_answers
        unknown = sorted(live - graph.plan.nodes.keys())
        if live_from is not None and live_from not in self.path and live_from not in graph.plan.nodes:
            unknown.append(live_from)
        if unknown:
            raise LookupError(f"{unknown[0]!r} is no node of the graph, and no checkpoint on the way that is replayed.")
        self.store: CheckpointStore = MemoryStore(types=getattr(source, "types", None)) if into is None else source
        self.thread_id = SCRATCH if into is None else into
        if into is not None and source.namespaces(into):
            raise ValueError(f"There is a thread {into!r} already. Give the replay another name.")
        self.config = {**config, CONF: {THREAD_ID: self.thread_id, CHECKPOINTER: self.store}}
        self.codec = Codec(getattr(source, "types", None))
        self.steps: list[ReplayedStep] = []
        self.is_live = False

    def run(self) -> Replay:
        recorded = self._recorded(self.path[0])
        first = difference(None, recorded, self.codec)
        self._save(first, None, recorded)
        for following in self.path[1:]:
            after = self._recorded(following)
            ended = self._follow(recorded, after)
            if ended is not None:
                return ended
            if self.is_live:
                break
            recorded = after
        if self.is_live or self.live_from == recorded.checkpoint_id:
            return self._run_on(recorded)
        is_end = not self.graph.get_state(self.config).next
        reason = "" if is_end else "The record ends here."
        return self._report(END if is_end else UNTIL, reason, recorded.checkpoint_id)

    # One recorded step

    def _follow(self, recorded: StoredCheckpoint, after: StoredCheckpoint) -> Replay | None:
        """Repeat what led from one recorded checkpoint to the next; the report if that does not come about."""
        if self.live_from == recorded.checkpoint_id:
            self.is_live = True
            return None
        if after.metadata.get("source") != _RUN_BY_TASKS:
            change = difference(recorded, after, self.codec)
            self._save(change, self._head().checkpoint_id, after)
            self.steps.append(ReplayedStep(recorded.checkpoint_id, after.checkpoint_id, self._head().checkpoint_id))
            return None
        run = run_at(self.graph, self._head())
        step = recorded_step(recorded.writes, self._paths_of(recorded))
        try:
            planned = _planned(run, step)
        except Exception as error:  # the user's schema may refuse the state, a Send may go to a node that is gone
            return self._differs(recorded, None, str(error))
        if self.live_from is not None and any(task.name == self.live_from for task in planned):
            self.is_live = True
            return None
        node, reason = why_not(planned, step)
        if reason:
            return self._differs(recorded, node, reason)
        unfinished = next((task for task in planned if not step.tasks[path_text(task.path)].is_over), None)
        if unfinished is not None:
            return self._differs(recorded, unfinished.name, f"The record has no result of node {unfinished.name!r}.")
        lively = [task for task in planned if task.name in self.live]
        try:
            if lively:
                self._give(planned, step, but=lively)
                self._run_step()
            else:
                self._apply(run, planned, step, after)
        except (Exception, GraphBubbleUp) as error:
            if lively:
                return self._report(FAILED, str(error), recorded.checkpoint_id, node=lively[0].name, error=error)
            return self._differs(recorded, None, str(error))
        return self._compare(recorded, after, planned, lively)

    def _apply(self, run: Run, planned: list[Task], step: RecordedStep, after: StoredCheckpoint) -> None:
        """The step's recorded writes through the graph's own channels. No code of a node or a router runs."""
        writes: list[TaskWrite] = [*step.callers_rows]
        done = dict(step.tasks)
        writers: list[Any] = list(planned)
        for task in planned:
            recorded = done.pop(path_text(task.path))
            task.writes = recorded.output
            writes += [_owned(write, task.id, recorded.path) for write in recorded.writes]
        for recorded in done.values():  # error handlers, and tasks that a task has called
            writers.append(OutsideWrites(recorded.path, recorded.output, path=(recorded.path,)))
            writes += recorded.writes
        run.state.adopt(apply_step(run.state, writers))
        changed, dropped, versions, seen = run.state.take_unstored()
        new = NewCheckpoint(
            checkpoint_id="",
            parent_id=None,
            created_at="",
            metadata=after.metadata,
            changed=changed,
            dropped=dropped,
            versions=versions,
            seen=seen,
            updated_channels=tuple(sorted(run.state.updated or ())),
        )
        self._save(new, run.checkpoint_id, after, writes)

    def _compare(
        self, recorded: StoredCheckpoint, after: StoredCheckpoint, planned: list[Task], lively: list[Task]
    ) -> Replay | None:
        snapshot = self.graph.get_state(self.config)
        if snapshot.interrupts:
            reason = f"Node {lively[0].name!r} asks, and the record has no answer."
            return self._report(QUESTION, reason, recorded.checkpoint_id, node=lively[0].name)
        mine = self._head()
        self.steps.append(
            ReplayedStep(
                recorded.checkpoint_id,
                after.checkpoint_id,
                mine.checkpoint_id,
                tuple(task.name for task in planned if task not in lively),
                tuple(task.name for task in lively),
            )
        )
        diff = _difference(self.graph, after, mine)
        if diff.changed_keys:
            names = " and ".join(repr(name) for name in sorted({task.name for task in lively or planned}))
            cause = f"{names} gave another result" if lively else f"the graph makes another state of what {names} wrote"
            reason = f"Here {cause}: {', '.join(diff.changed_keys)} differs."
            return self._report(DIFFERS, reason, after.checkpoint_id, node=(lively or planned)[0].name, diff=diff)
        return None

    # Running for real

    def _run_on(self, recorded: StoredCheckpoint) -> Replay:
        """Everything from here on runs, with the recorded answers for as long as the same tasks are due."""
        at = recorded.checkpoint_id
        ahead = self.path[self.path.index(at) :]
        while True:
            snapshot = self.graph.get_state(self.config)
            if not snapshot.next:
                return self._report(END, "", at)
            if self.give_answers and ahead:
                self._give_answers(ahead)
            before = self._head().checkpoint_id
            try:
                self._run_step()
            except (Exception, GraphBubbleUp) as error:
                return self._report(FAILED, str(error), at, node=snapshot.next[0], error=error)
            after = self.graph.get_state(self.config)
            if after.interrupts:
                asking = next(task.name for task in after.tasks if task.interrupts)
                return self._report(QUESTION, f"Node {asking!r} asks, and the record has no answer.", at, node=asking)
            mine = self._head().checkpoint_id
            if mine == before:
                return self._report(FAILED, f"Nothing ran although {snapshot.next[0]!r} is due.", at)
            self.steps.append(ReplayedStep(ahead[0] if ahead else None, None, mine, (), tuple(snapshot.next)))
            ahead = ahead[1:]

    def _give_answers(self, ahead: tuple[str, ...]) -> None:
        recorded = self._recorded(ahead[0])
        step = recorded_step(recorded.writes, self._paths_of(recorded))
        head = self._head()
        for task in tasks_due(run_at(self.graph, head)):
            found = step.tasks.get(path_text(task.path))
            if found is not None and found.answers:
                given = [_owned(write, task.id, found.path) for write in found.answers]
                self.store.save_writes(self.thread_id, "", head.checkpoint_id, given)

    def _give(self, planned: list[Task], step: RecordedStep, *, but: list[Task]) -> None:
        """Store the recorded results of all other tasks of the step, and the answers of these."""
        head = self._head().checkpoint_id
        self.store.save_writes(self.thread_id, "", head, step.callers_rows)
        for task in planned:
            recorded = step.tasks[path_text(task.path)]
            wanted = recorded.writes if task not in but else recorded.answers if self.give_answers else []
            given = [_owned(write, task.id, recorded.path) for write in wanted]
            self.store.save_writes(self.thread_id, "", head, given)

    def _run_step(self) -> None:
        """One superstep of the graph itself; tasks whose results are stored do not run."""
        functions = [node.function for node in self.graph.plan.nodes.values()]
        if any(function is not None and function.is_async_only for function in functions):
            import asyncio  # here, because most graphs are not asynchronous

            asyncio.run(self.graph.ainvoke(None, self.config, interrupt_before="*"))
        else:
            self.graph.invoke(None, self.config, interrupt_before="*")

    # The record and what is made of it

    def _recorded(self, checkpoint_id: str) -> StoredCheckpoint:
        stored = self.source.load(self.source_thread, "", checkpoint_id)
        if stored is None:
            raise LookupError(f"Checkpoint {checkpoint_id} of thread {self.source_thread!r} is gone.")
        return stored

    def _paths_of(self, recorded: StoredCheckpoint) -> dict[str, str]:
        """Paths by task id, if the store does not keep them with the writes."""
        if all(write.task_path for write in recorded.writes):
            return {}
        run = run_at(self.graph, recorded)
        tasks = tasks_due(run)
        adopt_langgraph_ids(run, tasks)
        return {task.id: path_text(task.path) for task in tasks}

    def _head(self) -> StoredCheckpoint:
        found = self.store.load(self.thread_id, "")
        assert found is not None, "the first recorded checkpoint was copied"
        return found

    def _save(
        self,
        new: NewCheckpoint,
        parent_id: str | None,
        recorded: StoredCheckpoint,
        writes: list[TaskWrite] | None = None,
    ) -> None:
        step = recorded.metadata.get("step", 0)
        made = NewCheckpoint(
            checkpoint_id=new_checkpoint_id(step),
            parent_id=parent_id,
            created_at=now_utc(),
            metadata={**recorded.metadata, REPLAY_OF: recorded.checkpoint_id},
            changed=new.changed,
            dropped=new.dropped,
            versions=new.versions,
            seen=new.seen,
            updated_channels=new.updated_channels,
        )
        self.store.save(self.thread_id, "", made, writes or ())

    def _differs(self, recorded: StoredCheckpoint, node: str | None, reason: str) -> Replay:
        return self._report(DIFFERS, reason, recorded.checkpoint_id, node=node)

    def _report(
        self,
        ended: str,
        reason: str,
        at: str,
        *,
        node: str | None = None,
        diff: StateDiff | None = None,
        error: BaseException | None = None,
    ) -> Replay:
        snapshot = self.graph.get_state(self.config)
        return Replay(
            thread_id=None if self.thread_id == SCRATCH and self.store is not self.source else self.thread_id,
            steps=tuple(self.steps),
            ended=ended,
            reason=reason,
            at=at,
            node=node,
            diff=diff,
            error=error,
            values=snapshot.values,
            next=tuple(snapshot.next),
        )


def _recorded_path(store: CheckpointStore, thread_id: str, start: str | None, until: str | None) -> tuple[str, ...]:
    """The checkpoints from ``start`` to ``until``, both included."""
    tree = read_timeline(store, thread_id)
    end = until or tree.head
    if end is None:
        raise LookupError(f"There is no thread {thread_id!r}.")
    if end not in tree.headers:
        raise LookupError(f"Thread {thread_id!r} has no checkpoint {end!r}.")
    path = tree.path_to(end)
    if start is None:
        return path
    if start not in path:
        raise LookupError(f"Checkpoint {start!r} is not on the way to {end!r}. Say with until= which branch to follow.")
    return path[path.index(start) :]


def _planned(run: Run, step: RecordedStep) -> list[Task]:
    """The tasks that are due, after what a caller's command wrote. Raises what building an input raises."""
    if step.callers:
        updated = run.state.updated
        run.state.adopt(apply_step(run.state, [OutsideWrites(INPUT, step.callers)]))
        run.state.updated = updated
    missing = missing_nodes(run.state)
    if missing:
        raise LookupError(f"The thread waits for node {missing[0]!r} here, which the graph has no more.")
    return plan_step(run)


def _difference(graph: Pregel, recorded: StoredCheckpoint, mine: StoredCheckpoint) -> StateDiff:
    keys = graph.plan.stream_keys
    names = {keys} if isinstance(keys, str) else set(keys)
    before = {key: value for key, value in recorded.values.items() if key in names}
    return diff_states(before, {key: value for key, value in mine.values.items() if key in names})


def _owned(write: TaskWrite, task_id: str, path: str) -> TaskWrite:
    return TaskWrite(task_id, write.channel, write.value, write.index, path)
