"""Press a node and drag: move it, with all others that are selected. Without a drag: a click that selects.

Ctrl toggles; Shift extends, on the sides of a card by all that leads to it or follows from it.

Dropped alone on an edge, a node that has no edges yet is put into that edge.
"""

from __future__ import annotations

from math import hypot

from editor.canvas.combined import combined
from editor.canvas.geometry import distance_to
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from editor.canvas.reach import downstream, upstream
from editor.document import commands
from editor.document.layout import Position, on_grid
from engine.graph.spec import END, START, EdgeId

DRAG_FROM_PX = 4.0
"""A press that moves less than this on the screen is a click. Qt's usual 10 feels sticky on a canvas."""


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if pointer.button == "left" and pointer.hit.kind in (HitKind.BODY, HitKind.BRANCH) and pointer.hit.node:
        return _MoveNodes(stage, pointer, pointer.hit.node)
    return None


class _MoveNodes:
    cursor = ""

    def __init__(self, stage: Stage, pointer: Pointer, name: str) -> None:
        self._stage = stage
        self._name = name
        self._start = pointer
        self._dragging = False
        self._refused = False
        self._select_only_this_at_release = False
        self._take(pointer)
        self._origins: dict[str, Position] = {n: stage.drawing.positions[n] for n in stage.selected[0]}

    def move(self, pointer: Pointer) -> None:
        if not self._dragging and not self._refused and self._is_drag(pointer):
            self._dragging = self._stage.may_edit()
            self._refused = not self._dragging
            self.cursor = "move" if self._dragging else "forbidden"
        if self._dragging:
            self._stage.preview(self._places(pointer))
            self._stage.select([*self._origins], [edge] if (edge := self._edge_below()) else ())

    def finish(self, pointer: Pointer) -> None:
        if not self._dragging:
            if self._select_only_this_at_release:
                self._stage.select([self._name])
            return
        places, edge = self._places(pointer), self._edge_below()
        self._stage.end_preview()
        self._stage.select([*self._origins])
        unplaced = {n: self._stage.drawing.positions[n] for n in self._stage.document.unplaced()}
        if edge is None:
            self._stage.do(lambda document: commands.move(document, {**unplaced, **places}))
        else:
            self._stage.do(
                lambda document: combined(
                    document,
                    f"Insert '{self._name}'",
                    lambda before: commands.move(before, {**unplaced, **places}),
                    lambda before: commands.insert_on_edge(before, edge, self._name),
                )
            )

    def cancel(self) -> None:
        if self._dragging:
            self._stage.end_preview()
            self._stage.select([*self._origins])

    def _take(self, pointer: Pointer) -> None:
        nodes, edges = self._stage.selected
        if pointer.ctrl:
            self._stage.select(nodes ^ {self._name}, edges)
        elif pointer.shift:
            self._stage.select(nodes | self._with_neighbours(pointer), edges)
        elif self._name in nodes:
            self._select_only_this_at_release = True
        else:
            self._stage.select([self._name])

    def _with_neighbours(self, pointer: Pointer) -> frozenset[str]:
        """The left third of a card takes all that leads to it, the right third all that follows, the middle itself."""
        card = self._stage.drawing.card_rect(self._name)
        share = (pointer.scene.x - card.left) / card.width
        if share < 1 / 3:
            return upstream(self._stage.document.graph, self._name)
        if share > 2 / 3:
            return downstream(self._stage.document.graph, self._name)
        return frozenset({self._name})

    def _is_drag(self, pointer: Pointer) -> bool:
        dx, dy = pointer.view.x - self._start.view.x, pointer.view.y - self._start.view.y
        return hypot(dx, dy) >= DRAG_FROM_PX and bool(self._origins)

    def _places(self, pointer: Pointer) -> dict[str, Position]:
        """The node under the pointer snaps to the grid, the others keep their distance to it."""
        anchor = self._origins.get(self._name) or next(iter(self._origins.values()))
        wanted = (
            anchor[0] + pointer.scene.x - self._start.scene.x,
            anchor[1] + pointer.scene.y - self._start.scene.y,
        )
        snapped = on_grid(*wanted)
        dx, dy = snapped[0] - anchor[0], snapped[1] - anchor[1]
        return {name: (x + dx, y + dy) for name, (x, y) in self._origins.items()}

    def _edge_below(self) -> EdgeId | None:
        """The edge that the dragged node would be put into."""
        drawing = self._stage.drawing
        if set(self._origins) != {self._name} or self._name in (START, END) or drawing.edges_at(self._name):
            return None
        middle = drawing.card_rect(self._name).middle
        near = [
            (distance_to(drawing.routes[edge], *middle), str(edge), edge)
            for edge in drawing.edges_meeting(drawing.card_rect(self._name))
        ]
        if not near or min(near, key=lambda row: row[:2])[0] > 20:
            return None
        return min(near, key=lambda row: row[:2])[2]
