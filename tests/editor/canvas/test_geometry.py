"""How edges run. No Qt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.canvas.geometry import (
    ARROW_LENGTH,
    RouteKind,
    back_route,
    crosses,
    distance_to,
    forward_route,
    free_lane,
    is_backward,
    polyline,
    self_loop,
)
from editor.canvas.shapes import Point, Rect

places = st.integers(-2000, 2000).map(float)
points = st.builds(Point, places, places)


@given(points, points)
def test_every_route_begins_at_its_outlet_ends_at_its_target_and_stays_in_its_bounds(start: Point, tip: Point) -> None:
    route = back_route(start, tip, min(start.y, tip.y) - 40) if is_backward(start, tip) else forward_route(start, tip)

    line = polyline(route)

    assert line[0] == start
    assert line[-1] == tip
    assert all(route.bounds.grown(0.01).holds(*point) for point in line)


@given(points, points)
def test_an_edge_arrives_from_the_left(start: Point, tip: Point) -> None:
    route = back_route(start, tip, min(start.y, tip.y) - 40) if is_backward(start, tip) else forward_route(start, tip)

    before_arrow = polyline(route)[-2]

    assert before_arrow == Point(tip.x - ARROW_LENGTH, tip.y)


def test_a_returning_edge_passes_over_the_cards_between() -> None:
    cards = [Rect(0, 0, 180, 56), Rect(300, -40, 180, 56), Rect(600, 0, 180, 56)]
    start, tip = Point(780, 28), Point(0, 28)

    lane_y = free_lane(start, tip, 0, lambda strip: [card for card in cards if card.meets(strip)])
    route = back_route(start, tip, lane_y)

    assert lane_y < -40
    assert not any(card.grown(-1).holds(*point) for card in cards for point in polyline(route))


def test_a_self_loop_is_small_and_comes_down_on_the_card() -> None:
    card = Rect(100, 100, 180, 56)

    route = self_loop(Point(280, 128), card)

    assert route.kind is RouteKind.SELF_LOOP
    assert route.points_down
    assert card.left < route.tip.x < card.right
    assert route.tip.y == card.top
    assert route.bounds.height < 120


def test_the_lines_of_a_join_meet_before_the_target() -> None:
    above = forward_route(Point(0, 0), Point(300, 100), is_join=True)
    below = forward_route(Point(0, 200), Point(300, 100), is_join=True)

    assert above.join_bar == below.join_bar
    assert above.join_bar is not None
    assert above.join_bar.x < 300 - ARROW_LENGTH


@pytest.mark.parametrize(("y", "near"), [(0.0, True), (3.0, True), (40.0, False)])
def test_the_distance_to_a_straight_edge_is_the_height_above_it(y: float, near: bool) -> None:
    route = forward_route(Point(0, 0), Point(400, 0))

    assert (distance_to(route, 200, y) < 5) is near
    assert distance_to(route, 200, y) == pytest.approx(abs(y), abs=0.5)


def test_a_cut_meets_only_what_it_crosses() -> None:
    route = forward_route(Point(0, 0), Point(400, 0))

    assert crosses(route, Point(200, -50), Point(210, 50))
    assert not crosses(route, Point(200, 10), Point(210, 50))
