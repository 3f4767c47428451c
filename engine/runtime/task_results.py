"""What happens when a task ends: its writes are noted, shown, and handed to whoever stores them.

Called by the drivers, in one thread, in the order in which tasks end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import GraphBubbleUp, GraphInterrupt
from engine.graph.names import ERROR, ERROR_SOURCE_NODE, INTERRUPT, NO_WRITES, PULL, RESUME
from engine.ids import NULL_TASK_ID
from engine.runtime import stream_payloads
from engine.runtime.apply_step import path_text
from engine.runtime.config import CONF, NODE_FINISHED
from engine.runtime.pending_writes import MARK_INDEX
from engine.runtime.task import Task, control_writes
from engine.store.checkpoint_store import TaskWrite, WritesOfOne
from engine.types import Send

if TYPE_CHECKING:
    from engine.runtime.run import Run

Writes = Sequence[tuple[str, Any]]


def record_result(run: Run, task: Task) -> None:
    """Note how a task ended: with writes, a question, an error, or a command for the parent graph."""
    error = task.error
    if error is None:
        writes = task.writes
        if not writes or (writes[0][0] in MARK_INDEX and all(channel in MARK_INDEX for channel, _ in writes)):
            writes.append((NO_WRITES, None))
        add_writes(run, task, writes)
        finished = run.config[CONF].get(NODE_FINISHED)
        if finished is not None and not task.node.hidden:
            finished(task.name)
    elif isinstance(error, GraphInterrupt):
        if error.interrupts:
            add_writes(run, task, [(INTERRUPT, list(error.interrupts)), *control_writes(task.writes)])
    elif not isinstance(error, GraphBubbleUp):
        marks: list[tuple[str, Any]] = [(ERROR, error)]
        if task.node.error_handler is not None and isinstance(error, Exception):
            marks.append((ERROR_SOURCE_NODE, task.name))
        add_writes(run, task, [*control_writes(task.writes), *marks])


def add_writes(run: Run, task: Task, writes: Writes, *, cached: bool = False) -> None:
    """Put a task's writes among those of the open step, and show them."""
    has_marks = not MARK_INDEX.keys().isdisjoint(dict(writes))
    if run.store is not None or run.pending or run.parent is not None:
        if has_marks:
            writes = _last_of_each_mark(writes)
        task_id = task.id
        had_error = task_id in run.tried and _forget_earlier_try(run, task_id)
        run.pending += [(task_id, channel, value) for channel, value in writes]
        if run.store is not None:
            path = f"~{PULL}, {task.name}" if task.path[0] == PULL and len(task.path) == 2 else path_text(task.path)
            if run.unsaved or has_marks or not run.plan.stores_all:
                _add_unsaved(run, stored_writes(run, task_id, writes, path))
            else:
                run.unsaved = WritesOfOne(task_id, path, writes)  # the only task of its step, as most are
            if had_error and writes[0][0] == INTERRUPT:  # a finished task's old error is known to be old
                _add_unsaved(run, [TaskWrite(task_id, ERROR, None, MARK_INDEX[ERROR], path)])
    if run.stream is not None:
        show_writes(run, task, writes, cached=cached)
    elif has_marks and not is_call(task):
        for channel, value in writes:
            if channel == INTERRUPT:
                run.final_interrupts += value


def _forget_earlier_try(run: Run, task_id: str) -> bool:
    """Drop what an earlier attempt at the task left. Returns whether that was an error."""
    had_error = any(owner == task_id and channel == ERROR for owner, channel, _ in run.pending)
    run.pending = [write for write in run.pending if write[0] != task_id]
    return had_error


def show_begin(run: Run, task: Task) -> None:
    """Send word to the streams that a task begins, once."""
    if not task.is_shown and not task.node.hidden:
        task.is_shown = True
        run.emit_for_debugging("tasks", stream_payloads.task_start(task), "task", run.step)


def add_callers_writes(run: Run, writes: Writes) -> None:
    """Put the writes of a caller's ``Command`` among those of the open step."""
    kept = [w for w in run.pending if w[0] != NULL_TASK_ID or w[1] not in MARK_INDEX]
    earlier = [(channel, value) for task_id, channel, value in kept if task_id == NULL_TASK_ID]
    new = sorted(writes, key=lambda write: write[0] in MARK_INDEX)
    run.pending = kept + [(NULL_TASK_ID, channel, value) for channel, value in new]
    if run.store is not None:
        _add_unsaved(run, stored_writes(run, NULL_TASK_ID, [*earlier, *new], ""))


def _add_unsaved(run: Run, rows: list[TaskWrite]) -> None:
    if type(run.unsaved) is not list:
        run.unsaved = list(run.unsaved)
    run.unsaved += rows


def stored_writes(run: Run, task_id: str, writes: Writes, path: str) -> list[TaskWrite]:
    """The writes as they are stored: without those to channels that are not."""
    channels = run.plan.channels
    rows = []
    for index, (channel, value) in enumerate(writes):
        known = channels.get(channel)
        if known is not None and not known.is_stored:
            continue
        if isinstance(value, Send):
            value = run.state.storable_send(value)
        rows.append(TaskWrite(task_id, channel, value, MARK_INDEX.get(channel, index), path))
    return rows


def show_writes(run: Run, task: Task, writes: Writes, *, cached: bool) -> None:
    """Send what a task wrote to the streams."""
    if task.node.hidden or not writes:
        return
    first = writes[0][0]
    if first == INTERRUPT:
        if is_call(task):
            return  # the task that called it shows the question
        questions = tuple(question for channel, value in writes if channel == INTERRUPT for question in value)
        if run.wants("updates"):
            run.emit("updates", {INTERRUPT: questions})
        if run.wants("values"):
            values = run.state.read(run.output_keys)
            run.emit("values", {**values, INTERRUPT: questions} if isinstance(values, dict) else {INTERRUPT: questions})
    elif not any(channel == ERROR for channel, _ in writes) and run.wants("updates"):
        run.emit("updates", stream_payloads.updates(task, writes, run.output_keys, cached=cached))
    if not cached and (run.wants("tasks") or run.wants("debug")):
        payload = stream_payloads.task_result(task, writes, run.plan.stream_keys)
        run.emit_for_debugging("tasks", payload, "task_result", run.step)


def is_call(task: Task) -> bool:
    """Whether it was called by another task (functional API)."""
    return task.path[-1] is True


def _last_of_each_mark(writes: Writes) -> Writes:
    marks = answers = 0
    for channel, _ in writes:
        if channel in MARK_INDEX:
            marks += 1
            answers += channel == RESUME
    if not marks:
        return writes
    if marks == len(writes):
        return list(dict(writes).items())
    if answers > 1:
        last = [write for write in writes if write[0] == RESUME][-1]
        return [*(write for write in writes if write[0] != RESUME), last]
    return writes
