"""A node is renamed by another program while the run waits for it: the new graph is drawn and the run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from editor.panels.drift_card import DriftCard
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, ran, step, trust_and_start_stepping

pytestmark = pytest.mark.journey


def test_the_node_that_a_paused_run_waits_for_is_renamed_outside_and_the_run_goes_on(
    travel: Travel, example_graph: Path
) -> None:
    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)
        await trust_and_start_stepping(hands)
        await step(hands)
        paused_at, thread = session.run_state.head, session.run_state.thread_id
        assert session.run_state.checkpoints[paused_at or ""].next == ("generate_query",)
        text = example_graph.read_text(encoding="utf-8")
        renamed = text.replace('"generate_query": {', '"write_query": {').replace('"generate_query"', '"write_query"')
        example_graph.write_text(renamed, encoding="utf-8")

        await hands.press("F10")
        card = hands.editor.window.findChildren(DriftCard)[0]
        await hands.until(lambda: "generate_query" in card.boxes and card.isVisible(), "the card")
        await hands.until(
            lambda: card.boxes["generate_query"].currentData() == "write_query", "the new node to be offered"
        )
        assert "write_query" in hands.editor.whole.document.graph.nodes
        assert (session.run_state.head, session.run_state.thread_id) == (paused_at, thread)

        hands.click_button(card, "Run on with these")
        await hands.until_phase(Phase.FINISHED)
        assert ("write_query",) in [row.ran for row in session.run_state.path_to(session.run_state.head)]
        assert ran(hands) == ("format",)

    travel(journey)
