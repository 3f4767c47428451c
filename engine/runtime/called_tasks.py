"""Calls of ``@task`` functions: what both drivers do before such a task starts and after it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.graph.names import RETURN
from engine.runtime.pending_writes import task_statuses
from engine.runtime.task_cache import cache_key
from engine.runtime.task_results import add_writes, show_begin

if TYPE_CHECKING:
    from engine.runtime.task import Task


def join_step(task: Task) -> bool:
    """Make the call part of the open step. Returns whether it has to run: its result may be stored or cached."""
    run = task.run
    with run.lock:
        run.tasks.append(task)
        if run.wants("tasks") or run.wants("debug"):
            show_begin(run, task)
        if run.pending and not run.is_replaying:
            status = task_statuses(write for write in run.pending if write[0] == task.id).get(task.id)
            if status is not None and status.is_finished:
                task.writes = list(status.output)
                task.is_restored = True  # its first run has shown it
                return False
        key = cache_key(task)
        if key is not None:
            for writes in run.cache.get(((key.ns, key.key),)).values():
                task.writes = [tuple(write) for write in writes]
                task.is_restored = task.is_cached = True
                add_writes(run, task, task.writes, cached=True)
                return False
    return True


def settle(future: Any, task: Task) -> None:
    """Give the caller the result or the error."""
    if future.done():
        return
    if task.error is not None:
        future.set_exception(task.error)
        return
    future.set_result(next((value for channel, value in task.writes if channel == RETURN), None))
