"""The whole drawing of a document: where each node stands, its shape, and how each edge runs. Pure geometry, no Qt.

``follow`` takes the next document and says what differs, so that the scene touches only those items. ``preview`` shows
nodes elsewhere while they are dragged, without any document. Used by ``graph_scene`` only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from editor.canvas.auto_layout import in_rows, place_missing
from editor.canvas.geometry import (
    BACK_CLEARANCE,
    JUMP_CURVES_FROM,
    LANE_STEP,
    RISER,
    Route,
    RouteKind,
    back_route,
    forward_route,
    free_lane,
    is_backward,
    jump_route,
    lane_below,
    self_loop,
)
from editor.canvas.loose_ends import loose_route
from editor.canvas.node_shape import KeptShape, Measure, NodeShape, node_shapes
from editor.canvas.shapes import Point, Rect, rect_around
from editor.canvas.spatial_grid import SpatialGrid
from editor.document.document import Document
from editor.document.layout import Layout, Position
from editor.document.remark import Remark
from editor.document.remark_json import fitting_rect
from engine.graph.jumps import JumpOutlet, lines_from, touched_sources
from engine.graph.spec import END, START, EdgeId, GraphSpec, Outlet, PlainOutlet

MOST_AT_ONCE = 2_000
"""So many nodes are laid out on the spot, in 0.3 s. More come with their places (``expect``), or stand in rows."""
MOST_APART = 300
"""So many returning edges keep clear of all cards and of each other; with each edit they are laid anew, in 30 ms. More,
as of a large graph in rows, run right above their own two cards."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it was. Names and edges; never items. What goes and comes at once is another one of that name."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    reshaped: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    edges_added: frozenset[EdgeId] = frozenset()
    edges_removed: frozenset[EdgeId] = frozenset()
    edges_rerouted: frozenset[EdgeId] = frozenset()


