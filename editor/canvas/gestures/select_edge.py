"""Click an edge: select it. Ctrl toggles, Shift adds."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from engine.graph.spec import EdgeId


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    hit = pointer.hit
    if pointer.button == "left" and hit.kind in (HitKind.EDGE, HitKind.EDGE_END) and hit.edge is not None:
        return _SelectEdge(stage, pointer, hit.edge)
    return None


class _SelectEdge:
    cursor = ""

    def __init__(self, stage: Stage, pointer: Pointer, edge: EdgeId) -> None:
        nodes, edges = stage.selected
        if pointer.ctrl:
            stage.select(nodes, edges ^ {edge}, stage.selected_remarks)
        elif pointer.shift:
            stage.select(nodes, edges | {edge}, stage.selected_remarks)
        else:
            stage.select((), [edge])

    def move(self, pointer: Pointer) -> None:
        pass

    def finish(self, pointer: Pointer) -> None:
        pass

    def cancel(self) -> None:
        pass
