"""Click an arrow of a fan-out's picker: the card shows another one of its tasks. Also while the graph is locked."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import Hit, HitKind


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    is_plain = not (pointer.ctrl or pointer.shift or pointer.alt)
    if pointer.button == "left" and is_plain and pointer.hit.kind is HitKind.TASKS:
        return _ArrowClick(stage, pointer.hit)
    return None


class _ArrowClick:
    cursor = ""

    def __init__(self, stage: Stage, hit: Hit) -> None:
        self._stage = stage
        self._hit = hit

    def move(self, pointer: Pointer) -> None:
        pass

    def finish(self, pointer: Pointer) -> None:
        """Only if the button is let go where it was pressed, as with any button."""
        if pointer.hit == self._hit and self._hit.node is not None:
            self._stage.step_task(self._hit.node, -1 if self._hit.side == "left" else 1)

    def cancel(self) -> None:
        pass
