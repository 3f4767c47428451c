"""What happened on the way to a checkpoint, counted: visits of nodes, lines taken, decisions made. Pure, no Qt.

The tally of a checkpoint is its parent's and one step more, so following a run costs the same at step 100,000 as at
step ten. Read by ``run_picture``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import CheckpointRow, RouteTaken, RunState, TaskRow, UsageFacts
from editor.debugger.work_time import worked_s
from engine.graph.jumps import JumpOutlet, shown_lines
from engine.graph.spec import BranchOutlet, EdgeId, GraphSpec
from engine.runner import usage as usage_facts

KEEP_EVERY = 500
"""Tallies kept along the way, so that a jump far back counts at most so many steps anew."""


@dataclass(frozen=True)
class Step:
    """One superstep: the nodes that ran, and the decisions that stand."""

    ran: frozenset[str] = frozenset()
    routes: tuple[RouteTaken, ...] = ()
    jumps: frozenset[tuple[str, str]] = frozenset()
    """(node, target) of each ``Command(goto=...)``."""


@dataclass(frozen=True)
class WayTally:
    """Counts of all steps but the last, which an edit by hand may still change, and the last step itself."""

    visits: Mapping[str, int] = field(default_factory=dict)
    times: Mapping[EdgeId, int] = field(default_factory=dict)
    decided: frozenset[tuple[str, str]] = frozenset()
    """Routers (node, name) that decided."""
    durations_s: Mapping[str, float] = field(default_factory=dict)
    """Of each node's last finished visit; of a fan-out, the time in which some task of it worked."""
    last: Step | None = None
    tries: Mapping[str, int] = field(default_factory=dict)
    """Of each node's last finished visit, where it took more than one."""
    together: Mapping[str, tuple[TaskRow, ...]] = field(default_factory=dict)
    """The tasks of a node that ran in its last step, where a fan-out made several."""
    usage: Mapping[str, UsageFacts] = field(default_factory=dict)
    """Of each node's last finished visit, all its tasks together, where something is known."""
    results_from: Mapping[str, str] = field(default_factory=dict)
    """Of each node whose last visit was none, where its result is from: "cache", "record" or "user"."""

    @property
    def has_steps(self) -> bool:
        return self.last is not None


class WayTallies:
    """Remembers tallies of one thread on one drawing; forgets them when either is another."""

    def __init__(self) -> None:
        self._log: CheckpointLog[CheckpointRow] = CheckpointLog()
        self._graph: GraphSpec | None = None
        self.drawn: tuple[EdgeId, ...] = ()
        """All lines of the drawing last asked about, in the order of ``shown_lines``."""
        self._lines: dict[str, list[EdgeId]] = {}
        self._kept: dict[str, WayTally] = {}
        self._newest: tuple[str, WayTally] | None = None
        self.inside: dict[tuple[str, ...], WayTallies] = {}
        """Of the subgraphs of the open step, by namespace; kept by ``run_picture``."""
        self._arriving: WayTallies | None = None
        """Of a past that is still being told; taken over when it is shown."""

    def follow_arriving(self, log: CheckpointLog[CheckpointRow], graph: GraphSpec) -> None:
        """Counts a past while it is being told, so that showing it at the end costs one step and not 100,000."""
        newest = next(reversed(log), None)
        if newest is not None:
            self._arriving = self._arriving or WayTallies()
            self._arriving.tally(RunState(checkpoints=log, head=newest), newest, graph)

    def tally(self, run_state: RunState, checkpoint_id: str, graph: GraphSpec) -> WayTally:
        """What happened up to this checkpoint."""
        checkpoints = run_state.checkpoints
        self._belong_to(checkpoints, graph)
        missing: list[CheckpointRow] = []
        tally = WayTally()
        at: str | None = checkpoint_id
        while at is not None and (row := checkpoints.get(at)) is not None:
            known = self._known(at)
            if known is not None:
                tally = known
                break
            missing.append(row)
            at = row.parent_id
        for row in reversed(missing):
            tally = self._one_more(tally, row, checkpoints.get(row.parent_id or ""))
            if row.step % KEEP_EVERY == 0:
                self._kept[row.id] = tally
        if checkpoint_id == run_state.head:
            self._newest = (checkpoint_id, tally)
        return tally

    def with_last(self, tally: WayTally) -> WayTally:
        """The same with the last step counted in."""
        if tally.last is None:
            return tally
        visits, times = dict(tally.visits), dict(tally.times)
        for node in tally.last.ran:
            visits[node] = visits.get(node, 0) + 1
        for line in self.lines_taken(tally.last):
            times[line] = times.get(line, 0) + 1
        decided = tally.decided | {(route.node, route.router) for route in tally.last.routes}
        return replace(tally, visits=visits, times=times, decided=decided)

    def lines_taken(self, step: Step) -> set[EdgeId]:
        """The lines that this step went along, of the drawing last asked about."""
        labels = {(route.node, route.router, route.label) for route in step.routes}
        taken: set[EdgeId] = set()
        for node in step.ran:
            for line in self._lines.get(node, ()):
                if _was_taken(line, labels, step.jumps):
                    taken.add(line)
        return taken

    def reach(self, starts: Iterable[str]) -> frozenset[str]:
        """These nodes, and all that some way through the drawing last asked about leads to from them."""
        found: set[str] = set()
        waiting = list(starts)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [line.target for line in self._lines.get(name, ())]
        return frozenset(found)

    def _belong_to(self, checkpoints: CheckpointLog[CheckpointRow], graph: GraphSpec) -> None:
        if checkpoints.is_family_of(self._log) and graph is self._graph:
            return
        arriving, self._arriving = self._arriving, None
        if arriving is not None and checkpoints.is_family_of(arriving._log) and graph is arriving._graph:
            self._log, self._graph = checkpoints, graph
            self._kept, self._newest = arriving._kept, arriving._newest
            self.drawn, self._lines = arriving.drawn, arriving._lines
            return
        self._log, self._graph = checkpoints, graph
        self._kept, self._newest, self._lines = {}, None, {}
        self.drawn = shown_lines(graph)
        for line in self.drawn:
            self._lines.setdefault(line.outlet.node, []).append(line)

    def _known(self, checkpoint_id: str) -> WayTally | None:
        if self._newest is not None and self._newest[0] == checkpoint_id:
            return self._newest[1]
        return self._kept.get(checkpoint_id)

    def _one_more(self, tally: WayTally, row: CheckpointRow, parent: CheckpointRow | None) -> WayTally:
        durations, together, tries = tally.durations_s, tally.together, tally.tries
        usage, results_from = tally.usage, _results_from(tally.results_from, row, parent)
        finished = [] if parent is None else [task for task in parent.tasks if _has_finished(task)]
        if finished:
            counts = Counter(task.node for task in finished)
            took = _times_by_node(finished)
            if len(took) < len(counts):  # a result from the cache took no time of its own
                durations = {node: time_s for node, time_s in durations.items() if node not in counts}
            durations = {**durations, **took}
            spent = usage_by_node(finished)
            if spent or any(node in usage for node in counts):
                usage = {node: each for node, each in usage.items() if node not in counts} | spent
            again = {task.node: task.tries for task in finished if task.tries > 1}
            if again or any(node in tries for node in counts):
                tries = {node: number for node, number in tries.items() if node not in counts} | again
            if together or len(counts) < len(finished):
                several = {
                    node: tuple(task for task in finished if task.node == node) for node in counts if counts[node] > 1
                }
                together = {node: tasks for node, tasks in together.items() if node not in counts} | several
        ran = frozenset(row.ran)
        made = [] if parent is None else [(task.node, target) for task in parent.tasks for target in task.jumps]
        step = Step(ran, row.routes, frozenset(jump for jump in made if jump[0] in ran))
        last = tally.last
        if row.source == "update" and last is not None and step.ran <= last.ran:
            # An edit by hand replaces the decisions of the node in whose name it was made.
            kept = tuple(route for route in last.routes if route.node not in step.ran)
            last = Step(last.ran, kept + step.routes, frozenset(jump for jump in last.jumps if jump[0] not in step.ran))
        elif step.ran:
            tally, last = self.with_last(tally), step
        return replace(
            tally,
            durations_s=durations,
            last=last,
            tries=tries,
            together=together,
            usage=usage,
            results_from=results_from,
        )


