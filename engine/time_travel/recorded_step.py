"""What is recorded of one superstep, and whether it fits the tasks that the graph would run now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.graph.names import BRANCH_TO, PULL, RESUME
from engine.ids import NULL_TASK_ID
from engine.runtime.apply_step import path_text
from engine.runtime.pending_writes import TaskStatus, task_statuses
from engine.runtime.task import Task
from engine.store.checkpoint_store import TaskWrite

_JOIN = "join:"


@dataclass
class RecordedTask:
    """One task's writes, in their order."""

    path: str
    writes: list[TaskWrite] = field(default_factory=list)

    @property
    def status(self) -> TaskStatus:
        """How far it got."""
        found = task_statuses((write.task_id, write.channel, write.value) for write in self.writes)
        return next(iter(found.values()), TaskStatus())

    @property
    def is_over(self) -> bool:
        """Whether it ran to its end, or has failed and an error handler took over."""
        status = self.status
        return status.is_finished or status.error_source is not None

    @property
    def output(self) -> list[tuple[str, Any]]:
        """What it wrote to channels, and marks that say it is over."""
        return list(self.status.output)

    @property
    def answers(self) -> list[TaskWrite]:
        """The answers that its questions got."""
        return [write for write in self.writes if write.channel == RESUME]


@dataclass
class RecordedStep:
    """The tasks that ran from one checkpoint, by their paths; what a caller's ``Command`` wrote there."""

    tasks: dict[str, RecordedTask]
    callers_rows: list[TaskWrite]

    @property
    def callers(self) -> list[tuple[str, Any]]:
        """What the caller wrote to channels; an answer without an id is among the answers of the task that got it."""
        return [(write.channel, write.value) for write in self.callers_rows]


def recorded_step(writes: Sequence[TaskWrite], paths: Mapping[str, str]) -> RecordedStep:
    """Sort a checkpoint's writes by task. ``paths``: of tasks by id, for savers that do not keep the path."""
    step = RecordedStep({}, [])
    for write in writes:
        if write.task_id == NULL_TASK_ID:
            if write.channel != RESUME:
                step.callers_rows.append(write)
            continue
        path = write.task_path or paths.get(write.task_id, write.task_id)
        step.tasks.setdefault(path, RecordedTask(path)).writes.append(write)
    return step


def why_not(planned: Sequence[Task], step: RecordedStep) -> tuple[str | None, str]:
    """The node and the sentence that say why a record does not fit what is due now; ``(None, "")`` if it does."""
    due = {path_text(task.path): task for task in planned}
    for path in step.tasks:
        name = _node_of(path)
        if name is not None and path not in due:
            now = ", ".join(repr(task.name) for task in planned) or "nothing"
            return name, f"The record has results of node {name!r} here, but due now is {now}."
    for path, task in due.items():
        if path not in step.tasks:
            return task.name, f"Node {task.name!r} is due now, and the record of this step has no result of it."
        reason = _why_not_led(task, step.tasks[path])
        if reason:
            return task.name, reason
    return None, ""


def _why_not_led(task: Task, recorded: RecordedTask) -> str:
    """Why the edges that a result took cannot be those of the node as it is now."""
    led = {channel for channel, _ in recorded.output if _is_routing(channel)}
    known = task.run.plan.channels
    lost = sorted(channel for channel in led if channel not in known)
    if lost:
        return f"The recorded result of node {task.name!r} leads to {_target(lost[0])}, which the graph has no more."
    if recorded.status.error_source is not None or not recorded.output:
        return ""
    missing = sorted(channel for channel in _edges_of(task) if channel not in led)
    if missing:
        took = ", ".join(map(_target, sorted(led))) or "the end"
        return f"Node {task.name!r} has an edge to {_target(missing[0])} now; its recorded result led to {took}."
    return ""


def _edges_of(task: Task) -> list[str]:
    """The routing channels that the node always writes to."""
    try:
        return [channel for channel, _ in task.node.writes(None) if _is_routing(channel)]
    except Exception:  # an entrypoint's result is no update; it has no edges
        return []


def _is_routing(channel: str) -> bool:
    return channel.startswith((BRANCH_TO, _JOIN))


def _target(channel: str) -> str:
    if channel.startswith(BRANCH_TO):
        return repr(channel[len(BRANCH_TO) :])
    return f"the join before {channel.rpartition(':')[2]!r}"


def _node_of(path: str) -> str | None:
    """The node that an edge led to, or the place of what was sent; None for what a task started itself."""
    parts = path.removeprefix("~").split(", ")
    if len(parts) == 2 and parts[0] == PULL:
        return parts[1]
    if len(parts) == 3 and parts[1].isdigit() and int(parts[2] or 0) == 0:
        return f"Send {int(parts[1])}"
    return None
