"""Drives one hosted graph: run, step, continue, pause, answer, fork. Tells what happens; decides where to stop.

Every superstep is one ``stream(..., interrupt_before="*")`` of the engine's public API, so stopping, stepping and
breakpoints cost no checkpoints and work alike on our engine and on langgraph. All methods but ``ask_to_pause`` and the
``breakpoints`` attribute belong to the run thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from engine.graph.graph_file import format_graph
from engine.runner.capture import NOBODY, Origin
from engine.runner.chunks import stream_chunks
from engine.runner.failure import facts_of
from engine.runner.host import HostedGraph
from engine.runner.run_events import (
    CheckpointFacts,
    CheckpointSaved,
    ErrorFacts,
    QuestionFacts,
    RunEvent,
    RunFailed,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    RunWaiting,
    TaskChanged,
    TaskFacts,
)
from engine.runner.run_history import RunHistory, Stop, events_of
from engine.serialization.preview import preview

START = "__start__"
COPY = "__copy__"
"""LangGraph's name for "as no node": ``update_state`` then makes a plain copy of the checkpoint."""
LAST_NODES_SHOWN = 6


@dataclass
class _Thread:
    """What the driver remembers of the thread it drives."""

    id: str
    rows: dict[str, CheckpointFacts] = field(default_factory=dict)
    head: CheckpointFacts | None = None
    tasks: dict[str, TaskFacts] = field(default_factory=dict)
    """Of the open step, by id."""
    written: set[str] = field(default_factory=set)
    """Keys that tasks of the open step wrote."""
    questions: dict[str, QuestionFacts] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    """Of the newest checkpoint, to tell which keys changed. Never handed out."""


