"""Press a node, a note or a frame's title and drag: move it, with all else that is selected. Without: a click selects.

Ctrl toggles; Shift extends, on the sides of a card by all that leads to it or follows from it. A frame takes along what
stands in it.

Dropped alone on an edge, a node that has no edges yet is put into that edge; where it would lie on others, they make
room.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot

from editor.canvas.combined import combined
from editor.canvas.geometry import distance_to
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from editor.canvas.make_room import body_at, room_in_edge
from editor.canvas.reach import downstream, upstream
from editor.canvas.remark_shape import rect_of, taken_along
from editor.canvas.shapes import Rect
from editor.document import commands
from editor.document.layout import Position, on_grid
from editor.document.remark_commands import move_things, resize_remarks
from engine.graph.spec import END, START, EdgeId

DRAG_FROM_PX = 4.0
"""A press that moves less than this on the screen is a click. Qt's usual 10 feels sticky on a canvas."""


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if (
        pointer.button == "left"
        and pointer.hit.kind in (HitKind.BODY, HitKind.BRANCH, HitKind.MARK)
        and pointer.hit.node
    ):
        return _Move(stage, pointer, pointer.hit.node, None)
    if pointer.button == "left" and pointer.hit.kind is HitKind.REMARK and pointer.hit.remark:
        return _Move(stage, pointer, "", pointer.hit.remark)
    return None


class _Move:
    cursor = ""

    def __init__(self, stage: Stage, pointer: Pointer, name: str, remark: str | None) -> None:
        self._stage = stage
        self._name = name
        self._remark = remark
        """The frame or note that was pressed; else the node of this name was."""
        self._start = pointer
        self._dragging = False
        self._refused = False
        self._select_only_this_at_release = False
        self._take(pointer)
        drawing = stage.drawing
        self._selected = stage.selected[0], stage.selected_remarks
        nodes, remarks = self._selected
        if remarks:
            cards = {name: drawing.card_rect(name) for name in drawing.shapes}
            inside, remarks = taken_along(drawing.remarks, remarks, cards)
            nodes |= inside
        self._origins: dict[str, Position] = {n: drawing.positions[n] for n in nodes}
        self._remarks: dict[str, Rect] = {key: rect_of(drawing.remarks[key]) for key in remarks}

    def move(self, pointer: Pointer) -> None:
        if not self._dragging and not self._refused and self._is_drag(pointer):
            self._dragging = self._stage.may_edit()
            self._refused = not self._dragging
            self.cursor = "move" if self._dragging else "forbidden"
        if self._dragging:
            places, rects = self._places(pointer)
            self._stage.preview(places)
            if rects:
                self._stage.preview_remarks(rects)
            edge = self._edge_below()
            self._select([edge] if edge else ())
            self._stage.open_edge(edge)

    def finish(self, pointer: Pointer) -> None:
        if not self._dragging:
            if self._select_only_this_at_release:
                self._select_only_this()
            return
        (places, rects), edge = self._places(pointer), self._edge_below()
        corners = {key: (rect.left, rect.top) for key, rect in rects.items()}
        self._stage.open_edge(None)
        self._stage.end_preview()
        self._select()
        unplaced = {n: self._stage.drawing.positions[n] for n in self._stage.document.unplaced()}
        if edge is None:
            self._stage.do(lambda document: move_things(document, {**unplaced, **places}, corners))
        else:
            drawing, name = self._stage.drawing, self._name
            room = room_in_edge(drawing, edge, name, body_at(drawing, name, places[name]))
            self._stage.do(
                lambda document: combined(
                    document,
                    f"Insert '{name}'",
                    lambda before: commands.move(before, {**unplaced, **room.places, name: room.corner}),
                    lambda before: resize_remarks(before, room.remarks),
                    lambda before: commands.insert_on_edge(before, edge, name),
                )
            )

    def cancel(self) -> None:
        if self._dragging:
            self._stage.open_edge(None)
            self._stage.end_preview()
            self._select()

    def _take(self, pointer: Pointer) -> None:
        nodes, edges = self._stage.selected
        remarks = self._stage.selected_remarks
        if self._remark is not None and (pointer.ctrl or pointer.shift):
            one = frozenset({self._remark})
            self._stage.select(nodes, edges, remarks ^ one if pointer.ctrl else remarks | one)
        elif pointer.ctrl:
            self._stage.select(nodes ^ {self._name}, edges, remarks)
        elif pointer.shift:
            self._stage.select(nodes | self._with_neighbours(pointer), edges, remarks)
        elif self._name in nodes or self._remark in remarks:
            self._select_only_this_at_release = True
        else:
            self._select_only_this()

    def _select_only_this(self) -> None:
        if self._remark is not None:
            self._stage.select((), (), [self._remark])
        else:
            self._stage.select([self._name])

    def _select(self, edges: Iterable[EdgeId] = ()) -> None:
        """What was selected at the press, and these edges: not what a frame takes along."""
        nodes, remarks = self._selected
        self._stage.select(nodes, edges, remarks)

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
        return hypot(dx, dy) >= DRAG_FROM_PX and bool(self._origins or self._remarks)

    def _places(self, pointer: Pointer) -> tuple[dict[str, Position], dict[str, Rect]]:
        """What is under the pointer snaps to the grid, all else keeps its distance to it."""
        anchor = self._anchor()
        wanted = (
            anchor[0] + pointer.scene.x - self._start.scene.x,
            anchor[1] + pointer.scene.y - self._start.scene.y,
        )
        snapped = on_grid(*wanted)
        dx, dy = snapped[0] - round(anchor[0]), snapped[1] - round(anchor[1])
        places = {name: (x + dx, y + dy) for name, (x, y) in self._origins.items()}
        return places, {key: rect.moved(dx, dy) for key, rect in self._remarks.items()}

    def _anchor(self) -> tuple[float, float]:
        if self._remark in self._remarks and self._remark is not None:
            return self._remarks[self._remark][:2]
        if self._name in self._origins:
            return self._origins[self._name]
        return next(iter([*self._origins.values(), *(rect[:2] for rect in self._remarks.values())]))

    def _edge_below(self) -> EdgeId | None:
        """The edge that the dragged node would be put into."""
        drawing = self._stage.drawing
        if (
            set(self._origins) != {self._name}
            or self._remarks
            or self._name in (START, END)
            or drawing.edges_at(self._name)
        ):
            return None
        middle = drawing.card_rect(self._name).middle
        near = [
            (distance_to(drawing.routes[edge], *middle), str(edge), edge)
            for edge in drawing.edges_meeting(drawing.card_rect(self._name))
        ]
        if not near or min(near, key=lambda row: row[:2])[0] > 20:
            return None
        return min(near, key=lambda row: row[:2])[2]
