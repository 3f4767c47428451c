"""The past of a thread as the runner wrote it down: rows for the timeline, without any state value. Needs no user code.

Kept as run facts in the same SQLite file as the checkpoints, one fact a superstep. Checkpoints that have no fact (the
process died in between, or another program ran the thread) are read from the saver, with what can be known of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Protocol

from engine.runner.protocol import from_plain, to_plain
from engine.runner.run_events import (
    CheckpointFacts,
    InsideFacts,
    RouteFacts,
    TaskFacts,
)
from engine.runner.told_past import Past, RanVersion, Stop
from engine.runner.untold_end import untold_end
from engine.runner.untold_rows import untold_rows
from engine.runner.visit_counts import VisitCounts
from engine.runtime.checkpointing import as_store
from engine.serialization.preview import one_line
from engine.store.branch_rows import BranchRows
from engine.store.checkpoint_store import CheckpointStore
from engine.store.output_rows import OutputRows
from engine.store.run_facts import INDEX
from engine.time_travel.forget import LEFT, ForgetsFacts, delete_branch, prunable, prune
from engine.time_travel.tags import TAG, UNTAG, set_tags, tags, tags_of

STEP, STOP, THREAD, NAME, NOTE, GRAPH, INSIDE = "step", "stop", "thread", "name", "note", "graph", "inside"

MOST_COUNTED = 500
"""Runs whose visits are counted together, the newest ones."""

INPUT_CHARS = 200
"""Of an input so much is shown in the list of threads."""


class KeepsFacts(ForgetsFacts, Protocol):
    """The part of ``engine.store.run_facts.RunFacts`` that is used here."""

    @property
    def branches(self) -> BranchRows: ...

    @property
    def output(self) -> OutputRows: ...

    def forget_thread(self, thread_id: str) -> None: ...

    def read(
        self,
        thread_id: str,
        kinds: Sequence[str] | None = None,
        after: int | None = None,
        *,
        checkpoint_id: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Any]: ...

    def count(self, thread_id: str, kind: str, after: int = 0) -> int: ...

    def newest(self, thread_id: str, kinds: Sequence[str]) -> Any: ...

    def remember_graph(self, text: str) -> str: ...

    def remember_code(self, text: str) -> None: ...

    def graph_text(self, digest: str) -> str | None: ...


class RunHistory:
    """Writes down and reads back. Belongs to one thread, as its connection does."""

    def __init__(self, facts: KeepsFacts) -> None:
        self._facts = facts

    @property
    def branches(self) -> BranchRows:
        """What is written down of branches, beside the facts."""
        return self._facts.branches

    @property
    def output(self) -> OutputRows:
        """What tasks wrote, beside the facts."""
        return self._facts.output

    def note_thread(self, thread_id: str, input: Any, graph_text: str) -> None:
        """A run was started; tells later with which input and on which version of the graph."""
        graph = self._facts.remember_graph(graph_text)
        data = {"thread_id": thread_id, "created_at": _now(), "input": input, "graph": graph}
        self._facts.record(INDEX, None, None, THREAD, data)

    def note_graph(
        self, thread_id: str, graph_text: str, code: Mapping[str, str], texts: Mapping[str, str] | None = None
    ) -> None:
        """From here on the thread runs on this version. ``code``: hashes of its files; ``texts``: of those to keep."""
        graph = self._facts.remember_graph(graph_text)
        for text in (texts or {}).values():
            self._facts.remember_code(text)
        self._facts.record(thread_id, None, None, GRAPH, {"graph": graph, "code": dict(code)})

    def graph_of(self, thread_id: str) -> tuple[str | None, Mapping[str, str]]:
        """(text of the graph that the thread last ran on, hashes of its code); None if that was never told."""
        told = self._facts.newest(thread_id, [GRAPH])
        if told is None:
            return None, {}
        return self._facts.graph_text(told.data["graph"]), told.data["code"]

    def code_at(self, thread_id: str, checkpoint_id: str, file: str) -> tuple[str | None, str | None]:
        """(hash, text) of a file of code as it was when the checkpoint was made; None for what is not kept."""
        versions = self._facts.read(thread_id, [GRAPH])
        step = next(iter(self._facts.read(thread_id, [STEP], checkpoint_id=checkpoint_id)), None)
        before = [each for each in versions if step is None or each.number < step.number] or versions[:1]
        digest = before[-1].data["code"].get(file) if before else None
        return digest, None if digest is None else self._facts.graph_text(digest)

    def versions(self, thread_id: str) -> tuple[RanVersion, ...]:
        """Those the thread ran on, oldest first."""
        told = self._facts.read(thread_id, [GRAPH])
        found = []
        for place, each in enumerate(told):
            steps = self._facts.read(thread_id, [STEP], each.number, limit=1) if place else ()
            if place and not steps:
                continue  # nothing has run on it yet
            found.append(RanVersion(steps[0].checkpoint_id if steps else "", each.data["graph"], each.data["code"]))
        return tuple(found)

    def text(self, digest: str) -> str | None:
        """Of a graph or a module that ran; None if it is not kept."""
        return self._facts.graph_text(digest)

    def note_step(self, thread_id: str, checkpoint: CheckpointFacts, parent_tasks: Sequence[TaskFacts]) -> None:
        """A checkpoint, and how the tasks that led to it went."""
        data = {"checkpoint": to_plain(checkpoint), "parent_tasks": [to_plain(task) for task in parent_tasks]}
        self._facts.record(thread_id, checkpoint.id, None, STEP, data)

    def note_stop(self, thread_id: str, checkpoint_id: str | None, stop: Stop) -> None:
        self._facts.record(thread_id, checkpoint_id, None, STOP, to_plain(stop))

    def note_inside(self, thread_id: str, checkpoint_id: str, levels: Sequence[InsideFacts]) -> None:
        """What ran so far within the subgraphs of the step that began at this checkpoint; replaces what was told."""
        self._facts.record(thread_id, checkpoint_id, None, INSIDE, [to_plain(level) for level in levels])

    def inside(self, thread_id: str, checkpoint_id: str) -> tuple[InsideFacts, ...]:
        """As ``note_inside`` told it last; () if it never did."""
        told = self._facts.read(thread_id, [INSIDE], checkpoint_id=checkpoint_id)
        return tuple(from_plain(InsideFacts, level) for level in told[-1].data) if told else ()

    def name_thread(self, thread_id: str, name: str) -> None:
        self._facts.record(INDEX, None, None, NAME, {"thread_id": thread_id, "name": name})

    def note_checkpoint(self, thread_id: str, checkpoint_id: str, note: str) -> None:
        self._facts.record(thread_id, checkpoint_id, None, NOTE, note)

    def tag_checkpoint(self, thread_id: str, checkpoint_id: str, wanted: Sequence[str]) -> None:
        """These tags and no others."""
        set_tags(self._facts, thread_id, checkpoint_id, wanted)

    def delete_thread(self, thread_id: str) -> None:
        """Everything that was told of the thread, its input too. The checkpoints are the saver's."""
        listed = [fact for fact in self._facts.read(INDEX) if fact.data["thread_id"] == thread_id]
        self._facts.forget_thread(thread_id)
        self._facts.delete([fact.number for fact in listed])

    def delete_branch(self, store: CheckpointStore, thread_id: str, first: str) -> tuple[str, ...]:
        """Checkpoints from ``first`` on, and what was told of them; gives their ids."""
        return delete_branch(store, thread_id, first, facts=self._facts)

    def prune(self, store: CheckpointStore, thread_id: str, keep_last: int) -> tuple[str, ...]:
        """Forgets old checkpoints without a note or a tag; gives their ids. ``forget.prune`` says what else stays."""
        keep = self._marked(thread_id)
        return prune(store, thread_id, keep_last=keep_last, keep=keep, facts=self._facts)

    def prunable(self, store: CheckpointStore, thread_id: str, keep_last: int) -> tuple[str, ...]:
        """What ``prune`` would forget."""
        return prunable(store, thread_id, keep_last=keep_last, keep=self._marked(thread_id))

    def _marked(self, thread_id: str) -> set[str]:
        notes = {fact.checkpoint_id: fact.data for fact in self._facts.read(thread_id, kinds=[NOTE])}
        return {name for name, note in notes.items() if note} | set(tags(self._facts, thread_id))

    def threads(self) -> list[dict[str, Any]]:
        """Newest first, as ``requests.ListThreads`` says."""
        rows: dict[str, dict[str, Any]] = {}
        names: dict[str, str] = {}
        for fact in self._facts.read(INDEX, kinds=[THREAD, NAME]):
            if fact.kind == NAME:
                names[fact.data["thread_id"]] = fact.data["name"]
            else:
                rows.setdefault(fact.data["thread_id"], fact.data)
        return [self._thread_row(row, names.get(row["thread_id"], "")) for row in reversed(rows.values())]

    def newest_thread(self) -> str | None:
        facts = self._facts.read(INDEX, kinds=[THREAD])
        return str(facts[-1].data["thread_id"]) if facts else None

    def read(self, thread_id: str, saver: Any) -> Past:
        """Everything known of a thread. Loads values of checkpoints without a fact only."""
        rows: dict[str, CheckpointFacts] = {}
        stop: Stop | None = None
        notes: dict[str, str] = {}
        given: list[Any] = []
        for fact in self._facts.read(thread_id, kinds=[STEP, STOP, NOTE, TAG, UNTAG]):
            if fact.kind == NOTE:
                notes[fact.checkpoint_id] = fact.data
            elif fact.kind in (TAG, UNTAG):
                given.append(fact)
            elif fact.kind == STEP:
                stop = None
                row = from_plain(CheckpointFacts, fact.data["checkpoint"])
                rows[row.id] = row
                _set_tasks(rows, row.parent_id, [from_plain(TaskFacts, task) for task in fact.data["parent_tasks"]])
            else:
                stop = from_plain(Stop, fact.data)
                _set_tasks(rows, fact.checkpoint_id, stop.tasks)
        _mend_parents(thread_id, saver, rows)
        unknown = untold_rows(thread_id, saver, rows, self._recorded_routes(thread_id))
        rows.update({row.id: row for row in reversed(unknown)})
        rows.update({name: replace(rows[name], note=note) for name, note in notes.items() if name in rows})
        rows.update({name: replace(rows[name], tags=found) for name, found in tags_of(given).items() if name in rows})
        head = unknown[0].id if unknown else next(reversed(rows), None)
        if unknown:
            store = as_store(saver)
            stop = None if store is None else untold_end(store, thread_id, unknown[0])
            _set_tasks(rows, head, stop.tasks if stop is not None else ())
        return Past(rows, head, stop, self._input_of(thread_id))

    def count_visits(self, thread_id: str = "") -> dict[str, Any]:
        """How often each node ran and each branch was taken, as ``requests.CountVisits`` says."""
        listed = dict.fromkeys(fact.data["thread_id"] for fact in self._facts.read(INDEX, kinds=[THREAD]))
        threads = [thread_id] if thread_id else list(listed)
        counts = VisitCounts()
        for each in threads[-MOST_COUNTED:]:
            counts.add(self._facts.read(each, kinds=[STEP]), self._facts.read(each, kinds=[INSIDE]))
        counted = min(len(threads), MOST_COUNTED)
        return {"threads": counted, "more": len(threads) - counted, **counts.told()}

    def note_replay(self, thread_id: str, of_thread: str, graph_text: str) -> None:
        """A thread was made by replaying another one; it is listed, with what it replays and the same input."""
        graph = self._facts.remember_graph(graph_text)
        data = {"thread_id": thread_id, "created_at": _now(), "input": self._input_of(of_thread), "graph": graph}
        self._facts.record(INDEX, None, None, THREAD, {**data, "replay_of": of_thread})
        self.name_thread(thread_id, thread_id)  # it was named when the replay was asked for

    def _recorded_routes(self, thread_id: str) -> Mapping[str, tuple[RouteFacts, ...]]:
        """Of a replay: the decisions that led to each recorded checkpoint. {} of any other thread."""
        told = [fact.data for fact in self._facts.read(INDEX, kinds=[THREAD]) if fact.data["thread_id"] == thread_id]
        of_thread = told[-1].get("replay_of") if told else None
        if of_thread is None:
            return {}
        rows = [fact.data["checkpoint"] for fact in self._facts.read(of_thread, kinds=[STEP])]
        return {row["id"]: tuple(from_plain(RouteFacts, route) for route in row["routes"]) for row in rows}

    def _input_of(self, thread_id: str) -> Any:
        told = [fact.data for fact in self._facts.read(INDEX, kinds=[THREAD]) if fact.data["thread_id"] == thread_id]
        return told[-1].get("input") if told else None

    def _thread_row(self, row: Mapping[str, Any], name: str) -> dict[str, Any]:
        thread_id = row["thread_id"]
        step = self._facts.newest(thread_id, [STEP])
        last = self._facts.newest(thread_id, [STEP, STOP])
        return {
            "thread_id": thread_id,
            "checkpoints": self._checkpoints_of(thread_id),
            "created_at": row["created_at"],
            "updated_at": step.data["checkpoint"]["created_at"] if step is not None else row["created_at"],
            "name": name,
            "input": input_line(row.get("input")),
            "outcome": last.data["outcome"] if last is not None and last.kind == STOP else "",
        }

    def _checkpoints_of(self, thread_id: str) -> int:
        """Counts from the last stop on: a thread of 10,000 steps is as quick as a short one."""
        told = self._facts.newest(thread_id, [STOP, LEFT])
        known = 0 if told is None else int(told.data if told.kind == LEFT else told.data.get("checkpoints") or 0)
        return known + self._facts.count(thread_id, STEP, told.number if told is not None and known else 0)