def _times_by_node(tasks: Sequence[TaskRow]) -> dict[str, float]:
    """Nodes of which no time is known are left out."""
    by_node: dict[str, list[TaskRow]] = {}
    for task in tasks:
        by_node.setdefault(task.node, []).append(task)
    times = {node: worked_s(several) for node, several in by_node.items()}
    return {node: time_s for node, time_s in times.items() if time_s is not None}


def sum_of_usage(one: UsageFacts | None, other: UsageFacts | None) -> UsageFacts | None:
    """Of what is known of both."""
    return usage_facts.together(one, other)


def usage_by_node(tasks: Iterable[TaskRow]) -> dict[str, UsageFacts]:
    """The sum of what is known of each node's tasks; nodes of which nothing is known are left out."""
    found: dict[str, UsageFacts] = {}
    for task in tasks:
        if task.usage is not None:
            found[task.node] = sum_of_usage(found.get(task.node), task.usage) or task.usage
    return found


def _has_finished(task: TaskRow) -> bool:
    return task.duration_s is not None or bool(task.result_from)


def _results_from(known: Mapping[str, str], row: CheckpointRow, parent: CheckpointRow | None) -> Mapping[str, str]:
    """With the nodes of the step that led to this row. Of a fan-out all tasks must have their results from there.

    An edit in the name of a node is no run of it.
    """
    if row.source == "update" and not row.given:
        return known
    tasks = [task for task in (parent.tasks if parent is not None else ()) if _has_finished(task)]
    ran_for_real = {task.node for task in tasks if not task.result_from}
    found = {task.node: task.result_from for task in tasks if task.node not in ran_for_real}
    found |= dict.fromkeys(row.ran if row.replayed else (), "record") | dict.fromkeys(row.given, "user")
    if not found and known.keys().isdisjoint(row.ran):
        return known
    return {node: where for node, where in known.items() if node not in row.ran} | found


def _was_taken(line: EdgeId, labels: set[tuple[str, str, str]], jumps: frozenset[tuple[str, str]]) -> bool:
    """Whether a step in which the node ran went along this line: always, by a decision, or by a jump."""
    match line.outlet:
        case BranchOutlet(node, router, label):
            return (node, router, label) in labels
        case JumpOutlet(node):
            return (node, line.target) in jumps
    return True
