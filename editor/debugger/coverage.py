"""How often each node ran and each branch was taken in a whole run, over all its forks; what never was. Pure, no Qt.

Followed step by step, so that a long run costs nothing to count. Shown by ``coverage_panel`` and on the canvas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from editor.debugger.run_picture import EdgeLook, EdgeMoment, NodeLook, NodeMoment, RunPicture
from editor.debugger.run_state import CheckpointRow, RunState
from engine.graph.levels import levels
from engine.graph.spec import END, START, BranchOutlet, EdgeId, GraphSpec, drawn_edges

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class BranchCount:
    """One branch of one router."""

    node: str
    router: str
    label: str
    target: str
    times: int


@dataclass(frozen=True)
class Coverage:
    nodes: dict[str, int] = field(default_factory=dict)
    """Every node of the drawing, in its order."""
    branches: tuple[BranchCount, ...] = ()

    @property
    def nodes_ran(self) -> int:
        return sum(times > 0 for times in self.nodes.values())

    @property
    def branches_taken(self) -> int:
        return sum(branch.times > 0 for branch in self.branches)


def coverage_of(graph: GraphSpec, visits: Mapping[str, int], taken: Mapping[tuple[str, str, str], int]) -> Coverage:
    """``taken``: by node, router and label. What is inside a subgraph has a path as its name, "review/score"."""
    nodes: dict[str, int] = {}
    branches: list[BranchCount] = []
    _cover(graph, "", visits, taken, nodes, branches)
    return Coverage(nodes, tuple(branches))


def _cover(
    graph: GraphSpec,
    within: str,
    visits: Mapping[str, int],
    taken: Mapping[tuple[str, str, str], int],
    nodes: dict[str, int],
    branches: list[BranchCount],
) -> None:
    """Adds what is in this graph; what is inside a node comes after it."""
    for name, node in graph.nodes.items():
        nodes[within + name] = visits.get(within + name, 0)
        if isinstance(node.graph, GraphSpec):
            _cover(node.graph, f"{within}{name}/", visits, taken, nodes, branches)
    for name, routers in graph.routers.items():
        for router in routers:
            for branch in router.branches:
                times = taken.get((within + name, router.name, branch.label), 0)
                branches.append(BranchCount(within + name, router.name, branch.label, branch.target or "", times))


def has_inside(graph: GraphSpec) -> bool:
    """Whether some node is a graph of its own: what runs there is known to the run database alone."""
    return any(isinstance(node.graph, GraphSpec) for node in graph.nodes.values())


class CoverageCount:
    """Counts one run; begins anew with another."""

    def __init__(self) -> None:
        self._thread: str | None = None
        self._place = 0
        self._visits: Counter[str] = Counter()
        self._taken: Counter[tuple[str, str, str]] = Counter()

    def follow(self, state: RunState) -> bool:
        """Counts a portion of what is new in the run. Whether that was all."""
        if state.thread_id != self._thread or len(state.checkpoints) < self._place:
            self._thread, self._place = state.thread_id, 0
            self._visits.clear()
            self._taken.clear()
        rows = state.checkpoints.from_place(self._place, ROWS_AT_ONCE)
        self._count(rows)
        self._place += len(rows)
        return self._place >= len(state.checkpoints)

    def of(self, graph: GraphSpec) -> Coverage:
        return coverage_of(graph, self._visits, self._taken)

    def _count(self, rows: Iterable[CheckpointRow]) -> None:
        for row in rows:
            if row.source == "fork":  # a copy of a step that is counted already
                continue
            if row.source == "loop":  # an edit in a node's name is no visit
                self._visits.update(name for name in row.ran if name != START)
            self._taken.update((route.node, route.router, route.label) for route in row.routes)


def covered_picture(coverage: Coverage, graph: GraphSpec, shown: RunPicture) -> RunPicture:
    """What the canvas shows instead of the shown moment: how often each part was used, and what never was."""
    inside = {
        level.path: _covered(coverage, level.graph, "/".join((*level.path, "")), shown)
        for level in levels(graph)
        if level.path
    }
    return replace(_covered(coverage, graph, "", shown), inside=inside)


def _covered(coverage: Coverage, graph: GraphSpec, within: str, shown: RunPicture) -> RunPicture:
    taken = {(each.node, each.router, each.label): each.times for each in coverage.branches}

    def times(line: EdgeId) -> int:
        outlet = line.outlet
        if isinstance(outlet, BranchOutlet):
            return taken.get((within + outlet.node, outlet.router, outlet.label), 0)
        return 1 if outlet.node == START else coverage.nodes.get(within + outlet.node, 0)

    edges = {line: _edge(times(line)) for line in drawn_edges(graph)}
    nodes = {name: _node(coverage.nodes.get(within + name, 0)) for name in graph.nodes}
    nodes[START] = _node(1)
    nodes[END] = _node(sum(moment.times for line, moment in edges.items() if line.target == END))
    return RunPicture(nodes, edges, shown.in_past, shown.locked)


def _node(times: int) -> NodeMoment:
    return NodeMoment(NodeLook.DONE if times else NodeLook.SKIPPED, times)


def _edge(times: int) -> EdgeMoment:
    return EdgeMoment(EdgeLook.TAKEN if times else EdgeLook.SKIPPED, times)
