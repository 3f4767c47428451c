"""What the user and the run put on a node besides its look: selection, breakpoint, glow, branches taken. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.spec import Outlet


@dataclass(frozen=True, slots=True)
class NodeDress:
    """What the user and the run put on a node besides its look."""

    selected: bool = False
    breakpoint: str = ""
    """"": none. "on": filled. "ghost": under the pointer, a click would set it. Or "conditional", "hit count", "log",
    "disabled"."""
    breakpoint_text: str = ""
    """The number of the hit."""
    problem: str = ""
    """"", "warning" or "error"."""
    glow: str = ""
    """While an edge is dragged: "valid", "aimed" (the pointer is on it), "dim"."""
    active_outlet: Outlet | None = None
    """The port under the pointer."""
    taken: frozenset[Outlet] = frozenset()
    skipped: frozenset[Outlet] = frozenset()

    branch_stops: tuple[tuple[Outlet, str], ...] = ()
    """Branches with a breakpoint, each with its look as ``breakpoint`` has it."""


PLAIN_DRESS = NodeDress()
