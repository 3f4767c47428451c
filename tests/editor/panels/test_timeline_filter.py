"""Filters of the timeline: what matches, that a long run is filtered in portions, and the bar above it. Notes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from editor.debugger.run_state import BranchFacts, ErrorReport, RouteTaken, RunState, TaskRow
from editor.panels.timeline_filter import TimelineFilter
from editor.panels.timeline_model import PORTION, Column, TimelineModel
from editor.panels.timeline_panel import TimelinePanel
from editor.widgets.empty_state import EmptyState
from tests.editor.panels.scripted import TECHNICAL, Scripted
from tests.editor.panels.test_timeline import chain, row, rows, texts

FAILED = TaskRow("1", "bill", "failed", error=ErrorReport("KeyError", "'rows'", ""))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TimelineFilter(), "abcd"),
        (TimelineFilter(text="KEYERROR"), "c"),
        (TimelineFilter(text="billing"), "b"),
        (TimelineFilter(text="look here"), "d"),
        (TimelineFilter(node="classify"), "b"),
        (TimelineFilter(node="bill"), "c"),
        (TimelineFilter(key="intent"), "bd"),
        (TimelineFilter(only_failed=True), "c"),
        (TimelineFilter(key="intent", text="look"), "d"),
        (TimelineFilter(node="nobody"), ""),
    ],
)
def test_a_row_must_meet_every_condition(wanted: TimelineFilter, expected: str) -> None:
    routes = (RouteTaken("classify", "", "billing", "bill"),)
    run = [
        row("a", None, source="input", ran=()),
        row("b", "a", ran=("classify",), routes=routes, changed_keys=("intent",)),
        row("c", "b", tasks=(FAILED,)),
        row("d", "c", changed_keys=("intent", "draft"), note="look here"),
    ]

    assert "".join(each.id for each in run if wanted.matches(each)) == expected


def test_a_branch_is_found_by_its_name_and_by_the_note_on_it(qtbot: QtBot) -> None:
    model = TimelineModel()
    _tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    run = rows(row("a", None), row("b", "a"), row("c", "b"), row("d", "a"), row("e", "d"))
    branches = (BranchFacts(0, "a", None, "c", 3), BranchFacts(1, "d", "a", "e", 2, "warmer"))
    state = RunState(thread_id="t", checkpoints=run, head="e", branches=branches)
    model.show(state)

    model.set_filter(TimelineFilter(text="warm"))
    assert ids(model) == ["d", "e"]
    model.set_filter(TimelineFilter(text="with 0.7"))
    assert ids(model) == []
    model.show(replace(state, branches=(branches[0], replace(branches[1], note="run with 0.7"))))
    assert ids(model) == ["d", "e"]
    model.set_filter(TimelineFilter())
    assert [model.note_of(i) for i in range(5)] == ["", "", "", "run with 0.7", ""]


def ids(model: TimelineModel) -> list[str]:
    return [model.checkpoint(i).id for i in range(model.rowCount())]


def test_the_model_shows_what_matches_and_all_again(qtbot: QtBot) -> None:
    model = TimelineModel()
    _tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    run = rows(row("a", None, changed_keys=("x",)), row("b", "a"), row("c", "b", changed_keys=("x",)))
    model.show(RunState(thread_id="t", checkpoints=run, head="c"))

    model.set_filter(TimelineFilter(key="x"))

    assert ids(model) == ["a", "c"]
    assert (model.row_of("c"), model.row_of("b")) == (1, None)
    assert model.is_head(1)
    model.show(RunState(thread_id="t", checkpoints=run.with_row(row("d", "c", changed_keys=("x",))), head="d"))
    assert ids(model) == ["a", "c", "d"]
    model.set_filter(TimelineFilter())
    assert ids(model) == ["a", "b", "c", "d"]
    assert model.keys == {"x"}


def test_a_head_that_fails_joins_the_failures_and_leaves_them_when_it_is_tried_again(qtbot: QtBot) -> None:
    model = TimelineModel()
    _tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    run = rows(row("a", None), row("b", "a"))
    model.show(RunState(thread_id="t", checkpoints=run, head="b"))
    model.set_filter(TimelineFilter(only_failed=True))

    model.show(RunState(thread_id="t", checkpoints=run.with_row(row("b", "a", tasks=(FAILED,))), head="b"))
    assert ids(model) == ["b"]
    model.show(RunState(thread_id="t", checkpoints=run, head="b"))

    assert ids(model) == []


def test_a_long_run_is_filtered_in_portions(qtbot: QtBot) -> None:
    model = TimelineModel()
    state = RunState(thread_id="t", checkpoints=chain(3 * PORTION), head=str(3 * PORTION - 1))
    with qtbot.waitSignal(model.caught_up):
        model.show(state)

    with qtbot.waitSignal(model.caught_up):
        model.set_filter(TimelineFilter(text="nothing has this"))

    assert model.rowCount() == 0
    assert not model.is_catching_up


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> TimelinePanel:
    panel = TimelinePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(800, 320)
    panel.show()
    return panel


def test_typing_narrows_the_list_and_escape_shows_all(panel: TimelinePanel, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.run(TECHNICAL)
    everything = panel.rows.rowCount()

    QTest.keyClicks(panel.bar.search, "classify")
    qtbot.waitUntil(lambda: texts(panel, Column.RAN) == ["classify"])
    QTest.keyClick(panel.bar.search, Qt.Key.Key_Escape)

    assert panel.rows.rowCount() == everything


def test_a_node_and_a_key_can_be_chosen_by_keyboard(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.run(TECHNICAL)
    panel.bar.node.fill()
    panel.bar.key.fill()

    QTest.keyClicks(panel.bar.node, "search_t")
    assert texts(panel, Column.RAN) == ["search_articles, search_tickets"]
    QTest.keyClicks(panel.bar.key, "intent")

    assert panel.rows.rowCount() == 0
    assert panel.findChildren(EmptyState)[0].title == "No step matches"


def test_a_click_on_a_filtered_row_goes_to_its_moment(panel: TimelinePanel, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.run(TECHNICAL)
    QTest.keyClicks(panel.bar.search, "classify")
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1)
    assert not panel.view.currentIndex().isValid(), "the shown moment is hidden"

    spot = panel.view.visualRect(panel.rows.index(0, Column.RAN)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    assert scripted.session.focus.checkpoint_id == scripted.after("classify").id


def test_only_failures(panel: TimelinePanel, qtbot: QtBot, failing: Scripted) -> None:
    other = TimelinePanel(failing.session)
    qtbot.addWidget(other)
    other.show()
    failing.run(TECHNICAL)

    QTest.mouseClick(other.bar.failed, Qt.MouseButton.LeftButton, pos=QPoint(8, other.bar.failed.height() // 2))

    assert other.rows.rowCount() == 1
    assert other.rows.is_head(0)


def test_another_run_is_shown_without_the_filter_of_the_last(panel: TimelinePanel, scripted: Scripted) -> None:
    scripted.run(TECHNICAL)
    QTest.mouseClick(panel.bar.failed, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.bar.failed.height() // 2))
    assert panel.rows.rowCount() == 0

    scripted.start()

    assert texts(panel, Column.RAN) == ["Input", "Start"]
    assert not panel.bar.failed.isChecked()


def test_a_note_is_typed_beside_a_step_and_can_be_searched(
    panel: TimelinePanel, scripted: Scripted, qtbot: QtBot
) -> None:
    scripted.run(TECHNICAL)

    panel.view.edit(panel.rows.index(2, Column.CHANGED))
    field = panel.view.findChildren(QLineEdit)[0]
    QTest.keyClicks(field, "here it parts")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.rows.checkpoint(2).note == "here it parts")
    QTest.keyClicks(panel.bar.search, "it parts")

    qtbot.waitUntil(lambda: texts(panel, Column.RAN) == ["classify"])
