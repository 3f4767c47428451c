"""The shapes of stream chunks. Pure; each function makes one payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.graph.names import ERROR, INTERRUPT, RETURN
from engine.runtime.config import CHECKPOINT_ID, CHECKPOINT_MAP, CHECKPOINT_NS, CONF, public_configurable
from engine.runtime.pending_writes import PendingWrite, task_statuses
from engine.runtime.task import Task
from engine.runtime.task_error import TaskError
from engine.types import Config, Interrupt, PregelTask, TaskResultPayload

if TYPE_CHECKING:
    from engine.runtime.run import Run

Writes = Sequence[tuple[str, Any]]

_HIDDEN_METADATA = frozenset(
    "langgraph_step langgraph_node langgraph_triggers langgraph_path langgraph_checkpoint_ns "
    "thread_id checkpoint_id checkpoint_ns checkpoint_map".split()
)


def updates(task: Task, writes: Writes, keys: str | Sequence[str], *, cached: bool) -> dict[str, Any]:
    """Mode ``updates``: ``{node: what it wrote}``."""
    payload: dict[str, Any] = {task.name: _update(writes, keys)}
    if cached:
        payload["__metadata__"] = {"cached": True}
    return payload


def _update(writes: Writes, keys: str | Sequence[str]) -> Any:
    returned = [value for channel, value in writes if channel == RETURN]
    if returned:
        return returned[0]
    if isinstance(keys, str):
        values: list[Any] = [value for channel, value in writes if channel == keys]
    else:
        shown = [write for write in writes if write[0] in keys]
        counts = Counter(channel for channel, _ in shown)
        values = (
            [{channel: value} for channel, value in shown]
            if any(n > 1 for n in counts.values())
            else [dict(shown)]
            if shown
            else []
        )
    if not values:
        return None
    return values[0] if len(values) == 1 else values


def task_start(task: Task) -> dict[str, Any]:
    """Mode ``tasks``: a task begins."""
    payload = {"id": task.id, "name": task.name, "input": task.input, "triggers": task.triggers}
    metadata = shown_metadata(task.metadata, (*task.run.config.get("tags", ()), *task.node.tags))
    if metadata:
        payload["metadata"] = metadata
    return payload


def shown_metadata(metadata: Mapping[str, Any], tags: Iterable[str]) -> dict[str, Any]:
    """What the user has said of a task: its metadata without what the runtime adds, and its tags."""
    shown = {key: value for key, value in metadata.items() if key not in _HIDDEN_METADATA}
    tags = [tag for tag in tags if not tag.startswith("seq:step")]
    return {**shown, "tags": tags} if tags else shown


def task_result(task: Task, writes: Writes, keys: str | Sequence[str]) -> TaskResultPayload:
    """Mode ``tasks``: a task has ended."""
    shown = (keys,) if isinstance(keys, str) else keys
    return {
        "id": task.id,
        "name": task.name,
        "error": next((value for channel, value in writes if channel == ERROR), None),
        "result": result_of_writes(write for write in writes if write[0] in shown or write[0] == RETURN),
        "interrupts": [
            interrupt_dict(question) for channel, value in writes if channel == INTERRUPT for question in value
        ],
    }


def result_of_writes(writes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Writes as a dict; several to one key as ``{"$writes": [...]}``."""
    result: dict[str, Any] = {}
    several: set[str] = set()
    for channel, value in writes:
        if channel in several:
            result[channel]["$writes"].append(value)
        elif result.get(channel) is not None:
            result[channel] = {"$writes": [result[channel], value]}
            several.add(channel)
        else:
            result[channel] = value
    return result


def interrupt_dict(question: Interrupt[Any]) -> dict[str, Any]:
    """A question as plain data."""
    return {"value": question.value, "id": question.id, "response_schema": question.response_schema}


def checkpoint(run: Run, tasks: Sequence[Task]) -> dict[str, Any]:
    """Mode ``checkpoints``: the checkpoint that the run stands on and the tasks that start from it."""
    metadata = run.checkpoint_metadata
    states = subgraph_configs(run.subgraphs, tasks, run.namespace, run.thread_id)
    described = described_tasks(tasks, run.pending, states, run.output_keys)
    address = {CONF: {**run.checkpoint_config[CONF], CHECKPOINT_ID: run.checkpoint_id}}
    return {
        "config": public_configurable(with_checkpoint_map(address, metadata) or {}),
        "parent_config": _public_or_none(with_checkpoint_map(run.parent_config, metadata)),
        "values": run.state.read(run.plan.stream_keys),
        "metadata": metadata,
        "next": [task.name for task in tasks],
        "tasks": [_checkpoint_task(task) for task in described],
    }


def _public_or_none(config: Config | None) -> Config | None:
    return None if config is None else public_configurable(config)


def _checkpoint_task(task: PregelTask) -> dict[str, Any]:
    if task.error:
        return {"id": task.id, "name": task.name, "error": task.error, "state": task.state}
    interrupts = tuple(interrupt_dict(question) for question in task.interrupts)
    if task.result:
        return {"id": task.id, "name": task.name, "result": task.result, "interrupts": interrupts, "state": task.state}
    return {"id": task.id, "name": task.name, "interrupts": interrupts, "state": task.state}


def subgraph_configs(subgraphs: Any, tasks: Sequence[Task], namespace: str, thread_id: str) -> dict[str, Any]:
    """For tasks that are graphs: where their checkpoints are."""
    if not subgraphs:
        return {}
    return {
        task.id: {CONF: {"thread_id": thread_id, CHECKPOINT_NS: task.namespace}}
        for task in tasks
        if task.name in subgraphs
    }


def with_checkpoint_map(config: Config | None, metadata: Any) -> Config | None:
    """The config of a subgraph's checkpoint with the checkpoints of the graphs around it."""
    parents = (metadata or {}).get("parents")
    if config is None or not parents:
        return config
    conf = config[CONF]
    found = {**parents, conf.get(CHECKPOINT_NS, ""): conf.get(CHECKPOINT_ID)}
    return {**config, CONF: {**conf, CHECKPOINT_MAP: found}}


def described_tasks(
    tasks: Iterable[Task],
    writes: Sequence[PendingWrite],
    states: dict[str, Any],
    keys: str | Sequence[str],
    *,
    live: bool = False,
) -> tuple[PregelTask, ...]:
    """Tasks as snapshots show them. With ``live`` only questions that still wait for an answer."""
    statuses = task_statuses(writes) if writes else {}
    described = []
    for task in tasks:
        status = statuses.get(task.id) if statuses else None
        if status is None:
            described.append(PregelTask(task.id, task.name, task.path, None, (), states.get(task.id), None))
            continue
        questions = status.open_interrupts if live else tuple(status.interrupts)
        result = _described_result(status.output, keys) if status.is_finished else None
        error = None if status.error is None else TaskError.of(status.error)
        described.append(PregelTask(task.id, task.name, task.path, error, questions, states.get(task.id), result))
    return tuple(described)


def _described_result(output: Writes, keys: str | Sequence[str]) -> Any:
    for channel, value in output:
        if channel == RETURN:
            return value
    if isinstance(keys, str):
        return result_of_writes(write for write in output if write[0] == keys).get(keys)
    return result_of_writes(write for write in output if write[0] in keys)
