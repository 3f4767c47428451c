"""Click beside a branch's port: hold the run when this branch is taken, or no more. Works while the graph is locked."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from engine.graph.spec import BranchOutlet


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    outlet = pointer.hit.outlet
    if pointer.button == "left" and pointer.hit.kind is HitKind.BRANCH_STOP and isinstance(outlet, BranchOutlet):
        return _StopClick(stage, outlet)
    return None


class _StopClick:
    cursor = ""

    def __init__(self, stage: Stage, outlet: BranchOutlet) -> None:
        self._stage = stage
        self._outlet = outlet

    def move(self, pointer: Pointer) -> None:
        pass

    def finish(self, pointer: Pointer) -> None:
        """Only if the button is let go where it was pressed, as with any button."""
        if pointer.hit.kind is HitKind.BRANCH_STOP and pointer.hit.outlet == self._outlet:
            self._stage.toggle_branch_stop(self._outlet)

    def cancel(self) -> None:
        pass
