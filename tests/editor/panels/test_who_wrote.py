""" "Who wrote this": the step that changed a key last, the jump to it, and a breakpoint for the next time."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from editor.debugger.breakpoints import Where
from editor.debugger.run_state import RunState
from editor.panels.diff_rows import KeyRow
from editor.panels.diff_view import DiffView
from editor.panels.state_panel import StatePanel
from editor.panels.who_wrote import last_writer, writer_text
from editor.widgets.toast import Toast
from editor.widgets.value_view import ValueView
from tests.editor.panels.scripted import Scripted
from tests.editor.panels.test_timeline import row, rows

RUN = RunState(
    thread_id="t",
    checkpoints=rows(
        row("in", None, -1, source="input", changed_keys=("topic",), ran=()),
        row("a", "in", 1, ran=("plan",), changed_keys=("goal",)),
        row("b", "a", 2, ran=("act",), changed_keys=("log",)),
        row("edit", "a", 2, source="update", ran=("plan",), changed_keys=("goal",)),
    ),
    head="b",
)


@pytest.mark.parametrize(
    ("start", "key", "text"),
    [
        ("b", "goal", "plan wrote goal in step 1."),
        ("b", "log", "act wrote log in step 2."),
        ("b", "topic", "topic came with the input."),
        ("b", "nothing", "No step on the way here changed nothing."),
        ("edit", "goal", "You wrote goal in step 2, as plan."),
        ("edit", "log", "No step on the way here changed log."),
    ],
)
def test_the_writer_is_looked_for_on_the_way_back_only(start: str, key: str, text: str) -> None:
    assert writer_text(key, last_writer(RUN, start, key)) == text


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> StatePanel:
    panel = StatePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    scripted.start()
    scripted.step(3)
    return panel


def choose(menu: QMenu | None, text: str) -> None:
    assert menu is not None
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_the_menu_of_a_value_jumps_to_the_step_that_wrote_it(
    panel: StatePanel, scripted: Scripted, qtbot: QtBot
) -> None:
    panel.show_mode("State")
    tree = next(view for view in panel.findChildren(ValueView) if type(view) is ValueView)
    qtbot.waitUntil(lambda: tree.view_index(("intent",)).isValid())

    choose(tree.menu_for(tree.view_index(("intent",))), "Who wrote this")

    assert scripted.session.focus.checkpoint_id == scripted.after("classify").id
    assert "classify wrote intent in step 1." in panel.findChildren(Toast)[0].text


def test_a_value_of_this_very_step_needs_no_jump(panel: StatePanel, scripted: Scripted, qtbot: QtBot) -> None:
    diff = panel.findChildren(DiffView)[0]
    qtbot.waitUntil(lambda: diff.rows.rowCount() > 0)
    first = next(i for i, each in enumerate(diff.rows.rows) if isinstance(each, KeyRow))

    choose(diff.menu_for(diff.rows.index(first, 0)), "Who wrote this")

    assert scripted.session.focus.checkpoint_id is None
    assert "in step 3" in panel.findChildren(Toast)[0].text


def test_the_menu_of_a_value_sets_a_breakpoint_on_its_key_once(
    panel: StatePanel, scripted: Scripted, qtbot: QtBot
) -> None:
    panel.show_mode("State")
    tree = next(view for view in panel.findChildren(ValueView) if type(view) is ValueView)
    qtbot.waitUntil(lambda: tree.view_index(("intent",)).isValid())

    for _ in range(2):
        choose(tree.menu_for(tree.view_index(("intent",))), "Break when intent changes")

    (breakpoint,) = scripted.session.breakpoint_list
    assert (breakpoint.where, breakpoint.key) == (Where.KEY, "intent")
    assert "already" in panel.findChildren(Toast)[0].text
