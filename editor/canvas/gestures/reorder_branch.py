"""Drag a label on a router's tab up or down: conditions are tried in this order. The else stays last.

Without a drag: a click that selects the node, as anywhere on it.
"""

from __future__ import annotations

from editor.canvas.gestures.gesture import Gesture, Pointer, Stage
from editor.canvas.hit import HitKind
from editor.canvas.node_shape import TAB_ROW
from editor.canvas.shapes import Rect
from editor.document import commands
from editor.document.router_commands import has_conditions
from engine.graph.spec import BranchOutlet, RouterSpec, router_of

DRAG_FROM_PX = 4.0
LINE_PX = 3.0


def begin(stage: Stage, pointer: Pointer) -> Gesture | None:
    outlet = pointer.hit.outlet
    is_plain = not (pointer.ctrl or pointer.shift or pointer.alt)
    if pointer.button != "left" or not is_plain or pointer.hit.kind is not HitKind.BRANCH:
        return None
    if not isinstance(outlet, BranchOutlet):
        return None
    router = router_of(stage.document.graph, outlet.node, outlet.router)
    if router is None or len(router.branches) < 2:
        return None
    return _ReorderBranch(stage, pointer, outlet, router)


class _ReorderBranch:
    cursor = ""

    def __init__(self, stage: Stage, pointer: Pointer, outlet: BranchOutlet, router: RouterSpec) -> None:
        self._stage = stage
        self._start = pointer
        self._outlet = outlet
        self._labels = [branch.label for branch in router.branches]
        self._from = self._labels.index(outlet.label)
        otherwise = [branch.when is None for branch in router.branches] if has_conditions(router) else []
        self._is_else = bool(otherwise) and otherwise[self._from]
        self._last = len(self._labels) - (1 if otherwise and otherwise[-1] and not self._is_else else 0)
        """Before this place a branch may be put: before the else, or at the end."""
        self._is_drag = self._is_refused = False
        if outlet.node not in stage.selected[0]:
            stage.select([outlet.node])

    def move(self, pointer: Pointer) -> None:
        if not self._is_drag and not self._is_refused and abs(pointer.view.y - self._start.view.y) >= DRAG_FROM_PX:
            self._is_drag = not self._is_else and self._stage.may_edit()
            self._is_refused = not self._is_drag
            self.cursor = "move" if self._is_drag else "forbidden"
            if self._is_else:
                self._stage.tell("The else stays last: it is taken when no condition holds.")
        if self._is_drag:
            self._stage.show_drop_line(self._line(self._gap(pointer)))

    def finish(self, pointer: Pointer) -> None:
        self._stage.show_drop_line(None)
        if not self._is_drag:
            if not self._is_refused:
                self._stage.select([self._outlet.node])
            return
        gap = self._gap(pointer)
        place = gap - 1 if gap > self._from else gap
        node, router, label = self._outlet.node, self._outlet.router, self._outlet.label
        self._stage.do(lambda document: commands.move_branch(document, node, router, label, place))

    def cancel(self) -> None:
        self._stage.show_drop_line(None)

    def _rows(self) -> list[Rect]:
        drawing = self._stage.drawing
        x, y = drawing.positions[self._outlet.node]
        tabs = drawing.shapes[self._outlet.node].tabs
        rows = [row for tab in tabs if tab.router == self._outlet.router for row in tab.rows]
        return [row.rect.moved(x, y) for row in rows if isinstance(row.outlet, BranchOutlet)]

    def _gap(self, pointer: Pointer) -> int:
        """Between which rows the pointer is: 0 above the first one."""
        return min(self._last, sum(pointer.scene.y > row.middle.y for row in self._rows()))

    def _line(self, gap: int) -> Rect:
        first = self._rows()[0]
        return Rect(first.left + 4, first.top + gap * TAB_ROW - LINE_PX / 2, first.width - 8, LINE_PX)
