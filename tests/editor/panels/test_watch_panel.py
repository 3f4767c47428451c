"""Expressions over all steps: evaluated where they are seen, errors in their cells, one that never ends is ended."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.debugger.own_marks import OwnMarks
from editor.panels.watch_model import FIRST_WATCH
from editor.panels.watch_panel import WatchPanel
from engine.runner import requests
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def marks(qapp: object) -> OwnMarks:
    return OwnMarks()


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted, marks: OwnMarks) -> WatchPanel:
    panel = WatchPanel(scripted.session, marks)
    qtbot.addWidget(panel)
    panel.resize(640, 300)
    panel.show()
    return panel


def column(panel: WatchPanel, place: int = 0) -> list[str]:
    return [panel.rows.index(row, FIRST_WATCH + place).data() for row in range(panel.rows.rowCount())]


def watch(panel: WatchPanel, expression: str) -> None:
    panel.field.setFocus()
    QTest.keyClicks(panel.field, expression)
    QTest.keyClick(panel.field, Qt.Key.Key_Return)


def test_an_expression_has_its_value_for_each_step(scripted: Scripted, panel: WatchPanel) -> None:
    scripted.start()
    scripted.step(2)

    watch(panel, "intent.upper()")

    scripted.qtbot.waitUntil(lambda: column(panel)[-1] == "'BILLING'")
    assert column(panel)[0].startswith("NameError")
    assert panel.field.text() == ""


def test_a_step_that_changed_the_value_stands_out(scripted: Scripted, panel: WatchPanel, marks: OwnMarks) -> None:
    marks.add_watch("intent == 'billing' if step > 0 else False")
    scripted.start()
    scripted.step(2)
    scripted.qtbot.waitUntil(lambda: "…" not in column(panel))

    expression = marks.now.watches[0]
    changed = [panel.rows.row(i).step for i in range(panel.rows.rowCount())
               if panel.rows.is_changed(expression, panel.rows.row(i))]  # fmt: skip

    assert changed == [1]


def test_a_click_looks_at_the_step(scripted: Scripted, panel: WatchPanel, marks: OwnMarks) -> None:
    marks.add_watch("intent")
    scripted.start()
    scripted.step(2)
    first = panel.rows.index(1, FIRST_WATCH)

    at = panel.table.visualRect(first).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    assert scripted.session.focus.shown_id(scripted.session.run_state) == panel.rows.row(1).id


def test_delete_removes_and_f2_edits_the_expression_of_the_column(
    scripted: Scripted, panel: WatchPanel, marks: OwnMarks
) -> None:
    marks.add_watch("intent")
    marks.add_watch("user_id")
    scripted.start()
    panel.table.setCurrentIndex(panel.rows.index(0, FIRST_WATCH + 1))
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    QTest.keyClicks(panel.field, "len(user_id)")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert marks.now.watches == ("intent", "len(user_id)")

    panel.table.setCurrentIndex(panel.rows.index(0, FIRST_WATCH))
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)

    assert marks.now.watches == ("len(user_id)",)


def test_an_expression_that_never_ends_is_ended_and_the_others_go_on(
    scripted: Scripted, panel: WatchPanel, marks: OwnMarks
) -> None:
    scripted.start()
    marks.add_watch("intent")
    panel.rows._ask()
    scouts = len(scripted.backends)
    panel.rows._late.timeout.emit()  # before the answer came

    scripted.qtbot.waitUntil(lambda: "longer than" in column(panel)[0])
    marks.add_watch("user_id")
    scripted.qtbot.waitUntil(lambda: column(panel, 1)[0] == "'ada'")
    assert len(scripted.backends) == scouts + 1, "a fresh process answers"
    assert "longer than" in column(panel)[0]


def test_the_start_of_the_process_is_not_counted_as_the_expressions_time(
    scripted: Scripted, panel: WatchPanel, marks: OwnMarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.start()
    marks.add_watch("intent")
    started: list[str] = []
    monkeypatch.setattr(panel.rows._late, "start", lambda: started.extend(set(column(panel))))

    panel.rows._ask()
    assert panel.rows.is_asking and started == []

    scripted.qtbot.waitUntil(lambda: "…" not in column(panel))

    assert started == ["…"], "once, when the process was there and before it answered"


def test_only_what_is_on_screen_is_evaluated(scripted: Scripted, panel: WatchPanel, marks: OwnMarks) -> None:
    panel.resize(640, 110)
    scripted.run()
    marks.add_watch("intent")
    scripted.qtbot.waitUntil(lambda: not panel.rows.is_asking and bool(scripted.requests(requests.WatchStates)))

    asked = {step.id for each in scripted.requests(requests.WatchStates) for step in each.steps}

    assert len(asked) < panel.rows.rowCount()
