"""A new card stands near where it was asked for, and on nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor.canvas.drawing import Drawing
from editor.canvas.free_ground import CLEARANCE_PX, end_aside, free_ground
from editor.canvas.node_shape import CARD_HEIGHT, CARD_WIDTH
from editor.canvas.shapes import Point, Rect
from editor.document.document import Document
from editor.document.remark import Remark
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import document, loop, measure


def drawing_of(shown: Document) -> Drawing:
    drawing = Drawing(measure)
    drawing.follow(shown)
    return drawing


def test_free_ground_is_taken_as_it_is() -> None:
    assert free_ground(drawing_of(loop()), Point(123, 456)) == Point(123, 456)


@pytest.mark.parametrize("wish", [Point(800, 12), Point(480, 20), Point(330, -10), Point(100, 0)])
def test_a_card_asked_for_on_another_or_on_end_stands_beside_it(wish: Point) -> None:
    drawing = drawing_of(loop())

    x, y = free_ground(drawing, wish)

    assert not drawing.nodes_meeting(Rect(x, y, CARD_WIDTH, CARD_HEIGHT).grown(CLEARANCE_PX))
    assert abs(x - wish.x) <= 260 and abs(y - wish.y) <= 130


def test_an_end_to_which_nothing_leads_goes_out_of_the_way_of_a_card() -> None:
    new = drawing_of(document({START: (0, 0), END: (132, 0)}))
    used = drawing_of(document({START: (0, 0), "a": (0, 300), END: (132, 0)}, [("a", END)]))

    place = free_ground(new, Point(120, -12))

    assert place == Point(120, -12)
    (corner,) = end_aside(new, (120, -12)).values()
    assert corner[0] > 120 + CARD_WIDTH
    assert end_aside(new, (120, 300)) == {} == end_aside(used, (120, -12))


def test_it_goes_down_rather_than_up_and_right_rather_than_left() -> None:
    drawing = drawing_of(document({START: (-900, 0), "a": (0, 0), END: (900, 0)}))

    down, right = free_ground(drawing, Point(0, 0)), free_ground(drawing, Point(150, 0))

    assert down.x == 0 and down.y > 0
    assert right.y == 0 and right.x > CARD_WIDTH


def test_a_note_is_not_covered_but_a_frame_may_hold_a_new_card() -> None:
    empty = document({START: (-900, 0), END: (900, 0)})
    on_note, in_frame = (
        replace(empty, layout=replace(empty.layout, remarks={"r": Remark(kind, (0, 0, 400, 300))}))
        for kind in ("note", "frame")
    )

    assert free_ground(drawing_of(in_frame), Point(40, 60)) == Point(40, 60)
    assert free_ground(drawing_of(on_note), Point(40, 60)) != Point(40, 60)


def test_where_all_is_full_it_stays_where_it_was_asked_for() -> None:
    places = {f"n{x}.{y}": (180 * x, 60 * y) for x in range(-6, 8) for y in range(-14, 16)}
    drawing = drawing_of(document({START: (-3000, 0), END: (3000, 0), **places}))

    assert free_ground(drawing, Point(40, 20)) == Point(40, 20)
