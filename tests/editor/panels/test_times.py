"""When each task worked: true overlap, folds for what is long and idle, waits for people apart, any number of tasks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.debugger.run_state import CheckpointRow, ErrorReport, TaskRow, UsageFacts
from editor.panels.times_bars import Axis, Bar, BarStore, bars_of, rows_of, totals_of
from editor.panels.times_panel import TimesPanel
from editor.panels.times_text import bar_words, totals_text
from editor.panels.times_view import LABEL_PX, TimesView
from tests.editor.panels.scripted import Scripted

HOUR_S = 3600.0


def bar(node: str, start_s: float, end_s: float, *, state: str = "done", waited_s: float = 0.0, task: str = "") -> Bar:
    return Bar(f"c{start_s}", task or f"{node}{start_s}", node, 1, state, 1, start_s, end_s, waited_s)


def test_time_in_which_something_works_is_drawn_to_scale() -> None:
    axis = Axis([bar("a", 10.0, 12.0), bar("b", 11.0, 14.0)])

    assert [axis.place(t) for t in (10.0, 11.0, 12.0, 14.0)] == [0.0, 1.0, 2.0, 4.0]
    assert axis.length == axis.busy_s == 4.0


def test_a_gap_of_hours_is_folded_and_found_again() -> None:
    axis = Axis([bar("a", 0.0, 1.0), bar("b", 2 * HOUR_S, 2 * HOUR_S + 1.0)])
    fold = next(piece for piece in axis.pieces if piece.is_fold)

    assert fold.length_s == 2 * HOUR_S - 1.0
    assert axis.length < 2.5 and axis.busy_s == 2.0
    middle = axis.place(HOUR_S)
    assert fold.at < middle < fold.at + fold.shown
    assert axis.time(middle) == pytest.approx(HOUR_S)


def test_a_short_gap_keeps_its_length() -> None:
    axis = Axis([bar("a", 0.0, 1.0), bar("b", 1.1, 2.0)])

    assert [piece.is_fold for piece in axis.pieces] == [False]
    assert axis.place(1.1) == pytest.approx(1.1)


def test_five_thousand_folds_leave_room_for_the_work() -> None:
    axis = Axis([bar("a", 10.0 * i, 10.0 * i + 0.001) for i in range(5_000)])

    shown_work = sum(piece.shown for piece in axis.pieces if not piece.is_fold)
    assert shown_work > 0.5 * axis.length


def test_tasks_of_one_node_that_overlap_stand_below_one_another() -> None:
    (row,) = rows_of([bar("a", 0.0, 2.0), bar("a", 1.0, 3.0), bar("a", 2.5, 4.0)])

    assert row.lanes == (0, 1, 0)


def test_the_wait_for_a_person_is_no_work() -> None:
    totals = totals_of([bar("ask", 100.0, 101.0, waited_s=60.0), bar("a", 0.0, 2.0)])

    assert (totals.work_s, totals.human_s, totals.slowest) == (3.0, 60.0, "a")
    assert "waited for you 1 min 00 s, not counted" in totals_text(totals, 3.0, 2)


def test_tokens_are_summed_as_far_as_they_are_known() -> None:
    spent = replace(bar("a", 0.0, 2.0), usage=UsageFacts(10, 5, 15, 0.5))
    more = replace(bar("b", 0.0, 2.0), usage=UsageFacts(None, None, 1))

    words = totals_text(totals_of([spent, more, bar("c", 0.0, 1.0)]), 3.0, 3)
    nothing = totals_text(totals_of([bar("c", 0.0, 1.0)]), 3.0, 1)

    assert "16 tokens, $0.50 told by 2 · " in words
    assert "token" not in nothing
    assert "15 tokens (10 in, 5 out), $0.50" in bar_words(spent, 0.0)


def test_a_task_is_a_bar_from_its_start_with_its_attempt_and_error() -> None:
    error = ErrorReport("ValueError", "no", "")
    tasks = (
        TaskRow("1", "a", "failed", error, 2.0, 3, 100.0),
        TaskRow("2", "b", "running", None, None, 1, 101.0),
        TaskRow("3", "c", "waiting", None, 1.0, 1, 100.0),
        TaskRow("4", "d", "planned"),
    )
    row = CheckpointRow("c", None, 4, "loop", (), (), "", tasks=tasks)

    failed, running, waiting = bars_of(row, now_s=110.0)

    assert (failed.step, failed.end_s, failed.attempt, failed.error) == (5, 102.0, 3, "ValueError: no")
    assert running.end_s == 110.0
    assert (waiting.end_s, waiting.waits_until_s) == (101.0, 110.0)


def test_the_part_before_a_question_is_kept_with_the_wait_for_its_answer() -> None:
    task = TaskRow("1", "ask", "done", None, 2.0, 2, 160.0, 57.0, asked=((100.0, 3.0),))

    first, second = bars_of(CheckpointRow("c", None, 4, "loop", (), (), "", tasks=(task,)), now_s=500.0)

    assert (first.start_s, first.end_s, first.waits_until_s, first.is_part) == (100.0, 103.0, 160.0, True)
    assert (second.start_s, second.end_s, second.waited_s, second.attempt) == (160.0, 162.0, 0.0, 1)
    totals = totals_of([first, second])
    assert (totals.tasks, totals.work_s, totals.human_s) == (1, 5.0, 57.0)
    assert rows_of([first, second])[0].lanes == (0, 0)


def test_a_run_is_followed_without_looking_at_all_of_it_again() -> None:
    def row(i: int) -> CheckpointRow:
        parent = f"c{i - 1}" if i else None
        return CheckpointRow(
            f"c{i}", parent, i, "loop", (), (), "", tasks=(TaskRow(f"t{i}", "a", "done", None, 1.0, 1, i),)
        )

    rows = {f"c{i}": row(i) for i in range(10)}
    store = BarStore()
    store.follow("t", rows, tuple(rows.values()), "c9", 0.0)
    rows["c10"] = row(10)

    first = store.place_after("t", len(rows))
    store.follow("t", rows, tuple(rows.values())[first:], "c10", 0.0)

    assert first == 10
    assert len(store.newest(100)[0]) == 11
    assert len(store.newest(3)[0]) == 3 and store.newest(3)[1] == 11


@pytest.fixture
def view(qtbot: QtBot) -> TimesView:
    view = TimesView()
    qtbot.addWidget(view)
    view.resize(800, 240)
    view.show()
    return view


def show(view: TimesView, bars: list[Bar]) -> None:
    view.show_bars(Axis(bars), rows_of(bars))


def test_bars_of_one_step_overlap_on_screen(view: TimesView) -> None:
    one, two = bar("a", 0.0, 4.0), bar("b", 1.0, 3.0)
    show(view, [one, two])

    assert view.rect_of(one).left() < view.rect_of(two).left()
    assert view.rect_of(two).right() < view.rect_of(one).right()
    assert view.rect_of(one).width() == pytest.approx(2 * view.rect_of(two).width())


def test_a_click_on_a_bar_tells_it_and_says_it_to_screen_readers(view: TimesView) -> None:
    one, two = bar("a", 0.0, 4.0), bar("b", 5.0, 6.0, state="failed")
    show(view, [one, two])
    told: list[Bar] = []
    view.chosen.connect(told.append)

    at = view.rect_of(two).center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    assert told == [two]
    assert "failed" in view.accessibleDescription()


def test_the_arrow_keys_go_through_the_bars_in_time_and_enter_chooses(view: TimesView) -> None:
    bars = [bar("a", 0.0, 1.0), bar("b", 1.0, 2.0), bar("a", 2.0, 3.0)]
    show(view, bars)
    told: list[Bar] = []
    view.chosen.connect(told.append)

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(view, key)

    assert told == [bars[1]]


def test_zooming_keeps_what_is_under_the_pointer(view: TimesView) -> None:
    bars = [bar("a", float(i), i + 0.5) for i in range(20)]
    show(view, bars)
    x = LABEL_PX + 300
    before = view._axis.time(view._place_at(x))

    view.zoom_at(4.0, x)

    assert view._axis.time(view._place_at(x)) == pytest.approx(before, abs=0.01)
    view.fit()
    assert view.rect_of(bars[0]).left() == pytest.approx(LABEL_PX)


def test_five_thousand_tasks_are_painted_a_pixel_at_most_once(view: TimesView, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[Bar] = []
    paint = TimesView._paint_bar
    monkeypatch.setattr(
        TimesView,
        "_paint_bar",
        lambda self, p, r, each, **more: (painted.append(each), paint(self, p, r, each, **more)),
    )

    show(view, [bar("a", i * 0.01, i * 0.01 + 0.009) for i in range(5_000)])
    view.grab()

    assert 100 < len(painted) < 1_000


def test_nothing_under_the_pointer_is_no_bar(view: TimesView) -> None:
    show(view, [bar("a", 0.0, 1.0)])

    assert view.bar_at(QPoint(5, 5)) is None


def test_the_panel_follows_a_run_and_a_click_goes_to_its_step(scripted: Scripted, qtbot: QtBot) -> None:
    panel = TimesPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(800, 240)
    panel.show()
    nodes: list[str] = []
    panel.node_wanted.connect(nodes.append)
    scripted.run()
    qtbot.waitUntil(
        lambda: "tasks" in panel.totals.full_text and panel.view.current is None and bool(panel.view._in_order)
    )
    chosen = next(each for each in panel.view._in_order if each.node == "classify")

    panel.view.chosen.emit(chosen)

    assert nodes == ["classify"]
    assert "classify" in scripted.session.run_state.checkpoints[scripted.session.focus.checkpoint_id or ""].ran
