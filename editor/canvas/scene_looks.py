"""How each node and edge of a scene looks now: by the run's picture, marks, selection and pointer. Asked by the scene.

Pure: the same answer whether the item has been there for long or is made this moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.canvas.hit import HitKind
from editor.canvas.line_look import LineLook, line_look
from editor.canvas.node_dress import NodeDress, outlets_by_route
from editor.canvas.node_look import DISABLED, NO_MOMENT, CardLook, card_look, state_style
from editor.canvas.node_shape import NodeKind
from editor.canvas.overview_painter import FarLine, FarNode
from editor.canvas.task_choice import ALL, moment_of_task
from editor.debugger.run_picture import EdgeLook, NodeLook, NodeMoment
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import BranchOutlet, EdgeId, Outlet

if TYPE_CHECKING:
    from editor.canvas.graph_scene import GraphScene

FINE_LINES_FROM = 600
"""From this many edges on, all usual lines are hairlines: wider ones cost three times as much."""


def card_look_of(scene: GraphScene, name: str) -> CardLook:
    return card_look(
        scene.drawing.graph,
        name,
        _moment(scene, name),
        has_run=bool(scene.picture.nodes),
        slowest_s=scene.slowest_s,
        now_s=scene.now_s,
        tells_usage=scene.picture.tells_usage,
        stale=scene.stale.get(name, ""),
    )


def line_look_of(scene: GraphScene, edge: EdgeId) -> LineLook:
    picture = scene.picture
    moment = picture.edges.get(edge) if picture.edges else None
    source, target = picture.nodes.get(edge.outlet.node), picture.nodes.get(edge.target)
    leads_now = moment is not None and moment.look in (EdgeLook.TAKEN, EdgeLook.NEXT)
    return line_look(
        edge,
        scene.drawing.routes[edge].kind,
        moment,
        is_target_running=leads_now and target is not None and target.look is NodeLook.RUNNING,
        is_source_skipped=source is not None and source.look is NodeLook.SKIPPED,
        is_fine=has_fine_lines(scene),
        fan_out=target.tasks_together
        if target is not None and isinstance(edge.outlet, (BranchOutlet, JumpOutlet))
        else 0,
    )


def has_fine_lines(scene: GraphScene) -> bool:
    return len(scene.drawing.routes) >= FINE_LINES_FROM


def dress_of(scene: GraphScene, name: str) -> NodeDress:
    hit = scene.hovered
    is_here = hit.node == name
    ghost = is_here and hit.kind is HitKind.LANE
    taken, skipped = outlets_by_route(scene.picture, scene.drawing, name)
    stop = scene.breakpoint_looks.get(name)
    return NodeDress(
        selected=name in scene.selected_nodes,
        breakpoint=stop[0].value if stop is not None else "ghost" if ghost else "",
        breakpoint_text=stop[1] if stop is not None else "",
        problem=_problem(scene, name),
        glow=_glow(scene, name),
        active_outlet=hit.outlet if is_here and hit.kind is HitKind.OUTLET else None,
        taken=taken,
        skipped=skipped,
        branch_stops=_stops_of(scene, name, hit.outlet if is_here and hit.kind is HitKind.BRANCH_STOP else None),
    )


def node_from_afar(scene: GraphScene, name: str) -> FarNode:
    """The state's colour where it has one of its own; else a plain card."""
    problem, is_selected = _problem(scene, name), name in scene.selected_nodes
    if scene.drawing.shapes[name].kind is not NodeKind.NODE:
        return FarNode("edge", problem, is_selected)
    style = state_style(
        scene.drawing.graph.nodes.get(name), _moment(scene, name) or NO_MOMENT, scene.stale.get(name, "")
    )
    has_colour = bool(style.icon) and style is not DISABLED
    return FarNode(style.colour if has_colour else "card_border", problem, is_selected)


def edge_from_afar(scene: GraphScene, edge: EdgeId) -> FarLine:
    look = line_look_of(scene, edge)
    return FarLine(look.colour, 1.5 if look.width_px > 2 else 0.0)


def _moment(scene: GraphScene, name: str) -> NodeMoment | None:
    return moment_of_task(scene.picture.nodes.get(name), scene.chosen_tasks.get(name, ALL))


def _problem(scene: GraphScene, name: str) -> str:
    mark = scene.problem_marks.get(name)
    return "" if mark is None else "error" if mark.is_error else "warning"


def _stops_of(scene: GraphScene, name: str, pointed_at: Outlet | None) -> tuple[tuple[Outlet, str], ...]:
    """In the order of the tabs, with a ghost under the pointer."""
    found: list[tuple[Outlet, str]] = []
    for row in (
        (row for tab in scene.drawing.shapes[name].tabs for row in tab.rows) if scene.branch_stops or pointed_at else ()
    ):
        look = scene.branch_stops.get(row.outlet) if isinstance(row.outlet, BranchOutlet) else None
        if look is not None:
            found.append((row.outlet, look.value))
        elif pointed_at is not None and row.outlet == pointed_at:
            found.append((row.outlet, "ghost"))
    return tuple(found)


def _glow(scene: GraphScene, name: str) -> str:
    if scene.targets is None:
        return ""
    valid, aimed = scene.targets
    if name in valid:
        return "aimed" if name == aimed else "valid"
    return "dim"
