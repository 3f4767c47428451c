"""The support router is drawn from an empty canvas and run by the keyboard alone. Nothing here touches a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from editor.app.hands import Hands
from engine.graph.graph_file import read_graph
from engine.graph.spec import END, START
from tests.journeys.building import (
    WAY_OF_THE_FIRST_INPUT,
    is_shown,
    logic_text,
    new_graph_beside_the_code,
    run_by_keys,
    the_search,
    way_of_the_run,
)
from tests.journeys.conftest import Travel

pytestmark = pytest.mark.journey

MOST_TABS = 40
NAMES = {"START": START, "END": END}
PARALLEL, CONDITIONAL = 1, 2
"""How often Down is pressed in the menu that asks."""


async def select(hands: Hands, node: str) -> None:
    """Ctrl+P, the name, Enter."""
    await hands.press("Ctrl+P")
    hands.write(node)
    await hands.press("Return")
    await hands.until(lambda: hands.editor.canvas.selected_nodes() == {NAMES.get(node, node)}, f"{node} selected")
    await hands.until(hands.editor.canvas.hasFocus, "the keyboard at the canvas")


async def connect(hands: Hands, target: str, *, branch: str = "", meaning: int = 0) -> None:
    """E from the selected node; a branch, if it has several; a name, Enter; and what a second edge means."""
    await hands.press("E")
    if branch:
        await the_search(hands)
        hands.write(branch)
        first = hands.editor.canvas.search.popup
        await hands.press("Return")
        await hands.until(lambda: hands.editor.canvas.search.popup not in (None, first), "the search for a target")
    popup = await the_search(hands)
    hands.write(target)
    await hands.until(lambda: (offer := popup.chosen()) is not None and offer.title == target, f"the offer {target}")
    await hands.press("Return")
    if meaning:
        await answer_menu(hands, meaning)
    await hands.until(lambda: hands.editor.canvas.search.popup is None, "the search to close")
    await hands.settle()


async def answer_menu(hands: Hands, downs: int) -> None:
    await hands.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "the menu that asks")
    for _ in range(downs):
        QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Down)
    QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Return)
    await hands.settle()
    hands.window.activateWindow()  # offscreen nobody gives the focus back when a menu has closed
    await hands.until(hands.editor.canvas.hasFocus, "the keyboard at the canvas")


async def tab_to(hands: Hands, name: str) -> None:
    """From the canvas Ctrl+F6 leads to the inspector; there Tab, until what is called so has the keyboard."""
    await hands.until(lambda: is_shown(hands, name), f"the inspector to show {name!r}")
    if hands.editor.canvas.hasFocus():
        await hands.press("Ctrl+F6")
    for _ in range(MOST_TABS):
        focused = QApplication.focusWidget()
        if focused is not None and focused.accessibleName() == name:
            return
        await hands.press("Tab")
    raise AssertionError(f"Tab does not lead to {name!r}")


async def fill(hands: Hands, name: str, text: str) -> None:
    await tab_to(hands, name)
    await hands.press("Ctrl+A")
    hands.write(text)
    await hands.press("Return")
    await hands.settle()


async def add_branch(hands: Hands, label: str) -> None:
    await tab_to(hands, "Add a branch to router")
    await hands.press("Space")
    await hands.settle()
    hands.write(label)
    await hands.press("Return")
    await hands.settle()


def test_the_support_router_is_built_by_keyboard_alone_and_runs(travel: Travel, example_graph: Path) -> None:
    wanted = logic_text(read_graph(example_graph))

    async def journey(hands: Hands) -> None:
        history = hands.editor.history
        path = await new_graph_beside_the_code(hands, example_graph)
        await fill(hands, "State class", "state:SupportState")

        await select(hands, "START")
        await connect(hands, "classify")
        await connect(hands, "generate_query")
        await connect(hands, "execute_query")
        await connect(hands, "generate_query")
        await select(hands, "execute_query")
        await connect(hands, "answer_billing", meaning=CONDITIONAL)
        await fill(hands, "Function of router", "routing:by_rows")
        await fill(hands, "Label of branch generate_query", "again")
        await fill(hands, "Label of branch answer_billing", "found")
        await add_branch(hands, "give up")

        await select(hands, "classify")
        await connect(hands, "escalate", meaning=CONDITIONAL)
        await fill(hands, "Function of router", "routing:by_intent")
        await fill(hands, "Label of branch generate_query", "billing")
        await add_branch(hands, "general")
        await add_branch(hands, "technical")
        await select(hands, "execute_query")
        await connect(hands, "escalate", branch="give up")

        await select(hands, "classify")
        await connect(hands, "plan_search", branch="technical")
        await connect(hands, "search_articles")
        await connect(hands, "answer_technical")
        await select(hands, "plan_search")
        await connect(hands, "search_tickets", meaning=PARALLEL)
        await select(hands, "search_tickets")
        await connect(hands, "answer_technical")
        await select(hands, "answer_technical")
        await hands.press("J")

        await select(hands, "classify")
        await connect(hands, "answer_general", branch="general")
        await connect(hands, "format_answer")
        await fill(hands, "Name of the node", "format")
        await select(hands, "format")
        await connect(hands, "END")
        for node in ("answer_billing", "answer_technical", "escalate"):
            await select(hands, node)
            await connect(hands, "format")

        assert logic_text(history.document.graph) == wanted
        await hands.press("Shift+Alt+T")
        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the save")
        assert logic_text(read_graph(path)) == wanted
        await run_by_keys(hands)
        assert way_of_the_run(hands) == WAY_OF_THE_FIRST_INPUT

    travel(journey)
