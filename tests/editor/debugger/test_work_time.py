"""How long tasks of one step worked."""

from __future__ import annotations

from editor.debugger.run_state import TaskRow
from editor.debugger.work_time import union_s, worked_s


def task(start_s: float | None, took_s: float | None) -> TaskRow:
    return TaskRow("t", "w", "done", started_at_s=start_s, duration_s=took_s)


def test_what_overlaps_counts_once_and_the_time_between_does_not() -> None:
    mended_after_an_hour = [task(10.0, 2.0), task(11.0, 2.0), task(3_610.0, 0.5)]

    assert worked_s(mended_after_an_hour) == 3.5
    assert union_s([(0.0, 5.0), (1.0, 2.0), (4.0, 6.0)]) == 6.0


def test_many_short_tasks_one_after_the_other_are_not_told_as_one() -> None:
    tasks = [task(number * 0.01, 0.002) for number in range(50)]

    assert round(worked_s(tasks) or 0.0, 6) == 0.1


def test_what_is_not_known_is_not_made_up() -> None:
    assert worked_s([]) is None
    assert worked_s([task(1.0, None)]) is None
    assert worked_s([task(1.0, 0.25)]) == 0.25
    assert worked_s([task(None, 0.25), task(1.0, 0.5)]) == 0.5
