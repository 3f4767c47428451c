"""How an edge runs: its path from an outlet to a node, where its arrow and its label stand, how near a point is. No Qt.

Forward edges are one cubic curve. Edges drawn from right to left leave to the right and return over the top of what
stands between, with rounded corners; a self-loop is a small fixed arc; the lines of a join meet at a bar before the
target; an edge that leads nowhere is a stub.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import hypot

from editor.canvas.shapes import Point, Rect

ARROW_LENGTH = 9.0
ARROW_HALF_WIDTH = 4.5
CORNER = 14.0
BACK_CLEARANCE = 22.0
"""Distance of a returning edge from the cards that it passes over."""
LANE_STEP = 12.0
"""Distance between two returning edges that run side by side."""
ROOM = 12.0
"""Around a line: half its counter, its arrow, its halo when it is selected."""
RISER = 18.0
"""How far a returning edge leaves its port before it turns."""
JOIN_BAR = 26.0
"""Distance of the bar of a join from its target."""
HOOK_DROP = 34.0
"""How far a jump goes straight down, past the strip below its card; its label stands there."""
JUMP_CURVES_FROM = 70.0
"""A jump to a node at least this far below its card is a curve; others go round what stands between."""
BACKWARD_FROM = 12.0
"""An edge whose target is less than this to the right of its outlet returns over the top."""
STUB_LENGTH = 34.0


class RouteKind(Enum):
    FORWARD = "forward"
    BACK = "back"
    SELF_LOOP = "self-loop"
    JUMP = "jump"
    STUB = "stub"


@dataclass(frozen=True, slots=True)
class LineTo:
    end: Point


@dataclass(frozen=True, slots=True)
class CurveTo:
    first: Point
    second: Point
    end: Point


Segment = LineTo | CurveTo


@dataclass(frozen=True, slots=True)
class Route:
    """One drawn line. It ends at the arrow's foot; the arrow's tip touches the target."""

    kind: RouteKind
    start: Point
    segments: tuple[Segment, ...]
    tip: Point
    label_at: Point
    """Where a counter stands."""
    bounds: Rect
    """Around the line with its arrow and its counter."""
    points_down: bool = False
    """The arrow of a self-loop points down; all others point to the right."""
    join_bar: Point | None = None
    """Middle of the bar where the lines of a join meet."""
    hook: Point | None = None
    """Where the hook stands with which a jump leaves its card."""


def forward_route(start: Point, tip: Point, *, is_join: bool = False) -> Route:
    """A curve from left to right."""
    bar = Point(tip.x - JOIN_BAR, tip.y) if is_join else None
    end = bar or Point(tip.x - ARROW_LENGTH, tip.y)
    reach = max(24.0, min(140.0, abs(end.x - start.x) * 0.5))
    curve = CurveTo(start.moved(reach, 0), end.moved(-reach, 0), end)
    segments: tuple[Segment, ...] = (curve,)
    if bar is not None:
        segments = (curve, LineTo(Point(tip.x - ARROW_LENGTH, tip.y)))
    middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2)
    left, right = min(start.x, end.x - reach), max(tip.x, start.x + reach)
    bounds = Rect(left, min(start.y, tip.y), right - left, abs(tip.y - start.y)).grown(ROOM)
    return Route(RouteKind.FORWARD, start, segments, tip, label_at=middle, bounds=bounds, join_bar=bar)


def back_route(start: Point, tip: Point, lane_y: float, *, out: float = RISER, home: float = RISER + 6) -> Route:
    """To the right, up to ``lane_y``, left over the top, down, and in from the left."""
    right, left = start.x + out, tip.x - home
    foot = Point(tip.x - ARROW_LENGTH, tip.y)
    corners = [Point(right, start.y), Point(right, lane_y), Point(left, lane_y), Point(left, tip.y)]
    label = Point((right + left) / 2, lane_y)
    bounds = _around([start, *corners, tip])
    return Route(RouteKind.BACK, start, _rounded(start, corners, foot), tip, label_at=label, bounds=bounds)


def jump_route(start: Point, tip: Point, lane_y: float | None) -> Route:
    """From the card's lower edge down, and in from the left; ``lane_y``: below all cards on the way."""
    foot = Point(tip.x - ARROW_LENGTH, tip.y)
    hook = start.moved(0, HOOK_DROP)
    if lane_y is None:
        reach = max(24.0, min(140.0, abs(foot.x - start.x) * 0.5))
        curve = CurveTo(hook.moved(0, max(24.0, min(90.0, abs(tip.y - hook.y) * 0.6))), foot.moved(-reach, 0), foot)
        low = max(hook.y + 90, tip.y)
        corners = [hook, Point(start.x, low), Point(foot.x - reach, tip.y)]
        segments: tuple[Segment, ...] = (LineTo(hook), curve)
    else:
        left = tip.x - RISER - 14
        corners = [Point(start.x, lane_y), Point(left, lane_y), Point(left, tip.y)]
        segments = _rounded(start, corners, foot)
    label = hook.moved(0, 4)
    bounds = _around([start.moved(-20, 0), *corners, start.moved(24, HOOK_DROP + 12), tip])
    return Route(RouteKind.JUMP, start, segments, tip, label_at=label, bounds=bounds, hook=hook)


def self_loop(start: Point, card: Rect) -> Route:
    """From the outlet up and back into the card's top edge."""
    top = min(card.top, start.y) - 26
    tip = Point(card.right - 44, card.top)
    foot = Point(tip.x, tip.y - ARROW_LENGTH)
    corners = [Point(start.x + 16, start.y), Point(start.x + 16, top), Point(tip.x, top)]
    label = Point((start.x + 16 + tip.x) / 2, top)
    segments, bounds = _rounded(start, corners, foot), _around([start, *corners, tip])
    return Route(RouteKind.SELF_LOOP, start, segments, tip, points_down=True, label_at=label, bounds=bounds)


