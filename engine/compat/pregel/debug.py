"""LangGraph's ``pregel.debug``: the payloads of stream mode ``debug`` from whatever looks like a task."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.compat.constants import TAG_HIDDEN
from engine.runtime.config import public_configurable
from engine.runtime.stream_payloads import described_tasks, shown_metadata, task_result
from engine.runtime.stream_payloads import result_of_writes as map_task_result_writes
from engine.types import Config, TaskPayload, TaskResultPayload


def map_debug_tasks(tasks: Iterable[Any]) -> Iterator[TaskPayload]:
    """What mode ``tasks`` shows when they begin; nothing of hidden ones."""
    for task in tasks:
        config: Mapping[str, Any] = task.config or {}
        if TAG_HIDDEN in config.get("tags", ()):
            continue
        payload: TaskPayload = {"id": task.id, "name": task.name, "input": task.input, "triggers": task.triggers}
        metadata = shown_metadata(config.get("metadata") or {}, config.get("tags") or ())
        if metadata:
            payload["metadata"] = metadata
        yield payload


def map_debug_task_results(
    task_tup: tuple[Any, Sequence[tuple[str, Any]]], stream_keys: str | Sequence[str]
) -> Iterator[TaskResultPayload]:
    """What mode ``tasks`` shows when one has ended."""
    task, writes = task_tup
    yield task_result(task, writes, stream_keys)


def is_multiple_channel_write(value: Any) -> bool:
    """Whether a result stands for several writes to one key."""
    return isinstance(value, dict) and isinstance(value.get("$writes"), list)


def rm_pregel_keys(config: Config | None) -> Config | None:
    """Only ``configurable``, without the runtime's own keys."""
    return None if config is None else public_configurable(config)


def tasks_w_writes(
    tasks: Iterable[Any],
    pending_writes: Sequence[Any] | None,
    states: Mapping[str, Any] | None,
    output_keys: str | Sequence[str],
    *,
    live: bool = False,
) -> Any:
    """Tasks as snapshots show them; with ``live`` only the questions that wait for an answer."""
    return described_tasks(tasks, list(pending_writes or ()), dict(states or {}), output_keys, live=live)


__all__ = (
    "is_multiple_channel_write",
    "map_debug_task_results",
    "map_debug_tasks",
    "map_task_result_writes",
    "rm_pregel_keys",
    "tasks_w_writes",
)
