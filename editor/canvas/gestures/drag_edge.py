"""Drag from a port to draw an edge, or take an edge at its end and lead it elsewhere.

Nodes that may be the target glow, the others are dim, and over one of those the reason stands in words. Released on
empty ground a new edge asks for a new node, already connected; an old one is deleted. A click on its end selects it.
"""

from __future__ import annotations

from math import hypot

from editor.canvas.allowed_targets import reasons_against
from editor.canvas.geometry import draft_route
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind, node_at
from editor.document import commands
from engine.graph.spec import EdgeId, Outlet

SNAP_PX = 24.0
"""How near a card, on the screen, the edge jumps to it."""
CLICK_PX = 6.0
DELETES = "Release to delete the edge. Esc keeps it."


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    hit = pointer.hit
    if pointer.button != "left" or hit.outlet is None:
        return None
    if hit.kind is HitKind.OUTLET:
        return _DragEdge(stage, pointer, hit.outlet, None) if stage.may_edit() else None
    if hit.kind is HitKind.EDGE_END and hit.edge is not None and not pointer.ctrl and not pointer.shift:
        return _DragEdge(stage, pointer, hit.outlet, hit.edge) if stage.may_edit() else None
    return None


class _DragEdge:
    cursor = "cross"

    def __init__(self, stage: Stage, pointer: Pointer, outlet: Outlet, edge: EdgeId | None) -> None:
        self._stage = stage
        self._outlet = outlet
        self._edge = edge
        """The edge that is led elsewhere; None while a new one is drawn."""
        self._start = pointer
        self._port = stage.drawing.port(outlet)
        names = stage.drawing.shapes
        self._reasons = reasons_against(stage.document, outlet, names)
        self._valid = frozenset(name for name, reason in self._reasons.items() if reason is None)

    def move(self, pointer: Pointer) -> None:
        if not self._has_left(pointer):
            return
        target = self._target(pointer)
        reason = self._why_not(target)
        tip = self._stage.drawing.inlet(target) if target is not None and reason is None else pointer.scene
        self._stage.fade_edge(self._edge)
        self._stage.show_targets(self._valid, target)
        is_cut = target is None and self._edge is not None
        words = DELETES if is_cut else reason or ""
        self._stage.show_draft(draft_route(self._port, tip), allowed=not words, words=words)

    def finish(self, pointer: Pointer) -> None:
        self._clear()
        target = self._target(pointer)
        if not self._has_left(pointer):
            if self._edge is not None:
                self._finish_click(self._edge)
        elif target is None:
            self._finish_on_empty(pointer)
        elif (reason := self._why_not(target)) is not None:
            self._stage.tell(reason)
        elif self._edge is not None:
            edge = self._edge
            self._stage.do(lambda document: commands.retarget(document, edge, target))
        else:
            self._stage.connect(self._outlet, target)

    def cancel(self) -> None:
        self._clear()

    def _finish_click(self, edge: EdgeId) -> None:
        """A stub is a sign that something is wrong, so a click on it tells what can be done."""
        self._stage.select((), [edge])
        if edge.target not in self._stage.drawing.shapes:
            self._stage.show_problems_of_edge(edge)

    def _finish_on_empty(self, pointer: Pointer) -> None:
        if self._edge is None:
            self._stage.search_node(pointer.scene, self._outlet)
        else:
            edge = self._edge
            self._stage.do(lambda document: commands.disconnect(document, edge))

    def _target(self, pointer: Pointer) -> str | None:
        """The nearest valid node within the snap; else whatever node is right under the pointer."""
        inside = node_at(self._stage.drawing, pointer.scene, 0.0)
        if inside is not None:
            return inside
        near = node_at(self._stage.drawing, pointer.scene, SNAP_PX / self._stage.zoom)
        return near if near in self._valid else None

    def _why_not(self, target: str | None) -> str | None:
        if target is None or (self._edge is not None and target == self._edge.target):
            return None
        return self._reasons[target]

    def _has_left(self, pointer: Pointer) -> bool:
        dx, dy = pointer.view.x - self._start.view.x, pointer.view.y - self._start.view.y
        return hypot(dx, dy) >= CLICK_PX

    def _clear(self) -> None:
        self._stage.fade_edge(None)
        self._stage.show_draft(None)
        self._stage.show_targets(None)
