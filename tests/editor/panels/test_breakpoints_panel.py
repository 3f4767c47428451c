"""The breakpoint list and its form: every change goes to the session and comes back as a fact."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from editor.debugger.breakpoints import Breakpoint, BreakpointFacts, Where
from editor.panels.breakpoints_panel import BreakpointsPanel
from engine.runner.run_events import BreakpointsHit
from tests.editor.panels.scripted import UNCLEAR, Scripted


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> BreakpointsPanel:
    panel = BreakpointsPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(480, 400)
    panel.show()
    return panel


def texts(panel: BreakpointsPanel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def actions(menu: QMenu) -> dict[str, object]:
    return {action.text(): action for action in menu.actions()}


def test_the_check_box_disables_and_the_words_stay(panel: BreakpointsPanel, scripted: Scripted) -> None:
    scripted.session.add_breakpoint(Breakpoint("", node="format", condition="x > 1"))

    panel.list.item(0).setCheckState(Qt.CheckState.Unchecked)

    assert not scripted.session.breakpoint_list[0].enabled
    assert texts(panel) == ["before format if x > 1"]


def test_a_key_typed_above_the_list_gets_a_breakpoint(panel: BreakpointsPanel, scripted: Scripted) -> None:
    QTest.keyClicks(panel.key, "intent")
    QTest.keyClick(panel.key, Qt.Key.Key_Return)

    (added,) = scripted.session.breakpoint_list
    assert (added.where, added.key) == (Where.KEY, "intent")
    assert panel.key.text() == ""
    assert panel.form.becomes.isVisible()


def test_the_fields_change_the_chosen_breakpoint(panel: BreakpointsPanel, scripted: Scripted) -> None:
    scripted.session.add_breakpoint(Breakpoint("", node="classify"))
    scripted.session.add_breakpoint(Breakpoint("", node="format"))
    panel.list.setCurrentRow(1)

    for field, text in ((panel.form.condition, "tries > 3"), (panel.form.hit_count, "5"), (panel.form.log, "{tries}")):
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    untouched, changed = scripted.session.breakpoint_list
    assert untouched.is_plain
    assert (changed.condition, changed.hit_count, changed.log) == ("tries > 3", 5, "{tries}")
    assert texts(panel)[1] == "before format if tries > 3, from hit 5 on, prints “{tries}”"


def test_a_hit_count_that_is_no_number_is_refused_in_place(panel: BreakpointsPanel, scripted: Scripted) -> None:
    scripted.session.add_breakpoint(Breakpoint("", node="format"))

    QTest.keyClicks(panel.form.hit_count, "many")
    QTest.keyClick(panel.form.hit_count, Qt.Key.Key_Return)

    assert scripted.session.breakpoint_list[0].hit_count == 0
    assert "whole number" in panel.form.hit_count.toolTip()


def test_hits_and_a_condition_that_failed_are_told(panel: BreakpointsPanel, scripted: Scripted) -> None:
    session = scripted.session
    hit, broken = (session.add_breakpoint(Breakpoint("", node=node)) for node in ("format", "classify"))
    facts = (BreakpointFacts(hit, 2), BreakpointFacts(broken, 0, "The condition 'x' cannot be evaluated"))

    session._hear_of_breakpoints(BreakpointsHit(facts))
    panel.list.setCurrentRow(1)

    assert texts(panel) == ["before format · 2 hits", "before classify · its condition failed"]
    assert panel.form.problem.isVisible()
    assert panel.form.problem.text() == "The condition 'x' cannot be evaluated"


def test_the_menu_offers_the_places_of_the_graph_and_the_keys_of_the_run(
    panel: BreakpointsPanel, scripted: Scripted
) -> None:
    scripted.run(UNCLEAR)

    panel._menu.aboutToShow.emit()

    offered = actions(panel._menu)
    assert list(offered) == [
        "Before a node", "After a node", "On a branch", "When a key changes", "", "On any error", "On any question"
    ]  # fmt: skip
    branches = offered["On a branch"].menu()  # type: ignore[attr-defined]
    assert any("classify" in text for text in actions(branches))
    offered["On any error"].trigger()  # type: ignore[attr-defined]
    assert texts(panel) == ["error in any node"]


def test_activating_a_breakpoint_asks_to_go_to_its_node(
    panel: BreakpointsPanel, scripted: Scripted, qtbot: QtBot
) -> None:
    scripted.session.add_breakpoint(Breakpoint("", Where.AFTER, "format"))

    with qtbot.waitSignal(panel.go_to) as asked:
        panel.list.itemActivated.emit(panel.list.item(0))

    assert asked.args == ["format"]


LOW_AND_NARROW = (380, 150)


def test_in_a_low_narrow_dock_the_list_stays_and_one_field_is_chosen_by_its_name(
    panel: BreakpointsPanel, scripted: Scripted
) -> None:
    panel.resize(*LOW_AND_NARROW)
    scripted.session.add_breakpoint(Breakpoint("", node="classify", log="{intent}"))
    form = panel.form

    assert panel.list.isVisible() and panel.list.height() >= 2 * panel.list.sizeHintForRow(0)
    assert [form.what.itemText(place) for place in range(form.what.count())] == [
        "Condition", "From hit", "Print", "Once"
    ]  # fmt: skip
    assert form.what.currentText() == "Print" and form.log.isVisible() and not form.condition.isVisible()

    form.what.setFocus()
    QTest.keyClick(form.what, Qt.Key.Key_Up)
    assert form.hit_count.hasFocus() and not form.log.isVisible()
    QTest.keyClicks(form.hit_count, "4")
    QTest.keyClick(form.hit_count, Qt.Key.Key_Return)
    assert scripted.session.breakpoint_list[0].hit_count == 4

    panel.resize(480, 600)
    assert form.log.isVisible() and form.condition.isVisible() and not form.what.isVisible()


def test_a_key_that_was_just_typed_is_asked_for_its_value_first(panel: BreakpointsPanel) -> None:
    panel.resize(*LOW_AND_NARROW)

    QTest.keyClicks(panel.key, "intent")
    QTest.keyClick(panel.key, Qt.Key.Key_Return)

    assert panel.form.what.currentText() == "Becomes" and panel.form.becomes.isVisible()


def test_the_chosen_breakpoint_is_seen_in_a_long_list(panel: BreakpointsPanel, scripted: Scripted) -> None:
    panel.resize(*LOW_AND_NARROW)
    for number in range(12):
        last = scripted.session.add_breakpoint(Breakpoint("", Where.KEY, key=f"key_{number}"))

    panel.choose(last)

    shown = panel.list.visualItemRect(panel.list.currentItem())
    assert panel.list.viewport().rect().contains(shown)
