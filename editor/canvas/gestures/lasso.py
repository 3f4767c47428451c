"""Ctrl+Alt+drag over empty ground: select what a line drawn by hand goes round. Shift adds.

The line closes itself. Where it takes too long to look at each move, what it holds is looked up at the release.
"""

from __future__ import annotations

from math import hypot

from editor.canvas.geometry import polyline
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.gestures.rubber_band import NOTHING, Chosen, both, chosen_now
from editor.canvas.hit import HitKind
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Point, Rect, rect_around
from engine.graph.spec import EdgeId

STEP_PX = 4.0
"""On the screen, between two points of the line. A hand trembles by more."""
MOST_LOOKS = 60_000
"""Points of things times points of the line that are looked at within a move: about 10 ms."""


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if pointer.button == "left" and pointer.ctrl and pointer.alt and pointer.hit.kind is HitKind.NOTHING:
        return _Lasso(stage, pointer)
    return None


class _Lasso:
    cursor = "cross"

    def __init__(self, stage: Stage, pointer: Pointer) -> None:
        self._stage = stage
        self._line = [pointer.scene]
        self._before = chosen_now(stage)
        self._kept = self._before if pointer.shift else NOTHING
        stage.select(*self._kept)

    def move(self, pointer: Pointer) -> None:
        last, now = self._line[-1], pointer.scene
        if hypot(now.x - last.x, now.y - last.y) * self._stage.zoom < STEP_PX:
            return
        self._line.append(now)
        self._stage.show_lasso(tuple(self._line))
        around = rect_around([Rect(x, y, 0, 0) for x, y in self._line])
        if len(self._line) * len(self._stage.drawing.nodes_meeting(around)) <= MOST_LOOKS:
            self._select()

    def finish(self, pointer: Pointer) -> None:
        self._stage.show_lasso(())
        self._select()

    def cancel(self) -> None:
        self._stage.show_lasso(())
        self._stage.select(*self._before)

    def _select(self) -> None:
        self._stage.select(*both(self._kept, held_by(self._stage, self._line)))


def held_by(stage: Stage, line: list[Point]) -> Chosen:
    """Nodes and notes with their middle inside the closed line; edges and frames that lie in it whole."""
    drawing = stage.drawing
    around = rect_around([Rect(x, y, 0, 0) for x, y in line])
    nodes = frozenset(n for n in drawing.nodes_meeting(around) if is_inside(line, drawing.card_rect(n).middle))
    edges: set[EdgeId] = set()
    for edge in drawing.edges_meeting(around):
        bounds = drawing.routes[edge].bounds
        if around.holds(bounds.left, bounds.top) and around.holds(bounds.right, bounds.bottom):
            edges |= {edge} if all(is_inside(line, point) for point in polyline(drawing.routes[edge])) else set()
    remarks = set()
    for key, remark in drawing.remarks.items():
        rect = rect_of(remark)
        corners = [Point(x, y) for x in (rect.left, rect.right) for y in (rect.top, rect.bottom)]
        if all(is_inside(line, each) for each in (corners if remark.kind == "frame" else [rect.middle])):
            remarks.add(key)
    return nodes, frozenset(edges), frozenset(remarks)


def is_inside(line: list[Point], point: Point) -> bool:
    """Whether the point lies in the closed line: a ray from it to the right crosses it an odd number of times."""
    inside = False
    before = line[-1]
    for here in line:
        if (here.y > point.y) != (before.y > point.y):
            across = before.x + (point.y - before.y) / (here.y - before.y) * (here.x - before.x)
            inside ^= point.x < across
        before = here
    return inside
