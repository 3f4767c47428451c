"""The timeline: words and lanes of its rows, following the run, going back by click and key, and 100,000 rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.run_state import BranchFacts, CheckpointRow, Phase, RouteTaken, RunState, TaskRow
from editor.panels.timeline_filter import TimelineFilter
from editor.panels.timeline_lanes import LaneRow, Lanes
from editor.panels.timeline_model import PORTION, Column, TimelineModel, Writing
from editor.panels.timeline_panel import TimelinePanel
from editor.panels.timeline_text import (
    branch_name,
    branch_text,
    branch_tip,
    counted,
    duration_text,
    pending_text,
    ran_text,
    time_text,
)
from editor.widgets.row_painter import font_of
from editor.widgets.toast import Toast
from engine.runner import requests
from tests.editor.panels.scripted import Scripted


def row(name: str, parent: str | None, step: int = 0, **fields: object) -> CheckpointRow:
    made = CheckpointRow(
        id=name, parent_id=parent, step=step, source="loop", next=(), changed_keys=(), created_at="", ran=("node",)
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def rows(*made: CheckpointRow) -> CheckpointLog:
    return CheckpointLog(made)


def chain(length: int) -> CheckpointLog:
    return CheckpointLog(row(str(i), str(i - 1) if i else None, i) for i in range(length))


def lanes_of(checkpoints: CheckpointLog) -> Lanes:
    lanes = Lanes()
    lanes.extend(checkpoints.values())
    return lanes


# ---- lanes


def test_a_run_without_forks_has_one_lane() -> None:
    lanes = lanes_of(chain(4))

    assert [each.lane for each in lanes.rows] == [0, 0, 0, 0]
    assert lanes.count == 1


def test_a_fork_opens_a_lane_that_leaves_from_its_parent() -> None:
    lanes = lanes_of(rows(row("a", None), row("b", "a"), row("c", "b"), row("d", "a"), row("e", "d")))

    assert [each.lane for each in lanes.rows] == [0, 0, 0, 1, 1]
    assert lanes.rows[3] == LaneRow(1, from_lane=0, strand=1)
    assert list(lanes.passing(1)) == [(0, True, True), (1, True, True)]
    assert list(lanes.passing(3)) == [(1, True, True)]


def test_a_lane_is_used_again_once_its_branch_has_ended_above_the_fork() -> None:
    trunk = [row("a", None), row("b", "a"), row("c", "b")]
    forks = [row("d", "a"), row("e", "d"), row("f", "e"), row("g", "e"), row("h", "g"), row("i", "h"), row("j", "h")]

    lanes = lanes_of(rows(*trunk, *forks))

    assert [each.lane for each in lanes.rows] == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1]
    assert lanes.rows[6].from_lane == 1
    assert list(lanes.passing(5)) == [(0, True, True), (1, True, False)]


def test_a_hundred_forks_each_from_the_last_need_two_lanes() -> None:
    made = [row("0", None)]
    for i in range(100):
        made += [row(f"{i} dead", made[-1].id), row(f"{i + 1}", made[-1].id)]

    assert lanes_of(rows(*made)).count == 2


def test_a_branch_goes_on_in_another_lane_if_its_own_was_taken_meanwhile() -> None:
    made = rows(row("a", None), row("b", "a"), row("c", "a"), row("d", "c"), row("e", "c"), row("f", "b"))

    lanes = lanes_of(made)

    assert [each.lane for each in lanes.rows] == [0, 0, 1, 1, 0, 2]
    assert lanes.rows[5].from_lane == 0


def test_the_way_to_a_row_holds_its_ancestors_and_nothing_else() -> None:
    made = rows(row("a", None), row("b", "a"), row("c", "b"), row("d", "a"), row("e", "d"), row("f", "d"))
    lanes = lanes_of(made)

    way = lanes.way_to(lanes.row_of["f"])

    on_the_way = [lanes.ids[i] for i in range(6) if i <= way.get(lanes.rows[i].strand, -1)]
    assert on_the_way == ["a", "d", "f"]


def test_lanes_grow_with_the_run_as_if_they_had_been_made_at_once() -> None:
    whole = rows(row("a", None), row("b", "a"), row("c", "a"), row("d", "b"), row("e", "a"))
    grown = Lanes()

    for each in whole.values():
        grown.extend([each])

    assert grown.rows == lanes_of(whole).rows


# ---- words


def test_a_fan_out_is_counted_not_listed() -> None:
    assert counted(["joke", "joke", "plan", "joke"]) == "joke ×3, plan"


@pytest.mark.parametrize(
    ("source", "ran", "text"),
    [
        ("input", (), "Input"),
        ("loop", ("classify",), "classify"),
        ("loop", ("__start__",), "Start"),
        ("update", ("classify",), "Edit as classify"),
        ("fork", (), "Fork of step 4"),
    ],
)
def test_a_row_says_what_made_it(source: str, ran: tuple[str, ...], text: str) -> None:
    assert ran_text(row("a", None, 5, source=source, ran=ran)) == text


def test_the_chosen_branches_are_named_by_their_labels() -> None:
    routes = (RouteTaken("classify", "", "billing", "lookup"), RouteTaken("check", "", "again", "check"))

    assert branch_text(row("a", None, routes=routes)) == "billing, again"


def test_where_a_node_jumped_to_stands_with_the_branches() -> None:
    before = replace(row("a", None), tasks=(TaskRow("t", "plan", "done", jumps=("__end__", "review")),))
    after = replace(row("b", "a"), source="loop", ran=("plan",))

    assert branch_text(after, before) == "goto END, goto review"
    assert branch_tip(after, before).splitlines()[1] == "plan went to review by Command(goto=…)"
    assert branch_text(replace(after, source="fork"), before) == "", "a copy of a step jumps nowhere"


def test_a_step_in_which_nothing_ran_says_where_its_results_are_from() -> None:
    cached = TaskRow("t", "plan", "done", result_from="cache")
    after = replace(row("b", "a"), source="loop", ran=("plan",))

    assert time_text(after, {"a": replace(row("a", None), tasks=(cached,))}) == "cached"
    assert time_text(replace(after, replayed=True), {}) == "replayed"
    assert (
        time_text(after, {"a": replace(row("a", None), tasks=(cached, TaskRow("u", "plan", "done", duration_s=2.0)))})
        == "2.00 s"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0.0004, "0.4 ms"), (0.02, "20 ms"), (1.234, "1.23 s"), (75, "1 min 15 s"), (3700, "1 h 01 min")],
)
def test_a_time_has_three_figures_at_most_and_an_unknown_one_has_none(seconds: float | None, text: str) -> None:
    assert duration_text(seconds) == text


def test_what_goes_on_from_the_head_is_said_worst_first() -> None:
    tasks = (TaskRow("1", "b", "done"), TaskRow("2", "c", "failed"), TaskRow("3", "d", "planned"))

    assert pending_text(row("a", None, tasks=tasks)) == ("c failed", "failed")
    assert pending_text(row("a", None, next=("x", "y"))) == ("next: x, y", "next")
    assert pending_text(row("a", None)) == ("", "")


# ---- the model


def test_the_model_keeps_qts_rules_while_a_run_grows_forks_and_is_replaced(qtbot: QtBot) -> None:
    model = TimelineModel()
    _tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first = rows(row("a", None), row("b", "a"))
    forked = first.with_row(row("c", "b")).with_row(row("d", "a"))

    model.show(RunState(thread_id="t", checkpoints=first, head="b"))
    model.show(RunState(thread_id="t", checkpoints=forked, head="d"))

    assert model.rowCount() == 4
    assert [model.is_alive(i) for i in range(4)] == [True, False, False, True]
    assert model.is_head(3)
    model.show(RunState(thread_id="u", checkpoints=chain(2), head="1"))
    assert model.rowCount() == 2


def test_one_more_step_after_100_000_costs_one_row_and_no_reset(qtbot: QtBot) -> None:
    checkpoints = chain(100_000)
    model = TimelineModel()
    with qtbot.waitSignal(model.caught_up):
        model.show(RunState(thread_id="t", checkpoints=checkpoints, head="99999"))
    longer = checkpoints.with_row(row("100000", "99999", 100_000))
    state = RunState(thread_id="t", checkpoints=longer, head="100000")

    told: list[object] = []
    model.modelReset.connect(lambda: told.append("reset"))
    model.rowsInserted.connect(lambda _parent, first, last: told.append((first, last)))

    model.show(state)

    assert told == [(100_000, 100_000)]
    assert model.is_alive(0) and model.is_head(100_000)


def test_a_long_past_is_taken_over_in_portions_none_of_which_is_large(qtbot: QtBot) -> None:
    model = TimelineModel()
    _tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    sizes: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: sizes.append(last - first + 1))

    with qtbot.waitSignal(model.caught_up):
        model.show(RunState(thread_id="t", checkpoints=chain(3 * PORTION + 7), head=str(3 * PORTION + 6)))

    assert sizes == [PORTION, PORTION, PORTION, 7]


def test_a_run_that_is_replaced_while_its_past_comes_in_leaves_no_row_behind(qtbot: QtBot) -> None:
    model = TimelineModel()
    model.show(RunState(thread_id="t", checkpoints=chain(2 * PORTION), head="0"))

    with qtbot.waitSignal(model.caught_up):
        model.show(RunState(thread_id="u", checkpoints=chain(PORTION + 1), head="0"))

    assert model.rowCount() == PORTION + 1
    assert not model.is_alive(1)


# ---- the panel


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> TimelinePanel:
    panel = TimelinePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(800, 320)
    panel.show()
    return panel


def texts(panel: TimelinePanel, column: Column) -> list[str]:
    return [panel.rows.index(i, column).data() for i in range(panel.rows.rowCount())]


def selected(panel: TimelinePanel) -> int:
    return panel.view.currentIndex().row()


def test_each_step_adds_a_row_and_the_newest_is_selected(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.start()

    scripted.step(2)

    assert texts(panel, Column.RAN) == ["Input", "Start", "classify", "generate_query"]
    assert texts(panel, Column.BRANCH) == ["", "", "billing", ""]
    assert texts(panel, Column.TIME)[2] == "20 ms"
    assert selected(panel) == 3


def test_a_click_looks_at_that_checkpoint(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)

    spot = panel.view.visualRect(panel.rows.index(2, Column.RAN)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    assert scripted.session.focus.checkpoint_id == scripted.after("classify").id


def test_the_arrow_keys_walk_through_the_run_and_back_to_now(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)
    session = scripted.session

    QTest.keyClick(panel.view, Qt.Key.Key_Up)
    QTest.keyClick(panel.view, Qt.Key.Key_Left)
    assert session.focus.checkpoint_id == scripted.after("classify").id
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    QTest.keyClick(panel.view, Qt.Key.Key_Right)

    assert session.focus.checkpoint_id is None, "the last row follows the head again"


def test_the_panel_follows_a_focus_that_others_moved(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)

    scripted.session.step_back()

    assert selected(panel) == 3


def test_while_the_past_is_looked_at_new_steps_do_not_take_the_selection_away(
    panel: TimelinePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step(2)
    scripted.session.look_at(scripted.after("classify").id)

    scripted.step()

    assert panel.rows.rowCount() == 5
    assert selected(panel) == 2


def test_a_fork_gets_its_own_lane_and_the_abandoned_branch_stays(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)
    head = scripted.session.run_state.head

    scripted.session.fork(scripted.after("classify").id, {"intent": "technical"}, "classify", "pause")
    scripted.qtbot.waitUntil(lambda: scripted.session.run_state.head != head)

    last = panel.rows.rowCount() - 1
    assert panel.rows.lanes.rows[last].lane == 1
    assert [panel.rows.is_alive(i) for i in range(last + 1)] == [True, True, True, False, False, True]
    assert texts(panel, Column.RAN)[last] == "Edit as classify"


def test_the_newest_row_of_a_long_past_is_selected_once_it_is_there(
    panel: TimelinePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = RunState(phase=Phase.STOPPED, thread_id="t", checkpoints=chain(PORTION + 5), head=str(PORTION + 4))
    monkeypatch.setattr(panel._session, "_run_state", state)

    with qtbot.waitSignal(panel.rows.caught_up):
        panel._on_run_state(None, state)

    assert selected(panel) == PORTION + 4


def test_another_run_starts_an_empty_timeline(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.run()
    assert scripted.session.run_state.phase is Phase.FINISHED

    scripted.start()

    assert texts(panel, Column.RAN) == ["Input", "Start"]


def test_the_number_of_a_late_step_is_not_cut(panel: TimelinePanel) -> None:
    few = panel.view.columnWidth(Column.STEP)

    panel.view.make_room_for_steps(1_000_000)

    needed = QFontMetrics(font_of("mono")).horizontalAdvance("1000000") + 16  # the delegate's margins
    assert few < needed <= panel.view.columnWidth(Column.STEP)


def test_what_the_user_decided_in_the_graphs_place_is_told_as_such() -> None:
    forced = RouteTaken("classify", "", "general", "answer", forced=True)
    by_hand = CheckpointRow("1", "0", 2, "update", ("answer",), (), "", ran=("classify",), routes=(forced,))
    given = CheckpointRow("2", "1", 3, "update", (), ("log",), "", ran=("answer",), given=("answer",))

    assert (ran_text(by_hand), branch_text(by_hand)) == ("Branch of classify by hand", "general (by hand)")
    assert branch_tip(by_hand) == "You chose for classify: 'general': answer is next"
    assert ran_text(given) == "Skipped answer"


def test_a_named_branch_is_called_so_at_its_first_row(scripted: Scripted, qtbot: QtBot) -> None:
    panel = TimelinePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    scripted.start()
    scripted.step(2)
    rows = list(scripted.session.run_state.checkpoints)
    branches = (BranchFacts(0, rows[0], None, rows[1], 2), BranchFacts(1, rows[2], rows[1], rows[-1], 2, "try again"))

    panel.rows.show(replace(scripted.session.run_state, branches=branches))

    assert [panel.rows.branch_chip(row) for row in range(len(rows))] == ["", "", "try again", ""]
    named: list[tuple[str, str]] = []
    panel.rows.branch_named.connect(lambda checkpoint, name: named.append((checkpoint, name)))
    panel.view.setCurrentIndex(panel.rows.index(3, 0))
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    field = panel.view.findChildren(QLineEdit)[0]
    assert field.text() == "try again"
    QTest.keyClicks(field, "second try")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: named == [(rows[3], "second try")])


def test_a_note_on_a_branch_is_written_by_key(scripted: Scripted, qtbot: QtBot) -> None:
    panel = TimelinePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    scripted.start()
    scripted.step(2)
    rows = list(scripted.session.run_state.checkpoints)
    branches = (BranchFacts(0, rows[0], None, rows[-1], 4, note="first try"),)
    panel.rows.show(replace(scripted.session.run_state, branches=branches))
    noted: list[tuple[str, str]] = []
    panel.rows.branch_noted.connect(lambda checkpoint, note: noted.append((checkpoint, note)))

    panel.view.setCurrentIndex(panel.rows.index(2, 0))
    QTest.keyClick(panel.view, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    field = panel.view.findChildren(QLineEdit)[0]
    assert (field.text(), field.accessibleName()) == ("first try", "Note on this branch")
    QTest.keyClicks(field, "too cold")
    QTest.keyClick(field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: noted == [(rows[2], "too cold")])
    assert panel.rows.writing is Writing.STEP_NOTE


def test_a_fork_without_a_name_has_its_number() -> None:
    assert branch_name(BranchFacts(0, "a", None, "b", 2)) == ""
    assert branch_name(BranchFacts(2, "a", "x", "b", 2)) == "branch 3"


def test_an_error_handler_is_told_by_what_it_is() -> None:
    assert counted(["__error_handler__plan", "act", "act"]) == "error handler of plan, act ×2"
    assert counted(["__default_error_handler__"]) == "error handler"


def test_a_fact_repaints_the_rows_that_it_changes_and_no_others(qtbot: QtBot) -> None:
    model = TimelineModel()
    log = chain(5)
    state = RunState(thread_id="t", checkpoints=log, head="4")
    model.show(state)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda top, bottom, _roles: told.append((top.row(), bottom.row())))

    def shown(new: RunState) -> list[tuple[int, int]]:
        told.clear()
        model.show(new)
        return list(told)

    assert shown(replace(state, phase=Phase.RUNNING)) == []
    noted = replace(state, checkpoints=log.with_row(replace(log["3"], note="look")))
    assert shown(noted) == [(3, 4)]
    step = replace(noted, checkpoints=noted.checkpoints.with_row(row("5", "4", 5)), head="5")
    assert shown(step) == [(4, 4)]
    fork = replace(step, checkpoints=step.checkpoints.with_row(row("6", "1", 2)), head="6")
    assert shown(fork) == [(0, 5)]
    assert shown(replace(fork, head="5")) == [(0, 6)]


@pytest.fixture
def forked(scripted: Scripted, qtbot: QtBot) -> TimelinePanel:
    """A run at its end with a branch that begins at its third row, and one that was forked from that."""
    panel = TimelinePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    panel.activateWindow()
    scripted.run()
    names = list(scripted.session.run_state.checkpoints)
    panel.rows.show(
        replace(
            scripted.session.run_state,
            branches=(
                BranchFacts(0, names[0], None, names[1], 2),
                BranchFacts(1, names[2], names[1], names[3], 2, "try again"),
                BranchFacts(2, names[4], names[3], names[-1], 2),
            ),
        )
    )
    return panel


def test_the_tags_of_a_step_are_written_by_key_and_found(
    forked: TimelinePanel, scripted: Scripted, qtbot: QtBot
) -> None:
    forked.view.setCurrentIndex(forked.rows.index(2, 0))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(forked.view, Qt.Key.Key_F2, both)
    field = forked.view.findChildren(QLineEdit)[0]
    assert field.accessibleName().startswith("Tags of this step")
    QTest.keyClicks(field, "good, before the refund,")
    QTest.keyClick(field, Qt.Key.Key_Return)

    name = forked.rows.checkpoint(2).id
    qtbot.waitUntil(
        lambda: scripted.session.run_state.checkpoints[name].tags == ("good", "before the refund"), timeout=30_000
    )
    forked.rows.set_filter(TimelineFilter("the refund"))
    assert [forked.rows.checkpoint(row).id for row in range(forked.rows.rowCount())] == [name]


def test_a_note_on_a_step_is_written_by_key(forked: TimelinePanel, scripted: Scripted, qtbot: QtBot) -> None:
    forked.view.setCurrentIndex(forked.rows.index(1, 0))
    QTest.keyClick(forked.view, Qt.Key.Key_F2, Qt.KeyboardModifier.ControlModifier)
    field = forked.view.findChildren(QLineEdit)[0]
    QTest.keyClicks(field, "look here")
    QTest.keyClick(field, Qt.Key.Key_Return)

    name = forked.rows.checkpoint(1).id
    qtbot.waitUntil(lambda: scripted.session.run_state.checkpoints[name].note == "look here", timeout=30_000)


def test_a_branch_is_deleted_after_a_question_that_says_what_goes(forked: TimelinePanel, scripted: Scripted) -> None:
    forked.view.setCurrentIndex(forked.rows.index(3, 0))
    QTest.keyClick(forked.view, Qt.Key.Key_Delete)

    gone = len(scripted.session.run_state.checkpoints) - 2
    words = f"Delete “try again” and 1 branch forked from it for good, {gone} checkpoints?"
    assert forked.question.isVisible() and forked.question.words == words
    QTest.keyClick(forked.question, Qt.Key.Key_Escape)
    assert not forked.question.isVisible() and scripted.requests(requests.DeleteBranch) == []
    QTest.keyClick(forked.view, Qt.Key.Key_Delete)
    QTest.mouseClick(forked.question.deed_button, Qt.MouseButton.LeftButton)
    assert [each.checkpoint_id for each in scripted.requests(requests.DeleteBranch)] == [forked.rows.checkpoint(3).id]


def test_the_first_line_of_a_run_is_no_branch_to_delete(forked: TimelinePanel) -> None:
    forked.view.setCurrentIndex(forked.rows.index(1, 0))

    QTest.keyClick(forked.view, Qt.Key.Key_Delete)

    assert not forked.question.isVisible()
    assert "first line" in forked.findChildren(Toast)[0].text
