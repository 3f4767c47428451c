"""What the user and the run put on a node besides its look: selection, breakpoint, glow, branches taken. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from editor.canvas.drawing import Drawing
from editor.debugger.run_picture import EdgeLook, RunPicture
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


def outlets_by_route(picture: RunPicture, drawing: Drawing, name: str) -> tuple[frozenset[Outlet], frozenset[Outlet]]:
    """Of a node's outlets those that the shown run went through, and those that its router decided against."""
    if not picture.edges or not drawing.shapes[name].tabs:
        return frozenset(), frozenset()
    taken, skipped = set(), set()
    for edge in drawing.edges_at(name):
        moment = picture.edges.get(edge)
        if edge.outlet.node == name and moment is not None:
            if moment.look in (EdgeLook.TAKEN, EdgeLook.NEXT):
                taken.add(edge.outlet)
            elif moment.look is EdgeLook.SKIPPED:
                skipped.add(edge.outlet)
    return frozenset(taken), frozenset(skipped)
