"""The tour's bubble stands beside its control, inside the window, and goes on by deeds or by Next."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

from editor.app.actions import action
from editor.app.tour import HINTS, Tour, TourFacts, place_beside
from editor.debugger.run_state import Phase
from tests.editor.app.asking import press

WINDOW = QSize(1440, 900)
BUBBLE = QSize(340, 180)

DEEDS = (
    TourFacts(phase=Phase.PAUSED),
    TourFacts(phase=Phase.PAUSED, checkpoints=4),
    TourFacts(phase=Phase.PAUSED, checkpoints=4, is_in_past=True),
    TourFacts(phase=Phase.PAUSED, checkpoints=6, has_fork=True),
    TourFacts(phase=Phase.FINISHED, checkpoints=9, has_fork=True),
)


@pytest.fixture
def tour(window: QWidget) -> Tour:
    parts = {name: QWidget(window) for name in ("canvas", "state", "timeline")}
    for number, part in enumerate(parts.values()):
        part.setGeometry(300 * number, 40, 280, 400)
        part.show()
    return Tour(window, parts, lambda id: f"<{id}>")


@pytest.mark.parametrize(
    "target",
    [
        QRect(0, 60, 1060, 600),  # the canvas
        QRect(1060, 60, 380, 840),  # the state
        QRect(0, 660, 1060, 240),  # the timeline
    ],
)
def test_a_bubble_covers_nothing_of_its_control_and_stays_in_the_window(target: QRect) -> None:
    placed = QRect(place_beside(target, BUBBLE, WINDOW), BUBBLE)

    assert not placed.intersects(target)
    assert QRect(QPoint(0, 0), WINDOW).contains(placed)


def test_a_bubble_covers_nothing_that_another_hint_is_about_where_a_panel_beside_leaves_room() -> None:
    """As the window stands while a run is shown: the output is the panel that no hint is about."""
    canvas, state, timeline = QRect(0, 110, 1060, 530), QRect(1060, 75, 380, 800), QRect(0, 640, 680, 235)
    output = QRect(680, 640, 380, 235)

    for target in (canvas, state, timeline):
        others = [each for each in (canvas, state, timeline) if each is not target]
        assert output.contains(QRect(place_beside(target, BUBBLE, WINDOW, others), BUBBLE))


def test_a_bubble_of_a_control_that_fills_the_window_stands_in_its_corner() -> None:
    placed = QRect(place_beside(QRect(QPoint(0, 0), WINDOW), BUBBLE, WINDOW), BUBBLE)

    assert QRect(QPoint(0, 0), WINDOW).contains(placed)


def test_each_deed_brings_the_next_hint_and_the_last_ends_the_tour(tour: Tour, qtbot: Any) -> None:
    tour.start()
    seen = []
    for deed in DEEDS:
        assert tour.hint is not None
        seen.append(tour.hint)
        tour.look_at(deed)

    assert tuple(seen) == HINTS
    assert tour.hint is None
    assert not tour.bubble.isVisible()


def test_the_same_fact_twice_moves_on_once(tour: Tour) -> None:
    tour.start()

    tour.look_at(DEEDS[0])
    tour.look_at(replace(DEEDS[0]))

    assert tour.hint is HINTS[1]


def test_next_goes_through_all_hints_and_done_ends_it(tour: Tour) -> None:
    tour.start()
    for _ in HINTS[:-1]:
        press(tour.bubble, "Next")
    assert tour.hint is HINTS[-1]

    press(tour.bubble, "Done")

    assert tour.hint is None


def test_the_tour_can_be_ended_at_any_hint(tour: Tour) -> None:
    tour.start()
    press(tour.bubble, "Next")

    press(tour.bubble, "End the tour")

    assert tour.hint is None
    assert not tour.bubble.isVisible()
    tour.look_at(DEEDS[0])
    assert tour.hint is None


def test_every_hint_stands_beside_a_control_that_is_there() -> None:
    assert {hint.beside for hint in HINTS} <= {"canvas", "state", "timeline"}


def test_a_hint_names_the_keys_as_they_are_now(tour: Tour) -> None:
    tour.start()

    assert "Press <debug.step>:" in tour.bubble.accessibleName()


def test_every_key_in_a_hint_belongs_to_an_action() -> None:
    ids = [id for hint in HINTS for id in re.findall(r"\[(.+?)\]", hint.text)]

    assert len(ids) == 4
    assert all(action(id).keys for id in ids)
