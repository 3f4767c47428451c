"""Reads the state of a thread without running anything: now, at a checkpoint, through all its history.

"Now" includes what the tasks of an open step have done so far. Never raises because of what is stored: two writes that
cannot be applied together are shown with their tasks, and the values are those before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import InvalidUpdateError, UnknownNodeError, did_you_mean
from engine.graph.names import INPUT, PULL, RESUME
from engine.ids import task_id
from engine.runtime.apply_step import apply_step
from engine.runtime.checkpointing import store_of_state
from engine.runtime.config import CHECKPOINT_ID, CHECKPOINT_NS, CHECKPOINTER, CONF, THREAD_ID
from engine.runtime.langgraph_ids import adopt_langgraph_ids
from engine.runtime.langgraph_thread import FORMAT
from engine.runtime.live_state import LiveState
from engine.runtime.pending_writes import callers_writes, task_statuses
from engine.runtime.plan_step import missing_nodes, tasks_due
from engine.runtime.run import Run
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.stream_payloads import described_tasks, with_checkpoint_map
from engine.runtime.task import Task
from engine.runtime.task_error import TaskError
from engine.runtime.written_from_outside import OutsideWrites
from engine.store.checkpoint_store import CheckpointStore, StoredCheckpoint
from engine.types import Config, PregelTask, StateSnapshot


def get_state(graph: RunnableGraph, config: Config, *, subgraphs: bool) -> StateSnapshot:
    """The state that a config addresses; an empty snapshot if there is none."""
    store = store_of_state(graph, config)
    conf = config[CONF]
    thread_id, namespace = str(conf[THREAD_ID]), conf.get(CHECKPOINT_NS) or ""
    checkpoint_id = conf.get(CHECKPOINT_ID)
    stored = store.load(thread_id, namespace, checkpoint_id)
    if stored is None:
        return StateSnapshot({}, (), _without_private(config), None, None, None, (), ())
    return take_snapshot(graph, stored, store, subgraphs=subgraphs, live=not checkpoint_id)


def get_state_history(
    graph: RunnableGraph,
    config: Config,
    *,
    filter: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None,
    limit: int | None,
) -> Iterator[StateSnapshot]:
    """Snapshots, newest first."""
    store = store_of_state(graph, config)
    conf = config[CONF]
    thread_id, namespace = str(conf[THREAD_ID]), conf.get(CHECKPOINT_NS) or ""
    if conf.get(CHECKPOINT_ID):
        stored = store.load(thread_id, namespace, conf[CHECKPOINT_ID])
        found: Iterator[StoredCheckpoint] = iter(() if stored is None else (stored,))
    else:
        older_than = before[CONF].get(CHECKPOINT_ID) if before else None
        found = store.list(thread_id, namespace, filter=filter, before=older_than, limit=limit)
    for stored in list(found):
        yield take_snapshot(graph, stored, store, subgraphs=False, live=False)


def take_snapshot(
    graph: RunnableGraph, stored: StoredCheckpoint, store: CheckpointStore, *, subgraphs: bool, live: bool
) -> StateSnapshot:
    """A stored checkpoint as a snapshot. ``live``: with what the tasks of the open step have done."""
    run = run_at(graph, stored)
    tasks = _tasks(run)
    missing = missing_nodes(run.state)
    caller = [write for write in callers_writes(run.pending) if write[0] != RESUME]
    if caller:
        run.state.adopt(apply_step(run.state, [OutsideWrites(INPUT, caller)]))
    finished: set[str] = set()
    conflict: Exception | None = None
    if live and run.pending:
        finished, conflict = _apply_finished(run, tasks)
    states = _subgraph_states(graph, run, tasks, store, recurse=subgraphs)
    described = described_tasks(tasks, run.pending, states, run.plan.stream_keys, live=live)
    if conflict is not None:
        described = _with_conflict(described, conflict)
    described += tuple(_missing_task(run, name) for name in missing)
    return StateSnapshot(
        values=run.state.read(run.plan.stream_keys),
        next=(*_names_of_next(run, tasks, finished), *missing),
        config=_address(stored, stored.checkpoint_id) or {},
        metadata={key: value for key, value in stored.metadata.items() if key != FORMAT},
        created_at=stored.created_at,
        parent_config=_address(stored, stored.parent_id),
        tasks=described,
        interrupts=tuple(question for task in described for question in task.interrupts),
    )


def run_at(graph: RunnableGraph, stored: StoredCheckpoint | None, config: Config | None = None) -> Run:
    """A run that stands on a checkpoint and goes nowhere; for planning and applying steps outside a run."""
    config = config or {CONF: {}, "recursion_limit": 1}
    run = Run(graph.plan, config, None, name=graph.name, kv_store=graph.store, cache=None)
    if stored is None:
        return run
    run.thread_id, run.namespace = stored.thread_id, stored.namespace
    run.state = LiveState.from_stored(graph.plan, stored, tracks=True)
    run.checkpoint_id = run.parent_checkpoint_id = stored.checkpoint_id
    run.checkpoint_metadata = stored.metadata
    run.pending = [(write.task_id, write.channel, write.value) for write in stored.writes]
    run.step = int(stored.metadata.get("step", -1)) + 1
    run.stop = run.step + 2
    return run


def _tasks(run: Run) -> list[Task]:
    tasks = tasks_due(run)
    adopt_langgraph_ids(run, tasks)
    return tasks


def _names_of_next(run: Run, tasks: list[Task], finished: set[str]) -> tuple[str, ...]:
    """The unfinished tasks of the open step; if none is left, what the next step is going to run."""
    if finished and len(finished) == len(tasks):
        return tuple(task.name for task in tasks_due(run))
    return tuple(task.name for task in tasks if task.id not in finished)


def _apply_finished(run: Run, tasks: list[Task]) -> tuple[set[str], Exception | None]:
    """Apply what finished tasks of the open step wrote. Returns their ids, or why it is not possible."""
    statuses = task_statuses(run.pending)
    done = []
    for task in tasks:
        status = statuses.get(task.id)
        if status is not None and status.is_finished:
            task.writes = list(status.output)
            done.append(task)
    if done:
        try:
            run.state.adopt(apply_step(run.state, done))
        except Exception as conflict:  # two values for one key, or a reducer that fails: anything of the user's
            return set(), conflict
    return {task.id for task in done}, None


def _with_conflict(tasks: tuple[PregelTask, ...], conflict: Exception) -> tuple[PregelTask, ...]:
    """The tasks whose writes do not go together say so; their results are the values they wrote."""
    involved = conflict.nodes if isinstance(conflict, InvalidUpdateError) else ()
    return tuple(
        task._replace(error=TaskError.of(conflict)) if task.result and (not involved or task.name in involved) else task
        for task in tasks
    )


def _missing_task(run: Run, name: str) -> PregelTask:
    """What stands for a node that the thread waits for and the graph no longer has."""
    error = UnknownNodeError(f"The graph has no node '{name}'. {did_you_mean(name, run.plan.nodes)}")
    id = task_id(run.checkpoint_id, run.namespace, str(run.step), name, PULL)
    return PregelTask(id, name, (PULL, name), TaskError.of(error), (), None, None)


def _subgraph_states(
    graph: RunnableGraph, run: Run, tasks: list[Task], store: CheckpointStore, *, recurse: bool
) -> dict[str, Any]:
    states: dict[str, Any] = {}
    for task in tasks:
        inner = graph.direct_subgraphs.get(task.name)
        if inner is None:
            continue
        conf = {THREAD_ID: run.thread_id, CHECKPOINT_NS: task.namespace}
        if recurse and inner.checkpointer is not False:
            states[task.id] = inner.get_state({CONF: {CHECKPOINTER: store, **conf}}, subgraphs=True)
        else:
            states[task.id] = {CONF: conf}
    return states


def _address(stored: StoredCheckpoint, checkpoint_id: str | None) -> Config | None:
    if checkpoint_id is None:
        return None
    conf = {THREAD_ID: stored.thread_id, CHECKPOINT_NS: stored.namespace, CHECKPOINT_ID: checkpoint_id}
    return with_checkpoint_map({CONF: conf}, stored.metadata)


def _without_private(config: Config) -> Config:
    return {CONF: {k: v for k, v in config[CONF].items() if k != CHECKPOINTER}}


__all__ = ["get_state", "get_state_history", "run_at", "take_snapshot"]
