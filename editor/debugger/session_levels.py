"""Into subgraphs and out of them. Part of DebugSession."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from editor.debugger.focus import Focus
from editor.debugger.inside_past import is_subgraph, shown_inside, source_of
from editor.debugger.reduce import with_inside
from editor.debugger.run_picture import subgraph_at
from editor.debugger.run_state import Namespace, Phase, RunState, path_of
from editor.debugger.session_questions import RequestHandle
from engine.graph.spec import GraphSpec
from engine.runner import requests
from engine.runner.protocol import from_plain
from engine.runner.requests import Request
from engine.runner.run_events import InsideFacts


class SessionLevels:
    """The levels of ``DebugSession``, which has what is declared first."""

    level_changed: Any
    _run_state: RunState
    _focus: Focus
    _graph: GraphSpec | None
    _may: Callable[[str], bool]
    _thread: Callable[[], str]
    _go_on: Callable[[Request], None]
    _ask: Callable[..., RequestHandle]
    _show: Callable[[RunState, Focus], None]

    _level: tuple[str, ...] = ()
    # The subgraph whose drawing is open, as a path of nodes.
    _inside_asked: tuple[str | None, str] | None = None

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

    # Looking inside

    @property
    def inside_node(self) -> str | None:
        """The subgraph node that is looked into: the one whose level is open, else the one that is selected."""
        node = self._level[0] if self._level else self._focus.node
        return node if is_subgraph(self._graph, node) else None

    @property
    def level(self) -> tuple[str, ...]:
        """The path of nodes to the drawing that is open."""
        return self._level

    def look_at_level(self, path: tuple[str, ...]) -> None:
        """The drawing of that subgraph is open: what ran in it is read, if it is not known yet."""
        if path != self._level:
            old, self._level = self._level, path
            self._show(self._run_state, replace(self._focus, inside=None))
            self.level_changed.emit(old, path)

    def look_inside(self, namespace: Namespace, checkpoint_id: str) -> None:
        """Shows that moment of a subgraph; the outer graph stays where it is."""
        self._show(self._run_state, replace(self._focus, inside=(namespace, checkpoint_id)))

    def _follow_inside(self) -> None:
        """Asks for what ran inside, once: where somebody looks at the shown moment, or where an opened run got to."""
        state = self._run_state
        source = self._unknown_past() or self._unknown_end()
        if source is None or source in state.inside_past or self._inside_asked == (state.thread_id, source):
            return
        self._inside_asked = (state.thread_id, source)
        thread_id = state.thread_id

        def done(levels: Any) -> None:
            facts = [from_plain(InsideFacts, level) for level in levels]
            if thread_id == self._run_state.thread_id:
                if facts:  # else nothing is known of it, and asking again would not change that
                    self._inside_asked = None
                self._show(with_inside(self._run_state, source, facts), self._focus)

        self._ask(requests.ReadInside(self._thread(), source), done, lambda _text: None)

    def _unknown_past(self) -> str | None:
        """The step in which the subgraph ran that is looked into."""
        node, state = self.inside_node, self._run_state
        if node is None or shown_inside(state, self._focus, node) is not None:
            return None
        return source_of(state, self._focus.shown_id(state), node)

    def _unknown_end(self) -> str | None:
        """The open step of a run that was opened again, if a subgraph failed in it or asks: its card tells where."""
        state = self._run_state
        head = state.checkpoints.get(state.head or "")
        if state.phase is not Phase.STOPPED or state.inside or head is None:
            return None
        held = any(task.state in ("failed", "waiting") and is_subgraph(self._graph, task.node) for task in head.tasks)
        return head.id if held else None

    # Editing inside

    def why_not_edit_inside(self, namespace: Namespace, checkpoint_id: str) -> str:
        """In words; "" if values of that moment of a subgraph can be changed."""
        state = self._run_state
        run = state.inside.get(namespace)
        if self._focus.in_past(state) or run is None:
            return (
                "This subgraph has run to its end; its values are history. Fork the outer graph at the step before: "
                "the subgraph then begins anew."
            )
        if state.phase is not Phase.PAUSED or namespace not in state.stopped_inside:
            return "Values inside a subgraph can be changed only while the run is stopped in it."
        if run.head != checkpoint_id:
            return "An earlier moment of a subgraph cannot be changed. Change it where the run stands now."
        return ""

    def edit_inside(self, namespace: Namespace, checkpoint_id: str, changes: Mapping[str, Any]) -> None:
        """New values of keys of the subgraph that the run stopped in; it stays stopped there."""
        if not self.why_not_edit_inside(namespace, checkpoint_id):
            self._show(self._run_state, replace(self._focus, inside=None))
            self._go_on(requests.EditInside(self._thread(), namespace, checkpoint_id, dict(changes)))

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
