"""Where a new card stands on nothing else. Pure, no Qt."""

from __future__ import annotations

from math import hypot

from editor.canvas.drawing import Drawing
from editor.canvas.node_shape import CARD_HEIGHT, CARD_WIDTH, PILL_HEIGHT
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Point, Rect
from editor.document.layout import Position, on_grid
from engine.graph.spec import END

STEP_PX = 24
CLEARANCE_PX = 12
MOST_STEPS = 24
"""In each direction: 576 px, which is about as far as a new card is still seen."""
END_GAP_PX = 60
BACKWARDS = 1.5
"""Up and to the left count so much further: a graph grows to the right and downwards."""


def free_ground(drawing: Drawing, corner: Point, size: tuple[float, float] = (CARD_WIDTH, CARD_HEIGHT)) -> Point:
    """This corner, or the nearest one where a thing of this size, a card, meets no other card and no note.

    In a drawing full of cards, this one. END goes out of the way as long as nothing leads to it: ``end_aside``.
    """
    goes = _that_goes(drawing)
    notes = [rect_of(remark) for remark in drawing.remarks.values() if remark.kind == "note"]
    for dx, dy in _NEAREST_FIRST:
        ground = Rect(corner.x + dx, corner.y + dy, *size).grown(CLEARANCE_PX)
        if goes.issuperset(drawing.nodes_meeting(ground)) and not any(note.meets(ground) for note in notes):
            return corner.moved(dx, dy)
    return corner


def end_aside(
    drawing: Drawing, corner: Position, size: tuple[float, float] = (CARD_WIDTH, CARD_HEIGHT)
) -> dict[str, Position]:
    """Where END goes when a thing of this size is put at this corner; empty if it stays.

    In a new graph it stands beside START, just where the first node belongs.
    """
    ground = Rect(*corner, *size)
    if not any(drawing.card_rect(end).meets(ground.grown(CLEARANCE_PX)) for end in _that_goes(drawing)):
        return {}
    return {END: on_grid(ground.right + END_GAP_PX, ground.middle.y - PILL_HEIGHT / 2)}


def _that_goes(drawing: Drawing) -> frozenset[str]:
    return frozenset() if drawing.edges_at(END) else frozenset([END])


def _distance(step: tuple[int, int]) -> float:
    return hypot(*(part if part >= 0 else part * BACKWARDS for part in step))


_STEPS = range(-MOST_STEPS * STEP_PX, MOST_STEPS * STEP_PX + 1, STEP_PX)
_NEAREST_FIRST = sorted(((dx, dy) for dx in _STEPS for dy in _STEPS), key=_distance)
