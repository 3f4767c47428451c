"""Click the mark of a problem at a card: a menu says what is wrong and what can be done about it."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    is_plain = not (pointer.ctrl or pointer.shift or pointer.alt)
    if pointer.button == "left" and is_plain and pointer.hit.kind is HitKind.MARK and pointer.hit.node is not None:
        return _MarkClick(stage, pointer.hit.node)
    return None


class _MarkClick:
    cursor = ""

    def __init__(self, stage: Stage, name: str) -> None:
        self._stage = stage
        self._name = name

    def move(self, pointer: Pointer) -> None:
        pass

    def finish(self, pointer: Pointer) -> None:
        """Only if the button is let go where it was pressed, as with any button."""
        if pointer.hit.kind is HitKind.MARK and pointer.hit.node == self._name:
            self._stage.select([self._name])
            self._stage.show_problems_of(self._name)

    def cancel(self) -> None:
        pass
