"""What the canvas shows of a run at the looked-at moment: one look per node and per edge. Pure, no Qt.

Made from RunState, Focus and the graph; read by the canvas. ux.md 2.3 names the looks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

from editor.debugger.failure_story import victims
from editor.debugger.focus import Focus
from editor.debugger.inside_past import by_urgency, is_subgraph, shown_inside
from editor.debugger.legal_moves import LOCKED_PHASES
from editor.debugger.run_state import CheckpointRow, ErrorReport, Phase, RunState, TaskRow, UsageFacts, path_of
from editor.debugger.way_tally import WayTallies, WayTally, usage_by_node
from editor.debugger.work_time import worked_s
from engine.graph.spec import END, START, BranchOutlet, EdgeId, GraphSpec, PlainOutlet

MOST_SHARED = 50_000
"""Moments of nodes and lines that nothing happens to; a picture of 10,000 nodes is shared as a whole."""


class NodeLook(Enum):
    NOT_REACHED = "not reached"
    NEXT = "next"
    RUNNING = "running"
    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    KEPT = "kept for retry"
    NOT_RUN = "not run"  # because of a failure elsewhere
    SKIPPED = "skipped"


class EdgeLook(Enum):
    IDLE = "idle"
    NEXT = "next"  # leads to a node that is next
    TAKEN = "taken"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class TaskMoment:
    """One task of a fan-out."""

    id: str
    look: NodeLook
    duration_s: float | None = None
    started_at_s: float | None = None
    error_line: str = ""
    usage: UsageFacts | None = None
    result_from: str = ""


@dataclass(frozen=True)
class NodeMoment:
    look: NodeLook = NodeLook.NOT_REACHED
    visits: int = 0
    duration_s: float | None = None  # of the last finished visit; of a fan-out: while some task of it worked
    started_at_s: float | None = None  # while running
    said: str = ""  # while running: the last line of its custom stream
    tries: int = 1  # how often it began in the running visit, else in the last one
    error_line: str = ""
    because_of: tuple[str, ...] = ()  # NOT_RUN: the nodes whose failure is the reason
    inside: str = ""  # a subgraph: the node furthest inside that runs, asks, failed or is next, "deep/k"
    inside_done: tuple[int, int] | None = (
        None  # of its nodes: how many have run in the open step, and how many there are
    )
    tasks_now: int = 0  # how many tasks of it are next or running (a Send fan-out has several)
    tasks_together: int = 0  # of a fan-out: how many tasks its step has, or had; 0 for a usual visit
    tasks_failed: int = 0  # how many of these failed
    task_shown: int = 0  # of the tasks: which one this is told of, from 1; 0 for all of them together
    tasks: tuple[TaskMoment, ...] = ()  # these tasks, in the order of the step; empty before they are told
    usage: UsageFacts | None = None  # tokens and cost of the running visit, else of the last one; None: not known
    result_from: str = ""  # DONE, but it did not run: "cache", "record" (of a replayed run) or "user"


@dataclass(frozen=True)
class EdgeMoment:
    look: EdgeLook = EdgeLook.IDLE
    times: int = 0


@dataclass(frozen=True)
class RunPicture:
    """Empty mappings mean: no run is shown, draw the plain graph."""

    nodes: Mapping[str, NodeMoment] = field(default_factory=dict)
    edges: Mapping[EdgeId, EdgeMoment] = field(default_factory=dict)
    in_past: bool = False
    locked: bool = False  # a run exists: the graph cannot be edited until it is stopped
    inside: Mapping[tuple[str, ...], RunPicture] = field(default_factory=dict)
    """Of the subgraphs, by the path of nodes: in the open step, else as they ran last before the shown moment."""
    step: int = 0  # of the nodes that are next, or run: the number that their step has, or will have
    tells_usage: bool = False  # some node has told tokens or cost: of the others it can be said that they have not


def picture_of(
    run_state: RunState, focus: Focus, graph: GraphSpec | None, tallies: WayTallies | None = None
) -> RunPicture:
    """The looks at the shown moment. In the past, tasks that ran later from that checkpoint are shown as next.

    ``tallies`` remembers what was counted for the last picture; whoever follows a run keeps one.
    """
    if tallies is not None and graph is not None and run_state.arriving:
        tallies.follow_arriving(run_state.arriving, graph)
    locked = run_state.phase in LOCKED_PHASES
    shown = focus.shown(run_state)
    if graph is None or shown is None:
        return RunPicture(locked=locked)
    in_past = focus.in_past(run_state)
    tallies = tallies or WayTallies()
    tally = tallies.with_last(tallies.tally(run_state, shown.id, graph))
    last = tallies.lines_taken(tally.last) if tally.last is not None else set()
    ahead = tallies.reach(shown.next)
    nodes = _node_moments(graph, run_state, tally, shown, in_past=in_past)
    finished = (NodeLook.DONE, NodeLook.KEPT)
    due = frozenset(name for name in shown.next if name not in nodes or nodes[name].look not in finished)
    edges = _edge_moments(tallies.drawn, tally, last, shown, ahead, due)
    if run_state.phase is Phase.FAILED and not in_past:
        for name, roots in victims(shown, graph).items():
            if name in nodes and nodes[name].look in (NodeLook.NEXT, NodeLook.NOT_REACHED):
                nodes[name] = replace(nodes[name], look=NodeLook.NOT_RUN, because_of=roots)
    for name in _skipped(graph, nodes, edges):
        nodes[name] = NodeMoment(NodeLook.SKIPPED)
    inside = _pictures_inside(run_state, focus, graph, tallies)
    for name, moment in nodes.items():
        if (name,) in inside and not in_past and moment.look in _OPEN_LOOKS and _is_open(run_state, name):
            within = [each for node, each in inside[(name,)].nodes.items() if node not in (START, END)]
            done = sum(each.visits > 0 for each in within)
            nodes[name] = replace(moment, inside=_innermost(name, inside), inside_done=(done, len(within)))
    tells_usage = any(moment.usage is not None for moment in nodes.values())
    return RunPicture(nodes, edges, in_past, locked, inside, shown.step + 1, tells_usage)


_HELD = frozenset({Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.STOPPED})
_OPEN_LOOKS = (NodeLook.FAILED, NodeLook.RUNNING, NodeLook.WAITING, NodeLook.NEXT)


def _is_open(run_state: RunState, node: str) -> bool:
    return any(path_of(namespace)[0] == node for namespace in run_state.inside)


def _pictures_inside(
    run_state: RunState, focus: Focus, graph: GraphSpec, tallies: WayTallies
) -> dict[tuple[str, ...], RunPicture]:
    """Of several runs of one subgraph: the one that is looked at, else where it stopped, else the most urgent."""
    pictures: dict[tuple[str, ...], RunPicture] = {}
    used: set[tuple[str, ...]] = set()
    if not run_state.inside and not run_state.inside_past:
        tallies.inside.clear()
        return pictures
    for node in [name for name in graph.nodes if is_subgraph(graph, name)]:
        shown = shown_inside(run_state, focus, node)
        if shown is None:
            continue
        chosen = {path_of(namespace): namespace for namespace in by_urgency(shown.runs)}
        if shown.is_open:
            chosen |= {path_of(each): each for each in run_state.stopped_inside if each in shown.runs}
        if focus.inside is not None and focus.inside[0] in shown.runs:
            chosen[path_of(focus.inside[0])] = focus.inside[0]
        for path, namespace in chosen.items():
            spec, run = subgraph_at(graph, path), shown.runs[namespace]
            if spec is None:
                continue
            phase = run_state.phase if shown.is_open else Phase.FINISHED
            at = focus.inside[1] if focus.inside is not None and focus.inside[0] == namespace else None
            key = (shown.source, *namespace)
            used.add(key)
            of_it = RunState(phase=phase, checkpoints=run.checkpoints, head=run.head)
            kept = tallies.inside.setdefault(key, WayTallies())
            pictures[path] = replace(picture_of(of_it, Focus(at), spec, kept), locked=run_state.phase in LOCKED_PHASES)
    for key in [key for key in tallies.inside if key not in used]:
        del tallies.inside[key]
    return pictures


def _innermost(name: str, inside: Mapping[tuple[str, ...], RunPicture]) -> str:
    """The node furthest inside at which it is: "deep/k"; "" if nothing is known."""
    for path in sorted((path for path in inside if path[0] == name), key=len, reverse=True):
        for look in _OPEN_LOOKS:
            here = [node for node, moment in inside[path].nodes.items() if moment.look is look]
            if here:
                return "/".join((*path[1:], here[0]))
    return ""


def subgraph_at(graph: GraphSpec, path: Iterable[str]) -> GraphSpec | None:
    """The subgraph at the end of the path; None if there is none or it is in another file."""
    at: GraphSpec | None = graph
    for name in path:
        node = at.nodes.get(name) if at is not None else None
        at = node.graph if node is not None and isinstance(node.graph, GraphSpec) else None
    return at


def _edge_moments(
    lines: Sequence[EdgeId],
    tally: WayTally,
    last: set[EdgeId],
    shown: CheckpointRow,
    ahead: frozenset[str],
    due: frozenset[str],
) -> dict[EdgeId, EdgeMoment]:
    """``due``: the nodes of the open step that have not finished; only to these does a line lead next."""
    decided = {(node, router) for node, router in tally.decided if node not in ahead}  # the others decide once more
    if shown.source == "input" and not tally.has_steps:
        last = {line for line in lines if line.outlet == PlainOutlet(START)}
    times = tally.times
    starts = START in shown.next

    def moment(line: EdgeId) -> EdgeMoment:
        count = times.get(line, 0)
        leads_on = line.target in due or (starts and not count)
        look = _edge_look(line, count, leads_on and line in last, decided)
        return _line_at_rest(count) if look is (EdgeLook.TAKEN if count else EdgeLook.IDLE) else EdgeMoment(look, count)

    return {line: moment(line) for line in lines}


@lru_cache(maxsize=MOST_SHARED)
def _line_at_rest(times: int) -> EdgeMoment:
    """One object for all pictures, so that most of two pictures is told to be the same without looking into it."""
    return EdgeMoment(EdgeLook.TAKEN if times else EdgeLook.IDLE, times)


def _edge_look(line: EdgeId, times: int, is_next: bool, decided: set[tuple[str, str]]) -> EdgeLook:
    if is_next:
        return EdgeLook.NEXT
    if times:
        return EdgeLook.TAKEN
    if isinstance(line.outlet, BranchOutlet) and (line.outlet.node, line.outlet.router) in decided:
        return EdgeLook.SKIPPED
    return EdgeLook.IDLE


def _node_moments(
    graph: GraphSpec, run_state: RunState, tally: WayTally, shown: CheckpointRow, *, in_past: bool
) -> dict[str, NodeMoment]:
    visits, durations = tally.visits, tally.durations_s
    tasks_now: dict[str, list[TaskRow]] = {}
    for task in () if in_past else shown.tasks:
        if task.state == "running" and run_state.phase in _HELD:
            task = replace(task, state="planned")  # a subgraph that is held inside: it has not ended, and does not run
        tasks_now.setdefault(task.node, []).append(task)
    failed = not in_past and run_state.phase is Phase.FAILED
    ahead = frozenset(shown.next)

    def moment(name: str) -> NodeMoment:
        is_next = name in ahead
        if not is_next and name not in tally.together:
            return _node_at_rest(
                visits.get(name, 0),
                durations.get(name),
                tally.tries.get(name, 1),
                tally.usage.get(name),
                tally.results_from.get(name, ""),
            )
        tasks = tasks_now.get(name, [])
        if is_next and any(task.state != "planned" for task in tasks):
            of_step = _of_tasks(tasks, visits.get(name, 0), durations.get(name), run_failed=failed)
            of_step = replace(of_step, usage=usage_by_node(tasks).get(name))
            broken = sum(task.state == "failed" for task in tasks) if len(tasks) > 1 else 0
            together, several = (len(tasks), _several(tasks, run_failed=failed)) if len(tasks) > 1 else (0, ())
            return replace(of_step, tasks_together=together, tasks_failed=broken, tasks=several)
        look = NodeLook.NEXT if is_next else NodeLook.DONE if visits.get(name, 0) else NodeLook.NOT_REACHED
        due = shown.next.count(name)
        ran = () if is_next else tally.together.get(name, ())
        together = len(ran) if not is_next else due if due > 1 else 0
        return NodeMoment(
            look,
            visits.get(name, 0),
            durations.get(name),
            tasks_now=due,
            tries=tally.tries.get(name, 1),
            tasks_together=together,
            tasks=_several(ran, run_failed=False),
            usage=tally.usage.get(name),
            result_from="" if is_next else tally.results_from.get(name, ""),
        )

    moments = {name: moment(name) for name in graph.nodes}
    moments[START] = NodeMoment(NodeLook.DONE if shown.next != (START,) else NodeLook.NEXT, 1)
    moments[END] = NodeMoment(NodeLook.NOT_REACHED if shown.next else NodeLook.DONE, 0 if shown.next else 1)
    return moments


@lru_cache(maxsize=MOST_SHARED)
def _node_at_rest(
    visits: int, duration_s: float | None, tries: int, usage: UsageFacts | None, result_from: str
) -> NodeMoment:
    """One object for all pictures, as of lines."""
    look = NodeLook.DONE if visits else NodeLook.NOT_REACHED
    return NodeMoment(look, visits, duration_s, tries=tries, usage=usage, result_from=result_from if visits else "")


def _several(tasks: Sequence[TaskRow], *, run_failed: bool) -> tuple[TaskMoment, ...]:
    """Each as it would look if it were the only one."""

    def one(task: TaskRow) -> TaskMoment:
        alone = _of_tasks([task], 0, None, run_failed=run_failed)
        return TaskMoment(
            task.id, alone.look, task.duration_s, alone.started_at_s, alone.error_line, task.usage, alone.result_from
        )

    return tuple(map(one, tasks))


def _of_tasks(tasks: Sequence[TaskRow], visits: int, duration_s: float | None, *, run_failed: bool) -> NodeMoment:
    """The node while its step is open: the most urgent of its tasks decides."""
    states = Counter(task.state for task in tasks)
    unfinished = len(tasks) - states["done"]
    tries = max((task.tries for task in tasks if task.state != "planned"), default=1)
    if states["failed"]:
        error = next(task.error for task in tasks if task.state == "failed")
        line = "" if error is None else f"{_kind_of(error)}: {error.message}".splitlines()[0]
        return NodeMoment(NodeLook.FAILED, visits, duration_s, error_line=line, tasks_now=unfinished, tries=tries)
    if states["waiting"]:
        return NodeMoment(NodeLook.WAITING, visits, duration_s, tasks_now=unfinished)
    if states["running"]:
        started = min((task.started_at_s for task in tasks if task.started_at_s is not None), default=None)
        said = next((task.said for task in reversed(tasks) if task.said), "")
        return NodeMoment(
            NodeLook.RUNNING, visits, duration_s, started_at_s=started, tasks_now=unfinished, tries=tries, said=said
        )
    if unfinished:
        return NodeMoment(NodeLook.NEXT, visits, duration_s, tasks_now=unfinished)
    result_from = tasks[0].result_from if all(task.result_from for task in tasks) else ""
    known_s = None if result_from else duration_s
    took_s = worked_s(tasks)
    look = NodeLook.KEPT if run_failed else NodeLook.DONE
    return NodeMoment(look, visits + 1, known_s if took_s is None else took_s, tries=tries, result_from=result_from)


def _kind_of(error: ErrorReport) -> str:
    return f"{error.kind} in router" if error.while_routing else error.kind


def _skipped(graph: GraphSpec, nodes: Mapping[str, NodeMoment], edges: Mapping[EdgeId, EdgeMoment]) -> Iterable[str]:
    """Nodes that only branches not taken lead to, directly or through other such nodes. Looks at each line once."""
    not_taken = [line for line, moment in edges.items() if moment.look is EdgeLook.SKIPPED]
    if not not_taken:
        return ()
    dead = {name for name in graph.nodes if nodes[name].look is NodeLook.NOT_REACHED}
    out_of: dict[str, list[EdgeId]] = {}
    for line in edges:
        out_of.setdefault(line.outlet.node, []).append(line)
    waiting = [name for name in out_of if name not in dead]
    while waiting:  # what a way still leads to is not dead, nor what follows it
        for line in out_of.get(waiting.pop(), ()):
            if line.target in dead and edges[line].look is not EdgeLook.SKIPPED:
                dead.discard(line.target)
                waiting.append(line.target)
    reached: set[str] = set()
    waiting = [line.target for line in not_taken]
    while waiting:
        name = waiting.pop()
        if name in dead and name not in reached:
            reached.add(name)
            waiting += [line.target for line in out_of.get(name, ())]
    return reached
