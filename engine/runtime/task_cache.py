"""Results of nodes with a ``cache_policy``: looked up before a step runs, noted when a task ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.ids import hex_digest
from engine.runtime.task_results import add_writes
from engine.types import CacheKey

if TYPE_CHECKING:
    from engine.runtime.run import Run
    from engine.runtime.task import Task


def cache_key(task: Task) -> CacheKey | None:
    """Where the task's result is or will be; None if its node is not cached."""
    policy = task.node.cache_policy
    if policy is None or task.run.cache is None:
        return None
    if task.cache_key is None:
        key = policy.key_func(*task.input[0], **task.input[1]) if task.path[-1] is True else policy.key_func(task.input)
        digest = hex_digest(key.encode() if isinstance(key, str) else key)
        task.cache_key = CacheKey(task.node.cache_namespace, digest, policy.ttl)
    return task.cache_key


def use_cached_results(run: Run, tasks: Sequence[Task]) -> None:
    """Give tasks whose result is known that result; they do not run."""
    keys: dict[tuple[tuple[str, ...], str], list[Task]] = {}
    for task in tasks:
        key = None if task.is_restored else cache_key(task)
        if key is not None:
            keys.setdefault((key.ns, key.key), []).append(task)
    if not keys:
        return
    for full_key, writes in run.cache.get(tuple(keys)).items():
        for task in keys[full_key]:
            task.writes = [tuple(write) for write in writes]
            task.is_restored = task.is_cached = True
            add_writes(run, task, task.writes, cached=True)


def remember_result(task: Task) -> None:
    """Keep the result of a task that succeeded."""
    key = cache_key(task)
    if key is not None:
        task.run.cache.set({(key.ns, key.key): (list(task.writes), key.ttl)})
