"""Error handlers: hidden nodes that run, within the same step, in place of a node that has failed for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import GraphBubbleUp, NodeError
from engine.runtime.pending_writes import TaskStatus
from engine.runtime.task import PUSH_TRIGGERS, Task

if TYPE_CHECKING:
    from engine.runtime.run import Run


def error_handler_task(run: Run, failed: Task) -> Task | None:
    """The task that handles a failure; None if the node has no handler or the failure is none."""
    handler = failed.node.error_handler
    error = failed.error
    if handler is None or error is None or isinstance(error, GraphBubbleUp) or not isinstance(error, Exception):
        return None
    node = run.plan.nodes[handler]
    task = Task(run, node, (*failed.path[:3], "node_error_handler", False), PUSH_TRIGGERS, failed.input)
    task.extra_id_parts = ("node_error_handler", failed.id)
    task.node_error = NodeError(node=failed.name, error=error)
    failed.is_handled = True
    failed.writes = []
    run.tasks.append(task)
    return task


def resume_error_handlers(run: Run, tasks: Sequence[Task], statuses: Mapping[str, TaskStatus]) -> None:
    """A task that failed in an earlier attempt at this step does not run again: its handler does."""
    for task in list(tasks):
        status = statuses.get(task.id)
        if status is None or status.error_source is None or task.node.error_handler is None:
            continue
        task.error = status.error if isinstance(status.error, BaseException) else Exception(str(status.error))
        task.is_restored = True
        handler = error_handler_task(run, task)
        finished = statuses.get(handler.id) if handler is not None else None
        if handler is not None and finished is not None and finished.is_finished:
            handler.writes = list(finished.output)
            handler.is_restored = True
