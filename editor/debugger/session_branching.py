"""Where the user decides in the graph's place: a fork, a node's result given, another branch. Part of DebugSession.

Each makes a checkpoint of its own, so the way the run went before stays in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from editor.debugger.focus import Focus
from editor.debugger.reports import ForkPreview
from editor.debugger.run_state import CheckpointRow, RunState
from editor.debugger.session_questions import RequestHandle
from engine.graph.spec import BranchOutlet, GraphSpec, router_of, shown_name
from engine.runner import requests
from engine.runner.requests import Request


class SessionBranching:
    """The branching half of ``DebugSession``, which has what is declared first."""

    _run_state: RunState
    _focus: Focus
    _graph: GraphSpec | None
    may: Callable[[str], bool]
    _may: Callable[[str], bool]
    _thread: Callable[[], str]
    _go_on: Callable[[Request], None]
    _ask_for_preview: Callable[[Request, str, Callable[[ForkPreview], None]], RequestHandle]
    back_to_now: Callable[[], None]

    def fork(
        self, checkpoint_id: str, changes: Mapping[str, Any], as_node: str | None = None, then: str = "pause"
    ) -> None:
        """A new branch from a checkpoint with some keys changed, then pause, step or resume. Comes back to now."""
        if self._may("fork") and checkpoint_id in self._run_state.checkpoints:
            self.back_to_now()
            self._go_on(requests.Fork(self._thread(), checkpoint_id, dict(changes), as_node, then))

    def skip_node(self, node: str, result: Mapping[str, Any], then: str = "pause") -> None:
        """Goes on as if the node had returned ``result``, without running it. ``why_not_skip`` says when not."""
        head = self._run_state.head
        if self._may("skip_node") and head is not None and not self.why_not_skip(node):
            self.back_to_now()
            self._go_on(requests.Fork(self._thread(), head, dict(result), node, then, is_result=True))

    def why_not_skip(self, node: str) -> str:
        """In words; "" if the node can be skipped now."""
        head = self._run_state.checkpoints.get(self._run_state.head or "")
        if head is None or not self.may("skip_node") or node not in head.next:
            return f"{node} is not next."
        if self._graph is not None and node not in self._graph.nodes:
            return f"The graph has no {node} any more."
        if head.next.count(node) > 1:
            return f"{head.next.count(node)} tasks of {node} are next; a result can be given only where there is one."
        others = [task.node for task in head.tasks if task.state != "done"]
        others.remove(node) if node in others else None
        if others:
            return f"{' and '.join(sorted(others))} runs in the same step and would be skipped with it."
        return ""

    # A graph that is another one now

    def decide_again(self, then: str = "pause") -> None:
        """Where the run is, the nodes that led there decide once more, by the graph as it is now."""
        head = self._run_state.head
        if self._may("fork") and head is not None:
            self.back_to_now()
            self._go_on(requests.DecideAgain(self._thread(), head, then=then))

    def preview_again(self, on_done: Callable[[ForkPreview], None]) -> RequestHandle | None:
        """Which nodes would be next after ``decide_again``."""
        head = self._run_state.head
        if head is None:
            return None
        return self._ask_for_preview(requests.PreviewDecision(self._thread(), head), head, on_done)

    def resume_renamed(self, renamed: Mapping[str, str]) -> None:
        """As ``resume``, with these nodes in place of those that the graph no longer has."""
        if self._may("resume"):
            self._go_on(requests.GoOn(self._thread(), renamed=dict(renamed)))

    # Another branch of a router

    def force_branch(self, outlet: BranchOutlet, then: str = "pause") -> None:
        """Takes that branch at the shown checkpoint, where the router chose another. ``why_not_force``: when not."""
        shown = self._focus.shown(self._run_state)
        if self._may("fork") and shown is not None and not self.why_not_force(outlet):
            self.back_to_now()
            order = (self._thread(), shown.id, outlet.node, outlet.router, outlet.label)
            self._go_on(requests.DecideAgain(*order, then))

    def preview_force(self, outlet: BranchOutlet, on_done: Callable[[ForkPreview], None]) -> RequestHandle | None:
        """Which nodes would be next if that branch were taken at the shown checkpoint."""
        shown = self._focus.shown(self._run_state)
        if shown is None:
            return None
        order = (self._thread(), shown.id, outlet.node, outlet.router, outlet.label)
        return self._ask_for_preview(requests.PreviewDecision(*order), shown.id, on_done)

    def why_not_force(self, outlet: BranchOutlet) -> str:
        """In words; "" if the run can be made to go along this branch at the shown checkpoint."""
        shown = self._focus.shown(self._run_state)
        if shown is None or self._graph is None or not self.may("fork"):
            return "There is no run at rest to lead elsewhere."
        chosen = [route.label for route in shown.routes if (route.node, route.router) == (outlet.node, outlet.router)]
        if not chosen:
            return f"The router of {shown_name(outlet.node)} has not decided in the step that led here."
        if chosen == [outlet.label]:
            return "The run goes this way already."
        router = router_of(self._graph, outlet.node, outlet.router)
        branch = router.branch(outlet.label) if router is not None else None
        if branch is None or branch.target is None:
            return "This branch leads nowhere yet."
        return ""

    def forcible_branches(self) -> tuple[BranchOutlet, ...]:
        """The branches that could be taken instead at the shown checkpoint, in the order of their routers."""
        shown = self._focus.shown(self._run_state)
        if shown is None or self._graph is None:
            return ()
        return tuple(outlet for outlet in _outlets_of(shown, self._graph) if not self.why_not_force(outlet))


def _outlets_of(row: CheckpointRow, graph: GraphSpec) -> list[BranchOutlet]:
    decided = dict.fromkeys((route.node, route.router) for route in row.routes)
    return [
        BranchOutlet(node, name, branch.label)
        for node, name in decided
        if (router := router_of(graph, node, name)) is not None
        for branch in router.branches
    ]
