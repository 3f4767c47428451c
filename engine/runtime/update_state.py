"""Changes the state of a thread from outside, as if nodes had written: ``update_state`` and ``bulk_update_state``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from engine.clock import now_utc
from engine.compiler.node_function import NodeFunction
from engine.errors import InvalidUpdateError, did_you_mean
from engine.graph.names import END, INPUT, INTERRUPT, RESUME
from engine.ids import new_checkpoint_id, task_id
from engine.runtime.apply_step import apply_step, path_text
from engine.runtime.checkpointing import store_of_state
from engine.runtime.config import CHECKPOINT_ID, CHECKPOINT_NS, CONF, THREAD_ID
from engine.runtime.input_writes import input_writes
from engine.runtime.left_behind import tell_dropped_by_update
from engine.runtime.pending_writes import callers_writes, task_statuses
from engine.runtime.plan_step import tasks_due
from engine.runtime.run import Run
from engine.runtime.run_task import node_steps
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.snapshot import run_at
from engine.runtime.stream_payloads import with_checkpoint_map
from engine.runtime.task import Task
from engine.runtime.task_results import stored_writes
from engine.runtime.written_from_outside import OutsideWrites
from engine.store.checkpoint_store import ChangedChannel, CheckpointStore, NewCheckpoint, StoredCheckpoint, TaskWrite
from engine.store.checkpoint_tuple import get_checkpoint_metadata
from engine.types import Config, StateUpdate

COPY = "__copy__"


def bulk_update_state(graph: RunnableGraph, config: Config, supersteps: Sequence[Sequence[StateUpdate]]) -> Config:
    """Apply supersteps of updates, each on what the one before has made. Returns the config of the last checkpoint."""
    for updates in supersteps:
        config = _Update(graph, config, [StateUpdate(*update) for update in updates]).perform()
    return config


class _Update:
    """One superstep from outside."""

    def __init__(self, graph: RunnableGraph, config: Config, updates: Sequence[StateUpdate]) -> None:
        self.graph = graph
        self.config = config
        self.updates = updates
        self.store: CheckpointStore = store_of_state(graph, config)
        conf = config[CONF]
        self.thread_id = str(conf[THREAD_ID])
        self.namespace: str = conf.get(CHECKPOINT_NS) or ""
        self.base: StoredCheckpoint | None = self.store.load(self.thread_id, self.namespace, conf.get(CHECKPOINT_ID))
        self.run: Run = run_at(graph, self.base, config)
        self.run.store = self.store
        if self.base is None:
            self.run.thread_id, self.run.namespace = self.thread_id, self.namespace
            self.run.state.tracks = True
            self.run.step = 0

    def perform(self) -> Config:
        values, as_node, _ = self.updates[0]
        if values is None and as_node == END:
            self._only_one("Cannot apply multiple updates when clearing state")
            return self._clear_tasks()
        if as_node == INPUT:
            self._only_one("Cannot apply multiple updates when updating as input")
            return self._as_input(values)
        if as_node == COPY:
            self._only_one("Cannot copy checkpoint with multiple updates")
            return self._copy(values)
        return self._as_nodes()

    def _clear_tasks(self) -> Config:
        """Whatever is due is taken as done, with what it has written so far."""
        run = self.run
        if self.base is not None:
            due = tasks_due(run)
            self._apply_callers_writes()
            statuses = task_statuses(run.pending)
            for task in due:
                status = statuses.get(task.id)
                task.writes = list(status.output) if status is not None else []
            run.state.adopt(apply_step(run.state, due))
        return self._save("update", run.step, ())

    def _as_input(self, values: Any) -> Config:
        if values is None:
            raise InvalidUpdateError(f"Received no input writes for {self.run.plan.input_key}")
        step = self.run.step if self.base is not None else -1
        writes = input_writes(self.run.plan, values)
        self.run.state.adopt(apply_step(self.run.state, [OutsideWrites(INPUT, writes)]))
        return self._save("input", step, ())

    def _copy(self, values: Any) -> Config:
        """A sibling of the checkpoint: same values, same parent."""
        base = self.base
        if base is None:
            raise InvalidUpdateError("Cannot copy a non-existent checkpoint")
        run = self.run
        checkpoint_id = new_checkpoint_id(run.step)
        copied = NewCheckpoint(
            checkpoint_id=checkpoint_id,
            parent_id=base.parent_id,
            created_at=now_utc(),
            metadata=self._metadata("fork", run.step),
            changed={name: ChangedChannel(value) for name, value in base.values.items()},
            dropped=self._dropped_from_parent(base),
            versions=dict(base.versions),
            seen={node: dict(seen) for node, seen in base.seen.items()},
            updated_channels=base.updated_channels,
        )
        self.store.save(self.thread_id, self.namespace, copied)
        config = self._config_of(checkpoint_id)
        if not (isinstance(values, list) and values):
            return config
        return _Update(
            self.graph,
            {**self.config, CONF: {**self.config[CONF], **config[CONF]}},
            _grouped(self.graph, self.store, self.thread_id, self.namespace, checkpoint_id, values),
        ).perform()

    def _dropped_from_parent(self, base: StoredCheckpoint) -> frozenset[str]:
        if base.parent_id is None:
            return frozenset()
        parent = self.store.load(self.thread_id, self.namespace, base.parent_id)
        return frozenset(set(parent.values) - set(base.values)) if parent is not None else frozenset()

    def _as_nodes(self) -> Config:
        run = self.run
        chosen = [self._with_node(update) for update in self.updates]
        due: dict[str, list[str]] = defaultdict(list)
        tasks = tasks_due(run) if self.base is not None else []
        for task in tasks:
            due[task.name].append(task.id)
        rows: list[TaskWrite] = []
        writers = []
        self._apply_callers_writes()
        for index, (values, name, given_id) in enumerate(chosen):
            assert name is not None, "_with_node has found one"
            task = Task(run, run.plan.nodes[name], (INTERRUPT, index), (INTERRUPT,), values)
            _write_as(task, values)
            writers.append(task)
            id = given_id or (due[name].pop(0) if due[name] else task_id(run.checkpoint_id, INTERRUPT, str(index)))
            rows += stored_writes(run, id, task.writes, path_text(task.path))
        run.state.adopt(apply_step(run.state, writers))
        tell_dropped_by_update(run, tasks, [name for _, name, _ in chosen if name], tasks_due(run))
        return self._save("update", run.step, () if self._is_superseded() else rows)

    def _is_superseded(self) -> bool:
        """The thread has moved past the checkpoint: what its tasks are recorded to have written then stays as it is."""
        if self.base is None or not self.config[CONF].get(CHECKPOINT_ID):
            return self.base is None
        newest = self.store.load(self.thread_id, self.namespace)
        return newest is not None and newest.checkpoint_id != self.base.checkpoint_id

    def _with_node(self, update: StateUpdate) -> StateUpdate:
        name = update.as_node
        if name is None:
            if len(self.updates) > 1:
                raise InvalidUpdateError("as_node is required when applying multiple updates")
            name = last_writer(self.run)
        if name is None:
            raise InvalidUpdateError("Ambiguous update, specify as_node")
        if name not in self.run.plan.nodes:
            raise InvalidUpdateError(f"Node {name} does not exist. {did_you_mean(name, self.run.plan.nodes)}")
        return update._replace(as_node=name)

    def _apply_callers_writes(self) -> None:
        writes = [write for write in callers_writes(self.run.pending) if write[0] != RESUME]
        if writes:
            self.run.state.adopt(apply_step(self.run.state, [OutsideWrites(INPUT, writes)]))

    def _only_one(self, message: str) -> None:
        if len(self.updates) > 1:
            raise InvalidUpdateError(message)

    def _save(self, source: str, step: int, parent_writes: Sequence[TaskWrite]) -> Config:
        self.run.state.forget_missing()
        changed, dropped, versions, seen = self.run.state.take_unstored()
        checkpoint = NewCheckpoint(
            checkpoint_id=new_checkpoint_id(step),
            parent_id=self.base.checkpoint_id if self.base is not None else None,
            created_at=now_utc(),
            metadata=self._metadata(source, step),
            changed=changed,
            dropped=dropped,
            versions=versions,
            seen=seen,
            updated_channels=tuple(sorted(self.run.state.updated or ())),
        )
        self.store.save(self.thread_id, self.namespace, checkpoint, parent_writes)
        return self._config_of(checkpoint.checkpoint_id)

    def _metadata(self, source: str, step: int) -> dict[str, Any]:
        parents = self.base.metadata.get("parents", {}) if self.base is not None else {}
        metadata: Any = {"source": source, "step": step, "parents": parents}
        return dict(get_checkpoint_metadata(self.config, metadata))

    def _config_of(self, checkpoint_id: str) -> Config:
        conf = {THREAD_ID: self.thread_id, CHECKPOINT_NS: self.namespace, CHECKPOINT_ID: checkpoint_id}
        return with_checkpoint_map({CONF: conf}, self.base.metadata if self.base is not None else None) or {}


def last_writer(run: Run) -> str | None:
    """The node that ran last; None if several did, or it cannot be told."""
    nodes = run.plan.nodes
    if len(nodes) == 1:
        return next(iter(nodes))
    ran = sorted((version, name) for name, seen in run.state.seen.items() if name in nodes for version in seen.values())
    if not ran:
        key = run.plan.input_key
        is_untouched = not any(run.state.seen.values())  # else it is a fork, at which LangGraph wants the name too
        return key if is_untouched and isinstance(key, str) and key in nodes else None
    if len(ran) > 1 and ran[-1][0] == ran[-2][0] and ran[-1][1] != ran[-2][1]:
        return None
    return ran[-1][1]


def _write_as(task: Task, values: Any) -> None:
    """Fill ``task.writes`` as if the node had returned ``values``: its edges and routers count."""
    node = task.node
    steps = node_steps(task)
    try:
        function, value = next(steps)
        if function is node.function:
            function, value = steps.send(values)
        while True:
            function, value = steps.send(_call(function, value, task))
    except StopIteration:
        return


def _call(function: NodeFunction, value: Any, task: Task) -> Any:
    """Call a router; an asynchronous one on a loop of its own (``aupdate_state`` comes here on a thread)."""
    if function.coroutine is not None and function.is_async_only:
        import asyncio  # here, because most graphs have no asynchronous router

        return asyncio.run(function.acall(value, task))
    return function.call(value, task)


def _grouped(
    graph: RunnableGraph,
    store: CheckpointStore,
    thread_id: str,
    namespace: str,
    checkpoint_id: str,
    values: Sequence[Any],
) -> list[StateUpdate]:
    """Updates for a fresh copy, grouped by node, with the ids of the copy's tasks."""
    copied = store.load(thread_id, namespace, checkpoint_id)
    due: dict[str, list[str]] = defaultdict(list)
    for task in tasks_due(run_at(graph, copied)):
        due[task.name].append(task.id)
    groups: dict[str, list[StateUpdate]] = defaultdict(list)
    for item in values:
        if not isinstance(item, Sequence):
            raise InvalidUpdateError(f"Invalid update item: {item} when copying checkpoint")
        its_values, as_node = item[:2]
        index = len(groups[as_node])
        id = due[as_node][index] if index < len(due[as_node]) else None
        groups[as_node].append(StateUpdate(its_values, as_node, id))
    return [update for group in groups.values() for update in group]
