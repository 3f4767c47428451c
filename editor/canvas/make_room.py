"""Room for a card that is put into an edge, or that gets a tab: what would lie under it moves right, and all that
follows moves along.

Pure, no Qt. Nothing moves as long as there is room: a drawing that a hand has arranged stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

from editor.canvas.drawing import Drawing
from editor.canvas.node_shape import CARD_WIDTH, STRIP_HEIGHT
from editor.canvas.remark_shape import inside_of, rect_of
from editor.canvas.shapes import Rect
from editor.document.layout import GRID_PX, Position, on_grid
from engine.graph.spec import START, EdgeId

CLEARANCE_PX = 12
"""Cards nearer to each other than that count as overlapping: their shadows do."""
GAP_PX = 60
"""Between the new card and its neighbours, where one of them has to move: an edge can be seen there."""


@dataclass(frozen=True, slots=True)
class Room:
    corner: Position
    """Of the new card: beside the edge's beginning, if it was dropped on that; else where it was dropped."""
    places: Mapping[str, Position] = field(default_factory=dict)
    """Where other cards go."""
    remarks: Mapping[str, Rect] = field(default_factory=dict)
    """Frames that go along, and frames that are widened since only a part of what stands in them goes."""


def room_in_edge(drawing: Drawing, edge: EdgeId, name: str, card: Rect) -> Room:
    """``card``: where the body of the new card would stand. ``name``: its own, if it is in the drawing already."""
    source = edge.outlet.node
    bodies = {each: drawing.body_rect(each) for each in _near(drawing, card) - {name}}
    over = {each for each, body in bodies.items() if body.meets(card.grown(CLEARANCE_PX))}
    is_loose = edge.target not in drawing.shapes
    leads_right = is_loose or drawing.inlet(edge.target).x >= drawing.port(edge.outlet).x
    if source in over and leads_right:
        card = card.moved(_up_to_grid(drawing.body_rect(source).right + GAP_PX - card.left), 0)
        bodies = {each: drawing.body_rect(each) for each in _near(drawing, card) - {name, source}}
        over = {each for each, body in bodies.items() if body.meets(card.grown(CLEARANCE_PX))}
    return _room(drawing, over, name, card, stays={name, source, START})


def room_for_body(drawing: Drawing, name: str, body: Rect) -> Room:
    """``body``: what that of this card becomes, wider to the right than it is.

    Targets beside it move as well: to those that it reached beyond its edges would have to return.
    """
    beside = {each: drawing.body_rect(each) for each in _near(drawing, body) - {name, START}}
    over = {each for each, other in beside.items() if other.left > body.left and other.meets(body.grown(CLEARANCE_PX))}
    targets = {edge.target for edge in drawing.edges_at(name)} & drawing.shapes.keys() - {name}
    over |= {each for each in targets if is_passed(body, drawing.body_rect(each).left)}
    return _room(drawing, over, name, body, stays={name, START})


def is_passed(body: Rect, left: float) -> bool:
    """Whether what begins there stands right of the card of this body, and not clear of its tabs."""
    return body.left + CARD_WIDTH <= left < body.right + GAP_PX


def _room(drawing: Drawing, over: set[str], name: str, card: Rect, *, stays: set[str]) -> Room:
    corner = on_grid(card.left, card.top)
    over = over - stays
    if not over:
        return Room(corner)
    step = _up_to_grid(max(card.right + GAP_PX - drawing.body_rect(each).left for each in over))
    moving = _moving(drawing, over, step, stays=stays)
    places = {each: (drawing.positions[each][0] + step, drawing.positions[each][1]) for each in moving}
    return Room(corner, places, _frames(drawing, moving, name, card, step))


def _moving(drawing: Drawing, over: set[str], step: int, *, stays: set[str]) -> set[str]:
    """These, what follows them and stands further right, and whatever these would be pushed onto."""
    moving: set[str] = set()
    waiting = sorted(over)
    while waiting:
        name = waiting.pop()
        if name in moving or name in stays:
            continue
        moving.add(name)
        body = drawing.body_rect(name)
        following = {edge.target for edge in drawing.edges_at(name) if edge.outlet.node == name}
        following &= drawing.shapes.keys()  # an edge may lead to a node that is not there
        waiting += sorted(each for each in following if drawing.body_rect(each).left > body.left)
        way = Rect(body.left, body.top, body.width + step, body.height).grown(CLEARANCE_PX)
        for each in drawing.nodes_meeting(way):
            other = drawing.body_rect(each)
            if each not in moving and other.left > body.left and other.meets(way):
                waiting.append(each)
    return moving


def _frames(drawing: Drawing, moving: Iterable[str], name: str, card: Rect, step: int) -> dict[str, Rect]:
    moved, changed = set(moving), {}
    for key, remark in drawing.remarks.items():
        if remark.kind != "frame":
            continue
        rect = rect_of(remark)
        cards = {each: drawing.card_rect(each) for each in _near(drawing, rect) if each != name}
        inside = inside_of(remark, cards)
        if inside and inside <= moved:
            changed[key] = rect.moved(step, 0)
        elif inside & moved:
            changed[key] = Rect(rect.left, rect.top, rect.width + step, rect.height)
    return changed


def _near(drawing: Drawing, rect: Rect) -> set[str]:
    return set(drawing.nodes_meeting(rect.grown(CLEARANCE_PX + STRIP_HEIGHT)))


def _up_to_grid(px: float) -> int:
    return ceil(px / GRID_PX) * GRID_PX


def body_at(drawing: Drawing, name: str, corner: Position) -> Rect:
    """The body of a card of the drawing if it stood there."""
    return drawing.shapes[name].body.moved(*corner)