class Drawing:
    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._graph = GraphSpec()
        self._positions: dict[str, Position] = {}
        self._shapes: dict[str, NodeShape] = {}
        self._kept_shapes: dict[str, KeptShape] = {}
        self._routes: dict[EdgeId, Route] = {}
        self._special: dict[EdgeId, RouteKind] = {}
        """The few that return, jump or lead nowhere: they make room for others, so each may move with any edit."""
        self._is_crowded = False
        """More edges return than can keep clear of each other."""
        self._edges_at: dict[str, set[EdgeId]] = defaultdict(set)
        self._cards: SpatialGrid[str] = SpatialGrid()
        self._lines: SpatialGrid[EdgeId] = SpatialGrid()
        self._join_edges: frozenset[EdgeId] = frozenset()
        self._expected: tuple[tuple[GraphSpec, Mapping[str, Position]], ...] = ()
        self._ready: Drawing | None = None
        self._followed: tuple[GraphSpec, Layout] | None = None
        self.is_given_away = False
        """Another one has become this drawing, which may not be used any more."""
        self.marked: Collection[str] = frozenset()
        """Nodes that carry the mark of a problem."""
        self.with_picker: Collection[str] = frozenset()
        """Nodes whose cards show one of several tasks."""
        self.remarks: Mapping[str, Remark] = {}
        """Frames and notes, by key, as they are shown: while one is dragged, where it is dragged to."""

    @property
    def graph(self) -> GraphSpec:
        return self._graph

    @property
    def positions(self) -> Mapping[str, Position]:
        return self._positions

    @property
    def shapes(self) -> Mapping[str, NodeShape]:
        return self._shapes

    @property
    def routes(self) -> Mapping[EdgeId, Route]:
        return self._routes

    def edges_at(self, name: str) -> frozenset[EdgeId]:
        """The edges that begin or end at this node."""
        return frozenset(self._edges_at.get(name, ()))

    def card_rect(self, name: str) -> Rect:
        return self._shapes[name].card.moved(*self._positions[name])

    def bounds(self, name: str) -> Rect:
        return self._shapes[name].bounds.moved(*self._positions[name])

    def body_rect(self, name: str) -> Rect:
        """Card and tabs, without the strip's room."""
        return self._shapes[name].body.moved(*self._positions[name])

    def extent(self) -> Rect | None:
        """Around all nodes and edges; None if there is nothing."""
        around = [rect for rect in (self._cards.around(), self._lines.around()) if rect is not None]
        return rect_around(around) if around else None

    def nodes_meeting(self, rect: Rect) -> list[str]:
        return sorted(self._cards.keys_meeting(rect))

    def edges_meeting(self, rect: Rect) -> set[EdgeId]:
        """Edges whose bounds meet this rectangle."""
        return self._lines.keys_meeting(rect)

    def port(self, outlet: Outlet) -> Point:
        """Where edges of this outlet begin, in the scene."""
        shape = self._shapes[outlet.node]
        port = shape.jump_port if isinstance(outlet, JumpOutlet) else shape.port_of(outlet)
        port = port or Point(shape.bounds.right, shape.card.middle.y)
        return port.moved(*self._positions[outlet.node])

    def inlet(self, name: str) -> Point:
        """Where edges arrive, in the scene."""
        shape = self._shapes[name]
        return (shape.input_port or Point(0, shape.card.middle.y)).moved(*self._positions[name])

    def follow(self, document: Document) -> Difference:
        """Become the drawing of this document."""
        old_graph, self._graph = self._graph, document.graph
        self._followed = (document.graph, document.layout)
        self.remarks = document.layout.remarks
        if document.graph is old_graph and self._shapes:
            return self._moved_to(self._wanted_positions(document))
        if (ready := self._ready_for(document)) is not None:
            return self._become(ready)
        if self._shapes and not self._positions:
            return self._become(self._drawn_anew(document))
        added, removed, reshaped = self._follow_shapes(document.graph)
        wanted = self._wanted_positions(document)
        moved = frozenset(
            name for name, place in wanted.items() if name not in added and place != self._positions.get(name)
        )
        self._positions = wanted
        for name in removed:
            self._cards.remove(name)
        for name in added | reshaped | moved:
            self._cards.put(name, self.bounds(name))
        edges_added, edges_removed, joined = self._follow_edges(old_graph, document.graph, added, removed)
        touched = self._edges_of(added | removed | reshaped | moved)
        rerouted = self._reroute(touched | joined | edges_added)
        return Difference(added, removed, reshaped, moved, edges_added, edges_removed, rerouted)

    def expect(
        self, first_places: Iterable[tuple[GraphSpec, Mapping[str, Position]]], drawn: Drawing | None = None
    ) -> None:
        """Where the nodes of graphs that will be followed stand first, as far as no layout places them.

        ``drawn``: a drawing of the next document, made in a thread; who follows that document first takes it over.
        """
        self._expected = tuple(first_places)
        self._ready = drawn

    def forget_places(self) -> None:
        """The next ``follow`` is of another graph: where nodes stand on the screen means nothing for it."""
        self._positions = {}

    def preview(self, places: Mapping[str, Position]) -> Difference:
        """Show these nodes elsewhere. The next ``follow`` puts everything where the document says."""
        moved = frozenset(name for name, place in places.items() if self._positions.get(name) != place)
        self._positions.update({name: places[name] for name in moved})
        for name in moved:
            self._cards.put(name, self.bounds(name))
        touched = self._edges_of(moved)
        self._route(touched)  # the other returning edges stay until the drop: moving them too would be restless
        return Difference(moved=moved, edges_rerouted=touched)

    def preview_remarks(self, rects: Mapping[str, Rect]) -> None:
        """Show these remarks elsewhere, like ``preview``."""
        self.remarks = {
            key: replace(remark, rect=fitting_rect(remark.kind, *rects[key])) if key in rects else remark
            for key, remark in self.remarks.items()
        }

    # ---- drawn ahead

    def _ready_for(self, document: Document) -> Drawing | None:
        ready, self._ready = self._ready, None
        if ready is None or ready.is_given_away or ready._followed is None or self._positions:
            return None
        graph, layout = ready._followed
        return ready if graph is document.graph and layout is document.layout else None

    def _drawn_anew(self, document: Document) -> Drawing:
        """Of another graph, which has nothing to do with this one: less work than taking all of this one away."""
        fresh = Drawing(self._measure)
        fresh.expect(self._expected)
        fresh.follow(document)
        return fresh

    def _become(self, ready: Drawing) -> Difference:
        """All of it is this drawing's from now on; nothing of what was stays. What two graphs have in common, of which
        one replaces the other, takes longer to find than to draw."""
        ready.is_given_away = True
        shapes, routes = self._shapes, self._routes
        self._shapes, self._routes, self._positions = ready._shapes, ready._routes, ready._positions
        self._edges_at, self._cards, self._lines = ready._edges_at, ready._cards, ready._lines
        self._special, self._kept_shapes = ready._special, ready._kept_shapes
        self._is_crowded = ready._is_crowded
        self._join_edges = ready._join_edges
        return Difference(
            added=frozenset(self._shapes),
            removed=frozenset(shapes),
            edges_added=frozenset(self._routes),
            edges_removed=frozenset(routes),
        )

    # ---- nodes

    def _follow_shapes(self, graph: GraphSpec) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        old, shapes = self._shapes, node_shapes(graph, self._measure, self._kept_shapes)
        self._shapes = shapes
        added = frozenset(shapes.keys() - old.keys())
        removed = frozenset(old.keys() - shapes.keys())
        reshaped = frozenset(
            name for name, shape in shapes.items() if (before := old.get(name, shape)) is not shape and before != shape
        )
        return added, removed, reshaped

    def _wanted_positions(self, document: Document) -> dict[str, Position]:
        """The document's positions; for nodes that have none, those that they were given on the screen, or new ones."""
        shapes, shown = self._shapes, self._positions
        placed = {name: place for name, place in document.layout.positions.items() if name in shapes}
        if len(placed) == len(shapes):
            return placed
        kept = {name: shown[name] for name in shapes if name in shown and name not in placed}
        if not placed and kept.keys() <= {START, END}:
            kept = {}  # of another graph that was shown before: every graph has these two
        known = {**kept, **placed}
        if document.graph.nodes and known.keys() <= {START, END}:
            known = placed  # an END that stood beside START would stand among the nodes now
        if placed.keys() <= {START, END} and (expected := self._expected_of(document.graph)) is not None:
            return {**expected, **known}
        if len(shapes) - len(known) > MOST_AT_ONCE:
            return {**in_rows(shapes), **known}
        return place_missing(document.graph, shapes, known)

    def _expected_of(self, graph: GraphSpec) -> Mapping[str, Position] | None:
        return next((places for known, places in self._expected if known is graph), None)

    def _moved_to(self, wanted: dict[str, Position]) -> Difference:
        now = self._positions
        moved = frozenset(name for name, place in wanted.items() if now.get(name) != place)
        self._positions = wanted
        for name in moved:
            self._cards.put(name, self.bounds(name))
        touched = self._edges_of(moved)
        return Difference(moved=moved, edges_rerouted=self._reroute(touched))

    # ---- edges

    def _follow_edges(
        self, old: GraphSpec, new: GraphSpec, added_nodes: frozenset[str], removed_nodes: frozenset[str]
    ) -> tuple[frozenset[EdgeId], frozenset[EdgeId], frozenset[EdgeId]]:
        """Edges that came, that went, and that became or ceased to be lines of a join."""
        names = self._shapes.keys()
        sources = touched_sources(old, new, added_nodes) | removed_nodes
        sources.update(edge.outlet.node for edge in self._edges_of(removed_nodes))
        edges = {edge for edge in lines_from(new, sources) if edge.outlet.node in names}
        before = {edge for edge in self._edges_of(sources) if edge.outlet.node in sources}
        added, removed = frozenset(edges - before), frozenset(before - edges)
        for edge in removed:
            del self._routes[edge]
            self._special.pop(edge, None)
            self._lines.remove(edge)
            self._edges_at[edge.outlet.node].discard(edge)
            self._edges_at[edge.target].discard(edge)
        for edge in added:
            self._edges_at[edge.outlet.node].add(edge)
            self._edges_at[edge.target].add(edge)
        if old.edges is new.edges:
            return added, removed, frozenset()
        specs = [edge for edge in new.edges if not isinstance(edge.source, str)]
        joins = frozenset(EdgeId(PlainOutlet(s), e.target) for e in specs for s in e.sources)
        changed = (joins ^ self._join_edges) & self._routes.keys()
        self._join_edges = joins
        return added, removed, changed

    def _edges_of(self, names: Iterable[str]) -> frozenset[EdgeId]:
        return frozenset(edge for name in names for edge in self._edges_at.get(name, ()))

    def _reroute(self, edges: Iterable[EdgeId]) -> frozenset[EdgeId]:
        """Lay these edges and all special ones anew. Gives those that run otherwise now, without new ones."""
        others = {edge for edge, kind in self._special.items() if kind is not RouteKind.BACK}
        touched = {*edges, *self._special}
        before = {edge: self._routes[edge] for edge in touched if edge in self._routes}
        returning = {edge for edge, kind in self._special.items() if kind is RouteKind.BACK}
        was_crowded = self._is_crowded
        self._is_crowded = len(returning.difference(edges)) + sum(map(self._returns, edges)) > MOST_APART
        self._route({*edges, *others, *(returning if self._is_crowded and not was_crowded else ())})
        if not self._is_crowded:
            self._route_returning()
        return frozenset(edge for edge, route in before.items() if self._routes[edge] != route)

    def _route(self, edges: Iterable[EdgeId]) -> None:
        for edge in edges:
            self._set_route(edge, self._route_of(edge))

    def _route_of(self, edge: EdgeId) -> Route:
        if edge.target not in self._shapes:
            beside = self._edges_at[edge.outlet.node]
            return loose_route(edge, self.port(edge.outlet), beside, self._shapes, self._measure)
        start, tip = self._ends(edge)
        if isinstance(edge.outlet, JumpOutlet):
            return self._jump_route(edge, start, tip)
        if edge.outlet.node == edge.target:
            return self_loop(start, self.card_rect(edge.target))
        if not is_backward(start, tip):
            return forward_route(start, tip, is_join=edge in self._join_edges)
        near = self._highest(edge)
        lane_y = near - BACK_CLEARANCE if self._is_crowded else free_lane(start, tip, near, self._cards.meeting)
        return back_route(start, tip, lane_y)

    def _returns(self, edge: EdgeId) -> bool:
        """Back to a card at the left, over the top."""
        if edge.target not in self._shapes or isinstance(edge.outlet, JumpOutlet):
            return False
        return edge.outlet.node != edge.target and is_backward(*self._ends(edge))

    def _jump_route(self, edge: EdgeId, start: Point, tip: Point) -> Route:
        """Below the cards, so that it keeps clear of what usually leaves and returns."""
        runs_on = not is_backward(start, tip) and edge.outlet.node != edge.target
        if runs_on and tip.y > start.y + JUMP_CURVES_FROM:
            return jump_route(start, tip, None)
        lowest = self.bounds(edge.outlet.node).bottom
        if not runs_on:
            lowest = max(lowest, self.bounds(edge.target).bottom)
        return jump_route(start, tip, lane_below(start, tip, lowest, self._cards.meeting))

    def _ends(self, edge: EdgeId) -> tuple[Point, Point]:
        return self.port(edge.outlet), self.inlet(edge.target)

    def _set_route(self, edge: EdgeId, route: Route) -> None:
        self._routes[edge] = route
        if route.kind in (RouteKind.BACK, RouteKind.JUMP, RouteKind.STUB):
            self._special[edge] = route.kind
        else:
            self._special.pop(edge, None)
        self._lines.put(edge, route.bounds)

    def _highest(self, edge: EdgeId) -> float:
        return min(self.bounds(edge.outlet.node).top, self.bounds(edge.target).top)

    def _route_returning(self) -> None:
        """Lay all returning edges anew, the shortest lowest, so that no two run over each other."""
        returning = [edge for edge, kind in self._special.items() if kind is RouteKind.BACK]
        if not returning:
            return
        lanes: SpatialGrid[EdgeId] = SpatialGrid()
        out: Counter[str] = Counter()
        home: Counter[str] = Counter()
        for edge in sorted(returning, key=self._span):
            start, tip = self._ends(edge)
            lane_y = free_lane(
                start, tip, self._highest(edge), lambda strip: self._cards.meeting(strip) + lanes.meeting(strip)
            )
            source, target = edge.outlet.node, edge.target
            route = back_route(
                start,
                tip,
                lane_y,
                out=RISER + LANE_STEP * 0.75 * out[source],
                home=RISER + 6 + LANE_STEP * 0.75 * home[target],
            )
            out[source] += 1
            home[target] += 1
            self._set_route(edge, route)
            around = route.bounds
            lanes.put(edge, Rect(around.left, lane_y - 1, around.width, 2))

    def _span(self, edge: EdgeId) -> tuple[float, str, str]:
        start, tip = self._ends(edge)
        return start.x - tip.x, edge.outlet.node, str(edge)
