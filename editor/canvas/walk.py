"""Walking from node to node with the arrow keys, over notes and the titles of frames too, and from edge to edge of one
node. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Mapping

from editor.canvas.drawing import Drawing
from editor.canvas.remark_shape import title_rect
from editor.canvas.shapes import Rect
from engine.graph.spec import START, EdgeId

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
REMARK = "remark\n"
"""Begins the stop of a remark; no node's name has two lines."""
TITLE_STOP_PX = 120.0
"""A frame is met at the beginning of its title, where it is read."""


def stops_of(drawing: Drawing) -> dict[str, Rect]:
    """What the arrow keys go to: nodes by name, remarks by ``REMARK`` and their key."""
    stops = {name: drawing.card_rect(name) for name in drawing.shapes}
    for key, remark in drawing.remarks.items():
        left, top, width, height = title_rect(remark)
        is_frame = remark.kind == "frame"
        stops[REMARK + key] = Rect(left, top, min(width, TITLE_STOP_PX) if is_frame else width, height)
    return stops


def next_stop(stops: Mapping[str, Rect], current: str | None, direction: str) -> str | None:
    """The nearest stop in that direction; distance across counts double, so that rows and columns are kept to."""
    if current is None or current not in stops:
        return START if START in stops else next(iter(stops), None)
    dx, dy = DIRECTIONS[direction]
    here = stops[current].middle
    best: tuple[float, str] | None = None
    for name, rect in stops.items():
        there = rect.middle
        along = (there.x - here.x) * dx + (there.y - here.y) * dy
        across = abs((there.x - here.x) * dy) + abs((there.y - here.y) * dx)
        if name != current and along > 4 and across <= along * 2.5:
            best = min(best or (float("inf"), ""), (along + 2 * across, name))
    return best[1] if best else None


def lines_of(drawing: Drawing, node: str) -> tuple[EdgeId, ...]:
    """The lines at a node in the order of reading: those that leave it from top to bottom, then those that arrive."""

    def place(line: EdgeId) -> tuple[bool, float, float, str]:
        route = drawing.routes[line]
        leaves = line.outlet.node == node
        return (not leaves, *((route.start.y, route.tip.y) if leaves else (route.start.y, route.start.x)), str(line))

    return tuple(sorted(drawing.edges_at(node), key=place)) if node in drawing.shapes else ()
