"""What stands on the axis of the times: round times, and why a piece is folded."""

from __future__ import annotations

import pytest

from editor.panels.times_axis import fold_tip, fold_words, tick_step, tick_text, ticks
from editor.panels.times_bars import Axis, Bar


def bar(node: str, start_s: float, end_s: float, **more: float) -> Bar:
    return Bar("c", node, node, 1, "done", 1, start_s, end_s, **more)


@pytest.mark.parametrize(
    ("px_per_s", "step"),
    [(100.0, 1.0), (800.0, 0.1), (500.0, 0.2), (10.0, 10.0), (1.0, 120.0), (80_000.0, 0.001), (0.01, 21_600.0)],
)
def test_ticks_are_a_round_time_apart(px_per_s: float, step: float) -> None:
    assert tick_step(px_per_s) == pytest.approx(step)


@pytest.mark.parametrize(
    ("since_s", "step", "words"),
    [
        (0.0, 1.0, "0"),
        (0.2, 0.2, "0.2 s"),
        (4.0, 1.0, "4 s"),
        (0.04, 0.005, "40 ms"),
        (0.0004, 0.0002, "0.4 ms"),
        (150.0, 10.0, "2 min 30 s"),
        (120.0, 60.0, "2 min"),
        (7_200.0, 3_600.0, "2 h"),
        (5_400.0, 1_800.0, "1 h 30 min"),
    ],
)
def test_a_tick_is_as_exact_as_the_distance_to_the_next(since_s: float, step: float, words: str) -> None:
    assert tick_text(since_s, step) == words


def test_ticks_count_from_the_beginning_of_the_run_on_both_sides_of_a_fold() -> None:
    axis = Axis([bar("a", 100.0, 101.0), bar("b", 500.0, 502.0)])

    told = [(tick.words, axis.time(tick.place)) for tick in ticks(axis, 100.0, 0.0, axis.length)]

    assert told == [("0", 100.0), ("1 s", 101.0), ("6 min 40 s", 500.0), ("6 min 41 s", 501.0), ("6 min 42 s", 502.0)]


def test_only_what_is_in_sight_has_ticks() -> None:
    axis = Axis([bar("a", 0.0, 1_000_000.0)])

    assert [tick.words for tick in ticks(axis, 100.0, 5.0, 7.0)] == ["5 s", "6 s", "7 s"]


def test_a_fold_says_whether_a_person_was_waited_for() -> None:
    idle = Axis([bar("a", 0.0, 1.0), bar("b", 31.0, 32.0)])
    asking = bar("a", 0.0, 1.0, waits_until_s=31.0)
    waited = Axis([asking, bar("b", 31.0, 32.0)])
    (idle_fold,) = [piece for piece in idle.pieces if piece.is_fold]
    (waited_fold,) = [piece for piece in waited.pieces if piece.is_fold]

    assert fold_words(idle_fold, ()) == "30.0 s idle"
    assert fold_words(waited_fold, (asking,)) == "30.0 s for you"
    assert fold_tip("30.0 s idle") == "For 30.0 s nothing worked. This piece is not drawn to scale."
    assert fold_tip("30.0 s for you") == "For 30.0 s the run waited for you. This piece is not drawn to scale."
