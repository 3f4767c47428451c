"""How a graph runs, from the first step to the last. Read this to know what a superstep is.

    plan_step   which tasks run next          pure
    RunTasks    run them                      done by a driver
    apply_step  what their writes do          pure
    Save        store the difference          done by a driver

``superstep_loop`` is a generator: it yields what it wants done (``requests``) and is sent the answer. ``sync_driver``
and ``async_driver`` answer it; they hold everything that knows threads, event loops and stores.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.errors import (
    ErrorCode,
    GraphBubbleUp,
    GraphDrained,
    GraphInterrupt,
    GraphRecursionError,
    create_error_message,
)
from engine.graph.names import ERROR, INTERRUPT
from engine.runtime import stream_payloads
from engine.runtime.apply_step import apply_step
from engine.runtime.begin_run import begin_run
from engine.runtime.config import DEFAULT_RECURSION_LIMIT
from engine.runtime.error_handlers import resume_error_handlers
from engine.runtime.langgraph_ids import adopt_langgraph_ids
from engine.runtime.left_behind import tell_half_filled_joins
from engine.runtime.lifecycle_callbacks import tell_interrupted, tell_resumed
from engine.runtime.pending_writes import task_statuses
from engine.runtime.plan_step import breakpoint_tasks, plan_step
from engine.runtime.requests import Requests, RunTasks, ShowCheckpoint, StepRequests
from engine.runtime.run import Run
from engine.runtime.save_checkpoint import save_at_exit, save_checkpoint, save_open_step
from engine.runtime.task import Task
from engine.runtime.task_cache import use_cached_results
from engine.runtime.task_results import show_begin, show_writes


def superstep_loop(run: Run) -> Requests:
    """Run until nothing is left to do, a question or breakpoint stops it, or a task fails.

    The outermost graph ends normally at a question or breakpoint; a subgraph lets ``GraphInterrupt`` through to the
    task that it is a part of.
    """
    try:
        yield from begin_run(run)
        if run.is_resuming:
            yield from tell_resumed(run)
        while (yield from superstep(run)):
            pass
        tell_half_filled_joins(run)
        yield from save_open_step(run)
        yield from save_at_exit(run, failed=False)
    except GraphInterrupt as stop:
        yield from save_open_step(run)
        yield from save_at_exit(run, failed=True)
        if run.parent is not None:
            raise
        _show_stop(run, stop)
        yield from tell_interrupted(run, run.stopped_at, stop.interrupts)
    except (Exception, GraphBubbleUp):
        yield from save_open_step(run)
        yield from save_at_exit(run, failed=True)
        raise


def superstep(run: Run) -> StepRequests:
    """One step. Returns False if there was nothing left to run."""
    run.tasks = tasks = plan_step(run)
    stream = run.stream
    if stream is not None and run.store is not None:
        _show_checkpoint(run, tasks)
    if run.step > run.stop:
        raise _recursion_error(run)
    if not tasks:
        return False
    if run.pending and not run.is_replaying:
        restore_finished_tasks(run, tasks)
    if run.interrupt_before:
        if run.parent is None and run.wants("checkpoints"):
            yield ShowCheckpoint()  # whoever iterates may decide by it whether to stop here
        if breakpoint_tasks(run, run.interrupt_before, tasks):
            run.stopped_at = "interrupt_before"
            raise GraphInterrupt
    if run.control is not None and run.control.drain_requested:
        raise GraphDrained(run.control.drain_reason or "shutdown")
    if stream is not None:
        _show_start(run, tasks)
    if run.cache is not None:
        use_cached_results(run, tasks)
    may_be_done = run.pending or run.cache is not None
    # A copy in either case: what a task calls joins the step's own list while it runs.
    due = [task for task in tasks if not task.is_restored] if may_be_done else tasks.copy()
    if due:
        yield RunTasks(due)
    raise_if_stopped(run)

    finished = run.tasks  # error handlers and called tasks have joined in
    changes = apply_step(run.state, finished)
    run.state.adopt(changes)
    run.pending = []
    run.is_replaying = run.lends_resuming = False
    _remember_nodes(run, finished)
    keys = run.output_keys
    if not changes.updated.isdisjoint((keys,) if isinstance(keys, str) else keys):
        run.wrote_output = True
        if run.plan.outputs_expire:
            run.last_output = run.state.read(keys)
        if stream is not None and _wrote_output(run, finished) and run.wants("values"):
            run.emit("values", run.state.read(keys))
    yield from save_checkpoint(run, "loop")
    if run.interrupt_after and breakpoint_tasks(run, run.interrupt_after, finished):
        run.tasks = plan_step(run)
        if run.store is not None and run.stream is not None:
            _show_checkpoint(run, run.tasks)
        run.stopped_at = "interrupt_after"
        raise GraphInterrupt
    return True


def restore_finished_tasks(run: Run, tasks: Sequence[Task]) -> None:
    """Give tasks that finished in an earlier, interrupted attempt at this step their results back."""
    adopt_langgraph_ids(run, tasks)
    statuses = task_statuses(run.pending)
    for task in tasks:
        status = statuses.get(task.id)
        if status is not None and status.is_finished:
            task.writes = list(status.output)
            task.is_restored = True
    resume_error_handlers(run, tasks, statuses)


def raise_if_stopped(run: Run) -> None:
    """Raise the first failure among the step's tasks, or all their questions together."""
    questions: list[Any] = []
    asked = False
    for task in run.tasks:
        error = task.error
        if error is None or task.is_handled or task.path[-1] is True:
            continue  # a called task's error is its caller's
        if isinstance(error, GraphInterrupt):
            asked = True
            questions += error.interrupts
        elif task is not run.first_failed and not isinstance(error, GraphBubbleUp):
            continue
        else:
            raise error
    if asked:
        raise GraphInterrupt(tuple(questions))


