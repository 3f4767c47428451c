"""Drag over empty ground: select what the band touches. Shift or Ctrl adds. A click without a drag selects nothing."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from editor.canvas.shapes import Rect, rect_between
from engine.graph.spec import EdgeId


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    if pointer.button == "left" and pointer.hit.kind is HitKind.NOTHING:
        return _RubberBand(stage, pointer)
    return None


class _RubberBand:
    cursor = ""

    def __init__(self, stage: Stage, pointer: Pointer) -> None:
        self._stage = stage
        self._start = pointer.scene
        adds = pointer.shift or pointer.ctrl
        self._before = stage.selected
        self._kept = self._before if adds else (frozenset[str](), frozenset[EdgeId]())
        stage.select(*self._kept)

    def move(self, pointer: Pointer) -> None:
        band = rect_between(self._start, pointer.scene)
        nodes, edges = touched_by(self._stage, band)
        self._stage.show_band(band)
        self._stage.select(self._kept[0] | nodes, self._kept[1] | edges)

    def finish(self, pointer: Pointer) -> None:
        self._stage.show_band(None)

    def cancel(self) -> None:
        self._stage.show_band(None)
        self._stage.select(*self._before)


def touched_by(stage: Stage, band: Rect) -> tuple[frozenset[str], frozenset[EdgeId]]:
    """Nodes whose card meets the band; edges that lie in it whole."""
    drawing = stage.drawing
    nodes = frozenset(name for name in drawing.nodes_meeting(band) if drawing.card_rect(name).meets(band))
    edges = frozenset(edge for edge in drawing.edges_meeting(band) if _holds(band, drawing.routes[edge].bounds))
    return nodes, edges


def _holds(band: Rect, inner: Rect) -> bool:
    return band.holds(inner.left, inner.top) and band.holds(inner.right, inner.bottom)