def stub_route(start: Point, drop: float, sign_width: float) -> Route:
    """To a sign this wide, so far further down, which stands where no node does. The tip is at its far end."""
    end = start.moved(STUB_LENGTH, drop)
    tip = end.moved(sign_width, 0)
    middle = Point((end.x + tip.x) / 2, end.y)
    reach = STUB_LENGTH * 0.6
    curve = CurveTo(start.moved(reach, 0), end.moved(-reach, 0), end)
    return Route(RouteKind.STUB, start, (curve,), tip, label_at=middle, bounds=_around([start, end, tip]))


def draft_route(port: Point, tip: Point) -> Route:
    """An edge that is being drawn: it does not yet look for free ground."""
    if is_backward(port, tip):
        return back_route(port, tip, min(port.y, tip.y) - 60)
    return forward_route(port, tip)


def is_backward(start: Point, tip: Point) -> bool:
    return tip.x < start.x + BACKWARD_FROM


def free_lane(start: Point, tip: Point, highest: float, obstacles: Callable[[Rect], list[Rect]]) -> float:
    """The lowest height above ``highest`` at which a line from ``start`` back to ``tip`` meets no card."""
    lane_y = highest - BACK_CLEARANCE
    left, right = tip.x - RISER - 8, start.x + RISER + 8
    for _ in range(200):  # each round passes at least one card; 200 rows of cards are taller than any drawing
        strip = Rect(left, lane_y - LANE_STEP * 0.9, right - left, LANE_STEP * 1.8)
        blocking = obstacles(strip)
        if not blocking:
            break
        lane_y = min(min(rect.top for rect in blocking) - LANE_STEP, lane_y - LANE_STEP)
    return float(round(lane_y))


def lane_below(start: Point, tip: Point, lowest: float, obstacles: Callable[[Rect], list[Rect]]) -> float:
    """The highest height below ``lowest`` at which a line from ``start`` to ``tip`` meets no card."""
    lane_y = lowest + BACK_CLEARANCE
    turn = tip.x - RISER - 14
    left, right = min(turn, start.x) - 4, max(turn, start.x) + 4
    for _ in range(200):  # as in ``free_lane``
        blocking = obstacles(Rect(left, lane_y - LANE_STEP * 0.9, right - left, LANE_STEP * 1.8))
        if not blocking:
            break
        lane_y = max(max(rect.bottom for rect in blocking) + LANE_STEP, lane_y + LANE_STEP)
    return float(round(lane_y))


def distance_to(route: Route, x: float, y: float) -> float:
    """How far a point is from the line, in scene px."""
    points = polyline(route)
    return min(_distance_to_line(a, b, x, y) for a, b in itertools.pairwise(points))


def length_of(route: Route) -> float:
    points = polyline(route)
    return sum(hypot(b.x - a.x, b.y - a.y) for a, b in itertools.pairwise(points))


def crosses(route: Route, a: Point, b: Point) -> bool:
    """Whether a straight cut from ``a`` to ``b`` goes through the line."""
    points = polyline(route)
    return any(_lines_cross(p, q, a, b) for p, q in itertools.pairwise(points))


@lru_cache(maxsize=4096)
def polyline(route: Route) -> tuple[Point, ...]:
    """The line as straight pieces: 16 for each curve, which is within 1 px at usual lengths."""
    points = [route.start]
    for segment in route.segments:
        if isinstance(segment, LineTo):
            points.append(segment.end)
        else:
            start = points[-1]
            points += [_on_curve(start, segment, step / 16) for step in range(1, 17)]
    points.append(route.tip)
    return tuple(points)


def _around(points: list[Point]) -> Rect:
    left, top = min(point.x for point in points), min(point.y for point in points)
    right, bottom = max(point.x for point in points), max(point.y for point in points)
    return Rect(left, top, right - left, bottom - top).grown(ROOM)


def _rounded(start: Point, corners: list[Point], end: Point) -> tuple[Segment, ...]:
    """Straight lines along the corners, each corner rounded as far as its two sides allow."""
    segments: list[Segment] = []
    points = [start, *corners, end]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        into, out = _towards(corner, before, radius), _towards(corner, after, radius)
        segments += [
            LineTo(into),
            CurveTo(_towards(into, corner, radius * 0.55), _towards(out, corner, radius * 0.55), out),
        ]
    return (*segments, LineTo(end))


def _towards(start: Point, end: Point, by: float) -> Point:
    length = _distance(start, end) or 1.0
    return Point(start.x + (end.x - start.x) * by / length, start.y + (end.y - start.y) * by / length)


def _distance(a: Point, b: Point) -> float:
    return hypot(b.x - a.x, b.y - a.y)


def _on_curve(start: Point, curve: CurveTo, t: float) -> Point:
    u = 1 - t
    a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return Point(
        a * start.x + b * curve.first.x + c * curve.second.x + d * curve.end.x,
        a * start.y + b * curve.first.y + c * curve.second.y + d * curve.end.y,
    )


def _distance_to_line(a: Point, b: Point, x: float, y: float) -> float:
    dx, dy = b.x - a.x, b.y - a.y
    square = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((x - a.x) * dx + (y - a.y) * dy) / square)) if square else 0.0
    return hypot(x - a.x - t * dx, y - a.y - t * dy)


def _lines_cross(p: Point, q: Point, a: Point, b: Point) -> bool:
    def side(u: Point, v: Point, w: Point) -> float:
        return (v.x - u.x) * (w.y - u.y) - (v.y - u.y) * (w.x - u.x)

    return side(p, q, a) * side(p, q, b) < 0 and side(a, b, p) * side(a, b, q) < 0
