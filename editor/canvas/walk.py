"""Walking from node to node with the arrow keys. Pure, no Qt."""

from __future__ import annotations

from editor.canvas.drawing import Drawing
from engine.graph.spec import START

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def next_node(drawing: Drawing, current: str | None, direction: str) -> str | None:
    """The nearest node in that direction; distance across counts double, so that rows and columns are kept to."""
    if current is None or current not in drawing.shapes:
        return START if START in drawing.shapes else next(iter(drawing.shapes), None)
    dx, dy = DIRECTIONS[direction]
    here = drawing.card_rect(current).middle
    best: tuple[float, str] | None = None
    for name in drawing.shapes:
        there = drawing.card_rect(name).middle
        along = (there.x - here.x) * dx + (there.y - here.y) * dy
        across = abs((there.x - here.x) * dy) + abs((there.y - here.y) * dx)
        if name != current and along > 4 and across <= along * 2.5:
            best = min(best or (float("inf"), ""), (along + 2 * across, name))
    return best[1] if best else None
