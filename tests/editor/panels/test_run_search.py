"""A text is looked for in the states of a run: part by part, with an end, and without freezing anybody."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.panels.run_search import ROWS_AT_ONCE
from editor.panels.run_search_panel import HIT_ROLE, SHOWN, RunSearchPanel
from engine.runner import requests
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> RunSearchPanel:
    panel = RunSearchPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(640, 240)
    panel.show()
    return panel


def look_for(panel: RunSearchPanel, text: str) -> None:
    panel.field.setText(text)
    QTest.keyClick(panel.field, Qt.Key.Key_Return)


def places(panel: RunSearchPanel) -> list[tuple[int, tuple[object, ...]]]:
    state = panel._session.run_state
    hits = [panel.hits.index(row, 0).data(HIT_ROLE) for row in range(panel.hits.rowCount())]
    return [(state.checkpoints[hit.checkpoint_id].step, hit.path) for hit in hits]


def test_places_are_listed_with_the_step_that_brought_them(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()

    look_for(panel, "billing")

    scripted.qtbot.waitUntil(lambda: not panel.search.is_running and panel.hits.rowCount() > 0)
    assert (1, ("intent",)) in places(panel)
    assert panel.status.full_text.endswith("places") or panel.status.full_text == "1 place"


def test_enter_goes_to_the_first_place_and_f3_to_the_next(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()
    wanted: list[object] = []
    panel.value_wanted.connect(wanted.append)
    look_for(panel, "i")
    scripted.qtbot.waitUntil(lambda: not panel.search.is_running and panel.hits.rowCount() > 1)

    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    QTest.keyClick(panel.field, Qt.Key.Key_F3)

    second = panel.hits.index(1, 0).data(HIT_ROLE)
    assert scripted.session.focus.shown_id(scripted.session.run_state) == second.checkpoint_id
    assert wanted[-1] == second.path
    QTest.keyClick(panel.field, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert wanted[-1] == panel.hits.index(0, 0).data(HIT_ROLE).path


def test_when_a_key_became_a_value_is_one_place(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()
    panel.whole.setChecked(True)
    panel.key.fill()
    panel.key.setCurrentText("intent")

    look_for(panel, "billing")

    scripted.qtbot.waitUntil(lambda: not panel.search.is_running and panel.hits.rowCount() > 0)
    assert places(panel) == [(1, ("intent",))]


def test_the_shown_state_can_be_searched_alone_and_whole(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()
    panel.scope.choose(SHOWN)

    look_for(panel, "ada")

    scripted.qtbot.waitUntil(lambda: not panel.search.is_running and panel.hits.rowCount() > 0)
    head = scripted.head.id
    assert {panel.hits.index(row, 0).data(HIT_ROLE).checkpoint_id for row in range(panel.hits.rowCount())} == {head}
    assert ("user_id",) in [path for _step, path in places(panel)]


def test_what_is_nowhere_is_said_to_be_nowhere(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()

    look_for(panel, "zebra")

    scripted.qtbot.waitUntil(lambda: panel._empty.title == "Not there")


def test_a_cancelled_search_asks_for_nothing_more(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()
    look_for(panel, "billing")
    asked = len(scripted.requests(requests.SearchStates))
    assert panel.search.is_running

    QTest.keyClick(panel, Qt.Key.Key_Escape)

    assert not panel.search.is_running
    scripted.qtbot.waitUntil(lambda: panel.status.full_text.endswith("Cancelled"))
    assert len(scripted.requests(requests.SearchStates)) == asked and panel.hits.rowCount() == 0


def test_between_two_parts_nothing_is_said_to_be_nowhere(
    scripted: Scripted, panel: RunSearchPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("editor.panels.run_search.ROWS_AT_ONCE", 2)
    scripted.run()
    told: list[tuple[int, str, bool]] = []
    panel.search.progressed.connect(
        lambda done, total: told.append((total - done, panel._empty.title, panel._cancel.isVisible()))
    )

    look_for(panel, "nowhere at all")

    scripted.qtbot.waitUntil(lambda: panel._empty.title == "Not there")
    assert len(told) > 1, "there were several parts"
    assert {(title, can_cancel) for left, title, can_cancel in told if left} == {("Looking …", True)}
    assert not panel._cancel.isVisible()


def test_a_question_names_a_bounded_number_of_steps(scripted: Scripted, panel: RunSearchPanel) -> None:
    scripted.run()
    look_for(panel, "billing")

    assert all(len(asked.steps) <= ROWS_AT_ONCE for asked in scripted.requests(requests.SearchStates))


def test_a_new_run_says_that_it_was_not_looked_through_yet_and_enter_does_it(
    scripted: Scripted, panel: RunSearchPanel
) -> None:
    scripted.run()
    look_for(panel, "zebra")
    scripted.qtbot.waitUntil(lambda: panel._empty.title == "Not there")

    scripted.run()

    assert panel._empty.title == "Another run"
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    scripted.qtbot.waitUntil(lambda: panel._empty.title == "Not there")