class Driver:
    """One graph, one saver, one thread at a time."""

    def __init__(
        self,
        hosted: HostedGraph,
        saver: Any,
        history: RunHistory,
        tell: Callable[[RunEvent], None],
        *,
        tell_custom: Callable[[str], None] = lambda text: None,
        tell_update: Callable[[str, Any], None] = lambda node, update: None,
        flush_output: Callable[[], None] = lambda: None,
    ) -> None:
        self.breakpoints: frozenset[str] = frozenset()
        self._hosted = hosted
        self._graph = hosted.compile(saver)
        self._saver = saver
        self._history = history
        self._tell = tell
        self._tell_custom = tell_custom
        self._tell_update = tell_update
        self._flush_output = flush_output
        self._pause_asked = threading.Event()
        self._thread = _Thread("")

    def ask_to_pause(self) -> None:
        """From any thread: stop at the next boundary between supersteps."""
        self._pause_asked.set()

    @property
    def next(self) -> tuple[str, ...]:
        """The nodes that would run next in the driven thread."""
        head = self._thread.head
        return () if head is None else head.next

    def only_running(self) -> Origin:
        """From any thread: the running task, if there is exactly one."""
        tasks, head = self._thread.tasks, self._thread.head
        running = [task for task in list(tasks.values()) if task.state == "running"]
        if len(running) != 1 or head is None:
            return NOBODY
        return Origin(running[0].node, head.step + 1, running[0].id)

    # What can be asked

    def run(self, input: Any, thread_id: str, *, stepping: bool) -> None:
        """A new thread, or new input for a known one. Ends paused, waiting, failed or finished."""
        self._history.note_thread(thread_id, input, format_graph(self._hosted.spec))
        self._thread = _Thread(thread_id)
        self._tell(RunStarted(thread_id, stepping))
        self._drive(input, stepping=stepping)

    def go_on(self, thread_id: str, *, stepping: bool) -> None:
        """From the head; what failed is tried again, finished siblings are kept."""
        self._open(thread_id)
        self._tell(RunResumed(thread_id, stepping))
        self._drive(None, stepping=stepping)

    def answer(self, thread_id: str, answers: Mapping[str, Any], *, stepping: bool) -> None:
        """Hands answers to the nodes that asked; they start again from their first line."""
        self._open(thread_id)
        self._tell(RunResumed(thread_id, stepping))
        self._drive(self._hosted.kit.command(resume=dict(answers)), stepping=stepping)

    def fork(
        self, thread_id: str, checkpoint_id: str, changes: Mapping[str, Any], as_node: str | None, then: str
    ) -> None:
        """A new branch from an old checkpoint. Nothing is saved if the change is refused."""
        self._open(thread_id)
        self._hosted.log.forget()
        old = self._row(checkpoint_id)
        try:
            config = self._change(self._graph, thread_id, checkpoint_id, changes, as_node)
        except Exception as error:
            self._fail(facts_of(error))
            return
        self._begin_branch(old, config, changes, as_node)
        if then == "pause":
            self._stop(Stop("paused", "fork"))
        else:
            self._tell(RunResumed(thread_id, then == "step"))
            self._drive(None, stepping=then == "step")

    def preview_fork(
        self, thread_id: str, checkpoint_id: str, changes: Mapping[str, Any], as_node: str | None
    ) -> dict[str, Any]:
        """Which nodes would be next. Done on a copy in memory; the routers of the node run, no node does."""
        self._open(thread_id)
        was = self._row(checkpoint_id).next
        open_routes = self._hosted.log.routes()
        try:
            copy = self._hosted.kit.memory_saver()
            _copy_checkpoint(self._saver, copy, thread_id, checkpoint_id)
            graph = self._hosted.compile(copy)
            config = self._change(graph, thread_id, checkpoint_id, changes, as_node)
            return {"next": list(graph.get_state(config).next), "was": list(was), "error": None}
        except Exception as error:
            return {"next": [], "was": list(was), "error": facts_of(error).message}
        finally:
            self._hosted.log.forget()
            self._hosted.log.remember_routes(open_routes)

    # One run: supersteps until something stops it

    def _drive(self, input: Any, *, stepping: bool) -> None:
        self._pause_asked.clear()
        steps: list[tuple[str, ...]] = []
        while True:
            before = self._thread.head
            limit_left = self._hosted.recursion_limit - len(steps)
            error = self._superstep(input, max(limit_left, 1))
            input = None
            self._flush_output()
            head = self._thread.head
            stop = self._why_stop(error, before, head, stepping, limit_left <= 1, steps)
            if stop is not None:
                self._stop(stop)
                return
            assert head is not None, "a step that neither failed nor stopped has saved a checkpoint"
            steps.append(head.next)

    def _superstep(self, input: Any, limit: int) -> BaseException | None:
        """Runs what is due and stops before what comes next. The error that ended it, if one did."""
        config = {"configurable": {"thread_id": self._thread.id}, "recursion_limit": limit + 1}
        try:
            for mode, payload in stream_chunks(self._graph, input, config, is_async=self._hosted.is_async):
                if mode == "checkpoints":
                    self._on_checkpoint(payload)
                elif mode == "tasks":
                    self._on_task(payload)
                elif mode == "custom":
                    self._tell_custom(payload if isinstance(payload, str) else preview(payload)["text"])
        except Exception as error:
            return error
        return None

    def _why_stop(
        self,
        error: BaseException | None,
        before: CheckpointFacts | None,
        head: CheckpointFacts | None,
        stepping: bool,
        at_limit: bool,
        steps: list[tuple[str, ...]],
    ) -> Stop | None:
        """The rules of stopping, most important first. None: go on with the next superstep."""
        if error is not None:
            return Stop("failed", error=self._error_of(error))
        if self._thread.questions:
            return Stop("waiting", questions=tuple(self._thread.questions.values()))
        if head is None or not head.next:
            return Stop("finished")
        if before is not None and head.id == before.id:
            return Stop("failed", error=self._stuck(head))
        if stepping:
            return Stop("paused", "step")
        if self._pause_asked.is_set():
            return Stop("paused", "pause")
        hit = sorted(self.breakpoints & set(head.next))
        if hit:
            return Stop("paused", f"breakpoint before {' and '.join(map(repr, hit))}")
        if at_limit:
            return Stop("failed", error=self._too_many_steps(steps))
        return None

    def _stop(self, stop: Stop) -> None:
        thread = self._thread
        self._settle_unfinished_tasks()
        head_id = None if thread.head is None else thread.head.id
        stop = replace(stop, tasks=tuple(thread.tasks.values()), routes=self._hosted.log.routes())
        self._history.note_stop(thread.id, head_id, stop)
        if stop.outcome == "waiting":
            self._tell(RunWaiting(thread.id, head_id, stop.questions))
        elif stop.outcome == "failed":
            assert stop.error is not None, "a failed stop says what failed"
            self._tell(RunFailed(thread.id, head_id, stop.error))
        elif stop.outcome == "finished":
            self._tell(RunFinished(thread.id, head_id))
        else:
            self._tell(RunPaused(thread.id, head_id, stop.reason))

    def _settle_unfinished_tasks(self) -> None:
        """A failure ends the stream while siblings are begun: ask the engine which of them it counts as finished."""
        thread = self._thread
        unsettled = [task for task in thread.tasks.values() if task.state == "running"]
        if not unsettled or thread.head is None:
            return
        try:
            due = set(self._graph.get_state({"configurable": {"thread_id": thread.id}}).next)
        except Exception:
            # langgraph cannot read the state of a step whose writes conflict; then nothing of it counts.
            due = {task.node for task in unsettled}
        for task in unsettled:
            task = replace(task, state="planned" if task.node in due else "done", started_at_s=None)
            thread.tasks[task.id] = task
            self._tell(TaskChanged(thread.id, thread.head.id, task))

    def _fail(self, error: ErrorFacts) -> None:
        self._stop(Stop("failed", error=error))

    # What the engine streams

    def _on_checkpoint(self, payload: Mapping[str, Any]) -> None:
        thread, head = self._thread, self._thread.head
        name = _checkpoint_id(payload["config"])
        assert name is not None, "a streamed checkpoint has an id"
        tasks = tuple(_planned(task) for task in payload["tasks"] if task["name"] != START)
        if head is not None and name == head.id:
            # A resumed step: the engine shows its checkpoint again. An empty `next` would mean that the graph lost the
            # nodes this checkpoint waits for; the row is kept, so that `_stuck` can name them.
            thread.tasks = {task.id: thread.tasks.get(task.id, task) for task in tasks}
            thread.values = payload["values"]
            if payload["next"]:
                thread.head = replace(head, next=tuple(payload["next"]))
            return
        ran = tuple(sorted({task.node for task in thread.tasks.values() if task.state == "done"}))
        if head is not None and START in head.next:
            ran = (START,)
        facts = CheckpointFacts(
            id=name,
            parent_id=_checkpoint_id(payload.get("parent_config")),
            step=payload["metadata"].get("step", 0),
            source=payload["metadata"].get("source", "loop"),
            next=tuple(payload["next"]),
            changed_keys=self._changed_keys(payload["values"], everything=ran == (START,)),
            created_at=_timestamp(payload),
            ran=ran,
            routes=self._hosted.log.routes(),
            tasks=tasks,
        )
        self._history.note_step(thread.id, facts, tuple(thread.tasks.values()))
        self._enter(facts, payload["values"])

    def _enter(self, facts: CheckpointFacts, values: Mapping[str, Any]) -> None:
        """This checkpoint is the head now; its step is open."""
        thread = self._thread
        thread.head = facts
        thread.rows[facts.id] = facts
        thread.tasks = {task.id: task for task in facts.tasks}
        thread.written = set()
        thread.questions = {}
        thread.values = values
        self._hosted.log.forget()
        self._tell(CheckpointSaved(thread.id, facts))

    def _on_task(self, payload: Mapping[str, Any]) -> None:
        thread, head = self._thread, self._thread.head
        if payload["name"] == START or head is None:
            return
        known = thread.tasks.get(payload["id"], TaskFacts(payload["id"], payload["name"]))
        times = self._hosted.log.times(known.id)
        if "triggers" in payload:
            if known.state == "done":
                return  # a finished sibling of a step that is tried again: kept, not run
            task = replace(known, state="running", error=None, started_at_s=times.started_at_s or time.time())
        else:
            task = self._ended(known, payload, times.attempt, times.duration_s, times.error)
        thread.tasks[task.id] = task
        self._tell(TaskChanged(thread.id, head.id, task))

    def _ended(
        self,
        known: TaskFacts,
        payload: Mapping[str, Any],
        attempt: int,
        duration_s: float | None,
        error: ErrorFacts | None,
    ) -> TaskFacts:
        thread = self._thread
        thread.questions = {key: each for key, each in thread.questions.items() if each.node != known.node}
        if duration_s is None and known.started_at_s is not None:
            duration_s = max(0.0, time.time() - known.started_at_s)
        task = replace(known, duration_s=duration_s, attempt=max(attempt, 1))
        if payload["interrupts"]:
            for interrupt in payload["interrupts"]:
                question = _question(interrupt, known.node)
                thread.questions[question.id] = question
            return replace(task, state="waiting")
        if payload["error"] is not None:
            return replace(
                task, state="failed", error=error or ErrorFacts("Error", str(payload["error"]), "", known.node)
            )
        thread.written |= _written_keys(payload["result"])
        self._tell_update(known.node, payload["result"])
        return replace(task, state="done")

    def _changed_keys(self, values: Any, *, everything: bool) -> tuple[str, ...]:
        """Keys that were written and are not the same as before; compared as far as that is cheap."""
        if not isinstance(values, Mapping):
            return ("__root__",)
        old = self._thread.values
        candidates = list(values) if everything else [key for key in values if key in self._thread.written]
        return tuple(key for key in candidates if key not in old or not _cheaply_equal(old[key], values[key]))

    # Failures in words

    def _error_of(self, error: BaseException) -> ErrorFacts:
        """The failed task's own error, which has the user's frames; otherwise the engine's."""
        failed = [task for task in self._thread.tasks.values() if task.state == "failed" and task.error is not None]
        for task in failed:
            if task.error is not None and task.error.kind == type(error).__name__:
                return task.error
        facts = facts_of(error)
        for task in list(self._thread.tasks.values()):
            # The engine raised before it could tell of the task's end.
            noted = self._hosted.log.times(task.id).error
            if task.state == "running" and noted is not None and noted.kind == facts.kind:
                self._mark_failed(task, noted)
                return noted
        return failed[0].error or facts if failed else facts

    def _mark_failed(self, task: TaskFacts, error: ErrorFacts) -> None:
        times = self._hosted.log.times(task.id)
        task = replace(task, state="failed", error=error, duration_s=times.duration_s, attempt=max(times.attempt, 1))
        self._thread.tasks[task.id] = task
        if self._thread.head is not None:
            self._tell(TaskChanged(self._thread.id, self._thread.head.id, task))

    def _stuck(self, head: CheckpointFacts) -> ErrorFacts:
        missing = [name for name in head.next if name not in self._hosted.spec.nodes]
        if missing:
            names = " and ".join(map(repr, missing))
            text = f"This checkpoint waits for node {names}, which the graph no longer has. Fork from an earlier one."
        else:
            text = f"The engine ran nothing although {' and '.join(map(repr, head.next))} should be next."
        return ErrorFacts("GraphChangedError", text)

    def _too_many_steps(self, steps: list[tuple[str, ...]]) -> ErrorFacts:
        last = ", ".join("+".join(names) for names in steps[-LAST_NODES_SHOWN:])
        limit = self._hosted.recursion_limit
        text = f"No end after {limit} supersteps, the graph's limit. The last were: {last}. "
        return ErrorFacts("GraphRecursionError", text + "Give the loop a way out, or raise the recursion limit.")

    # Threads and branches

    def _open(self, thread_id: str) -> None:
        """Makes this the driven thread; tells its past if it was not."""
        if self._thread.id == thread_id:
            return
        past = self._history.read(thread_id, self._saver)
        if past.head is None:
            raise LookupError(f"There is no thread {thread_id!r} in the database of this graph.")
        thread = _Thread(thread_id, dict(past.checkpoints), past.checkpoints[past.head])
        thread.tasks = {task.id: task for task in past.checkpoints[past.head].tasks}
        self._hosted.log.forget()
        if past.stop is not None:
            self._hosted.log.remember_routes(past.stop.routes)
        self._thread = thread
        for event in events_of(thread_id, past):
            self._tell(event)

    def _row(self, checkpoint_id: str) -> CheckpointFacts:
        row = self._thread.rows.get(checkpoint_id)
        if row is None:
            raise LookupError(f"There is no checkpoint {checkpoint_id} in this thread.")
        return row

    def _change(
        self, graph: Any, thread_id: str, checkpoint_id: str, changes: Mapping[str, Any], as_node: str | None
    ) -> Any:
        config = {"configurable": {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": checkpoint_id}}
        if not changes and as_node is None:
            return graph.update_state(config, None, as_node=COPY)
        return graph.update_state(config, self._as_writes(graph, changes), as_node=as_node)

    def _as_writes(self, graph: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """An edited value is the key's new value. A reducer would fold it into the old one, so there it overwrites."""
        overwrite = self._hosted.kit.overwrite
        return {key: overwrite(value) if _folds(graph.channels.get(key)) else value for key, value in changes.items()}

    def _begin_branch(self, old: CheckpointFacts, config: Any, changes: Mapping[str, Any], as_node: str | None) -> None:
        snapshot = self._graph.get_state(config)
        is_copy = not changes and as_node is None
        metadata = snapshot.metadata or {}
        facts = CheckpointFacts(
            id=config["configurable"]["checkpoint_id"],
            parent_id=_checkpoint_id(snapshot.parent_config),
            step=metadata.get("step", old.step + 1),
            source=metadata.get("source", "update"),
            next=tuple(snapshot.next),
            changed_keys=tuple(changes),
            created_at=snapshot.created_at or "",
            ran=(as_node,) if as_node else old.ran,
            routes=old.routes if is_copy else self._hosted.log.routes(),
            tasks=tuple(TaskFacts(task.id, task.name) for task in snapshot.tasks),
        )
        self._history.note_step(self._thread.id, facts, ())
        self._enter(facts, snapshot.values)


def _copy_checkpoint(source: Any, target: Any, thread_id: str, checkpoint_id: str) -> None:
    """One checkpoint with its pending writes, by the savers' public methods."""
    address = {"thread_id": thread_id, "checkpoint_ns": ""}
    found = source.get_tuple({"configurable": {**address, "checkpoint_id": checkpoint_id}})
    if found is None:
        raise LookupError(f"There is no checkpoint {checkpoint_id} in thread {thread_id}.")
    versions = found.checkpoint["channel_versions"]
    config = target.put({"configurable": address}, found.checkpoint, found.metadata, versions)
    writes: dict[str, list[tuple[str, Any]]] = {}
    for task_id, channel, value in found.pending_writes or ():
        writes.setdefault(task_id, []).append((channel, value))
    for task_id, pairs in writes.items():
        target.put_writes(config, pairs, task_id)


def _planned(task: Mapping[str, Any]) -> TaskFacts:
    state = "done" if task.get("result") else "planned"
    return TaskFacts(task["id"], task["name"], state)


def _question(interrupt: Any, node: str) -> QuestionFacts:
    """The stream carries mappings, snapshots carry objects."""
    if not isinstance(interrupt, Mapping):
        interrupt = {key: getattr(interrupt, key, None) for key in ("id", "value", "response_schema")}
    tree = preview(interrupt["value"])
    schema = interrupt.get("response_schema")
    value = tree["json"] if "json" in tree else tree["text"]
    return QuestionFacts(str(interrupt["id"]), node, value, schema if isinstance(schema, dict) else None)


def _written_keys(result: Any) -> set[str]:
    if isinstance(result, Mapping):
        return set(result)
    return {pair[0] for pair in result or () if isinstance(pair, (list, tuple)) and len(pair) == 2}


def _cheaply_equal(old: Any, new: Any) -> bool:
    scalar = (str, int, float, bool, type(None))
    return isinstance(old, scalar) and type(old) is type(new) and old == new


def _checkpoint_id(config: Any) -> str | None:
    found = ((config or {}).get("configurable") or {}).get("checkpoint_id")
    return None if found is None else str(found)


def _timestamp(payload: Mapping[str, Any]) -> str:
    return str(payload.get("created_at") or datetime.now(timezone.utc).isoformat())


def _folds(channel: Any) -> bool:
    """Whether the key has a reducer: BinaryOperatorAggregate has an ``operator``, DeltaChannel a ``reducer``."""
    return hasattr(channel, "operator") or hasattr(channel, "reducer")
