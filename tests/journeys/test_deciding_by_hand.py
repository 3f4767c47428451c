"""The user decides in the graph's place, by keyboard: another branch is taken, a node's result is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton

from editor.app.debug_bar import DebugBar
from editor.app.force_dialog import ForceDialog
from editor.app.hands import Hands
from editor.app.skip_dialog import SkipDialog
from editor.canvas.hit import Hit, HitKind
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from engine.graph.spec import BranchOutlet, EdgeId
from tests.journeys.conftest import Travel
from tests.journeys.steps import look_of, open_graph, step, trust_and_start_stepping

pytestmark = pytest.mark.journey

TECHNICAL = BranchOutlet("classify", "", "technical")


async def after_classify(hands: Hands, graph: Path) -> None:
    await open_graph(hands, graph)
    await trust_and_start_stepping(hands)
    await step(hands)


async def until_rest_elsewhere(hands: Hands, head: str | None, *phases: Phase) -> None:
    state = hands.editor.session.run_state
    await hands.until(
        lambda: hands.editor.session.run_state.head != head and hands.editor.session.run_state.phase in phases,
        f"another checkpoint than {state.head}",
    )


def shown_in_bar(hands: Hands) -> set[str]:
    buttons = hands.part(DebugBar).findChildren(QToolButton)
    return {button.defaultAction().objectName() for button in buttons if button.isVisible()}


def test_another_branch_is_taken_and_a_node_is_skipped_by_keyboard(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await after_classify(hands, example_graph)
        assert look_of(hands, "generate_query") is NodeLook.NEXT
        decided = session.run_state.head

        await hands.press("Ctrl+Alt+B")
        hands.write("general")
        await hands.press("Return")
        dialog = await hands.dialog("force branch")
        assert isinstance(dialog, ForceDialog)
        await hands.until(lambda: dialog.next_text == "Next will be answer_general (was generate_query).", "a preview")
        await hands.press("Return")
        await until_rest_elsewhere(hands, decided, Phase.PAUSED)
        assert look_of(hands, "answer_general") is NodeLook.NEXT
        assert session.run_state.checkpoints[session.run_state.head or ""].parent_id == decided

        forced = session.run_state.head
        await hands.press("Ctrl+Shift+F10")
        skip = await hands.dialog("skip")
        assert isinstance(skip, SkipDialog)
        assert skip.form is not None
        assert [field.key for field in skip.form.fields] == ["draft", "trace"]
        field = skip.form.input_of("draft")
        assert isinstance(field, QLineEdit)
        await hands.until(field.hasFocus, "the first field to have the focus")
        hands.write("Written by hand.")
        await hands.press("Return")
        await until_rest_elsewhere(hands, forced, Phase.PAUSED)
        assert session.run_state.checkpoints[session.run_state.head or ""].given == ("answer_general",)

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)
        states: list[object] = []
        session.read_state(session.run_state.head or "", ("draft",), states.append)
        await hands.until(lambda: states, "the draft")
        assert "Written by hand." in str(states[0])

    travel(journey)


def test_the_menus_of_branch_and_node_offer_what_can_be_done(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        await after_classify(hands, example_graph)
        verbs = hands.editor.verbs

        def rows(hit: Hit) -> list[str]:
            menu = QMenu(hands.window)
            verbs.add_to_menu(menu, hit)
            return [action.text().partition("\t")[0] for action in menu.actions() if action.text()]

        taken = EdgeId(BranchOutlet("classify", "", "billing"), "generate_query")
        assert rows(Hit(HitKind.EDGE, edge=EdgeId(TECHNICAL, "plan_search"))) == ["Go 'technical' instead…"]
        assert rows(Hit(HitKind.BRANCH, "classify", TECHNICAL)) == ["Go 'technical' instead…", "Run to here"]
        assert rows(Hit(HitKind.EDGE, edge=taken)) == []
        assert rows(Hit(HitKind.BODY, "generate_query")) == ["Skip by giving its result…"]
        assert rows(Hit(HitKind.BODY, "format")) == ["Run to here"]

    travel(journey)


def test_the_bar_shows_these_verbs_only_while_they_can_do_something(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        rare = {"debug.retry", "debug.skip", "debug.force"}
        await after_classify(hands, example_graph)
        assert shown_in_bar(hands) & rare == {"debug.skip", "debug.force"}

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)
        assert shown_in_bar(hands) & rare == set()

    travel(journey)
