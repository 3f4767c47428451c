"""Where a new card stands on nothing else. Pure, no Qt."""

from __future__ import annotations

from editor.canvas.drawing import Drawing
from editor.canvas.node_shape import CARD_HEIGHT, CARD_WIDTH
from editor.canvas.shapes import Point, Rect

STEP_PX = 24
CLEARANCE_PX = 12
MOST_STEPS = 400


def free_ground(drawing: Drawing, corner: Point) -> Point:
    """This corner, or the next one below it where a card meets no other. In a drawing full of cards, the last tried."""
    for _ in range(MOST_STEPS):
        if not drawing.nodes_meeting(Rect(corner.x, corner.y, CARD_WIDTH, CARD_HEIGHT).grown(CLEARANCE_PX)):
            break
        corner = corner.moved(0, STEP_PX)
    return corner
