"""Reads the state of a thread without running anything: now, at a checkpoint, through all its history.

"Now" includes what the tasks of an open step have done so far. Never raises because of what is stored: two writes that
cannot be applied together are shown with their tasks, and the values are those before them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import InvalidUpdateError
from engine.graph.names import INPUT, RESUME
from engine.runtime.apply_step import apply_step
from engine.runtime.checkpointing import store_of_state
from engine.runtime.config import CHECKPOINT_ID, CHECKPOINT_NS, CHECKPOINTER, CONF, THREAD_ID
from engine.runtime.langgraph_thread import FORMAT, adopt_langgraph_ids
from engine.runtime.live_state import LiveState
from engine.runtime.pending_writes import callers_writes, task_statuses
from engine.runtime.plan_step import plan_step
from engine.runtime.run import Run
from engine.runtime.stream_payloads import described_tasks, with_checkpoint_map
from engine.runtime.task import Task
from engine.runtime.written_from_outside import OutsideWrites
from engine.store.checkpoint_store import CheckpointStore, StoredCheckpoint
from engine.types import Config, StateSnapshot

if TYPE_CHECKING:
    from engine.runtime.compiled_graph import Pregel

logger = logging.getLogger("langgraph")


def get_state(graph: Pregel, config: Config, *, subgraphs: bool) -> StateSnapshot:
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
    graph: Pregel,
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
    graph: Pregel, stored: StoredCheckpoint, store: CheckpointStore, *, subgraphs: bool, live: bool
) -> StateSnapshot:
    """A stored checkpoint as a snapshot. ``live``: with what the tasks of the open step have done."""
    run = run_at(graph, stored)
    tasks = _tasks(run)
    caller = [write for write in callers_writes(run.pending) if write[0] != RESUME]
    if caller:
        run.state.adopt(apply_step(run.state, [OutsideWrites(INPUT, caller)]))
    finished: set[str] = set()
    if live and run.pending:
        finished = _apply_finished(run, tasks)
    states = _subgraph_states(graph, run, tasks, store, recurse=subgraphs)
    described = described_tasks(tasks, run.pending, states, run.plan.stream_keys, live=live)
    return StateSnapshot(
        values=run.state.read(run.plan.stream_keys),
        next=tuple(task.name for task in tasks if not finished or task.id not in finished),
        config=_address(stored, stored.checkpoint_id) or {},
        metadata={key: value for key, value in stored.metadata.items() if key != FORMAT},
        created_at=stored.created_at,
        parent_config=_address(stored, stored.parent_id),
        tasks=described,
        interrupts=tuple(question for task in described for question in task.interrupts),
    )


def run_at(graph: Pregel, stored: StoredCheckpoint | None, config: Config | None = None) -> Run:
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
    tasks = plan_step(run)
    adopt_langgraph_ids(run, tasks)
    return tasks


def _apply_finished(run: Run, tasks: list[Task]) -> set[str]:
    """Apply what finished tasks of the open step wrote, if that is possible; returns their ids."""
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
        except InvalidUpdateError as conflict:
            logger.warning("The open step's writes cannot be applied together: %s", conflict)
            return set()
    return {task.id for task in done}


def _subgraph_states(
    graph: Pregel, run: Run, tasks: list[Task], store: CheckpointStore, *, recurse: bool
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
