"""The scene: one item for each node and each edge of the document, found by name and edge. The only place that makes
and removes items. An item is made when it comes into view or is asked for, as it should look by then.

Holds besides: the run's picture, breakpoints, selection, what is under the pointer. Knows no history and no gestures.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from editor.canvas import scene_looks as looks
from editor.canvas.card_text import measure_label
from editor.canvas.drawing import Difference, Drawing
from editor.canvas.hit import NOTHING, Hit
from editor.canvas.items import BandItem, EdgeItem, NodeItem, OverlayItem
from editor.canvas.items_on_demand import ItemsOnDemand
from editor.canvas.line_look import FADED
from editor.canvas.overview_painter import FarLine, FarNode, Overview
from editor.canvas.picture_difference import changed_nodes, differing, slowest_s
from editor.canvas.problem_marks import ProblemMark, marks_of
from editor.canvas.remark_items import RemarkItem
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Rect, rect_around
from editor.canvas.step_bands import bands_of
from editor.canvas.task_choice import has_choice
from editor.debugger.breakpoints import BreakpointLook
from editor.debugger.run_picture import NodeLook, RunPicture
from editor.document.document import Document
from editor.document.layout import Position
from engine.graph.problems import Problem
from engine.graph.spec import BranchOutlet, EdgeId

MARGIN = 200.0
OUTSIDE = 32.0
"""So far beyond its card a node is painted: shadow, ring, the ghosts of a stack, the mark of a problem."""
AHEAD = 0.1
"""Items are made for so much more than is seen, in widths of the view, so that not each px of a pan looks for some."""
MANY = 500
"""Differences of more than that are of another graph or a new layout, not of an edit."""


class GraphScene(QGraphicsScene):
    changed_from_afar = Signal()
    """Something looks otherwise in the overview, which shows also what has no item yet."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawing = Drawing(measure_label)
        self.nodes: ItemsOnDemand[str, NodeItem] = ItemsOnDemand(lambda: self.drawing.shapes, self._make_node)
        self.edges: ItemsOnDemand[EdgeId, EdgeItem] = ItemsOnDemand(lambda: self.drawing.routes, self._make_edge)
        self._made_within: Rect | None = None
        """Everything that meets this has its item."""
        self.picture = RunPicture()
        self.slowest_s = 0.0
        self.stale: Mapping[str, str] = {}
        self.now_s = 0.0
        """When the picture was shown last; what is elapsed since then is told by a tick."""
        self.selected_nodes: frozenset[str] = frozenset()
        self.selected_edges: frozenset[EdgeId] = frozenset()
        self.remarks: dict[str, RemarkItem] = {}
        self.selected_remarks: frozenset[str] = frozenset()
        self.overview = Overview()
        self.overlay = OverlayItem()
        self._bands = BandItem()
        self.breakpoint_looks: Mapping[str, tuple[BreakpointLook, str]] = {}
        self.branch_stops: Mapping[BranchOutlet, BreakpointLook] = {}
        self.chosen_tasks: dict[str, int] = {}
        """By node: which task of a fan-out its card shows. Without those that show all of them together."""
        self.problem_marks: Mapping[str, ProblemMark] = {}
        self.hovered = NOTHING
        self.targets: tuple[frozenset[str], str | None] | None = None
        self._faded: EdgeId | None = None
        self._opened: EdgeId | None = None
        self._phase = 0.0
        self.setSceneRect(0, 0, 1, 1)  # else each question for it would go over all items
        self.addItem(self._bands)
        self.addItem(self.overlay)

    # ---- following the document

    def follow(self, document: Document) -> None:
        """Show this document; items of what stays are kept."""
        self.hover(NOTHING)
        old_graph, was_fine = self.drawing.graph, looks.has_fine_lines(self)
        difference = self.drawing.follow(document)
        if len(difference.removed) + len(difference.edges_removed) > MANY:
            self.overview.clear()  # of another graph, of which nothing may be seen while this one is being looked at
            self._touch(self.nodes, self.edges)
        self._touch(difference.removed, difference.edges_removed)
        for edge in difference.edges_removed:
            if (line := self.edges.forget(edge)) is not None:
                self.removeItem(line)
        for name in difference.removed:
            if (card := self.nodes.forget(name)) is not None:
                self.removeItem(card)
        for name, item in self.nodes.made_of(difference.reshaped):
            item.set_shape(self.drawing.shapes[name])
        turned = self._apply(difference)
        self._follow_remarks()
        self.select(self.selected_nodes, self.selected_edges, self.selected_remarks)  # those that are still there
        self._refresh_nodes(difference.reshaped | changed_nodes(old_graph, document.graph))
        self._refresh_edges(turned.union(self.edges.made) if was_fine != looks.has_fine_lines(self) else turned)
        self._widen_scene_rect(difference)

    def preview(self, places: Mapping[str, Position]) -> None:
        """Show nodes elsewhere while they are dragged. ``follow`` ends it."""
        self._apply(self.drawing.preview(places))

    def make_within(self, area: Rect) -> None:
        """Everything that would be painted there has its item now. Free of cost while the view stays where it is."""
        if self._made_within is not None and self._made_within.contains(area):
            return
        area = area.grown(max(area.width, area.height) * AHEAD)
        self._made_within = area
        for name in self.drawing.nodes_meeting(area.grown(OUTSIDE)):
            self.nodes[name]
        for edge in self.drawing.edges_meeting(area.grown(OUTSIDE)):
            self.edges[edge]

    def preview_remarks(self, rects: Mapping[str, Rect]) -> None:
        """Show frames and notes elsewhere. ``follow`` ends it."""
        self.drawing.preview_remarks(rects)
        self._follow_remarks()

    # ---- what is shown on the items

    def show_run(self, picture: RunPicture, now_s: float) -> None:
        """Repaints only what looks different."""
        old, self.picture, self.now_s = self.picture, picture, now_s
        self.drawing.with_picker = frozenset(name for name, each in picture.nodes.items() if has_choice(each))
        self.chosen_tasks = {n: k for n, k in self.chosen_tasks.items() if n in self.drawing.with_picker}
        old_slowest_s, self.slowest_s = self.slowest_s, slowest_s(picture)
        if bool(old.nodes) != bool(picture.nodes) or old.tells_usage != picture.tells_usage:
            self._refresh_nodes(self.nodes)
            self._refresh_edges(self.edges)
        else:
            changed, routes = differing(old.nodes, picture.nodes), differing(old.edges, picture.edges)
            changed |= {edge.outlet.node for edge in routes}
            changed &= self.nodes.keys()
            if changed or routes:
                self._refresh_nodes(changed)
                self._refresh_edges(routes.union(*map(self.drawing.edges_at, changed)) & self.edges.keys())
            if old_slowest_s != self.slowest_s:  # each bar is as long as its node took beside the slowest one
                timed = {name for name, moment in picture.nodes.items() if moment.duration_s is not None}
                for name, item in self.nodes.made_of(timed - changed):
                    item.set_look(looks.card_look_of(self, name))
        self._bands.set_rects(bands_of(picture, self.drawing), picture.step)

    def show_stale(self, stale: Mapping[str, str]) -> None:
        """These nodes are others than in the shown run, each with what is, in words."""
        old, self.stale = self.stale, stale
        self._refresh_nodes(differing(old, stale) & self.nodes.keys())

    def choose_task(self, name: str, number: int) -> None:
        """The card shows this task of its fan-out."""
        self.chosen_tasks[name], self.now_s = number, time.time()
        self._refresh_nodes([name])

    def show_breakpoints(self, names: frozenset[str]) -> None:
        self.show_breakpoint_looks(dict.fromkeys(names, (BreakpointLook.PLAIN, "")))

    def show_breakpoint_looks(self, looks: Mapping[str, tuple[BreakpointLook, str]]) -> None:
        """By node: the look in its lane, and the number that some of them have."""
        old, self.breakpoint_looks = self.breakpoint_looks, dict(looks)
        changed = {name for name in old.keys() | looks.keys() if old.get(name) != looks.get(name)}
        self._refresh_dress(changed)

    def show_branch_stops(self, looks: Mapping[BranchOutlet, BreakpointLook]) -> None:
        old, self.branch_stops = self.branch_stops, dict(looks)
        changed = {outlet.node for outlet in old.keys() | looks.keys() if old.get(outlet) != looks.get(outlet)}
        self._refresh_dress(changed)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        old, self.problem_marks = self.problem_marks, marks_of(problems)
        self.drawing.marked = self.problem_marks.keys()
        changed = {n for n in old.keys() | self.problem_marks.keys() if old.get(n) != self.problem_marks.get(n)}
        self._refresh_dress(changed)
        self._touch(changed)

    def select(self, nodes: Iterable[str], edges: Iterable[EdgeId] = (), remarks: Iterable[str] = ()) -> bool:
        """Whether the selection is another one now."""
        new_nodes = frozenset(name for name in nodes if name in self.nodes)
        new_edges = frozenset(edge for edge in edges if edge in self.edges)
        new_remarks = frozenset(key for key in remarks if key in self.remarks)
        for key in new_remarks ^ (self.selected_remarks & self.remarks.keys()):
            self.remarks[key].set_selected(key in new_remarks)
        old_remarks, self.selected_remarks = self.selected_remarks, new_remarks
        if (new_nodes, new_edges) == (self.selected_nodes, self.selected_edges):
            return new_remarks != old_remarks
        touched_nodes, touched_edges = new_nodes ^ self.selected_nodes, new_edges ^ self.selected_edges
        self.selected_nodes, self.selected_edges = new_nodes, new_edges
        self._refresh_dress(touched_nodes)
        self._refresh_edges(touched_edges & self.edges.keys())
        self._touch(touched_nodes)
        return True

    def hover(self, hit: Hit) -> None:
        """Show what a press at the pointer would do."""
        old, self.hovered = self.hovered, hit
        touched = {h.node for h in (old, hit) if h.node is not None}
        self._refresh_dress(touched)
        for edge, line in self.edges.made_of({h.edge for h in (old, hit) if h.edge is not None}):
            line.set_hovered(edge == hit.edge)
        for key in (old.remark, hit.remark):
            if key is not None and key in self.remarks:
                self.remarks[key].set_hovered(key == hit.remark)

    def show_targets(self, valid: frozenset[str], aimed: str | None) -> None:
        """While an edge is dragged: valid targets glow, the others are dim."""
        if self.targets != (valid, aimed):
            self.targets = (valid, aimed)
            self._refresh_dress(self.nodes)

    def fade_edge(self, edge: EdgeId | None) -> None:
        """Only this edge is faint; none if None."""
        old, self._faded = self._faded, edge
        for each, item in self.edges.made_of({each for each in (old, edge) if each is not None}):
            item.setOpacity(FADED if each == edge else 1.0)

    def open_edge(self, edge: EdgeId | None) -> None:
        """Only this edge is dashed by the hand; none if None."""
        old, self._opened = self._opened, edge
        for each, item in self.edges.made_of({each for each in (old, edge) if each is not None}):
            item.set_open(each == edge)

    def clear_targets(self) -> None:
        self.targets = None
        self._refresh_dress(self.nodes)

    @contextmanager
    def without_hand(self) -> Iterator[None]:
        """While it lasts nothing shows of the user's hand: for pictures."""
        nodes, edges, hovered = self.selected_nodes, self.selected_edges, self.hovered
        remarks = self.selected_remarks
        self.select(())
        self.hover(NOTHING)
        self.overlay.setVisible(False)
        try:
            yield
        finally:
            self.select(nodes, edges, remarks)
            self.hover(hovered)
            self.overlay.setVisible(True)

    def repaint_all(self) -> None:
        """After a change of theme."""
        self.update()

    # ---- motion

    def has_motion(self) -> bool:
        return any(moment.look is NodeLook.RUNNING for moment in self.picture.nodes.values())

    def tick(self, step_px: float, now_s: float) -> None:
        """One frame of the animation of running nodes and the edges that lead to them."""
        self._phase += step_px
        self.now_s = now_s
        running = [name for name, moment in self.picture.nodes.items() if moment.look is NodeLook.RUNNING]
        for name, item in self.nodes.made_of(running):
            item.phase = self._phase
            item.set_look(looks.card_look_of(self, name))
            item.update()
        for edge_item in self.edges.made.values():
            if edge_item.look.is_moving:
                edge_item.phase = self._phase
                edge_item.update()

    # ---- inside

    def _follow_remarks(self) -> None:
        shown = self.drawing.remarks
        for key in self.remarks.keys() - shown.keys():
            self.removeItem(self.remarks.pop(key))
        for key, remark in shown.items():
            if key in self.remarks:
                self.remarks[key].set_remark(remark)
            else:
                self.remarks[key] = RemarkItem(remark)
                self.addItem(self.remarks[key])

    def _apply(self, difference: Difference) -> frozenset[EdgeId]:
        """Put items where they are now. Gives the edges that look otherwise since they run back or do not any more."""
        turned = set()
        for name, card in self.nodes.made_of(difference.moved):
            card.setPos(*self.drawing.positions[name])
        for edge, line in self.edges.made_of(difference.edges_rerouted):
            route = self.drawing.routes[edge]
            if line.route.kind is not route.kind:
                turned.add(edge)
            line.set_route(route)
        nodes = difference.added | difference.moved | difference.reshaped
        edges = difference.edges_added | difference.edges_rerouted
        self._touch(nodes, edges)
        self._make_touched(nodes, edges)
        if difference.moved or difference.reshaped or difference.removed:
            self._bands.set_rects(bands_of(self.picture, self.drawing), self.picture.step)
        return frozenset(turned)

    def _make_touched(self, nodes: frozenset[str], edges: frozenset[EdgeId]) -> None:
        """What came into view by an edit has its item as well."""
        if self._made_within is None or len(nodes) + len(edges) > MANY:
            self._made_within = None
            return
        area = self._made_within.grown(OUTSIDE)
        for name in nodes:
            if self.drawing.bounds(name).meets(area):
                self.nodes[name]
        for edge in edges:
            if self.drawing.routes[edge].bounds.meets(area):
                self.edges[edge]

    def _make_node(self, name: str) -> NodeItem:
        item = NodeItem(self.drawing.shapes[name], looks.card_look_of(self, name))
        item.setPos(*self.drawing.positions[name])
        item.set_dress(looks.dress_of(self, name))
        item.phase = self._phase
        self.addItem(item)
        return item

    def _make_edge(self, edge: EdgeId) -> EdgeItem:
        item = EdgeItem(self.drawing.routes[edge], looks.line_look_of(self, edge))
        item.set_look(item.look, is_selected=edge in self.selected_edges)
        item.set_hovered(edge == self.hovered.edge)
        item.set_open(edge == self._opened)
        item.phase = self._phase
        if edge == self._faded:
            item.setOpacity(FADED)
        self.addItem(item)
        return item

    def _touch(self, nodes: Iterable[str] = (), edges: Iterable[EdgeId] = ()) -> None:
        before = self.overview.touched
        self.overview.touch(nodes, edges)
        if self.overview.touched != before:
            self.changed_from_afar.emit()

    def _refresh_nodes(self, names: Iterable[str]) -> None:
        for name, item in self.nodes.made_of(names):
            item.set_look(looks.card_look_of(self, name))
        self._refresh_dress(names)
        self._touch(names)

    def _refresh_dress(self, names: Iterable[str]) -> None:
        for name, item in self.nodes.made_of(names):
            item.set_dress(looks.dress_of(self, name))

    def _refresh_edges(self, edges: Iterable[EdgeId]) -> None:
        for edge, item in self.edges.made_of(edges):
            item.set_look(looks.line_look_of(self, edge), is_selected=edge in self.selected_edges)
        self._touch(edges=edges)

    def node_from_afar(self, name: str) -> FarNode:
        return looks.node_from_afar(self, name)

    def edge_from_afar(self, edge: EdgeId) -> FarLine:
        return looks.edge_from_afar(self, edge)

    def _widen_scene_rect(self, difference: Difference) -> None:
        """The index divides this rectangle, so it reaches as far as the items; the view scrolls over a wider one."""
        if len(difference.added) + len(difference.moved) > MANY:
            around = self.content_rect()
        else:
            rects = [self.drawing.bounds(name) for name in difference.added | difference.moved | difference.reshaped]
            rects += [self.drawing.routes[edge].bounds for edge in difference.edges_added | difference.edges_rerouted]
            rects += [rect_of(remark) for remark in self.drawing.remarks.values()]
            around = QRectF(*rect_around(rects))
        if not around.isNull() and not self.sceneRect().contains(around):
            self.setSceneRect(self.sceneRect().united(around.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)))

    def content_rect(self) -> QRectF:
        """Around all nodes, edges and remarks."""
        remarks = [rect_of(remark) for remark in self.drawing.remarks.values()]
        drawn = self.drawing.extent()
        return QRectF(*rect_around(remarks if drawn is None else [drawn, *remarks]))
