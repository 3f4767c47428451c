"""What the engine itself says of a thread, worked out without the editor's code, to compare the window with.

Opens the run's database with a graph of its own and asks ``get_state`` and ``get_state_history``. Runs no node.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.graph.spec import START, BranchOutlet, EdgeId, drawn_edges
from engine.runner.engine_kit import own_kit
from engine.runner.host import load_graph
from engine.runner.run_database import open_database
from tests.journeys.truth_plans import Plan

ABSENT = object()


@dataclass(frozen=True)
class Moment:
    """One checkpoint as the engine has it."""

    id: str
    next: tuple[str, ...]
    failed: frozenset[str]
    waiting: frozenset[str]
    kept: frozenset[str]
    """Nodes of the open step all of whose tasks have a result."""
    questions: Counter[Any]
    changed: frozenset[str]
    """Keys whose value differs from the parent's."""
    visits: Counter[str]
    """Steps on the way here in which the node ran, those of the open step that are done with it."""
    lines: Counter[EdgeId]
    """Steps that went along the line."""
    leads_now: frozenset[EdgeId]
    """Lines from what ran in the last step to what is next."""
    inside: dict[str, tuple[str, ...]]
    """Of subgraphs that the run stopped in: what is next in each."""


class Truth:
    def __init__(self, plan: Plan, path: Path) -> None:
        self._plan = plan
        self._resources = ExitStack()
        self._saver, _ = open_database(path, "stepgraph", self._resources)
        self._graph = load_graph(path, own_kit()).compile(self._saver)
        self._lines: dict[str, list[EdgeId]] = {}
        for line in drawn_edges(plan.spec):
            self._lines.setdefault(line.outlet.node, []).append(line)

    def close(self) -> None:
        self._resources.close()

    def now(self, thread_id: str) -> Moment:
        """The head, with what is known of its open step."""
        config = {"configurable": {"thread_id": thread_id}}
        return self._moment(self._graph.get_state(config, subgraphs=True), self._history(thread_id), is_open=True)

    def past(self, thread_id: str) -> dict[str, Moment]:
        """Every checkpoint of the thread, of all branches, as it was when it had just been saved."""
        history = self._history(thread_id)
        return {id: self._moment(snapshot, history, is_open=False) for id, snapshot in history.items()}

    def _history(self, thread_id: str) -> dict[str, Any]:
        config = {"configurable": {"thread_id": thread_id}}
        ids = [_id(each.config) for each in self._graph.get_state_history(config)]
        states = [self._graph.get_state({"configurable": {"thread_id": thread_id, "checkpoint_id": id}}) for id in ids]
        return dict(zip(ids, states, strict=True))

    def _moment(self, snapshot: Any, history: dict[str, Any], *, is_open: bool) -> Moment:
        parent = history.get(_id(snapshot.parent_config))
        visits, lines, last = self._way(_id(snapshot.config), history)
        unfinished = Counter(snapshot.next)
        tasks = snapshot.tasks if is_open else ()
        kept = frozenset(task.name for task in tasks if task.name not in unfinished)
        open_tasks = [task for task in tasks if task.result is None and task.name in unfinished]
        return Moment(
            id=_id(snapshot.config),
            next=tuple(sorted(snapshot.next)),
            # A task that failed, was tried again and asks now still has its old error.
            failed=frozenset(task.name for task in open_tasks if task.error and not task.interrupts),
            waiting=frozenset(task.name for task in open_tasks if task.interrupts),
            kept=kept,
            questions=Counter(each.value for task in open_tasks for each in task.interrupts),
            changed=_changed({} if parent is None else self._stored(parent), self._stored(snapshot)),
            visits=visits + Counter(kept),
            lines=lines,
            leads_now=frozenset(line for line in last if line.target in snapshot.next),
            inside={
                task.name: tuple(sorted(task.state.next)) for task in open_tasks if getattr(task.state, "next", ())
            },
        )

    def _stored(self, snapshot: Any) -> dict[str, Any]:
        """The state without the empty values that reducers begin with."""
        values = self._saver.get_tuple(snapshot.config).checkpoint["channel_values"]
        return {key: values[key] for key in snapshot.values if key in values}

    def _way(self, id: str, history: dict[str, Any]) -> tuple[Counter[str], Counter[EdgeId], frozenset[EdgeId]]:
        """Nodes that ran, lines taken, and the lines of the last step, from the thread's start to this checkpoint."""
        steps: list[tuple[frozenset[str], set[EdgeId]]] = []
        for before, after in self._pairs(id, history):
            source = after.metadata["source"]
            if source == "loop":
                ran = frozenset(task.name for task in before.tasks)
                # START's router sees the input; any other sees what was before, and what its own node wrote.
                seen = after.values if START in ran else before.values
                steps.append((ran, self._taken(ran, seen, extra=1)))
            elif source == "update" and steps:
                # An edit by hand lets the router of the node in whose name it is made decide once more.
                ran, _ = steps[-1]
                assert len(ran) == 1, "only what one node did is edited here"
                steps[-1] = (ran, self._taken(ran, after.values, extra=0))
        visits = Counter(node for ran, _ in steps for node in ran)
        lines = Counter(line for _, taken in steps for line in taken)
        return visits, lines, frozenset(steps[-1][1]) if steps else frozenset()

    def _pairs(self, id: str, history: dict[str, Any]) -> list[tuple[Any, Any]]:
        pairs = []
        while (parent := _id(history[id].parent_config)) in history:
            pairs.append((history[parent], history[id]))
            id = parent
        return pairs[::-1]

    def _taken(self, ran: frozenset[str], values: dict[str, Any], *, extra: int) -> set[EdgeId]:
        taken = set()
        for node in ran:
            for line in self._lines.get(node, ()):
                if isinstance(line.outlet, BranchOutlet):
                    log = list(values.get("log", ())) + [node] * (extra if node != START else 0)
                    if self._plan.label(node, log, values.get("hint", 0)) == line.outlet.label:
                        taken.add(line)
                else:
                    taken.add(line)
        return taken


def _id(config: Any) -> str:
    return "" if config is None else str(config["configurable"].get("checkpoint_id", ""))


def _changed(before: dict[str, Any], after: dict[str, Any]) -> frozenset[str]:
    return frozenset(key for key in before.keys() | after.keys() if before.get(key, ABSENT) != after.get(key, ABSENT))
