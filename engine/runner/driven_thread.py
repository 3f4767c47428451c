"""What is known of the thread that is driven: its rows and the open step. Folds the engine's stream into facts.

Tells nobody and stores nothing: each method returns the facts that follow from a payload. Called by ``driver`` only.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from engine.runner.capture import NOBODY, Origin
from engine.runner.failure import facts_of
from engine.runner.question_facts import question_of
from engine.runner.run_events import CheckpointFacts, ErrorFacts, QuestionFacts, TaskFacts, UsageFacts
from engine.runner.task_log import TaskLog
from engine.runner.told_past import Past
from engine.runner.usage import together, usage_of_result

START = "__start__"

MOST_COMPARED = 1_000
"""Items of a list that a step wrote again, to tell whether it changed."""

CANCELLED = "CancelledError"
"""Of asyncio, which is not imported for its name alone. A node that raises it itself gets a NodeCancelledError."""


class DrivenThread:
    """Used on the run thread; only ``only_running`` may be asked from others."""

    def __init__(self, thread_id: str, log: TaskLog) -> None:
        self.id = thread_id
        self.rows: dict[str, CheckpointFacts] = {}
        self.head: CheckpointFacts | None = None
        self.tasks: dict[str, TaskFacts] = {}
        """Of the open step, by id."""
        self.questions: dict[tuple[str, str], QuestionFacts] = {}
        """Unanswered ones of the open step, by task and id: several tasks of one node may ask."""
        self._log = log
        self.tasks_before: dict[str, TaskFacts] = {}
        """Of the step that led to the head, by id; empty if this process did not see it."""
        self.values: Any = {}
        """Of the head, to tell what changes. The engine's own: read, never kept."""
        self.values_before: Any = {}
        self.visits: Counter[str] = Counter()
        """How many steps each node ran in on the way to the head."""
        self._stored: set[str] = set()
        # Keys that something has written on the way to the head. A reducer's key has an empty value before that.
        self.written: set[str] = set()
        """Keys that finished tasks of the open step wrote."""
        self._told_writes: set[str] = set()
        # Tasks whose keys are in it.
        self._writers: set[str] = set()
        # Those of them that wrote something.
        self.moved: list[TaskFacts] = []
        """Tasks that turned out to be those whose result is from a cache; not told yet."""
        self.given: frozenset[str] | None = None
        """Keys of the input that START hands on; None if that is not known."""

    @staticmethod
    def from_past(thread_id: str, past: Past, log: TaskLog) -> DrivenThread:
        """A thread as another process left it. LookupError if nothing is known of it."""
        if past.head is None:
            raise LookupError(f"There is no thread {thread_id!r} in the database of this graph.")
        thread = DrivenThread(thread_id, log)
        thread.rows = dict(past.checkpoints)
        thread.head = thread.rows[past.head]
        thread.tasks = {task.id: task for task in thread.head.tasks}
        thread.visits = _visits_to(thread.rows, past.head)
        thread._stored = _stored_at(thread.rows, past.head)
        log.forget()
        log.remember_routes(past.stop.routes if past.stop is not None else ())
        return thread

    @property
    def head_id(self) -> str | None:
        return None if self.head is None else self.head.id

    def row(self, checkpoint_id: str) -> CheckpointFacts:
        """LookupError if the thread has no such checkpoint."""
        if checkpoint_id not in self.rows:
            raise LookupError(f"There is no checkpoint {checkpoint_id} in this thread.")
        return self.rows[checkpoint_id]

    def only_running(self) -> Origin:
        """The running task, if there is exactly one."""
        running = [task for task in list(self.tasks.values()) if task.state == "running"]
        if len(running) != 1 or self.head is None:
            return NOBODY
        return Origin(running[0].node, self.head.step + 1, running[0].id)

    def placed(self, origin: Origin) -> Origin:
        """Of a node within a subgraph: with the step of the outermost graph, which is the one that people see."""
        if self.head is None or "/" not in (origin.node or ""):
            return origin
        return Origin(origin.node, self.head.step + 1, origin.task_id)

    # What the engine streams

    def checkpoint_streamed(self, payload: Mapping[str, Any]) -> CheckpointFacts | None:
        """The new head; None if it is the one we know, shown again because its step is resumed."""
        name = checkpoint_id_of(payload["config"])
        assert name is not None, "a streamed checkpoint has an id"
        tasks = tuple(_planned(task) for task in payload["tasks"] if task["name"] != START)
        if self.head is not None and name == self.head.id:
            self._resume(self.head, tasks, payload)
            return None
        ran = tuple(sorted({task.node for task in self.tasks.values() if task.state == "done"}))
        if self.head is not None and START in self.head.next:
            ran = (START,)
        return CheckpointFacts(
            id=name,
            parent_id=checkpoint_id_of(payload.get("parent_config")),
            step=payload["metadata"].get("step", 0),
            source=payload["metadata"].get("source", "loop"),
            next=tuple(payload["next"]),
            changed_keys=self._changed_keys(payload["values"], is_start=ran == (START,)),
            created_at=datetime.now(timezone.utc).isoformat(),
            ran=ran,
            routes=self._log.routes_to(self.tasks.values(), payload["next"]),
            tasks=tasks,
        )

    def enter(self, checkpoint: CheckpointFacts, values: Any) -> None:
        """This checkpoint is the head now; its step is open and nothing of it has happened yet."""
        is_next = self.head is not None and self.head.id == checkpoint.parent_id
        self.head = checkpoint
        self.rows[checkpoint.id] = checkpoint
        if is_next:
            self.visits.update(_counted(checkpoint))
            self._stored.update(checkpoint.changed_keys)
        else:
            self.visits = _visits_to(self.rows, checkpoint.id)
            self._stored = _stored_at(self.rows, checkpoint.id)
        self.tasks_before = self.tasks
        self.values_before = self.values
        self.tasks = {task.id: task for task in checkpoint.tasks}
        self.questions = {}
        self.written = set()
        self._told_writes = set()
        self._writers = set()
        self.values = values
        self._log.forget()

    def task_streamed(self, payload: Mapping[str, Any]) -> TaskFacts | None:
        """How far the task is now; None if that is nothing to tell."""
        if payload["name"] == START or self.head is None:
            return None
        known = self.tasks.get(payload["id"], TaskFacts(payload["id"], payload["name"]))
        if "triggers" not in payload:
            task = self._ended(known, payload)
        elif known.state == "done":
            return None  # a finished sibling of a step that is tried again: kept, not run
        else:
            # What the log has of a task that starts again is its last start.
            logged_s = None if known.state in ("waiting", "failed") else self._log.times(known.id).started_at_s
            started_at_s = logged_s or time.time()
            waited_s = known.waited_s + _lay_waiting_s(known, started_at_s)
            asked = known.asked
            if known.state == "waiting" and known.started_at_s is not None:
                asked = (*asked, (known.started_at_s, known.duration_s or 0.0))
            task = replace(
                known,
                state="running",
                error=None,
                started_at_s=started_at_s,
                waited_s=waited_s,
                asked=asked,
                attempt=max(1, self._log.times(known.id).attempt),
            )
        self.tasks[task.id] = task
        return task

    def cached_streamed(self, node: str, update: Any) -> TaskFacts | None:
        """A task of the node did not run: the engine gave it the result of an earlier one from the node's cache.

        Of several the engine does not say which; one that turns out to run hands the mark on, see ``_ended``.
        """
        due = [task for task in self.tasks.values() if task.node == node and task.state in ("planned", "running")]
        task = next((each for each in due if not self._log.times(each.id).attempt), None)
        if task is None:
            return None
        parts = update if isinstance(update, (list, tuple)) else (update,)
        if all(isinstance(part, Mapping) for part in parts):
            self.written |= {key for part in parts for key in part}
            self._told_writes.add(task.id)
            self._writers.add(task.id)
        task = replace(task, state="done", started_at_s=None, duration_s=None, result_from="cache")
        self.tasks[task.id] = task
        return task

    def spent(self, task_id: str, usage: UsageFacts) -> TaskFacts | None:
        """The task says what it has used of models; None if no such task is known."""
        task = self.tasks.get(task_id)
        if task is None:
            return None
        task = replace(task, usage=together(task.usage, usage))
        self.tasks[task_id] = task
        return task

    def tried_again(self, task_id: str) -> TaskFacts | None:
        """A running task that its retry policy lets begin once more. May be asked from the thread that it runs on."""
        task, times = self.tasks.get(task_id), self._log.times(task_id)
        if task is None or task.state != "running":
            return None  # not told as running yet: that will tell the attempt as well
        return replace(task, attempt=times.attempt)

    def _resume(self, head: CheckpointFacts, tasks: tuple[TaskFacts, ...], payload: Mapping[str, Any]) -> None:
        self.tasks = {task.id: self.tasks.get(task.id, task) for task in tasks}
        self.values = payload["values"]
        # An empty `next` would mean that the graph lost the nodes this checkpoint waits for. The row is kept then, so
        # that the driver can name them.
        if payload["next"]:
            self.head = replace(head, next=tuple(payload["next"]))

    def _ended(self, known: TaskFacts, payload: Mapping[str, Any]) -> TaskFacts:
        times = self._log.times(known.id)
        duration_s = times.duration_s
        if duration_s is None and known.started_at_s is not None:
            duration_s = max(0.0, time.time() - known.started_at_s)
        if known.result_from:  # it has run after all: another task of the node is the one from the cache
            known = replace(known, result_from="")
            self.tasks[known.id] = replace(known, state="running")
            moved = self.cached_streamed(known.node, None)
            self.moved += [moved] if moved is not None else []
        task = replace(known, duration_s=duration_s, attempt=max(times.attempt, 1), jumps=times.jumps)
        if known.node in self._log.subgraphs:
            task = replace(task, usage=self._log.usage_within(known.node, known.id))
        self.questions = {key: each for key, each in self.questions.items() if key[0] != known.id}
        if payload["interrupts"]:
            asked = [question_of(interrupt, known.node) for interrupt in payload["interrupts"]]
            self.questions.update({(known.id, question.id): question for question in asked})
            place = {id: number for number, id in enumerate(self.tasks)}  # whoever asks first, the order stays
            self.questions = dict(sorted(self.questions.items(), key=lambda entry: place.get(entry[0][0], 0)))
            return replace(task, state="waiting")
        if type(payload["error"]).__name__ == CANCELLED:
            return replace(known, state="planned", started_at_s=None)  # a sibling failed; it runs again with a retry
        if payload["error"] is not None:
            return replace(task, state="failed", error=_error_of_task(known.node, times.error, payload["error"]))
        keys = _written_keys(payload["result"])
        self.written |= keys
        self._told_writes.add(task.id)
        if keys:
            self._writers.add(task.id)
        if known.node not in self._log.subgraphs:
            task = replace(task, usage=together(task.usage, usage_of_result(payload["result"], self.values)))
        return replace(task, state="done")

    def _changed_keys(self, values: Any, *, is_start: bool) -> tuple[str, ...]:
        """Keys that were written and are not the same as before; compared as far as that is cheap.

        The first write of a key counts also where it leaves a reducer's empty value: it is stored from then on. A
        subgraph hands on such keys with its result.
        """
        if not isinstance(values, Mapping):
            return ("__root__",)
        old = self.values
        if is_start and self.given is not None:
            # What was given first is new, even where it is the same as a reducer's empty value.
            is_first = self.head is not None and self.head.parent_id is None
            given = [key for key in values if key in self.given]
            return tuple(k for k in given if is_first or k not in old or not _cheaply_equal(old[k], values[k]))
        # A task that had finished before a retry, or in another process, has not told what it wrote. What nobody wrote
        # is still the same object.
        finished = {task.id for task in self.tasks.values() if task.state == "done"}
        all_told = finished <= self._told_writes and not is_start
        candidates = [key for key in values if key in self.written or not all_told]
        return tuple(key for key in candidates if key not in old or not self._is_same(key, old[key], values[key]))

    def _is_same(self, key: str, old: Any, new: Any) -> bool:
        if key not in self.written:
            return old is new or _cheaply_equal(old, new)
        return _cheaply_equal(old, new) and (key in self._stored or bool(new))

    def check_may_skip(self, node: str | None, checkpoint_id: str) -> None:
        """LookupError unless the node is all that is still due at that checkpoint, and it is the head."""
        due = sorted(task.node for task in self.tasks.values() if task.state != "done")
        if checkpoint_id != self.head_id:
            raise LookupError("A node can be skipped only where the run stands now. Go back to now, or fork here.")
        if due != [node]:
            others = " and ".join(repr(each) for each in due if each != node) or "nothing else"
            raise LookupError(
                f"Node {node!r} cannot be skipped alone: {others} runs in the same step, and would be skipped with it. "
                "Run the step, or fork after it with the values you want."
            )

    # When a step fails

    def unsettled(self) -> list[TaskFacts]:
        """Tasks that began and whose end was not told."""
        return [task for task in self.tasks.values() if task.state == "running"]

    def settle(self, task: TaskFacts, *, is_done: bool) -> TaskFacts:
        settled = replace(task, state="done" if is_done else "planned", started_at_s=None)
        self.tasks[task.id] = settled
        return settled

    def fail_untold(self, error: BaseException) -> TaskFacts | None:
        """The task that raised this, if the engine raised before it could tell of the task's end."""
        for task in self.unsettled():
            times = self._log.times(task.id)
            if times.error is not None and times.error.kind == type(error).__name__:
                failed = replace(task, state="failed", error=times.error, duration_s=times.duration_s)
                self.tasks[task.id] = failed
                return failed
        return None

    def take_back(self, error: BaseException, without_result: Collection[str]) -> list[TaskFacts]:
        """Tasks that had ended, but whose results could not be stored: they run again with a retry.

        ``without_result``: ids of those of which the engine keeps none. Of the node that the error names they failed;
        if it names none and there is only one, it is that.
        """
        taken = [task for id, task in self.tasks.items() if id in self._writers and id in without_result]
        blamed = getattr(error, "node", None) or (taken[0].node if len(taken) == 1 else None)
        lost = []
        for task in taken:
            if task.node == blamed:
                lost.append(replace(task, state="failed", error=facts_of(error, node=task.node)))
            else:
                lost.append(replace(task, state="planned", started_at_s=None, duration_s=None))
        self.tasks.update({task.id: task for task in lost})
        return lost

    def error_of(self, error: BaseException) -> ErrorFacts:
        """The failed task's own error, which has the user's frames; otherwise the engine's."""
        told = [task.error for task in self.tasks.values() if task.state == "failed" and task.error is not None]
        same_kind = [each for each in told if each.kind == type(error).__name__]
        return (same_kind or told or [facts_of(error)])[0]


