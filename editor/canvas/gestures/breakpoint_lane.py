"""Click the lane at a card's left edge: set or clear its breakpoint. Works also while the graph is read-only."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if pointer.button == "left" and pointer.hit.kind is HitKind.LANE and pointer.hit.node is not None:
        return _LaneClick(stage, pointer.hit.node)
    return None


class _LaneClick:
    cursor = ""

    def __init__(self, stage: Stage, name: str) -> None:
        self._stage = stage
        self._name = name

    def move(self, pointer: Pointer) -> None:
        pass

    def finish(self, pointer: Pointer) -> None:
        """Only if the button is let go where it was pressed, as with any button."""
        if pointer.hit.kind is HitKind.LANE and pointer.hit.node == self._name:
            self._stage.toggle_breakpoint(self._name)

    def cancel(self) -> None:
        pass
