"""Somewhere in 5,000 steps a value went wrong: a search and a data breakpoint find the step, in a few actions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from editor.panels.run_search_panel import RunSearchPanel
from editor.widgets.segmented import Segmented
from editor.widgets.value_view import ValueView
from tests.journeys.conftest import Travel
from tests.journeys.steps import changed_keys, diff_view, open_graph, trust_and_run

pytestmark = pytest.mark.journey

STEPS, WRONG_AT = 5_000, 3_217

NODES = f"""
from typing import TypedDict


class State(TypedDict, total=False):
    account: str
    count: int


def work(state):
    count = state.get("count", 0) + 1
    return {{"count": count, "account": "mallory"}} if count == {WRONG_AT} else {{"count": count}}


def again_or_done(state):
    return "again" if state["count"] < {STEPS} else "done"
"""
GRAPH = {
    "format": "stategraph",
    "format_version": "1.0",
    "name": "long",
    "state": "nodes:State",
    "recursion_limit": 10_000,
    "nodes": {"work": {"fn": "nodes:work"}},
    "edges": [{"from": "__start__", "to": "work"}],
    "routers": {"work": {"fn": "nodes:again_or_done", "branches": {"again": "work", "done": "__end__"}}},
}


@pytest.fixture
def long_graph(tmp_path: Path) -> Path:
    (tmp_path / "nodes.py").write_text(NODES, encoding="utf-8")
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "start.json").write_text('{"account": "ada", "count": 0}', encoding="utf-8")
    path = tmp_path / "long.graph.json"
    path.write_text(json.dumps(GRAPH), encoding="utf-8")
    return path


def choose_in_menu(view: QAbstractItemView, words: str) -> None:
    """The context menu of the current row, and the line with these words."""
    at = view.visualRect(view.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    line = next(action for action in menu.actions() if action.text() == words)
    QTest.mouseClick(
        menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(line).center()
    )


def test_a_search_and_a_data_breakpoint_find_the_step_that_set_the_wrong_value(
    travel: Travel, long_graph: Path
) -> None:
    async def journey(hands: Hands) -> None:
        session, state = hands.editor.session, hands.editor.state
        actions = 0
        await open_graph(hands, long_graph)

        await trust_and_run(hands, Phase.FINISHED)
        actions += 2  # F5, "Trust this folder and run"
        assert len(session.run_state.checkpoints) == STEPS + 2

        await hands.press("Ctrl+Shift+F")  # one way: a search, which is not counted here
        hands.write("mallory")
        panel = hands.part(RunSearchPanel)
        await hands.until(lambda: panel.hits.rowCount() == 1 and not panel.search.is_running, "the only place")
        await hands.press("Return")
        shown = session.focus.shown(session.run_state)
        assert shown is not None and shown.step == WRONG_AT
        await hands.press("Alt+End")

        hands.choose(hands.part(Segmented, state), "State")
        actions += 1
        tree = next(view for view in state.findChildren(ValueView) if type(view) is ValueView)
        await hands.until(lambda: tree.isVisible() and tree.view_index(("account",)).isValid(), "the wrong account")
        hands.click_row(tree, tree.view_index(("account",), 1))
        choose_in_menu(tree, "Break when account changes")
        actions += 3  # row, menu, line
        await hands.press("Ctrl+Shift+F5")
        actions += 1
        await hands.until(
            lambda: session.run_state.phase is Phase.PAUSED and len(session.run_state.checkpoints) > 10,
            "the pause",
        )

        head = session.run_state.checkpoints[session.run_state.head or ""]
        assert head.step == WRONG_AT and head.ran == ("work",)
        assert "account" in head.changed_keys
        hands.choose(hands.part(Segmented, state), "Diff")
        await hands.until(lambda: "account" in changed_keys(diff_view(hands).diff), "the wrong value in the diff")
        assert actions < 10

    travel(journey)
