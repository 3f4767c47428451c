"""What the shown step is compared with, and values that stay in sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.own_marks import OwnMarks, PinnedCheckpoint
from editor.debugger.run_state import BranchFacts, CheckpointRow, RunState
from editor.panels.compare_base import Base, Kind, base_id, other_heads
from editor.panels.diff_view import DiffView
from editor.panels.state_panel import StatePanel
from editor.panels.timeline_panel import TimelinePanel
from engine.runner import requests
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def marks(qapp: object) -> OwnMarks:
    return OwnMarks()


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted, marks: OwnMarks) -> StatePanel:
    panel = StatePanel(scripted.session, marks)
    qtbot.addWidget(panel)
    panel.resize(420, 600)
    panel.show()
    return panel


def compared(scripted: Scripted) -> tuple[str | None, str]:
    last = scripted.requests(requests.ReadDiff)[-1]
    return last.before_id, last.after_id


def choose(panel: StatePanel, words: str) -> None:
    box = panel.compare.box
    box.showPopup()
    place = next(i for i in range(box.count()) if words in box.itemText(i))
    box.hidePopup()
    box.setCurrentIndex(place)
    box.activated.emit(place)


def forked(scripted: Scripted) -> tuple[str, str]:
    """Two branches from after classify: (head of the abandoned one, head of the new one)."""
    scripted.start()
    scripted.step(3)
    old = scripted.head.id
    scripted.session.fork(scripted.after("classify").id, {"intent": "general"}, "classify")
    scripted.qtbot.waitUntil(lambda: scripted.session.run_state.head != old)
    scripted.rest()
    return old, scripted.head.id


def test_the_difference_is_to_the_step_before_unless_another_base_is_chosen(
    scripted: Scripted, panel: StatePanel
) -> None:
    scripted.start()
    scripted.step(2)
    scripted.qtbot.waitUntil(lambda: bool(scripted.requests(requests.ReadDiff)))
    assert compared(scripted) == (scripted.head.parent_id, scripted.head.id)

    choose(panel, "start of the run")

    first = next(iter(scripted.session.run_state.checkpoints))
    assert compared(scripted) == (first, scripted.head.id)
    diff = panel.findChildren(DiffView)[0]
    scripted.qtbot.waitUntil(lambda: {"intent"} <= {key.key for key in diff.diff.keys if key.kind != "same"})


def test_a_kept_step_is_the_base_of_every_step_shown_after_it(
    scripted: Scripted, panel: StatePanel, marks: OwnMarks
) -> None:
    scripted.start()
    scripted.step()
    kept = scripted.head.id
    panel.compare.pin.click()
    assert marks.now.checkpoint == PinnedCheckpoint(scripted.session.run_state.thread_id or "", kept)

    choose(panel, "pinned")
    scripted.step(2)

    scripted.qtbot.waitUntil(lambda: compared(scripted) == (kept, scripted.head.id))


def test_the_head_of_another_branch_can_be_the_base(scripted: Scripted, panel: StatePanel) -> None:
    old, new = forked(scripted)

    choose(panel, "other branch")

    assert compared(scripted) == (old, new)


def test_where_the_run_is_now_is_not_called_another_branch(scripted: Scripted, panel: StatePanel) -> None:
    scripted.start()
    scripted.step(3)
    now = scripted.head.id
    scripted.session.look_at(scripted.after("classify").id)

    choose(panel, "now: step 3")

    assert compared(scripted) == (now, scripted.after("classify").id)
    assert not [i for i in range(panel.compare.box.count()) if "other branch" in panel.compare.box.itemText(i)]


def test_heads_of_branches_below_the_shown_step_are_the_heads_others_have(scripted: Scripted) -> None:
    old, new = forked(scripted)
    state = scripted.session.run_state

    assert [row.id for row in other_heads(state, new)] == [old]
    assert [row.id for row in other_heads(state, old)] == [new]


def test_in_a_run_of_one_line_only_its_end_is_another_head() -> None:
    row = lambda id, parent: CheckpointRow(id, parent, 0, "loop", (), (), "")  # noqa: E731
    state = RunState(
        checkpoints=CheckpointLog([row("a", None), row("b", "a"), row("c", "b")]),
        head="c",
        branches=(BranchFacts(0, "a", None, "c", 3),),
    )

    assert [each.id for each in other_heads(state, "b")] == ["c"]
    assert other_heads(state, "c") == ()


def test_a_base_that_is_not_in_the_run_counts_as_the_step_before(scripted: Scripted) -> None:
    scripted.start()

    base = base_id(Base(Kind.CHECKPOINT, "gone"), scripted.head, scripted.session.run_state)

    assert base == scripted.head.parent_id


def test_ctrl_click_in_the_timeline_compares_two_rows(scripted: Scripted, panel: StatePanel, qtbot: QtBot) -> None:
    timeline = TimelinePanel(scripted.session)
    qtbot.addWidget(timeline)
    timeline.resize(700, 300)
    timeline.show()
    timeline.compare_wanted.connect(panel.compare_with)
    scripted.start()
    scripted.step(2)
    shown, other = scripted.head.id, timeline.rows.checkpoint(0).id
    at = timeline.view.visualRect(timeline.rows.index(0, 2)).center()

    QTest.mouseClick(timeline.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)

    assert compared(scripted) == (other, shown)
    assert not scripted.session.focus.in_past(scripted.session.run_state)


def test_a_pinned_value_follows_the_shown_moment(scripted: Scripted, panel: StatePanel, marks: OwnMarks) -> None:
    scripted.start()
    scripted.step()
    marks.toggle_pin(("intent",))
    scripted.qtbot.waitUntil(lambda: panel.pins.text_of(("intent",)) == "'billing'")

    scripted.session.step_back()

    scripted.qtbot.waitUntil(lambda: panel.pins.text_of(("intent",)) == "not there yet")
    assert panel.pins.isVisible()
    marks.toggle_pin(("intent",))
    assert not panel.pins.isVisible()


def test_pin_and_watch_are_in_the_menu_of_a_value(scripted: Scripted, panel: StatePanel, marks: OwnMarks) -> None:
    scripted.start()
    scripted.step()
    diff = panel.findChildren(DiffView)[0]
    scripted.qtbot.waitUntil(lambda: "intent" in {each.key for each in diff.diff.keys if each.kind != "same"})
    menu = diff.menu_for(diff.rows.index(0, 0))
    assert menu is not None
    by_text = {action.text(): action for action in menu.actions()}

    by_text["Pin"].trigger()
    by_text["Watch over all steps"].trigger()

    key = diff.rows.rows[0].key  # type: ignore[union-attr]  # the first row is a heading
    assert marks.now.pins == ((key,),) and marks.now.watches == (key,)
    menu.deleteLater()


def test_a_key_that_no_expression_can_name_is_not_watched(
    scripted: Scripted, panel: StatePanel, marks: OwnMarks
) -> None:
    scripted.start()

    panel.findChildren(DiffView)[0].watch_wanted.emit(("two words", 0))

    assert marks.now.watches == ()
