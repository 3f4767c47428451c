"""Drives one hosted graph: run, step, continue, pause, answer, fork. Tells what happens; decides where to stop.

Supersteps are run by ``stream(..., interrupt_before=...)`` of the engine's public API, so stopping costs no checkpoints
and is alike on our engine and on langgraph. All but ``ask_to_pause`` and ``only_running`` belong to the run thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from engine.runner.branch_facts import branch_facts
from engine.runner.branch_notes import branches_of, note_fork
from engine.runner.branching import START, Change, forced, give_result, make_branch, next_after
from engine.runner.breakpoint_watch import BreakpointWatch
from engine.runner.capture import Origin
from engine.runner.channel_names import is_users
from engine.runner.chunks import RunStream
from engine.runner.driven_thread import DrivenThread
from engine.runner.failure import FAULTS
from engine.runner.graph_version import GraphVersion, missing_error
from engine.runner.host import HostedGraph
from engine.runner.inside import Inside
from engine.runner.inside_edit import edit_inside
from engine.runner.inside_past import inside_of, values_inside
from engine.runner.open_step import unfinished, without_result
from engine.runner.run_events import (
    BreakpointsHit,
    CheckpointFacts,
    CheckpointSaved,
    ErrorFacts,
    InsideRead,
    OutputLine,
    OutputReceived,
    QuestionFacts,
    RunEvent,
    RunResumed,
    RunStarted,
    TaskChanged,
    TaskFacts,
)
from engine.runner.run_history import RunHistory
from engine.runner.stop_reasons import at_rest, breakpoints_at, ran_nothing, stuck, told_of, too_long
from engine.runner.task_tidings import TaskTidings, TellCustom, modes_for
from engine.runner.told_past import Stop, events_of


class Driver:
    """One graph, one saver, one thread at a time."""

    def __init__(
        self,
        hosted: HostedGraph,
        saver: Any,
        history: RunHistory,
        tell: Callable[[RunEvent], None],
        *,
        tell_custom: TellCustom = lambda text, origin: None,
        tell_update: Callable[[str, Any], None] = lambda node, update: None,
        tell_line: Callable[[OutputLine], None] | None = None,
        flush_output: Callable[[], None] = lambda: None,
    ) -> None:
        self.watch = BreakpointWatch()
        """The breakpoints and what became of them."""
        self.version = GraphVersion(hosted, history)
        """Of the graph that this process loaded."""
        self._hosted = hosted
        self._graph = hosted.compile(saver)
        self._keys = tuple(filter(is_users, self._graph.channels))
        self._saver = saver
        self._history = history
        self._tell = tell
        self._tell_update = tell_update
        self._tell_line = tell_line or (lambda line: self._tell(OutputReceived((line,))))
        self._flush_output = flush_output
        self._pause_asked = threading.Event()
        self._thread = DrivenThread("", hosted.log)
        hosted.log.on_retry = self._tell_retry
        self._inside = Inside(hosted.inside)
        self._inside.count_usage(hosted.log)
        self._tidings = TaskTidings(self._inside, tell, tell_custom)
        self._stream = RunStream(self._graph, hosted, modes_for(hosted))

    def ask_to_pause(self) -> None:
        """From any thread: stop at the next boundary between supersteps, of the graph or of a subgraph that runs."""
        self._pause_asked.set()
        self._inside.hold()

    def only_running(self) -> Origin:
        """From any thread: the running task, if there is exactly one."""
        return self._thread.only_running()

    def placed(self, origin: Origin) -> Origin:
        """From any thread: who writes, as ``DrivenThread.placed`` has it."""
        return self._thread.placed(origin)

    @property
    def next(self) -> tuple[str, ...]:
        """The nodes that would run next in the driven thread."""
        head = self._thread.head
        return () if head is None else head.next

    def forget_thread(self) -> None:
        """Somebody else has run the thread: it is read again with the next order."""
        self._thread = DrivenThread("", self._hosted.log)

    # What can be asked

    def run(self, input: Any, thread_id: str, *, stepping: bool) -> None:
        """A new thread, or new input for a known one. Ends paused, waiting, failed or finished."""
        self._history.note_thread(thread_id, input, self.version.text)
        self.version.note(thread_id)
        self._thread = DrivenThread(thread_id, self._hosted.log)
        self._thread.given = frozenset(input) if isinstance(input, Mapping) else None
        self.watch.start_over()
        self._tell(RunStarted(thread_id, stepping))
        self._drive(input, stepping=stepping)

    def go_on(
        self,
        thread_id: str,
        *,
        stepping: bool,
        until: str = "",
        level: str = "",
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """From the head; what failed is tried again, finished siblings are kept. ``until``: a node to stop before.

        ``level``: "into" the subgraphs that are next, "out" of the one the run stopped in. ``renamed``: nodes the graph
        no longer has, with those that run in their place.
        """
        self._open(thread_id)
        self._tell(RunResumed(thread_id, stepping))
        if self._may_go_on(renamed or {}):
            jump = self.version.jump(self._saver, thread_id, self._thread.head, renamed or {})
            self._drive(jump, stepping=stepping, until=until, level=level)

    def answer(self, thread_id: str, answers: Mapping[str, Any], *, stepping: bool) -> None:
        """Hands answers to the nodes that asked; they start again from their first line."""
        self._open(thread_id)
        self._tell(RunResumed(thread_id, stepping))
        if self._may_go_on({}):
            self._drive(self._hosted.kit.command(resume=dict(answers)), stepping=stepping)

    def branch(self, change: Change) -> None:
        """A new branch from an old checkpoint; ``rest`` or ``go_on`` comes next. Changes nothing if it is refused."""
        self._open(change.thread_id)
        old = self._thread.row(change.checkpoint_id)
        open_routes = self._hosted.log.routes()
        if change.is_result:
            self._thread.check_may_skip(change.as_node, change.checkpoint_id)
        else:
            self._hosted.log.forget()
        try:
            if change.is_result:
                finished = {task.id: task.node for task in self._thread.tasks.values() if task.state == "done"}
                config = give_result(self._hosted, self._saver, self._graph, change, finished)
            else:
                config = make_branch(self._hosted, self._graph, change)
        except BaseException:
            self._hosted.log.forget()
            self._hosted.log.remember_routes(open_routes)
            raise
        snapshot = self._graph.get_state(config)
        made = branch_facts(self._thread, self._hosted.log, old, change, snapshot)
        self._enter(made, snapshot.values, parent_tasks=())
        self._note_branch(made, change, snapshot.values)

    def decision(self, thread_id: str, checkpoint_id: str, node: str, router: str, label: str) -> Change:
        """What ``branch`` makes of ``requests.DecideAgain``. LookupError if the router did not decide there."""
        self._open(thread_id)
        row = self._thread.row(checkpoint_id)
        if node:
            return replace(forced(row, node, router, label), thread_id=thread_id)
        return Change(thread_id, checkpoint_id, again=row.ran or (START,), decided=row.routes)

    def rest(self, reason: str = "fork") -> None:
        """Stays at what was just made: paused, or finished if it leads to the end."""
        self._stop(at_rest(self._thread.head, reason))

    def edit_inside(
        self, thread_id: str, namespace: tuple[str, ...], checkpoint_id: str, values: Mapping[str, Any]
    ) -> None:
        """Other values in the subgraph that the run stopped in; ``rest`` comes next. Raises as ``edit_inside`` does."""
        self._open(thread_id)
        self._tell(edit_inside(self._hosted, self._graph, self._inside, thread_id, namespace, checkpoint_id, values))

    def preview_branch(self, change: Change) -> dict[str, Any]:
        """Which nodes would be next after ``branch``, and which are now. Leaves no trace."""
        self._open(change.thread_id)
        was = self._thread.row(change.checkpoint_id).next
        open_routes = self._hosted.log.routes()
        next, error = next_after(self._hosted, self._saver, change)
        self._hosted.log.forget()
        self._hosted.log.remember_routes(open_routes)
        return {"next": list(next), "was": list(was), "error": error}

    # One run: supersteps until something stops it

    def _drive(self, input: Any, *, stepping: bool, until: str = "", level: str = "") -> None:
        self._pause_asked.clear()
        try:
            self._stop(self._run_until_stop(input, stepping=stepping, until=until, level=level))
        finally:
            self._stream.close()

    def _run_until_stop(self, input: Any, *, stepping: bool, until: str, level: str) -> Stop:
        steps: list[tuple[str, ...]] = []
        limit = self._hosted.recursion_limit
        levels = self._inside.levels(level, self.next) if stepping else frozenset()
        while True:
            before = self._thread.head_id
            self._inside.set_stops(levels, self.watch.breakpoints, until)
            if self._pause_asked.is_set():
                self._inside.hold()
            limit_left = limit - len(steps)
            begin = partial(self._stream.begin, self._thread.id, input, max(limit_left, 1) + 1)
            if not self._stream.is_open:
                begin()
            error = self._superstep()
            if error is None and ran_nothing(self._thread, before):
                begin(stop_after=True)
                error = self._superstep()
            input = None
            failure = None if error is None else self._error_of(error)
            hit = self._breakpoint_hit(before)
            self._flush_output()
            if failure is not None:
                return Stop("failed", hit, error=failure, questions=self._asked())
            stop = self._why_stop(before, hit, stepping, until) or too_long(limit_left, limit, steps)
            if stop is not None:
                return self._stopped_here(stop)
            if self._thread.head_id != before:
                steps.append(self.next)

    def _superstep(self) -> BaseException | None:
        """Runs what is due, up to where it can be stopped before what comes next. The error that ended it, if any."""
        self._inside.begin_superstep()
        try:
            for namespace, mode, payload in self._stream:
                if self._tidings.take(self._thread, tuple(namespace), mode, payload):
                    continue
                if namespace:
                    for event in self._inside.fold(self._thread.id, tuple(namespace), mode, payload):
                        self._tell(event)
                elif mode == "checkpoints":
                    checkpoint = self._thread.checkpoint_streamed(payload)
                    if checkpoint is not None:
                        self._enter(checkpoint, payload["values"], parent_tasks=tuple(self._thread.tasks.values()))
                        if self._stream.may_go_on and any(name != START for name in checkpoint.next):
                            return None
                elif mode == "tasks":
                    self._tell_task(self._thread.task_streamed(payload))
                    if payload.get("result"):
                        self._tell_update(payload["name"], payload["result"])
        except FAULTS as error:
            self._stream.close()
            return error
        return None

    def _stopped_here(self, stop: Stop) -> Stop:
        """Ends the stream, if it has not ended by itself. What goes wrong in that is why the run stops."""
        try:
            self._stream.stop_here()
        except Exception as error:
            return Stop("failed", stop.reason, error=self._error_of(error), questions=self._asked())
        return stop

    def _breakpoint_hit(self, before: str | None) -> str:
        """Why a breakpoint holds the run now, "" if none does. Prints what log breakpoints say."""
        hold = breakpoints_at(self.watch, self._thread, self._keys, self._inside, before)
        for line in hold.lines:
            self._tell_line(line)
        return hold.reason

    def _why_stop(self, before: str | None, hit: str, stepping: bool, until: str) -> Stop | None:
        """The rules of stopping, most important first. None: go on with the next superstep."""
        head = self._thread.head
        if self._thread.questions:
            return Stop("waiting", hit, questions=self._asked())
        if head is None or not head.next:
            return Stop("finished", hit)
        stopped_inside = self._inside.stopped() if head.id == before else ()
        if head.id == before and not stopped_inside:
            return Stop("failed", error=stuck(head))
        if hit:
            return Stop("paused", hit)
        if stepping and (not stopped_inside or any(map(self._inside.steps_here, stopped_inside))):
            return Stop("paused", "step")
        if self._pause_asked.is_set():
            return Stop("paused", "pause")
        if until and (self._inside.reached(until) if stopped_inside else until in head.next):
            return Stop("paused", f"reached {until!r}")
        return None

    def _asked(self) -> tuple[QuestionFacts, ...]:
        return tuple(map(self._inside.asked, self._thread.questions.values()))

    def _may_go_on(self, renamed: Mapping[str, str]) -> bool:
        """False if the head waits for nodes that are gone: the run has then failed, with nothing run."""
        due = self.next
        missing = self.version.missing(due, renamed)
        if not missing:
            self.version.note(self._thread.id)
            return True
        drifted = self.version.drift(self._thread.id, due)
        if drifted is not None:
            self._tell(drifted)
        self._stop(Stop("failed", error=missing_error(missing)))
        return False

    # Effects: what is written down and told

    def _enter(self, checkpoint: CheckpointFacts, values: Any, *, parent_tasks: tuple[TaskFacts, ...]) -> None:
        self._note_inside()
        self._history.note_step(self._thread.id, checkpoint, parent_tasks)
        self._thread.enter(checkpoint, values)
        self._inside.forget()
        self._tell(CheckpointSaved(self._thread.id, checkpoint))

    def _note_inside(self) -> None:
        """Of the open step; what is not told is found in the store, without its tasks."""
        levels = self._inside.facts()
        if levels and self._thread.head_id is not None:
            self._history.note_inside(self._thread.id, self._thread.head_id, levels)

    def _tell_task(self, task: TaskFacts | None) -> None:
        head_id = self._thread.head_id
        if task is not None and head_id is not None:
            self._tell(TaskChanged(self._thread.id, head_id, task))

    def _tell_retry(self, task_id: str) -> None:
        self._tell_task(self._thread.tried_again(task_id))

    def _error_of(self, error: BaseException) -> ErrorFacts:
        self._tell_task(self._thread.fail_untold(error))
        if all(task.state == "done" for task in self._thread.tasks.values()):  # what failed is the end of the step
            for task in self._thread.take_back(error, without_result(self._graph, self._thread.id)):
                self._tell_task(task)
        return self._thread.error_of(error)

    def _stop(self, stop: Stop) -> None:
        thread = self._thread
        self._settle_unfinished_tasks()
        routes, counted = self._hosted.log.routes(), self.watch.facts()
        stop = replace(
            stop, tasks=tuple(thread.tasks.values()), routes=routes, checkpoints=len(thread.rows), hits=counted
        )
        self._note_inside()
        self._history.note_stop(thread.id, thread.head_id, stop)
        if (hits := self.watch.news()) is not None:
            self._tell(BreakpointsHit(hits))
        self._tell(told_of(stop, thread, self._inside))

    def _settle_unfinished_tasks(self) -> None:
        """A failure ends the stream while siblings are begun: ask the engine which of them it counts as finished."""
        unsettled = self._thread.unsettled()
        if not unsettled:
            return
        due = unfinished(self._graph, self._thread.id, unsettled)
        for task in unsettled:
            self._tell_task(self._thread.settle(task, is_done=task.node not in due))

    # Threads and branches

    def _open(self, thread_id: str) -> None:
        """Makes this the driven thread; tells its past if it was not."""
        if self._thread.id == thread_id:
            return
        if self._thread.id:
            self.watch.start_over()  # what was counted belongs to the thread that was driven before
        self._inside.forget()
        past = self._history.read(thread_id, self._saver)
        self._thread = DrivenThread.from_past(thread_id, past, self._hosted.log)
        for event in events_of(thread_id, past):
            self._tell(event)
        self._tell(branches_of(self._history.branches, thread_id, past.checkpoints))
        head = self._thread.head
        if head is not None and head.next and self._inside.is_there:
            self._restore_inside(head)
        drifted = self.version.drift(thread_id, head.next) if head is not None and head.next else None
        if drifted is not None:
            self._tell(drifted)

    def _restore_inside(self, head: CheckpointFacts) -> None:
        """The run may have been ended within a subgraph: it goes on there."""
        levels = inside_of(self._history, self._saver, self._thread.id, head)
        if levels:
            self._inside.restore(self._thread.id, levels, partial(values_inside, self._saver, self._thread.id))
            self._tell(InsideRead(self._thread.id, head.id, levels))

    def _note_branch(self, made: CheckpointFacts, change: Change, values: Any) -> None:
        where = {"thread_id": change.thread_id, "checkpoint_ns": "", "checkpoint_id": change.checkpoint_id}
        before = self._graph.get_state({"configurable": where}).values
        note_fork(self._history.branches, change.thread_id, self._thread.rows, made, change, before, values)
        self._tell(branches_of(self._history.branches, change.thread_id, self._thread.rows))