def _show_start(run: Run, tasks: Sequence[Task]) -> None:
    """All tasks that begin at once, in their order. One that waits for its turn is shown by the driver, which lets it
    begin: it may never do."""
    if run.wants("tasks") or run.wants("debug"):
        places = run.executor.places
        for task in tasks:
            if task.is_restored or places > 0:
                show_begin(run, task)
                places -= not task.is_restored
    for task in tasks:
        if task.is_restored:
            show_writes(run, task, task.writes, cached=True)


def _show_checkpoint(run: Run, tasks: Sequence[Task]) -> None:
    if run.wants("checkpoints") or run.wants("debug"):
        run.emit_for_debugging("checkpoints", stream_payloads.checkpoint(run, tasks), "checkpoint", run.step - 1)


def _show_stop(run: Run, stop: GraphInterrupt) -> None:
    """The outermost graph was stopped: show what the finished tasks of the open step have written so far."""
    finished = [task for task in run.tasks if task.writes and task.error is None]
    if finished:
        changes = apply_step(run.state, finished)
        run.state.adopt(changes)
        if not changes.updated.isdisjoint((run.output_keys,) if isinstance(run.output_keys, str) else run.output_keys):
            run.wrote_output = True
            if run.wants("values"):
                run.emit("values", run.state.read(run.output_keys))
    if not stop.interrupts and run.wants("updates"):
        run.emit("updates", {INTERRUPT: ()})


def _wrote_output(run: Run, tasks: Sequence[Task]) -> bool:
    """Whether a task wrote an output key, which a key that merely expired did not."""
    keys = (run.output_keys,) if isinstance(run.output_keys, str) else run.output_keys
    return any(channel in keys for task in tasks for channel, _ in task.writes if channel != ERROR)


def _remember_nodes(run: Run, tasks: Sequence[Task]) -> None:
    if len(tasks) > 1:
        run.recent_nodes.append("+".join(sorted({task.name for task in tasks if not task.node.hidden})))
    elif not tasks[0].node.hidden:
        run.recent_nodes.append(tasks[0].name)


def _recursion_error(run: Run) -> GraphRecursionError:
    limit = run.config.get("recursion_limit", DEFAULT_RECURSION_LIMIT)
    text = (
        f"Recursion limit of {limit} reached without hitting a stop condition. "
        "You can increase the limit by setting the `recursion_limit` config key."
    )
    if run.recent_nodes:
        text += f" The last steps ran: {' -> '.join(_last_cycle(list(run.recent_nodes)))}."
    return GraphRecursionError(create_error_message(message=text, error_code=ErrorCode.GRAPH_RECURSION_LIMIT))


def _last_cycle(names: list[str]) -> list[str]:
    """The last nodes back to, and with, the previous run of the last one; at most ten."""
    for distance in range(1, min(len(names), 10)):
        if names[-1 - distance] == names[-1]:
            return names[-1 - distance :]
    return names[-10:]
