"""Edges, branches and jumps to a node that is not there: each is a short stub with the missing name. Pure, no Qt.

Asked by ``drawing``. A branch that leads nowhere at all has a stub on the router's tab: ``router_painter``.
"""

from __future__ import annotations

from collections.abc import Collection

from editor.canvas.geometry import Route, stub_route
from editor.canvas.node_shape import CARD_HEIGHT, Measure
from editor.canvas.shapes import Point
from engine.graph.jumps import JumpOutlet, shown_lines
from engine.graph.spec import END, START, EdgeId, GraphSpec

NAME_MAX_WIDTH = 140.0
SIGN_ROOM = 28.0
"""Beside the name, for the warning sign and the padding."""
BELOW_OTHERS = CARD_HEIGHT / 2 + 16
"""So far below other lines of its outlet, which mostly lead to a card beside it."""
STEP = 26.0
"""From one stub of an outlet down to the next."""


def loose_names(graph: GraphSpec) -> frozenset[str]:
    """Where lines lead, though no node has this name."""
    return frozenset(edge.target for edge in shown_lines(graph)).difference(graph.nodes, (START, END))


def loose_route(
    edge: EdgeId, start: Point, beside: Collection[EdgeId], names: Collection[str], measure: Measure
) -> Route:
    """Straight on where the outlet has no other line; else below these, one under the other. A jump's: below the card.

    ``beside``: all lines of the node. ``names``: of all that stands in the drawing.
    """
    others = [other for other in beside if other.outlet == edge.outlet]
    loose = sorted(other.target for other in others if other.target not in names)
    has_company = len(loose) < len(others) or isinstance(edge.outlet, JumpOutlet)
    sign_width = min(measure(edge.target), NAME_MAX_WIDTH) + SIGN_ROOM
    return stub_route(start, (BELOW_OTHERS if has_company else 0.0) + STEP * loose.index(edge.target), sign_width)
