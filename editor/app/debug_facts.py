"""What the verbs of the debugger could be done to now: which node, which branches, what failed. Frozen, no Qt.

A part of ``Situation``; made by ``debug_verbs`` from the session and the selection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from editor.debugger.run_state import Phase, RunState
from engine.graph.spec import BranchOutlet, EdgeId

if TYPE_CHECKING:
    from editor.debugger.session import DebugSession


@dataclass(frozen=True)
class DebugFacts:
    skip: str = ""
    """The node that can be skipped: the selected one, or the only one that is due."""
    branches: tuple[BranchOutlet, ...] = ()
    """That can be taken instead: of the selected edge, else all."""
    failed: tuple[str, ...] = ()
    """The nodes that can be tried again without running others."""
    asks: bool = False
    """An answer is what lets the run go on."""


def debug_facts(session: DebugSession, nodes: Collection[str], edges: Collection[EdgeId]) -> DebugFacts:
    state = session.run_state
    return DebugFacts(
        _skippable(session, nodes), _forcible(session, edges), failed_nodes(state), state.waits_for_answer
    )


def failed_nodes(state: RunState) -> tuple[str, ...]:
    """In alphabetical order; empty unless the run rests because nodes failed."""
    head = state.checkpoints.get(state.head or "")
    if state.phase is not Phase.FAILED or head is None:
        return ()
    return tuple(sorted({task.node for task in head.tasks if task.state == "failed"}))


def due_together(state: RunState) -> str:
    """What the next step would run, if it is more than one: "2 nodes", or "8 tasks" where a fan-out is among them.

    Of a step that is tried again only those that have not finished.
    """
    head = state.checkpoints.get(state.head or "")
    if head is None:
        return ""
    due = [task.node for task in head.tasks if task.state != "done"] or head.next
    if len(due) < 2:
        return ""
    return f"{len(due)} {'nodes' if len(set(due)) == len(due) else 'tasks'}"


def _skippable(session: DebugSession, nodes: Collection[str]) -> str:
    head = session.run_state.checkpoints.get(session.run_state.head or "")
    if head is None or not head.next:
        return ""
    chosen = [node for node in nodes if node in head.next] if len(nodes) == 1 else []
    due = [task.node for task in head.tasks if task.state != "done"]
    return next((node for node in chosen or due[:1] if not session.why_not_skip(node)), "")


def _forcible(session: DebugSession, edges: Collection[EdgeId]) -> tuple[BranchOutlet, ...]:
    wanted = session.forcible_branches()
    selected = tuple(outlet for outlet in wanted if any(edge.outlet == outlet for edge in edges))
    return selected or wanted
