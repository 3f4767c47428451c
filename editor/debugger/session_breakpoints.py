"""The breakpoints of a session: the list, kept beside the graph, and what the runner told of it. Part of DebugSession.

Every change of the list goes through ``_set_breakpoints``: kept in the local file, sent to the runner, told to views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from editor.debugger import local_state
from editor.debugger.breakpoints import (
    Breakpoint,
    BreakpointFacts,
    branch_toggled,
    new_id,
    plain_nodes,
    toggled,
)
from editor.debugger.run_state import RunState
from editor.debugger.runners import Runners
from engine.graph.spec import BranchOutlet
from engine.runner import requests
from engine.runner.run_events import BreakpointsHit, RunEvent, RunStarted, ThreadOpened


class SessionBreakpoints:
    """The breakpoint half of ``DebugSession``, which has what is declared first."""

    breakpoints_changed: Any
    breakpoint_list_changed: Any
    breakpoint_facts_changed: Any
    _graph_path: Path | None
    _runners: Runners
    _run_state: RunState

    _breakpoints: tuple[Breakpoint, ...] = ()
    _breakpoint_facts: Mapping[str, BreakpointFacts] = {}

    @property
    def breakpoints(self) -> frozenset[str]:
        """Names of the nodes before which a continued run pauses each time."""
        return plain_nodes(self._breakpoints)

    @property
    def breakpoint_list(self) -> tuple[Breakpoint, ...]:
        """All breakpoints of the graph, in the order they were made."""
        return self._breakpoints

    @property
    def breakpoint_facts(self) -> Mapping[str, BreakpointFacts]:
        """By id: hits of the shown run and why a condition could not be evaluated. Only of those that were hit."""
        return self._breakpoint_facts

    def toggle_breakpoint(self, node: str, within: tuple[str, ...] = ()) -> None:
        """Takes away every breakpoint before the node, or sets a plain one if there is none.

        ``within``: the path of nodes to the subgraph that the node is in.
        """
        self._set_breakpoints(toggled(self._breakpoints, node, within))

    def toggle_branch_breakpoint(self, outlet: BranchOutlet, within: tuple[str, ...] = ()) -> None:
        """The same for breakpoints that hold the run when this branch is taken."""
        self._set_breakpoints(branch_toggled(self._breakpoints, outlet, within))

    def add_breakpoint(self, breakpoint: Breakpoint) -> str:
        """Adds it under an id of its own, which is returned."""
        added = replace(breakpoint, id=new_id())
        self._set_breakpoints((*self._breakpoints, added))
        return added.id

    def change_breakpoint(self, changed: Breakpoint) -> None:
        """Replaces the breakpoint with the same id; does nothing if that is gone."""
        self._set_breakpoints(tuple(changed if each.id == changed.id else each for each in self._breakpoints))

    def enable_breakpoint(self, breakpoint_id: str, enabled: bool) -> None:
        """A disabled breakpoint stays in the list and holds nothing."""
        self._set_breakpoints(
            tuple(replace(each, enabled=enabled) if each.id == breakpoint_id else each for each in self._breakpoints)
        )

    def remove_breakpoint(self, breakpoint_id: str) -> None:
        self._set_breakpoints(tuple(each for each in self._breakpoints if each.id != breakpoint_id))

    def replace_breakpoints(self, breakpoints: Sequence[Breakpoint]) -> None:
        """All at once, as when a graph is saved under another name and takes its breakpoints along."""
        self._set_breakpoints(tuple(breakpoints))

    # Below: for DebugSession

    def _read_breakpoints(self, path: Path) -> None:
        """Those of another graph."""
        self._show_breakpoints(local_state.read_breakpoints(path))
        self._show_facts({})

    def _breakpoint_request(self) -> requests.SetBreakpoints:
        hits = {name: facts.hits for name, facts in self._breakpoint_facts.items()}
        return requests.SetBreakpoints(self._breakpoints, hits)

    def _hear_of_breakpoints(self, event: RunEvent) -> None:
        """A new run and another thread count anew; what had its one hold is taken away."""
        is_another = isinstance(event, ThreadOpened) and event.thread_id != self._run_state.thread_id
        if isinstance(event, RunStarted) or is_another:
            self._show_facts({})
        elif isinstance(event, BreakpointsHit):
            self._show_facts({each.id: each for each in event.breakpoints})
            spent = {each.id for each in event.breakpoints if each.spent}
            self._set_breakpoints(tuple(each for each in self._breakpoints if each.id not in spent))

    def _set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        if breakpoints == self._breakpoints:
            return
        if self._graph_path is not None:
            local_state.write_breakpoints(self._graph_path, breakpoints)
        self._show_breakpoints(breakpoints)
        if self._runners.live is not None:
            self._runners.live.send(self._breakpoint_request())

    def _show_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        old, self._breakpoints = self._breakpoints, breakpoints
        if plain_nodes(old) != plain_nodes(breakpoints):
            self.breakpoints_changed.emit(plain_nodes(old), plain_nodes(breakpoints))
        if old != breakpoints:
            self.breakpoint_list_changed.emit(old, breakpoints)

    def _show_facts(self, facts: Mapping[str, BreakpointFacts]) -> None:
        old, self._breakpoint_facts = self._breakpoint_facts, facts
        if old != facts:
            self.breakpoint_facts_changed.emit(old, facts)
