"""The scene: one item for each node and each edge of the document, found by name and edge. The only place that makes
and removes items, and only while following a document.

Holds besides: the run's picture, breakpoints, selection, what is under the pointer. Knows no history and no gestures.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QGraphicsScene

from editor.canvas.card_text import measure_label
from editor.canvas.collection_pause import collection_paused
from editor.canvas.drawing import Difference, Drawing
from editor.canvas.hit import NOTHING, Hit, HitKind
from editor.canvas.items import BandItem, EdgeItem, NodeItem, OverlayItem
from editor.canvas.line_look import FADED, LineLook, line_look
from editor.canvas.node_dress import NodeDress, outlets_by_route
from editor.canvas.node_look import CardLook, card_look
from editor.canvas.overview_painter import Overview
from editor.canvas.picture_difference import changed_nodes, differing, slowest_s
from editor.canvas.problem_marks import ProblemMark, marks_of
from editor.canvas.remark_items import RemarkItem
from editor.canvas.remark_shape import rect_of
from editor.canvas.shapes import Rect, rect_around
from editor.canvas.step_bands import bands_of
from editor.canvas.task_choice import ALL, has_choice, moment_of_task
from editor.debugger.breakpoints import BreakpointLook
from editor.debugger.run_picture import EdgeLook, NodeLook, RunPicture
from editor.document.document import Document
from editor.document.layout import Position
from engine.graph.jumps import JumpOutlet
from engine.graph.problems import Problem
from engine.graph.spec import BranchOutlet, EdgeId, Outlet

FINE_LINES_FROM = 600
"""From this many edges on, all usual lines are hairlines: wider ones cost three times as much."""
MARGIN = 200.0


class GraphScene(QGraphicsScene):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.drawing = Drawing(measure_label)
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[EdgeId, EdgeItem] = {}
        self.picture = RunPicture()
        self._slowest_s = 0.0
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
        self._hovered = NOTHING
        self._targets: tuple[frozenset[str], str | None] | None = None
        self._faded: EdgeId | None = None
        self._opened: EdgeId | None = None
        self._phase = 0.0
        self.setSceneRect(0, 0, 1, 1)  # else each question for it would go over all items
        self.addItem(self._bands)
        self.addItem(self.overlay)

    # ---- following the document

    def follow(self, document: Document) -> None:
        """Show this document; items of what stays are kept."""
        with collection_paused(len(document.graph.nodes) - len(self.nodes)):
            self._follow(document)

    def _follow(self, document: Document) -> None:
        self.hover(NOTHING)
        old_graph, was_fine = self.drawing.graph, self._is_fine()
        difference = self.drawing.follow(document)
        for edge in difference.edges_removed:
            self.removeItem(self.edges.pop(edge))
        for name in difference.removed:
            self.removeItem(self.nodes.pop(name))
        for name in difference.added:
            item = NodeItem(self.drawing.shapes[name], self._card_look(name, 0.0))
            item.setPos(*self.drawing.positions[name])
            self.nodes[name] = item
            self.addItem(item)
        for edge in difference.edges_added:
            edge_item = EdgeItem(self.drawing.routes[edge], self._line_look(edge))
            self.edges[edge] = edge_item
            self.addItem(edge_item)
        for name in difference.reshaped:
            self.nodes[name].set_shape(self.drawing.shapes[name])
        turned = self._apply(difference)
        self._follow_remarks()
        self.select(self.selected_nodes, self.selected_edges, self.selected_remarks)  # those that are still there
        self._refresh_nodes(difference.reshaped | changed_nodes(old_graph, document.graph))
        self._refresh_dress(difference.added)
        restyled = self.edges.keys() - difference.edges_added if was_fine != self._is_fine() else frozenset[EdgeId]()
        self._refresh_edges(restyled | turned)
        self._widen_scene_rect(difference)

    def preview(self, places: Mapping[str, Position]) -> None:
        """Show nodes elsewhere while they are dragged. ``follow`` ends it."""
        self._apply(self.drawing.preview(places))

    def preview_remarks(self, rects: Mapping[str, Rect]) -> None:
        """Show frames and notes elsewhere. ``follow`` ends it."""
        self.drawing.preview_remarks(rects)
        self._follow_remarks()

    # ---- what is shown on the items

    def show_run(self, picture: RunPicture, now_s: float) -> None:
        """Repaints only what looks different."""
        old, self.picture = self.picture, picture
        self.drawing.with_picker = frozenset(name for name, each in picture.nodes.items() if has_choice(each))
        self.chosen_tasks = {n: k for n, k in self.chosen_tasks.items() if n in self.drawing.with_picker}
        old_slowest_s, self._slowest_s = self._slowest_s, slowest_s(picture)
        if bool(old.nodes) != bool(picture.nodes):
            self._refresh_nodes(self.nodes, now_s)
            self._refresh_edges(self.edges)
        else:
            changed, routes = differing(old.nodes, picture.nodes), differing(old.edges, picture.edges)
            changed |= {edge.outlet.node for edge in routes}
            changed &= self.nodes.keys()
            if changed or routes:
                self._refresh_nodes(changed, now_s)
                self._refresh_edges(routes.union(*map(self.drawing.edges_at, changed)) & self.edges.keys())
            if old_slowest_s != self._slowest_s:  # each bar is as long as its node took beside the slowest one
                timed = {name for name, moment in picture.nodes.items() if moment.duration_s is not None}
                for name in (timed - changed) & self.nodes.keys():
                    self.nodes[name].set_look(self._card_look(name, now_s))
        self._bands.set_rects(bands_of(picture, self.drawing))

    def choose_task(self, name: str, number: int) -> None:
        """The card shows this task of its fan-out."""
        self.chosen_tasks[name] = number
        self._refresh_nodes([name], time.time())

    def show_breakpoints(self, names: frozenset[str]) -> None:
        self.show_breakpoint_looks(dict.fromkeys(names, (BreakpointLook.PLAIN, "")))

    def show_breakpoint_looks(self, looks: Mapping[str, tuple[BreakpointLook, str]]) -> None:
        """By node: the look in its lane, and the number that some of them have."""
        old, self.breakpoint_looks = self.breakpoint_looks, dict(looks)
        changed = {name for name in old.keys() | looks.keys() if old.get(name) != looks.get(name)}
        self._refresh_dress(changed & self.nodes.keys())

    def show_branch_stops(self, looks: Mapping[BranchOutlet, BreakpointLook]) -> None:
        old, self.branch_stops = self.branch_stops, dict(looks)
        changed = {outlet.node for outlet in old.keys() | looks.keys() if old.get(outlet) != looks.get(outlet)}
        self._refresh_dress(changed & self.nodes.keys())

    def show_problems(self, problems: Iterable[Problem]) -> None:
        old, self.problem_marks = self.problem_marks, marks_of(problems)
        self.drawing.marked = self.problem_marks.keys()
        changed = {n for n in old.keys() | self.problem_marks.keys() if old.get(n) != self.problem_marks.get(n)}
        self._refresh_dress(changed & self.nodes.keys())
        self.overview.forget()

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
        self._refresh_dress(touched_nodes & self.nodes.keys())
        self._refresh_edges(touched_edges & self.edges.keys())
        self.overview.forget()
        return True

    def hover(self, hit: Hit) -> None:
        """Show what a press at the pointer would do."""
        old, self._hovered = self._hovered, hit
        touched = {h.node for h in (old, hit) if h.node is not None}
        self._refresh_dress(touched & self.nodes.keys())
        for edge in (old.edge, hit.edge):
            if edge is not None and edge in self.edges:
                self.edges[edge].set_hovered(edge == hit.edge)
        for key in (old.remark, hit.remark):
            if key is not None and key in self.remarks:
                self.remarks[key].set_hovered(key == hit.remark)

    def show_targets(self, valid: frozenset[str], aimed: str | None) -> None:
        """While an edge is dragged: valid targets glow, the others are dim."""
        if self._targets != (valid, aimed):
            self._targets = (valid, aimed)
            self._refresh_dress(self.nodes)

    def fade_edge(self, edge: EdgeId | None) -> None:
        """Only this edge is faint; none if None."""
        if self._faded in self.edges and self._faded is not None:
            self.edges[self._faded].setOpacity(1.0)
        self._faded = edge
        if edge is not None:
            self.edges[edge].setOpacity(FADED)

    def open_edge(self, edge: EdgeId | None) -> None:
        """Only this edge is dashed by the hand; none if None."""
        for each in (self._opened, edge):
            if each is not None and each in self.edges:
                self.edges[each].set_open(each == edge)
        self._opened = edge

    def clear_targets(self) -> None:
        self._targets = None
        self._refresh_dress(self.nodes)

    @contextmanager
    def without_hand(self) -> Iterator[None]:
        """While it lasts nothing shows of the user's hand: for pictures."""
        nodes, edges, hovered = self.selected_nodes, self.selected_edges, self._hovered
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
        self.overview.forget()
        self.update()

    # ---- motion

    def has_motion(self) -> bool:
        return any(moment.look is NodeLook.RUNNING for moment in self.picture.nodes.values())

    def tick(self, step_px: float, now_s: float) -> None:
        """One frame of the animation of running nodes and the edges that lead to them."""
        self._phase += step_px
        for name, moment in self.picture.nodes.items():
            if moment.look is NodeLook.RUNNING and (item := self.nodes.get(name)) is not None:
                item.phase = self._phase
                item.set_look(self._card_look(name, now_s))
                item.update()
        for edge_item in self.edges.values():
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
        for name in difference.moved:
            self.nodes[name].setPos(*self.drawing.positions[name])
        for edge in difference.edges_rerouted:
            item, route = self.edges[edge], self.drawing.routes[edge]
            if item.route.kind is not route.kind:
                turned.add(edge)
            item.set_route(route)
        self.overview.forget()
        if difference.moved or difference.reshaped or difference.removed:
            self._bands.set_rects(bands_of(self.picture, self.drawing))
        return frozenset(turned)

    def _refresh_nodes(self, names: Iterable[str], now_s: float = 0.0) -> None:
        for name in names:
            self.nodes[name].set_look(self._card_look(name, now_s))
        self._refresh_dress(names)
        self.overview.forget()

    def _refresh_dress(self, names: Iterable[str]) -> None:
        for name in names:
            self.nodes[name].set_dress(self._dress(name))

    def _refresh_edges(self, edges: Iterable[EdgeId]) -> None:
        for edge in edges:
            self.edges[edge].set_look(self._line_look(edge), is_selected=edge in self.selected_edges)
        self.overview.forget()

    def _card_look(self, name: str, now_s: float) -> CardLook:
        return card_look(
            self.drawing.graph,
            name,
            moment_of_task(self.picture.nodes.get(name), self.chosen_tasks.get(name, ALL)),
            has_run=bool(self.picture.nodes),
            slowest_s=self._slowest_s,
            now_s=now_s,
        )

    def _line_look(self, edge: EdgeId) -> LineLook:
        moment = self.picture.edges.get(edge)
        source, target = self.picture.nodes.get(edge.outlet.node), self.picture.nodes.get(edge.target)
        leads_now = moment is not None and moment.look in (EdgeLook.TAKEN, EdgeLook.NEXT)
        return line_look(
            edge,
            self.drawing.routes[edge].kind,
            moment,
            is_target_running=leads_now and target is not None and target.look is NodeLook.RUNNING,
            is_source_skipped=source is not None and source.look is NodeLook.SKIPPED,
            is_fine=self._is_fine(),
            fan_out=target.tasks_together
            if target is not None and isinstance(edge.outlet, (BranchOutlet, JumpOutlet))
            else 0,
        )

    def _dress(self, name: str) -> NodeDress:
        hit = self._hovered
        is_here = hit.node == name
        ghost = is_here and hit.kind is HitKind.LANE
        taken, skipped = outlets_by_route(self.picture, self.drawing, name)
        mark = self.problem_marks.get(name)
        stop = self.breakpoint_looks.get(name)
        return NodeDress(
            selected=name in self.selected_nodes,
            breakpoint=stop[0].value if stop is not None else "ghost" if ghost else "",
            breakpoint_text=stop[1] if stop is not None else "",
            problem="" if mark is None else "error" if mark.is_error else "warning",
            glow=self._glow(name),
            active_outlet=hit.outlet if is_here and hit.kind is HitKind.OUTLET else None,
            taken=taken,
            skipped=skipped,
            branch_stops=self._stops_of(name, hit.outlet if is_here and hit.kind is HitKind.BRANCH_STOP else None),
        )

    def _stops_of(self, name: str, pointed_at: Outlet | None) -> tuple[tuple[Outlet, str], ...]:
        """In the order of the tabs, with a ghost under the pointer."""
        found: list[tuple[Outlet, str]] = []
        for row in (
            (row for tab in self.drawing.shapes[name].tabs for row in tab.rows)
            if self.branch_stops or pointed_at
            else ()
        ):
            look = self.branch_stops.get(row.outlet) if isinstance(row.outlet, BranchOutlet) else None
            if look is not None:
                found.append((row.outlet, look.value))
            elif pointed_at is not None and row.outlet == pointed_at:
                found.append((row.outlet, "ghost"))
        return tuple(found)

    def _glow(self, name: str) -> str:
        if self._targets is None:
            return ""
        valid, aimed = self._targets
        if name in valid:
            return "aimed" if name == aimed else "valid"
        return "dim"

    def _is_fine(self) -> bool:
        return len(self.drawing.routes) >= FINE_LINES_FROM

    def _widen_scene_rect(self, difference: Difference) -> None:
        """The index divides this rectangle, so it reaches as far as the items; the view scrolls over a wider one."""
        rects = [self.drawing.bounds(name) for name in difference.added | difference.moved | difference.reshaped]
        rects += [self.drawing.routes[edge].bounds for edge in difference.edges_added | difference.edges_rerouted]
        rects += [rect_of(remark) for remark in self.drawing.remarks.values()]
        around = QRectF(*rect_around(rects).grown(MARGIN))
        if rects and not self.sceneRect().contains(around):
            self.setSceneRect(self.sceneRect().united(around))

    def content_rect(self) -> QRectF:
        """Around all nodes, edges and remarks."""
        nodes = [self.drawing.bounds(name) for name in self.drawing.shapes]
        nodes += [rect_of(remark) for remark in self.drawing.remarks.values()]
        return QRectF(*rect_around([*nodes, *(route.bounds for route in self.drawing.routes.values())]))
