"""The faint bands behind nodes that stand in one superstep. Pure, no Qt."""

from __future__ import annotations

from editor.canvas.drawing import Drawing
from editor.canvas.shapes import Rect, rect_around
from editor.debugger.run_picture import NodeLook, RunPicture

PADDING = 20.0
OF_THIS_STEP = frozenset({NodeLook.NEXT, NodeLook.RUNNING, NodeLook.WAITING, NodeLook.FAILED, NodeLook.KEPT})


def bands_of(picture: RunPicture, drawing: Drawing) -> tuple[Rect, ...]:
    """One band around the nodes of the present step if there are several; one around each if others stand between."""
    names = [n for n, moment in picture.nodes.items() if moment.look in OF_THIS_STEP and n in drawing.shapes]
    if len(names) < 2:
        return ()
    around = rect_around(drawing.bounds(name) for name in names).grown(PADDING)
    if set(drawing.nodes_meeting(around)) <= set(names):
        return (around,)
    return tuple(drawing.bounds(name).grown(PADDING) for name in sorted(names))
