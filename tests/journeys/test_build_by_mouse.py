"""The support router is drawn from an empty canvas with the mouse, and runs: typed is only what has to be named."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from editor.app.hands import Hands
from engine.graph.graph_file import read_graph
from engine.graph.spec import END, START, BranchOutlet, PlainOutlet
from tests.journeys.building import (
    WAY_OF_THE_FIRST_INPUT,
    fill_field,
    logic_text,
    named,
    new_graph_beside_the_code,
    run_by_mouse,
    the_search,
    tool_button,
    way_of_the_run,
)
from tests.journeys.conftest import Travel

pytestmark = pytest.mark.journey

RIGHT = Qt.MouseButton.RightButton


async def take_row(hands: Hands, title: str) -> None:
    """Types a part of the name and clicks on the row that says it all."""
    popup = await the_search(hands)
    hands.write(title)
    await hands.until(lambda: any(offer.title == title for offer in popup.offers()), f"the offer {title}")
    row = [offer.title for offer in popup.offers()].index(title)
    hands.click_row(popup.list, popup.list.model().index(row, 0))
    await hands.until(lambda: hands.editor.canvas.search.popup is None, "the search to close")


async def drag_to_node(hands: Hands, outlet: PlainOutlet | BranchOutlet, target: str) -> None:
    canvas = hands.editor.canvas
    hands.drag_scene(canvas.port_position(outlet), canvas.node_rect(target).center())
    await hands.settle()


async def drag_to_empty(
    hands: Hands, outlet: PlainOutlet | BranchOutlet, at: tuple[float, float], function: str
) -> None:
    """Released on empty ground, the edge asks for its node."""
    hands.drag_scene(hands.editor.canvas.port_position(outlet), QPointF(*at))
    await take_row(hands, function)


async def click_in_menu(hands: Hands, words: str) -> None:
    def menu() -> QMenu | None:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
        return shown[-1] if shown else None

    await hands.until(menu, f"a menu with {words!r}")
    shown = menu()
    assert shown is not None
    row = next(action for action in shown.actions() if action.text().partition("\t")[0] == words)
    QTest.mouseClick(
        shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, shown.actionGeometry(row).center()
    )
    await hands.settle()
    hands.window.activateWindow()  # offscreen nobody gives the focus back when a menu has closed
    await hands.until(lambda: QApplication.activeWindow() is hands.window, "the window to be active")


async def rename_branch(hands: Hands, node: str, old: str, new: str) -> None:
    """Double-click on the row of the router's tab, type, Enter."""
    hands.double_click_scene(hands.editor.canvas.port_position(BranchOutlet(node, "", old)) - QPointF(24, 0))
    await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the label")
    await hands.press("Ctrl+A")
    hands.write(new)
    await hands.press("Return")
    await hands.settle()


async def name_router_function(hands: Hands, node: str, function: str) -> None:
    hands.click_scene(hands.editor.canvas.node_rect(node).center())
    await hands.settle()
    await fill_field(hands, "Function of router", function)


async def add_branch(hands: Hands, label: str) -> None:
    """The button under the router in the inspector; the new label is typed at once."""
    hands.click(named(hands, "Add a branch to router"))
    await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the label")
    hands.write(label)
    await hands.press("Return")
    await hands.settle()


def make_room(hands: Hands) -> None:
    """The wheel turned towards oneself makes all smaller; the middle button moves the ground."""
    viewport = hands.editor.canvas.viewport()
    place = QPointF(viewport.rect().center())
    turn = QWheelEvent(
        place, viewport.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    for _ in range(4):
        QApplication.sendEvent(viewport, turn)
    start = hands.on_screen(hands.editor.canvas.node_rect(START).center())
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(viewport, middle, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(viewport, QPoint(60, 240))
    QTest.mouseRelease(viewport, middle, Qt.KeyboardModifier.NoModifier, QPoint(60, 240))


def test_the_support_router_is_built_by_mouse_and_runs(travel: Travel, example_graph: Path) -> None:
    wanted = logic_text(read_graph(example_graph))

    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        path = await new_graph_beside_the_code(hands, example_graph)

        make_room(hands)
        await drag_to_empty(hands, PlainOutlet(START), (180, 200), "classify")
        await drag_to_empty(hands, PlainOutlet("classify"), (480, 20), "generate_query")
        await drag_to_empty(hands, PlainOutlet("classify"), (1100, 140), "escalate")
        await click_in_menu(hands, "Choose one, by a router")
        await rename_branch(hands, "classify", "generate_query", "billing")
        await name_router_function(hands, "classify", "routing:by_intent")
        await add_branch(hands, "general")
        await add_branch(hands, "technical")

        await drag_to_empty(hands, PlainOutlet("generate_query"), (800, -60), "execute_query")
        await drag_to_empty(hands, BranchOutlet("classify", "", "technical"), (480, 380), "plan_search")
        await drag_to_empty(hands, PlainOutlet("plan_search"), (800, 380), "search_articles")
        await drag_to_empty(hands, PlainOutlet("plan_search"), (800, 500), "search_tickets")
        await click_in_menu(hands, "Run both, in parallel")
        await drag_to_empty(hands, PlainOutlet("search_articles"), (1100, 400), "answer_technical")
        await drag_to_node(hands, PlainOutlet("search_tickets"), "answer_technical")
        hands.right_click_scene(canvas.node_rect("answer_technical").center())
        await click_in_menu(hands, "Wait for all that lead here")
        await drag_to_empty(hands, BranchOutlet("classify", "", "general"), (1100, 260), "answer_general")
        await drag_to_node(hands, PlainOutlet("execute_query"), "generate_query")
        await drag_to_empty(hands, PlainOutlet("execute_query"), (1100, 0), "answer_billing")
        await click_in_menu(hands, "Choose one, by a router")
        await rename_branch(hands, "execute_query", "generate_query", "again")
        await rename_branch(hands, "execute_query", "answer_billing", "found")
        await name_router_function(hands, "execute_query", "routing:by_rows")
        await add_branch(hands, "give up")
        await drag_to_node(hands, BranchOutlet("execute_query", "", "give up"), "escalate")
        await drag_to_empty(hands, PlainOutlet("answer_billing"), (1400, 100), "format_answer")
        hands.click_scene(canvas.node_rect("format_answer").center())
        await hands.settle()
        await fill_field(hands, "Name of the node", "format")
        for node in ("answer_general", "answer_technical", "escalate"):
            await drag_to_node(hands, PlainOutlet(node), "format")
        hands.drag_scene(canvas.node_rect(END).center(), QPointF(1700, 140))
        await drag_to_node(hands, PlainOutlet("format"), END)
        hands.click_scene(QPointF(1300, 560))  # empty ground: the inspector shows the graph
        await hands.settle()
        await fill_field(hands, "State class", "state:SupportState")

        assert logic_text(history.document.graph) == wanted
        hands.click(tool_button(hands, "file.save"))
        await hands.until(lambda: not history.is_modified, "the save")
        assert logic_text(read_graph(path)) == wanted
        await run_by_mouse(hands)
        assert way_of_the_run(hands) == WAY_OF_THE_FIRST_INPUT

    travel(journey)
