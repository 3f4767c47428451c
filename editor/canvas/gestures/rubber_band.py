"""Drag over empty ground: select what the band touches. Shift or Ctrl adds. A click without a drag selects nothing."""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Rect, rect_between
from engine.graph.spec import EdgeId

Chosen = tuple[frozenset[str], frozenset[EdgeId], frozenset[str]]
"""Nodes, edges and remarks."""
NOTHING: Chosen = (frozenset(), frozenset(), frozenset())


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
        self._before = chosen_now(stage)
        self._kept = self._before if adds else NOTHING
        stage.select(*self._kept)

    def move(self, pointer: Pointer) -> None:
        band = rect_between(self._start, pointer.scene)
        self._stage.show_band(band)
        self._stage.select(*both(self._kept, touched_by(self._stage, band)))

    def finish(self, pointer: Pointer) -> None:
        self._stage.show_band(None)

    def cancel(self) -> None:
        self._stage.show_band(None)
        self._stage.select(*self._before)


def chosen_now(stage: Stage) -> Chosen:
    return (*stage.selected, stage.selected_remarks)


def both(first: Chosen, second: Chosen) -> Chosen:
    return first[0] | second[0], first[1] | second[1], first[2] | second[2]


def touched_by(stage: Stage, band: Rect) -> Chosen:
    """Nodes and notes that meet the band; edges and frames that lie in it whole."""
    drawing = stage.drawing
    nodes = frozenset(name for name in drawing.nodes_meeting(band) if drawing.card_rect(name).meets(band))
    edges = frozenset(edge for edge in drawing.edges_meeting(band) if _holds(band, drawing.routes[edge].bounds))
    remarks = frozenset(
        key
        for key, remark in drawing.remarks.items()
        if (band.meets(rect_of(remark)) if remark.kind == "note" else _holds(band, rect_of(remark)))
    )
    return nodes, edges, remarks


def _holds(band: Rect, inner: Rect) -> bool:
    return band.holds(inner.left, inner.top) and band.holds(inner.right, inner.bottom)
