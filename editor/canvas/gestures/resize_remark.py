"""Drag an edge or a corner of a frame or a note: stretch it. What stands in a frame stays where it is."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from editor.canvas.remark_shape import stretched
from editor.canvas.shapes import Rect
from editor.document.remark_commands import resize_remark


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    key, side = pointer.hit.remark, pointer.hit.side
    if pointer.button != "left" or pointer.hit.kind is not HitKind.REMARK_EDGE or key is None:
        return None
    return _ResizeRemark(stage, pointer, key, side) if stage.may_edit() else None


class _ResizeRemark:
    def __init__(self, stage: Stage, pointer: Pointer, key: str, side: str) -> None:
        self.cursor = f"resize {side}"
        self._stage = stage
        self._start = pointer.scene
        self._key, self._side = key, side
        self._remark = stage.document.layout.remarks[key]
        stage.select((), (), [key])

    def move(self, pointer: Pointer) -> None:
        self._stage.preview_remarks({self._key: self._rect(pointer)})

    def finish(self, pointer: Pointer) -> None:
        rect = self._rect(pointer)
        self._stage.end_preview()
        self._stage.do(lambda document: resize_remark(document, self._key, rect))

    def cancel(self) -> None:
        self._stage.end_preview()

    def _rect(self, pointer: Pointer) -> Rect:
        dx, dy = pointer.scene.x - self._start.x, pointer.scene.y - self._start.y
        return stretched(self._remark, self._side, dx, dy)
