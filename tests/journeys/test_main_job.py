"""The main job: step, look, go back, change a value, see where it leads, fork, and watch the other branch run."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import (
    changed_keys,
    diff_view,
    edit_value,
    fork_words,
    look_of,
    open_graph,
    ran,
    step,
    trust_and_start_stepping,
)

pytestmark = pytest.mark.journey


def test_the_intent_is_changed_three_steps_back_and_the_other_branch_runs(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)
        await trust_and_start_stepping(hands)
        assert look_of(hands, "classify") is NodeLook.NEXT

        await step(hands)
        assert look_of(hands, "classify") is NodeLook.DONE
        assert look_of(hands, "generate_query") is NodeLook.NEXT
        assert {"intent", "confidence"} <= changed_keys(diff_view(hands).diff)
        for _ in range(3):
            await step(hands)
        assert session.picture.nodes["generate_query"].visits == 2
        abandoned = session.run_state.head

        for _ in range(3):
            await hands.press("Alt+F10")
        await hands.until(lambda: "intent" in changed_keys(diff_view(hands).diff), "the diff of step 1")
        assert session.picture.in_past
        assert look_of(hands, "generate_query") is NodeLook.NEXT
        assert "Looking at step 1 of 4" in hands.window.status.text
        assert session.run_state.head == abandoned

        await edit_value(hands, "intent", "technical")
        await hands.until(lambda: "plan_search" in fork_words(hands), "where the fork would lead")
        assert "was generate_query" in fork_words(hands)

        hands.click_button(hands.editor.state, "Fork and step")
        await hands.until(
            lambda: session.run_state.phase is Phase.PAUSED and ran(hands) == ("plan_search",), "the new branch"
        )
        assert not session.picture.in_past
        assert look_of(hands, "search_articles") is look_of(hands, "search_tickets") is NodeLook.NEXT
        assert hands.window.registry["debug.step"].text() == "Step (2 nodes)"

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)
        assert ran(hands) == ("format",)
        assert look_of(hands, "answer_technical") is NodeLook.DONE
        assert look_of(hands, "answer_billing") is not NodeLook.DONE
        assert abandoned in session.run_state.checkpoints
        assert hands.window.status.text.startswith("Finished")

    travel(journey)


def test_a_breakpoint_set_by_mouse_stops_the_run_before_its_node(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        canvas, session = hands.editor.canvas, hands.editor.session
        await open_graph(hands, example_graph)
        hands.click_scene(canvas.node_rect("format").center())
        await hands.press("F9")
        assert session.breakpoints == {"format"}

        await trust_and_start_stepping(hands)
        await hands.press("F5")
        await hands.until(lambda: look_of(hands, "format") is NodeLook.NEXT, "the stop before format")
        await hands.until_phase(Phase.PAUSED)

        assert session.run_state.phase is Phase.PAUSED
        assert "breakpoint" in hands.window.status.text

    travel(journey)
