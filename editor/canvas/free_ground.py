"""Where a new card stands on nothing else. Pure, no Qt."""

from __future__ import annotations

from math import hypot

from editor.canvas.drawing import Drawing
from editor.canvas.node_shape import CARD_HEIGHT, CARD_WIDTH
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Point, Rect

STEP_PX = 24
CLEARANCE_PX = 12
MOST_STEPS = 24
"""In each direction: 576 px, which is about as far as a new card is still seen."""
BACKWARDS = 1.5
"""Up and to the left count so much further: a graph grows to the right and downwards."""


def free_ground(drawing: Drawing, corner: Point, size: tuple[float, float] = (CARD_WIDTH, CARD_HEIGHT)) -> Point:
    """This corner, or the nearest one where a thing of this size, a card, meets no other card and no note.

    In a drawing full of cards, this one.
    """
    notes = [rect_of(remark) for remark in drawing.remarks.values() if remark.kind == "note"]
    for dx, dy in _NEAREST_FIRST:
        ground = Rect(corner.x + dx, corner.y + dy, *size).grown(CLEARANCE_PX)
        if not drawing.nodes_meeting(ground) and not any(note.meets(ground) for note in notes):
            return corner.moved(dx, dy)
    return corner


def _distance(step: tuple[int, int]) -> float:
    return hypot(*(part if part >= 0 else part * BACKWARDS for part in step))


_STEPS = range(-MOST_STEPS * STEP_PX, MOST_STEPS * STEP_PX + 1, STEP_PX)
_NEAREST_FIRST = sorted(((dx, dy) for dx in _STEPS for dy in _STEPS), key=_distance)
