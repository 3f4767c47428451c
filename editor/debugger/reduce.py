"""How what the runner told changes what we know, ``(RunState, event) -> RunState``. Pure, no Qt; for the session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.inside_past import remembered
from editor.debugger.process_end import failure_of
from editor.debugger.run_state import (
    CheckpointRow,
    ErrorReport,
    GraphDrift,
    InsideRun,
    Namespace,
    Phase,
    Question,
    RouteTaken,
    RunState,
    TaskRow,
    running_nodes,
)
from engine.runner.run_events import (
    BranchesChanged,
    CheckpointFacts,
    CheckpointSaved,
    ErrorFacts,
    GraphDrifted,
    InsideFacts,
    InsideRead,
    InsideSaved,
    InsideTaskChanged,
    OutputLine,
    OutputReceived,
    PastRead,
    QuestionFacts,
    RunEvent,
    RunFailed,
    RunFinished,
    RunnerExited,
    RunPaused,
    RunResumed,
    RunStarted,
    RunWaiting,
    TaskChanged,
    TaskFacts,
    ThreadOpened,
)

_ALIVE = frozenset({Phase.STARTING, Phase.RUNNING, Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.STOPPING})


def reduce(state: RunState, event: RunEvent) -> RunState:
    """The state after the event; the same object if the event changes nothing."""
    match event:
        case RunStarted(thread_id, stepping):
            return RunState(phase=Phase.RUNNING, thread_id=thread_id, stepping=stepping)
        case RunResumed(thread_id, stepping) if thread_id == state.thread_id:
            return replace(
                state,
                phase=Phase.RUNNING,
                stepping=stepping,
                questions=(),
                error=None,
                busy=False,
                pausing=False,
                pause_reason="",
                drift=None,
                stopped_inside=(),
            )
        case PastRead(_, checkpoints):
            return replace(state, arriving=_with_rows(state.arriving, checkpoints))
        case ThreadOpened():
            return _opened(state, event)
        case GraphDrifted(thread_id) if thread_id == state.thread_id:
            return replace(state, drift=_drift(event))
        case BranchesChanged(thread_id, branches) if thread_id == state.thread_id:
            return replace(state, branches=branches)
        case CheckpointSaved(thread_id, facts) if thread_id == state.thread_id:
            return _with_checkpoint(state, facts)
        case TaskChanged(thread_id, checkpoint_id, task) if thread_id == state.thread_id:
            return _with_task(state, checkpoint_id, task)
        case OutputReceived(lines):
            return _with_said(state, lines)
        case InsideSaved(thread_id, namespace, facts) if thread_id == state.thread_id:
            known = state.inside.get(namespace, InsideRun())
            now = InsideRun(known.checkpoints.with_row(_row(facts)), facts.id)
            return replace(state, inside={**state.inside, namespace: now})
        case InsideTaskChanged(thread_id, namespace, checkpoint_id, task) if thread_id == state.thread_id:
            return _with_inside_task(state, namespace, checkpoint_id, task)
        case InsideRead(thread_id, checkpoint_id, levels) if thread_id == state.thread_id:
            return with_inside(state, checkpoint_id, levels)
        case RunPaused(thread_id, _, reason, inside) if thread_id == state.thread_id:
            return replace(_at_rest(state, Phase.PAUSED, pause_reason=reason), stopped_inside=inside)
        case RunWaiting(thread_id, _, questions, reason) if thread_id == state.thread_id:
            return _at_rest(state, Phase.WAITING, questions=tuple(map(_question, questions)), pause_reason=reason)
        case RunFailed(thread_id, _, error, reason, questions) if thread_id is None or thread_id == state.thread_id:
            asked = tuple(map(_question, questions))
            return _at_rest(state, Phase.FAILED, questions=asked, error=_error(error), pause_reason=reason)
        case RunFinished(thread_id, _, reason) if thread_id == state.thread_id:
            return _at_rest(state, Phase.FINISHED, pause_reason=reason)
        case RunnerExited() if state.phase in _ALIVE:
            return _without_runner(state, event)
    return state


def with_inside(state: RunState, checkpoint_id: str, levels: Iterable[InsideFacts]) -> RunState:
    """What ran within the subgraphs of the step that began there is known now."""
    if checkpoint_id not in state.checkpoints:
        return state
    runs = {each.namespace: InsideRun(_with_rows(CheckpointLog(), each.checkpoints), each.head) for each in levels}
    if checkpoint_id == state.head:
        return replace(state, inside=state.inside or runs)
    return replace(state, inside_past=remembered(state.inside_past, checkpoint_id, runs))


def _at_rest(
    state: RunState,
    phase: Phase,
    *,
    questions: tuple[Question, ...] = (),
    error: ErrorReport | None = None,
    pause_reason: str = "",
) -> RunState:
    return replace(
        state,
        phase=phase,
        questions=questions,
        error=error,
        pause_reason=pause_reason,
        busy=False,
        pausing=False,
    )


def _opened(state: RunState, event: ThreadOpened) -> RunState:
    """The past as the database has it. A phase of a live run is kept; otherwise the thread lies where it stopped."""
    rows = _with_rows(state.arriving, event.checkpoints)
    phase = state.phase
    if phase not in _ALIVE or state.thread_id != event.thread_id:
        phase = Phase.STOPPED if event.head is not None and rows[event.head].next else Phase.FINISHED
    return replace(
        state,
        phase=phase,
        thread_id=event.thread_id,
        checkpoints=rows,
        branches=state.branches if state.thread_id == event.thread_id else (),
        inside_past=state.inside_past if state.thread_id == event.thread_id else {},
        arriving=CheckpointLog(),
        head=event.head,
        questions=tuple(map(_question, event.questions)),
        error=None if event.error is None else _error(event.error),
        pause_reason="",
        drift=None,
        inside={},
        stopped_inside=(),
        busy=False,
    )


def _with_rows(log: CheckpointLog[CheckpointRow], facts: Iterable[CheckpointFacts]) -> CheckpointLog[CheckpointRow]:
    for each in facts:
        log = log.with_row(_row(each))
    return log


def _with_checkpoint(state: RunState, facts: CheckpointFacts) -> RunState:
    row, known = _row(facts), state.checkpoints.get(facts.id)
    if known is not None and (known.note or known.tags):
        # The runner tells the row again; notes and tags are the user's.
        row = replace(row, note=known.note, tags=known.tags)
    past = state.inside_past
    if state.inside and state.head is not None and state.head != facts.id:
        past = remembered(past, state.head, state.inside)
    rows = state.checkpoints.with_row(row)
    return replace(state, checkpoints=rows, head=facts.id, drift=None, inside={}, inside_past=past)


def _with_task(state: RunState, checkpoint_id: str, task: TaskFacts) -> RunState:
    row = state.checkpoints.get(checkpoint_id)
    if row is None:
        return state
    return replace(state, checkpoints=state.checkpoints.with_row(_row_with_task(row, task)))


def _with_inside_task(state: RunState, namespace: Namespace, checkpoint_id: str, task: TaskFacts) -> RunState:
    run = state.inside.get(namespace)
    row = run.checkpoints.get(checkpoint_id) if run is not None else None
    if run is None or row is None:
        return state
    run = replace(run, checkpoints=run.checkpoints.with_row(_row_with_task(row, task)))
    return replace(state, inside={**state.inside, namespace: run})


def _with_said(state: RunState, lines: Iterable[OutputLine]) -> RunState:
    """What running tasks said last on the custom stream."""
    said = {line.task_id: line.text for line in lines if line.stream == "custom" and line.task_id is not None}
    row = state.checkpoints.get(state.head or "") if said else None
    if row is None or not any(task.id in said and task.state == "running" for task in row.tasks):
        return state
    tasks = tuple(
        replace(task, said=said[task.id]) if task.id in said and task.state == "running" else task for task in row.tasks
    )
    return replace(state, checkpoints=state.checkpoints.with_row(replace(row, tasks=tasks)))


def _row_with_task(row: CheckpointRow, task: TaskFacts) -> CheckpointRow:
    tasks = {known.id: known for known in row.tasks}
    tasks[task.id] = _task(task)
    return replace(row, tasks=tuple(tasks.values()))


def _without_runner(state: RunState, exited: RunnerExited) -> RunState:
    """The process is gone. What was running did not finish: it failed, if nobody asked the process to end.

    Every saved checkpoint still stands.
    """
    running = running_nodes(state)
    error = None if exited.asked_for or not running else _error(failure_of(exited, running))
    state = _with_none_running(state, error)
    if error is not None:
        return _at_rest(replace(state, stepping=False), Phase.FAILED, questions=state.questions, error=error)
    return replace(state, phase=Phase.STOPPED, stepping=False, busy=False, pausing=False, pause_reason="")


def _with_none_running(state: RunState, error: ErrorReport | None) -> RunState:
    """What ran is to run again; with an error it failed."""
    head = state.checkpoints.get(state.head or "")
    if head is None or not any(task.state == "running" for task in head.tasks):
        return state
    tasks = tuple(_ended(task, error) if task.state == "running" else task for task in head.tasks)
    return replace(state, checkpoints=state.checkpoints.with_row(replace(head, tasks=tasks)))


def _ended(task: TaskRow, error: ErrorReport | None) -> TaskRow:
    if error is None:
        return replace(task, state="planned", started_at_s=None)
    return replace(task, state="failed", error=replace(error, node=task.node))


def _row(facts: CheckpointFacts) -> CheckpointRow:
    return CheckpointRow(
        id=facts.id,
        parent_id=facts.parent_id,
        step=facts.step,
        source=facts.source,
        next=facts.next,
        changed_keys=facts.changed_keys,
        created_at=facts.created_at,
        ran=facts.ran,
        tasks=tuple(map(_task, facts.tasks)),
        routes=tuple(
            RouteTaken(route.node, route.router, route.label, route.target, route.forced) for route in facts.routes
        ),
        note=facts.note,
        given=facts.given,
        replayed=facts.replayed,
        tags=facts.tags,
    )


def _task(facts: TaskFacts) -> TaskRow:
    return TaskRow(
        id=facts.id,
        node=facts.node,
        state=facts.state,
        error=None if facts.error is None else _error(facts.error),
        duration_s=facts.duration_s,
        attempt=facts.attempt,
        started_at_s=facts.started_at_s,
        waited_s=facts.waited_s,
        asked=facts.asked,
        jumps=facts.jumps,
        usage=facts.usage,
        result_from=facts.result_from,
    )


def _error(facts: ErrorFacts) -> ErrorReport:
    variables = tuple((each.name, each.text) for each in facts.locals)
    return ErrorReport(
        facts.kind, facts.message, facts.traceback, facts.node, variables, facts.locals_of, facts.while_routing
    )


def _drift(facts: GraphDrifted) -> GraphDrift:
    missing = tuple((each.node, each.guess) for each in facts.missing)
    return GraphDrift(missing, facts.changes, facts.code, facts.has_old)


def _question(facts: QuestionFacts) -> Question:
    return Question(facts.id, facts.node, facts.value, facts.response_schema, facts.within)
