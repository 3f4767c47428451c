"""What stands under a point of the drawing. Pure, no Qt.

Ports and lanes win over bodies, bodies over edges, edges over notes and frames. Reaches grow when the drawing is small
on the screen, so that a port can be hit at 50 % as well as at 200 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import hypot

from editor.canvas.drawing import Drawing
from editor.canvas.geometry import RouteKind, distance_to
from editor.canvas.node_shape import PORT_REACH, STOP_FROM_PORT, TEXT_FROM, NodeShape
from editor.canvas.problem_marks import mark_rect
from editor.canvas.remark_shape import remark_at
from editor.canvas.shapes import Point, Rect
from editor.canvas.task_choice import picker_rect
from engine.graph.spec import BranchOutlet, EdgeId, Outlet

EDGE_REACH = 6.0
MARK_REACH = 3.0
STOP_REACH = 8.0
END_REACH = 22.0
"""How near its tip an edge is taken at its end, to be led elsewhere; a stub is everywhere."""


class HitKind(Enum):
    NOTHING = "nothing"
    BODY = "body"
    LANE = "lane"
    OUTLET = "outlet"
    BRANCH = "branch"
    BRANCH_STOP = "branch stop"
    """Beside the port of a branch, where its edge begins."""
    MARK = "mark"
    """Of a problem, at the node."""
    TASKS = "tasks"
    """The picker of a fan-out; ``side`` says which arrow."""
    EDGE = "edge"
    EDGE_END = "edge end"
    REMARK = "remark"
    """The title bar of a frame, or a note."""
    REMARK_EDGE = "remark edge"
    """Where a frame or note is stretched."""


@dataclass(frozen=True, slots=True)
class Hit:
    kind: HitKind = HitKind.NOTHING
    node: str | None = None
    outlet: Outlet | None = None
    """The port's outlet, or the branch whose label was hit."""
    edge: EdgeId | None = None
    remark: str | None = None
    """The key of a frame or note."""
    router: str | None = None
    """Whose badge was hit, with the kind BODY; "" is the only one of its node."""
    side: str = ""
    """Of the remark; see ``RemarkHit``. Of the picker: "left" or "right"."""


NOTHING = Hit()


def hit_at(drawing: Drawing, point: Point, scale: float = 1.0) -> Hit:
    """The uppermost thing at this point; ``scale`` is the zoom."""
    stretch = max(1.0, min(2.5, 1.0 / scale))
    beside: Hit | None = None
    around = max(PORT_REACH, STOP_FROM_PORT + STOP_REACH) * stretch
    for name in drawing.nodes_meeting(Rect(point.x, point.y, 0, 0).grown(around)):
        hit = _hit_on_node(drawing, name, point, stretch, scale)
        if hit is not None and hit.kind is HitKind.BRANCH_STOP:
            beside = hit  # off the card: another card that stands there comes first
        elif hit is not None:
            return hit
    if beside is not None:
        return beside
    hit = _hit_on_edges(drawing, point, EDGE_REACH * stretch)
    if hit is not NOTHING or not drawing.remarks:
        return hit
    remark = remark_at(drawing.remarks, point, stretch)
    if remark is None:
        return NOTHING
    kind = HitKind.REMARK_EDGE if remark.side else HitKind.REMARK
    return Hit(kind, remark=remark.key, side=remark.side)


def node_at(drawing: Drawing, point: Point, reach: float) -> str | None:
    """The node whose card is nearest to this point and not further away than ``reach``."""
    best, best_distance = None, reach
    for name in drawing.nodes_meeting(Rect(point.x, point.y, 0, 0).grown(reach)):
        card = drawing.body_rect(name)
        dx = max(card.left - point.x, 0.0, point.x - card.right)
        dy = max(card.top - point.y, 0.0, point.y - card.bottom)
        if hypot(dx, dy) <= best_distance:
            best, best_distance = name, hypot(dx, dy)
    return best


def _hit_on_node(drawing: Drawing, name: str, point: Point, stretch: float, scale: float) -> Hit | None:
    shape, (x, y) = drawing.shapes[name], drawing.positions[name]
    local = point.moved(-x, -y)
    if name in drawing.marked and mark_rect(shape, scale).grown(MARK_REACH).holds(*local):
        return Hit(HitKind.MARK, name)
    if name in drawing.with_picker and scale >= TEXT_FROM and (picker := picker_rect(shape)).holds(*local):
        return Hit(HitKind.TASKS, name, side="left" if local.x < picker.middle.x else "right")
    near = [(hypot(port.x - local.x, port.y - local.y), outlet) for outlet, port in shape.outlets(name)]
    if near:
        distance, outlet = min(near, key=lambda pair: pair[0])
        if distance <= PORT_REACH * stretch:
            return Hit(HitKind.OUTLET, name, outlet)
    stop = _stop_at(shape, local, STOP_REACH * stretch)
    if stop is not None:
        return Hit(HitKind.BRANCH_STOP, name, stop)
    if shape.lane.holds(*local) and shape.lane.width:
        return Hit(HitKind.LANE, name)
    branch = _branch_at(shape, local)
    if branch is not None:
        return Hit(HitKind.BRANCH, name, branch)
    if shape.card.holds(*local):
        return Hit(HitKind.BODY, name)
    routers = [tab.router for tab in shape.tabs if tab.rect.holds(*local)]
    return Hit(HitKind.BODY, name, router=routers[0]) if routers else None


def _stop_at(shape: NodeShape, local: Point, reach: float) -> Outlet | None:
    """The branch whose stop is nearest; it has one if it leads anywhere."""
    rows = [row for tab in shape.tabs for row in tab.rows if row.is_connected and isinstance(row.outlet, BranchOutlet)]
    near = [(hypot(row.stop.x - local.x, row.stop.y - local.y), number) for number, row in enumerate(rows)]
    distance, number = min(near, default=(reach + 1, 0))
    return rows[number].outlet if distance <= reach else None


def _branch_at(shape: NodeShape, local: Point) -> Outlet | None:
    for tab in shape.tabs:
        for row in tab.rows:
            if row.rect.holds(*local) and isinstance(row.outlet, BranchOutlet):
                return row.outlet
    return None


def _hit_on_edges(drawing: Drawing, point: Point, reach: float) -> Hit:
    around = Rect(point.x, point.y, 0, 0).grown(reach)
    near = [(distance_to(drawing.routes[edge], *point), str(edge), edge) for edge in drawing.edges_meeting(around)]
    if not near:
        return NOTHING
    distance, _, edge = min(near, key=lambda row: row[:2])
    if distance > reach:
        return NOTHING
    route = drawing.routes[edge]
    at_end = route.kind is RouteKind.STUB or hypot(route.tip.x - point.x, route.tip.y - point.y) <= END_REACH
    return Hit(HitKind.EDGE_END if at_end else HitKind.EDGE, edge.outlet.node, edge.outlet, edge)