def input_line(input: Any) -> str:
    """The values of an input on one line, the longest first: in a list it is the one that tells runs apart."""
    if input is None:
        return ""
    if not isinstance(input, Mapping) or not input:
        return one_line(input, INPUT_CHARS)
    values = [" ".join(value.split()) if isinstance(value, str) else one_line(value) for value in input.values()]
    line = " · ".join(sorted(filter(None, values), key=len, reverse=True))
    return line if len(line) <= INPUT_CHARS else line[: INPUT_CHARS - 1] + "…"


def _mend_parents(thread_id: str, saver: Any, rows: dict[str, CheckpointFacts]) -> None:
    """A checkpoint whose parent was taken out of the thread follows the one that the saver has as its parent now."""
    for row in [row for row in rows.values() if row.parent_id is not None and row.parent_id not in rows]:
        configurable = {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": row.id}
        found = saver.get_tuple({"configurable": configurable})
        parent = ((found.parent_config if found else None) or {}).get("configurable", {}).get("checkpoint_id")
        rows[row.id] = replace(row, parent_id=parent if parent in rows else None)


def _set_tasks(rows: dict[str, CheckpointFacts], checkpoint_id: str | None, tasks: Sequence[TaskFacts]) -> None:
    if tasks and checkpoint_id in rows:
        rows[checkpoint_id] = replace(rows[checkpoint_id], tasks=tuple(tasks))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