def _error_of_task(node: str, noticed: ErrorFacts | None, error: Any) -> ErrorFacts:
    """What the function raised, with its frames; unless the engine has the last word: a timeout, an open breaker."""
    if isinstance(error, BaseException) and (noticed is None or noticed.kind != type(error).__name__):
        return facts_of(error, node=node)
    return noticed or ErrorFacts("Error", str(error), "", node)


def _lay_waiting_s(task: TaskFacts, until_s: float) -> float:
    """How long a task that asked a person has been waiting; 0 for any other."""
    if task.state != "waiting" or task.started_at_s is None:
        return 0.0
    return max(0.0, until_s - task.started_at_s - (task.duration_s or 0.0))


def checkpoint_id_of(config: Any) -> str | None:
    """The checkpoint that a config points at."""
    found = ((config or {}).get("configurable") or {}).get("checkpoint_id")
    return None if found is None else str(found)


def _visits_to(rows: Mapping[str, CheckpointFacts], checkpoint_id: str | None) -> Counter[str]:
    visits: Counter[str] = Counter()
    while checkpoint_id is not None and (row := rows.get(checkpoint_id)) is not None:
        visits.update(_counted(row))
        checkpoint_id = row.parent_id
    return visits


def _stored_at(rows: Mapping[str, CheckpointFacts], checkpoint_id: str | None) -> set[str]:
    stored: set[str] = set()
    while checkpoint_id is not None and (row := rows.get(checkpoint_id)) is not None:
        stored.update(row.changed_keys)
        checkpoint_id = row.parent_id
    return stored


def _counted(checkpoint: CheckpointFacts) -> tuple[str, ...]:
    """An edit in a node's name is no visit."""
    return checkpoint.ran if checkpoint.source == "loop" else ()


def _planned(task: Mapping[str, Any]) -> TaskFacts:
    return TaskFacts(task["id"], task["name"], "done" if task.get("result") else "planned")


def _written_keys(result: Any) -> set[str]:
    if isinstance(result, Mapping):
        return set(result)
    return {pair[0] for pair in result or () if isinstance(pair, (list, tuple)) and len(pair) == 2}


def _cheaply_equal(old: Any, new: Any) -> bool:
    """Plain values and short lists of them. A container that is still the same object may have been changed inside."""
    if type(old) is not type(new):
        return False
    if isinstance(old, _PLAIN):
        return bool(old == new)
    if not isinstance(old, (list, tuple, dict, set, frozenset)) or len(old) != len(new):
        return False
    if not old:
        return True
    is_short = isinstance(old, (list, tuple)) and old is not new and len(old) <= MOST_COMPARED
    return is_short and all(
        isinstance(a, _PLAIN) and type(a) is type(b) and a == b for a, b in zip(old, new, strict=True)
    )


_PLAIN = (str, int, float, bool, type(None))
