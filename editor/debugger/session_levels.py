"""Into subgraphs and out of them. Part of DebugSession."""

from __future__ import annotations

from collections.abc import Callable

from editor.debugger.run_picture import subgraph_at
from editor.debugger.run_state import RunState, path_of
from engine.graph.spec import GraphSpec
from engine.runner import requests
from engine.runner.requests import Request


class SessionLevels:
    """The levels of ``DebugSession``, which has what is declared first."""

    _run_state: RunState
    _graph: GraphSpec | None
    _may: Callable[[str], bool]
    _thread: Callable[[], str]
    _go_on: Callable[[Request], None]

    @property
    def stopped_within(self) -> tuple[tuple[str, ...], ...]:
        """The paths of nodes to the subgraphs that the run stopped in, sorted; () if in none."""
        return tuple(sorted(set(map(path_of, self._run_state.stopped_inside))))

    def step_into(self) -> None:
        """One superstep, that of the subgraphs which are next instead of all of them."""
        if self._may("step_into"):
            self._go_on(requests.GoOn(self._thread(), stepping=True, level="into"))

    def step_out(self) -> None:
        """To the end of the subgraph that the run stopped in; breakpoints inside hold it before."""
        if self._may("step_out"):
            self._go_on(requests.GoOn(self._thread(), stepping=True, level="out"))

    def _can_step_into(self) -> bool:
        """Whether a node that is next is a subgraph that can be stopped inside."""
        for path, names in self._next_by_level():
            graph = subgraph_at(self._graph, path) if self._graph is not None else None
            nodes = [graph.nodes[name] for name in names if graph is not None and name in graph.nodes]
            if any(node.graph is not None and node.checkpointer != "none" for node in nodes):
                return True
        return False

    def _next_by_level(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        state = self._run_state
        if not state.stopped_inside:
            head = state.checkpoints.get(state.head or "")
            return [((), head.next)] if head is not None else []
        rows = []
        for namespace in state.stopped_inside:
            run = state.inside.get(namespace)
            head = run.checkpoints.get(run.head or "") if run is not None else None
            if head is not None:
                rows.append((path_of(namespace), head.next))
        return rows
