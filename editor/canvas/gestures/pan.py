"""Drag the ground: middle button, or left button with the space bar held."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if pointer.button == "middle" or (pointer.button == "left" and pointer.space):
        return _Pan(stage, pointer)
    return None


class _Pan:
    cursor = "hand"

    def __init__(self, stage: Stage, pointer: Pointer) -> None:
        self._stage = stage
        self._last = pointer.view

    def move(self, pointer: Pointer) -> None:
        self._stage.scroll_by(self._last.x - pointer.view.x, self._last.y - pointer.view.y)
        self._last = pointer.view

    def finish(self, pointer: Pointer) -> None:
        pass

    def cancel(self) -> None:
        pass
