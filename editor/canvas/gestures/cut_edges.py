"""Alt-drag across edges: cut them, all by one command."""

from __future__ import annotations

from editor.canvas.geometry import crosses
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.shapes import Point, rect_between
from editor.document import commands
from engine.graph.spec import EdgeId


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if pointer.button == "left" and pointer.alt and stage.may_edit():
        return _CutEdges(stage, pointer.scene)
    return None


class _CutEdges:
    cursor = "cross"

    def __init__(self, stage: Stage, start: Point) -> None:
        self._stage = stage
        self._start = start
        self._before = (*stage.selected, stage.selected_remarks)

    def move(self, pointer: Pointer) -> None:
        self._stage.show_cut((self._start, pointer.scene))
        self._stage.select((), self._crossed(pointer.scene))

    def finish(self, pointer: Pointer) -> None:
        crossed = self._crossed(pointer.scene)
        self._stage.show_cut(None)
        if crossed:
            self._stage.do(lambda document: commands.delete(document, edges=crossed))

    def cancel(self) -> None:
        self._stage.show_cut(None)
        self._stage.select(*self._before)

    def _crossed(self, end: Point) -> list[EdgeId]:
        drawing = self._stage.drawing
        near = drawing.edges_meeting(rect_between(self._start, end).grown(1))
        return sorted((e for e in near if crosses(drawing.routes[e], self._start, end)), key=str)
