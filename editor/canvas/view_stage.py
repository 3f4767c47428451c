"""The stage of the gestures: shows their drafts on the scene, and is the one door through which the canvas edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.card_text import measure_label
from editor.canvas.combined import combined
from editor.canvas.drawing import Drawing
from editor.canvas.geometry import Route
from editor.canvas.graph_scene import GraphScene
from editor.canvas.make_room import GAP_PX, is_passed, room_for_body
from editor.canvas.menus import ask_parallel_or_conditional, made_conditional
from editor.canvas.node_shape import node_shape
from editor.canvas.shapes import Point, Rect
from editor.document import commands
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.layout import Position, on_grid
from editor.document.remark_commands import resize_remarks
from editor.document.undo_history import UndoHistory
from engine.graph.spec import BranchOutlet, EdgeId, Outlet, PlainOutlet

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


MARGIN_PX = 40
"""Around what is scrolled into view."""


class ViewStage:
    """See ``gestures.gesture.Stage`` for what each method promises."""

    def __init__(self, view: GraphView, scene: GraphScene, history: UndoHistory) -> None:
        self._view = view
        self._scene = scene
        self._history = history
        self.read_only_reason = ""
        """Set by the window, e.g. while a run exists; the history's own reason comes on top."""

    @property
    def document(self) -> Document:
        return self._history.document

    @property
    def drawing(self) -> Drawing:
        return self._scene.drawing

    @property
    def zoom(self) -> float:
        return self._view.zoom

    @property
    def selected(self) -> tuple[frozenset[str], frozenset[EdgeId]]:
        return self._scene.selected_nodes, self._scene.selected_edges

    @property
    def selected_remarks(self) -> frozenset[str]:
        return self._scene.selected_remarks

    def may_edit(self) -> bool:
        reason = self.read_only_reason or self._history.locked_reason
        if reason:
            self.tell(reason)
        return not reason

    def do(self, make: Callable[[Document], Command]) -> bool:
        if not self.may_edit():
            return False
        try:
            return self._history.do(make(self._history.document))
        except CommandError as error:
            self.tell(str(error))
            return False

    def placed_document(self) -> Document:
        """The document with every card in its place on the screen, also those that the file does not place."""
        document = self._history.document
        return replace(document, layout=replace(document.layout, positions=self.drawing.positions))

    def do_keeping_places(self, label: str, *steps: Callable[[Document], Command]) -> bool:
        """Steps as one edit, which also writes down where the cards stand that have no place yet: they stay there."""
        unplaced = {name: self.drawing.positions[name] for name in self._history.document.unplaced()}
        return self.do(lambda document: combined(document, label, lambda now: commands.move(now, unplaced), *steps))

    def tell(self, words: str) -> None:
        self._view.message.emit(words)

    def select(self, nodes: Iterable[str], edges: Iterable[EdgeId] = (), remarks: Iterable[str] = ()) -> None:
        self._view.select(nodes, edges, remarks)

    def show(self, place: Rect) -> None:
        """Scroll as far as it takes to see this part of the scene."""
        self._view.ensureVisible(QRectF(*place), MARGIN_PX, MARGIN_PX)
        self._view.view_changed.emit()

    def preview(self, places: Mapping[str, Position]) -> None:
        self._scene.preview(places)

    def preview_remarks(self, rects: Mapping[str, Rect]) -> None:
        self._scene.preview_remarks(rects)

    def end_preview(self) -> None:
        self._scene.follow(self._history.document)

    def show_band(self, band: Rect | None) -> None:
        self._scene.overlay.band = band
        self._scene.overlay.show()

    def show_drop_line(self, line: Rect | None) -> None:
        self._scene.overlay.drop_line = line
        self._scene.overlay.show()

    def show_lasso(self, line: tuple[Point, ...]) -> None:
        self._scene.overlay.lasso = line
        self._scene.overlay.show()

    def show_draft(self, draft: Route | None, *, allowed: bool = True, words: str = "") -> None:
        overlay = self._scene.overlay
        overlay.draft, overlay.draft_is_allowed, overlay.words = draft, allowed, words
        overlay.words_at = draft.tip if draft is not None else Point(0, 0)
        overlay.show()

    def show_targets(self, valid: frozenset[str] | None, aimed: str | None = None) -> None:
        if valid is None:
            self._scene.clear_targets()
        else:
            self._scene.show_targets(valid, aimed)

    def fade_edge(self, edge: EdgeId | None) -> None:
        self._scene.fade_edge(edge)

    def open_edge(self, edge: EdgeId | None) -> None:
        self._scene.open_edge(edge)

    def show_cut(self, cut: tuple[Point, Point] | None) -> None:
        self._scene.overlay.cut = cut
        self._scene.overlay.show()

    def scroll_by(self, dx: float, dy: float) -> None:
        self._view.scroll_by(dx, dy)

    def toggle_breakpoint(self, name: str) -> None:
        self._view.breakpoint_toggled.emit(name)

    def toggle_branch_stop(self, outlet: BranchOutlet) -> None:
        self._view.branch_stop_toggled.emit(outlet)

    def step_task(self, name: str, step: int) -> None:
        self._view.fan_outs.step(name, step)

    def show_problems_of(self, name: str) -> None:
        self._view.quick_fixes.open(name)

    def show_problems_of_edge(self, edge: EdgeId) -> None:
        self._view.quick_fixes.open_at_edge(edge)

    def search_node(self, at: Point, outlet: Outlet | None = None) -> None:
        self._view.search.open(at, outlet)

    def connect(self, outlet: Outlet, target: str, *before: Callable[[Document], Command], label: str = "") -> bool:
        """Draw an edge, after these steps of the same edit. A second plain edge asks first what it means."""

        def plainly(document: Document) -> Command:
            return commands.connect(document, outlet, target)

        def by_router(document: Document) -> Command:
            return made_conditional(document, outlet.node, target)

        graph = self.document.graph
        if not isinstance(outlet, PlainOutlet) or not any(edge.source == outlet.node for edge in graph.edges):
            return self.do_keeping_places(label, *before, plainly)
        ask_parallel_or_conditional(
            self._view,
            self._view.viewport().mapToGlobal(self._view.mapFromScene(QPointF(*self._place_of(target, outlet)))),
            parallel=lambda: self.do_keeping_places(label, *before, plainly),
            conditional=lambda: self.do_keeping_places(label, *before, by_router, self._room_for_tab(outlet.node)),
        )
        return True

    def _room_for_tab(self, node: str) -> Callable[[Document], Command]:
        """What stands where the node has a tab now goes out of its way, and so does a target just added."""

        def make_room(document: Document) -> Command:
            body = node_shape(document.graph, node, measure_label, has_plain_edge=False).body
            body = body.moved(*self.drawing.positions[node])
            room = room_for_body(self.drawing, node, body)
            new = document.layout.positions.keys() - self.drawing.positions.keys()
            beside = {
                name: on_grid(body.right + GAP_PX, y)
                for name in new
                for x, y in [document.layout.positions[name]]
                if is_passed(body, x)
            }
            move = partial(commands.move, positions={**room.places, **beside})
            return combined(document, "", move, partial(resize_remarks, rects=room.remarks))

        return make_room

    def _place_of(self, target: str, outlet: Outlet) -> Point:
        """Where the edge arrives; where it leaves if the target is only about to be added."""
        return self.drawing.inlet(target) if target in self.drawing.shapes else self.drawing.port(outlet)
