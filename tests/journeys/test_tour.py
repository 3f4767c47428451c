"""The two-minute tour from the first page, done as it says, by keyboard and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app import wiring
from editor.app.hands import Hands
from editor.app.tour import HINTS
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import edit_value, fork_words, step

pytestmark = pytest.mark.journey


def test_who_does_what_the_tour_says_comes_to_its_end(
    travel: Travel, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "EXAMPLE", example_graph)

    async def journey(hands: Hands) -> None:
        tour = hands.editor.tour

        async def until_hint(number: int) -> None:
            await hands.until(lambda: tour.hint is HINTS[number - 1], f"hint {number}")

        hands.click_button(hands.window.welcome, "Two-minute tour")
        await until_hint(1)
        await hands.press("F10")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)
        await until_hint(2)
        while tour.hint is HINTS[1]:
            await step(hands)
        await until_hint(3)
        await hands.press("Alt+F10")
        await until_hint(4)
        await edit_value(hands, "intent", "technical")
        await hands.until(lambda: "plan_search" in fork_words(hands), "where the fork would lead")
        hands.click_button(hands.editor.state, "Fork and step")
        await until_hint(5)
        await hands.press("F5")

        await hands.until(lambda: tour.hint is None, "the end of the tour")
        assert hands.editor.session.run_state.phase is Phase.FINISHED

    travel(journey)
