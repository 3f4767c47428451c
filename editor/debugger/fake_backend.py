"""A backend without a process: plays a scripted graph step by step, for tests and for building panels and canvas.

It keeps the backend's promises: calls return at once, events come later and in order, reads and forks work. The script
says what each node writes, asks or raises; edges and routers are followed as the engine would. No user code, no disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QTimer

from editor.debugger.backend import OnEvents, OnReply, Reply
from editor.debugger.fake_past import Database, Moment, answer, moment_of
from editor.debugger.fake_script import Plays, Script, State
from engine.graph.spec import END, START
from engine.runner import requests
from engine.runner.requests import Request
from engine.runner.run_events import (
    CheckpointFacts,
    CheckpointSaved,
    ErrorFacts,
    OutputLine,
    OutputReceived,
    QuestionFacts,
    RouteFacts,
    RunEvent,
    RunFailed,
    RunFinished,
    RunnerExited,
    RunnerReady,
    RunPaused,
    RunResumed,
    RunStarted,
    RunWaiting,
    TaskChanged,
    TaskFacts,
    ThreadOpened,
)

Schedule = Callable[[Callable[[], None], float], None]
"""Calls a function later: ``schedule(function, delay_s)``."""


class FakeBackend:
    """One scripted runner. Several of them share ``database``, as real ones share the file."""

    def __init__(self, script: Script, *, database: Database | None = None, schedule: Schedule | None = None) -> None:
        self.requests: list[Request] = []
        """Everything it was asked, in order; for tests."""
        self._script = script
        self._database: Database = {} if database is None else database
        self._schedule = schedule or (lambda function, delay_s: QTimer.singleShot(round(delay_s * 1000), function))
        self._on_events: OnEvents = lambda events: None
        self._breakpoints: frozenset[str] = frozenset()
        self._ended = False
        self._pause_asked = False
        self._thread = ""
        self._head: Moment | None = None
        self._stepping = False
        self._until = ""
        self._answers: dict[str, Any] = {}
        self._ids = count()

    # The backend interface

    def start(self, graph_path: Path, on_events: OnEvents, *, inspect_only: bool) -> None:
        self._on_events = on_events
        self._later(RunnerReady(pid=0, python="3.x", inspect_only=inspect_only))

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        self.requests.append(request)

        def serve() -> None:
            if self._ended:
                reply = Reply(error="The runner ended before it could answer.")
            else:
                try:
                    reply = Reply(self._serve(request))
                except LookupError as error:
                    reply = Reply(error=str(error))
            if on_reply is not None:
                on_reply(reply)

        self._schedule(serve, 0.0)

    def stop(self) -> None:
        self._later(RunnerExited(exit_code=0, asked_for=True), last=True)

    # What a request means

    def _serve(self, request: Request) -> Any:
        match request:
            case requests.Run(input, thread_id, stepping):
                self._run(input, thread_id, stepping)
            case requests.GoOn(thread_id, stepping, until):
                self._resume(thread_id, stepping)
                self._until = until
            case requests.Answer(thread_id, answers, stepping):
                self._answers.update(answers)
                self._resume(thread_id, stepping)
            case requests.Fork():
                self._fork(request)
            case requests.Pause():
                self._pause_asked = True
            case requests.SetBreakpoints(breakpoints):
                self._breakpoints = frozenset(each.node for each in breakpoints if each.enabled and each.is_plain)
            case requests.OpenThread(thread_id):
                self._open(thread_id)
            case requests.PreviewFork(thread_id, checkpoint_id, changes, as_node):
                old = moment_of(self._database, thread_id, checkpoint_id)
                new = self._forked(old, changes, as_node)
                return {"next": list(new.facts.next), "was": list(old.facts.next), "error": None}
            case requests.Shutdown():
                self.stop()
            case _:
                return answer(self._database, request)
        return None

    def _run(self, input: Mapping[str, Any], thread_id: str, stepping: bool) -> None:
        self._thread, self._stepping, self._pause_asked = thread_id, stepping, False
        self._database.setdefault(thread_id, {})
        self._emit(RunStarted(thread_id, stepping))
        entry = CheckpointFacts(self._new_id(), None, -1, "input", next=(START,), changed_keys=tuple(input))
        self._save(Moment(entry, self._merged({}, input)))
        self._schedule(self._superstep, 0.0)

    def _resume(self, thread_id: str, stepping: bool) -> None:
        if self._thread != thread_id:
            self._open(thread_id)
        self._stepping, self._pause_asked, self._until = stepping, False, ""
        self._emit(RunResumed(thread_id, stepping))
        self._schedule(self._superstep, 0.0)

    def _open(self, thread_id: str | None) -> None:
        self._thread = thread_id or next(reversed(self._database), "")
        moments = list(self._database.get(self._thread, {}).values())
        if not moments:
            raise LookupError(f"There is no thread {self._thread!r}.")
        self._head = moments[-1]
        rows = tuple(moment.facts for moment in moments)
        self._emit(ThreadOpened(self._thread, rows, self._head.facts.id, input=dict(moments[0].values)))

    def _fork(self, request: requests.Fork) -> None:
        if self._thread != request.thread_id:
            self._open(request.thread_id)
        old = moment_of(self._database, request.thread_id, request.checkpoint_id)
        changes = request.changes
        if request.is_result:
            merged = self._merged(old.values, changes)
            changes = {key: merged[key] for key in changes}
        self._save(self._forked(old, changes, request.as_node))
        if request.then == "pause":
            self._halt("fork")
        else:
            self._resume(request.thread_id, stepping=request.then == "step")

    def _forked(self, old: Moment, changes: Mapping[str, Any], as_node: str | None) -> Moment:
        facts = replace(old.facts, id=self._new_id(), step=old.facts.step + 1, tasks=(), note="")
        if not changes and as_node is None:
            return Moment(replace(facts, source="fork", parent_id=old.facts.parent_id), dict(old.values), old.arrived)
        if as_node is None and len(old.facts.ran) > 1:
            raise LookupError(f"{' and '.join(old.facts.ran)} ran last. Say in whose name the change is made.")
        ran = (as_node,) if as_node else old.facts.ran or (START,)
        values = {**old.values, **changes}
        targets, routes, arrived = self._follow(ran, values, old.arrived)
        facts = replace(facts, source="update", parent_id=old.facts.id, changed_keys=tuple(changes), ran=ran)
        return Moment(replace(facts, next=targets, routes=routes, tasks=_planned(facts.id, targets)), values, arrived)

    # One superstep

    def _superstep(self) -> None:
        head = self._head
        if self._ended or head is None:
            return
        if head.facts.next == (START,):
            targets, routes, arrived = self._follow((START,), head.values, frozenset())
            self._next_checkpoint(head, (START,), {}, targets, routes, arrived)
            return
        if not head.facts.next:
            self._emit(RunFinished(self._thread, head.facts.id))
            return
        played: dict[str, Plays] = {}
        for task in _planned(head.facts.id, head.facts.next):
            if self._known(task.id).state == "done":
                played[task.node] = Plays()
                continue
            values = dict(head.values)
            question_id = f"{head.facts.id}-{task.node}"
            if question_id in self._answers:
                values["__answer__"] = self._answers[question_id]
            plays = self._script.nodes[task.node](values)
            played[task.node] = plays
            self._tell(replace(task, state="running", started_at_s=float(head.facts.step)))
            lines = tuple(OutputLine(text, "stdout", task.node, head.facts.step + 1, task.id) for text in plays.prints)
            if lines:
                head.printed += lines
                self._emit(OutputReceived(lines))
            if plays.crashes:
                self._later(RunnerExited(exit_code=-11, asked_for=False, last_words="Segmentation fault"), last=True)
                return
        longest_s = max((plays.takes_s for plays in played.values()), default=0.0)
        self._schedule(lambda: self._end_superstep(head, played), longest_s)

    def _end_superstep(self, head: Moment, played: Mapping[str, Plays]) -> None:
        if self._ended:
            return
        questions: list[QuestionFacts] = []
        error: ErrorFacts | None = None
        for task in _planned(head.facts.id, head.facts.next):
            plays = played[task.node]
            done = replace(task, state="done", duration_s=plays.takes_s, started_at_s=float(head.facts.step))
            if plays.raises is None and plays.asks is None:
                head.written.setdefault(task.id, plays.writes)
            if plays.raises is not None:
                error = replace(plays.raises, node=task.node)
                done = replace(done, state="failed", error=error)
            elif plays.asks is not None:
                questions.append(QuestionFacts(f"{head.facts.id}-{task.node}", task.node, plays.asks))
                done = replace(done, state="waiting")
            self._tell(done)
        if error is not None:
            self._emit(RunFailed(self._thread, head.facts.id, error))
        elif questions:
            self._emit(RunWaiting(self._thread, head.facts.id, tuple(questions)))
        else:
            self._commit(head, played)

    def _commit(self, head: Moment, played: Mapping[str, Plays]) -> None:
        values = dict(head.values)
        for name in sorted(played):
            values = self._merged(values, played[name].writes)
        ran = tuple(sorted(played))
        targets, routes, arrived = self._follow(ran, values, head.arrived)
        writes = {key: values[key] for plays in played.values() for key in plays.writes}
        self._next_checkpoint(head, ran, writes, targets, routes, arrived)

    def _next_checkpoint(
        self,
        head: Moment,
        ran: tuple[str, ...],
        writes: Mapping[str, Any],
        targets: tuple[str, ...],
        routes: tuple[RouteFacts, ...],
        arrived: frozenset[tuple[str, str]],
    ) -> None:
        name = self._new_id()
        facts = CheckpointFacts(
            id=name,
            parent_id=head.facts.id,
            step=head.facts.step + 1,
            source="loop",
            next=targets,
            changed_keys=tuple(writes),
            created_at="2026-01-01T00:00:00+00:00",
            ran=ran,
            routes=routes,
            tasks=_planned(name, targets),
        )
        self._save(Moment(facts, {**head.values, **writes}, arrived))
        stop_at = sorted(self._breakpoints & set(targets))
        if not targets:
            self._emit(RunFinished(self._thread, name))
        elif self._stepping:
            self._halt("step")
        elif self._pause_asked:
            self._halt("pause")
        elif stop_at:
            self._halt(f"breakpoint before '{stop_at[0]}'")
        elif self._until in targets:
            self._halt(f"reached {self._until!r}")
        else:
            self._schedule(self._superstep, 0.0)

    def _follow(
        self, ran: Sequence[str], values: Mapping[str, Any], arrived: frozenset[tuple[str, str]]
    ) -> tuple[tuple[str, ...], tuple[RouteFacts, ...], frozenset[tuple[str, str]]]:
        """Targets, decisions and half-filled joins after these nodes ran."""
        targets: set[str] = set()
        routes: list[RouteFacts] = []
        for edge in self._script.graph.edges:
            if not edge.is_join:
                targets |= {edge.target} & ({edge.target} if edge.source in ran else set())
                continue
            arrived |= {(source, edge.target) for source in edge.sources if source in ran}
            wanted = {(source, edge.target) for source in edge.sources}
            if wanted <= arrived:
                arrived -= wanted
                targets.add(edge.target)
        for node in ran:
            for router in self._script.graph.routers.get(node, ()):
                label = self._script.routes[node](dict(values))
                target = next(branch.target for branch in router.branches if branch.label == label) or END
                routes.append(RouteFacts(node, router.name, label, target))
                targets.add(target)
        return tuple(sorted(targets - {END})), tuple(routes), arrived

    # Bookkeeping

    def _merged(self, values: Mapping[str, Any], writes: Mapping[str, Any]) -> State:
        merged = dict(values)
        for key, value in writes.items():
            merged[key] = [*merged.get(key, []), *value] if key in self._script.appends else value
        return merged

    def _save(self, moment: Moment) -> None:
        self._head = moment
        self._database.setdefault(self._thread, {})[moment.facts.id] = moment
        self._emit(CheckpointSaved(self._thread, moment.facts))

    def _known(self, task_id: str) -> TaskFacts:
        assert self._head is not None, "tasks are told about only after a checkpoint"
        return next(task for task in self._head.facts.tasks if task.id == task_id)

    def _tell(self, task: TaskFacts) -> None:
        head = self._head
        assert head is not None, "tasks are told about only after a checkpoint"
        tasks = tuple(task if known.id == task.id else known for known in head.facts.tasks)
        head.facts = replace(head.facts, tasks=tasks)
        self._emit(TaskChanged(self._thread, head.facts.id, task))

    def _halt(self, reason: str) -> None:
        assert self._head is not None, "a run halts at a checkpoint"
        self._emit(RunPaused(self._thread, self._head.facts.id, reason))

    def _emit(self, event: RunEvent) -> None:
        if not self._ended:
            self._on_events([event])

    def _later(self, event: RunEvent, *, last: bool = False) -> None:
        def tell() -> None:
            self._emit(event)
            self._ended = self._ended or last

        self._schedule(tell, 0.0)

    def _new_id(self) -> str:
        return f"{next(self._ids):04d}-{uuid4().hex[:8]}"


def _planned(checkpoint_id: str, nodes: Sequence[str]) -> tuple[TaskFacts, ...]:
    return tuple(TaskFacts(f"{checkpoint_id}-{node}", node) for node in nodes if node != START)
