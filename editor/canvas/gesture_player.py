"""Turns the mouse events of the canvas into the moves of one gesture, and shows the cursor that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from editor.canvas.gestures.choose import begin_gesture
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import Hit, HitKind, hit_at
from editor.canvas.shapes import Point

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

_BUTTONS = {Qt.MouseButton.LeftButton: "left", Qt.MouseButton.MiddleButton: "middle"}
_CURSORS = {
    "hand": Qt.CursorShape.ClosedHandCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "forbidden": Qt.CursorShape.ForbiddenCursor,
    **{f"resize {side}": Qt.CursorShape.SizeHorCursor for side in ("left", "right")},
    **{f"resize {side}": Qt.CursorShape.SizeVerCursor for side in ("top", "bottom")},
    **{f"resize {side}": Qt.CursorShape.SizeFDiagCursor for side in ("left top", "right bottom")},
    **{f"resize {side}": Qt.CursorShape.SizeBDiagCursor for side in ("right top", "left bottom")},
}


class GesturePlayer:
    def __init__(self, view: GraphView, stage: Stage) -> None:
        self._view = view
        self._stage = stage
        self._gesture: Gesture | None = None
        self.space_held = False

    @property
    def is_playing(self) -> bool:
        return self._gesture is not None

    def press(self, event: QMouseEvent) -> None:
        if self._gesture is None and event.button() in _BUTTONS:
            pointer = self.pointer(event)
            self._gesture = begin_gesture(self._stage, pointer)
            self._show_cursor(pointer.hit)

    def move(self, event: QMouseEvent) -> Hit | None:
        """What is under the pointer, or None while a gesture plays."""
        pointer = self.pointer(event)
        if self._gesture is not None:
            self._gesture.move(pointer)
        self._show_cursor(pointer.hit)
        return pointer.hit if self._gesture is None else None

    def release(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish(self.pointer(event))
        self._show_cursor(self.pointer(event).hit)

    def cancel(self) -> bool:
        """End the gesture without an edit. Whether there was one."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def hold_space(self, held: bool) -> None:
        """While the space bar is held a drag moves the ground."""
        self.space_held = held
        self._show_cursor(Hit())

    def pointer(self, event: QMouseEvent) -> Pointer:
        place = event.position()
        at = self._view.mapToScene(place.toPoint())
        scene = Point(at.x(), at.y())
        held = event.modifiers()
        return Pointer(
            scene=scene,
            view=Point(place.x(), place.y()),
            hit=hit_at(self._stage.drawing, scene, self._stage.zoom),
            button=_BUTTONS.get(event.button(), "left"),
            shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
            ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
            alt=bool(held & Qt.KeyboardModifier.AltModifier),
            space=self.space_held,
        )

    def _show_cursor(self, hit: Hit) -> None:
        shape = self._cursor(hit)
        if shape is None:
            self._view.viewport().unsetCursor()
        else:
            self._view.viewport().setCursor(shape)

    def _cursor(self, hit: Hit) -> Qt.CursorShape | None:
        if self._gesture is not None:
            return _CURSORS.get(self._gesture.cursor)
        if self.space_held:
            return Qt.CursorShape.OpenHandCursor
        if hit.kind is HitKind.OUTLET:
            return Qt.CursorShape.CrossCursor
        if hit.kind in (HitKind.LANE, HitKind.EDGE, HitKind.EDGE_END, HitKind.MARK, HitKind.BRANCH_STOP, HitKind.TASKS):
            return Qt.CursorShape.PointingHandCursor
        if hit.kind is HitKind.REMARK_EDGE:
            return _CURSORS.get(f"resize {hit.side}")
        return None
