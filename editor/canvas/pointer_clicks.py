"""What a double click and a click with the other button mean on the canvas. Called by ``graph_view``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF

from editor.canvas.hit import Hit, HitKind, hit_at
from editor.canvas.menus import open_context_menu
from editor.canvas.shapes import Point
from engine.graph.spec import BranchOutlet

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


def double_click(view: GraphView, hit: Hit, point: QPointF) -> bool:
    """Opens what was hit, or adds a node here. False: it was two single clicks."""
    match hit.kind:
        case HitKind.NOTHING:
            view.add_node_at(point)
        case HitKind.BRANCH | HitKind.EDGE | HitKind.EDGE_END if isinstance(hit.outlet, BranchOutlet):
            view.naming.rename_branch(hit.outlet)
        case HitKind.BODY if hit.node is not None and hit.router is not None:
            view.router_activated.emit(hit.node, hit.router)
        case HitKind.BODY if hit.node is not None:
            view.node_activated.emit(hit.node)
        case HitKind.REMARK if hit.remark is not None:
            view.remarks.write(hit.remark)
        case HitKind.LANE | HitKind.TASKS:
            return False
    return True


def context_click(view: GraphView, point: QPointF, on_screen: QPoint) -> None:
    """Selects what was hit, unless it is selected already, and opens its menu."""
    hit = hit_at(view.drawing, Point(point.x(), point.y()), view.zoom)
    if hit.edge is not None:
        view.select((), [hit.edge])
    elif hit.node is not None and hit.node not in view.selected_nodes():
        view.select([hit.node])
    elif hit.remark is not None and hit.remark not in view.selected_remarks():
        view.select((), (), [hit.remark])
    open_context_menu(view, hit, point, on_screen)
