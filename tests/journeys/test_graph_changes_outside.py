"""A node is renamed by another program while the run waits for it: the new graph is drawn and the run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from editor.panels.drift_card import DriftCard
from tests.journeys.conftest import Travel
from tests.journeys.steps import look_of, open_graph, ran, step, trust_and_start_stepping

pytestmark = pytest.mark.journey


def rename_in(graph: Path) -> None:
    text = graph.read_text(encoding="utf-8")
    renamed = text.replace('"generate_query": {', '"write_query": {').replace('"generate_query"', '"write_query"')
    graph.write_text(renamed, encoding="utf-8")


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
        rename_in(example_graph)
        await hands.until(session.has_new_code, "the change to be noticed; a step before that runs the old graph")

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


def test_a_step_that_leads_to_a_node_which_is_not_drawn_yet_draws_the_new_graph(
    travel: Travel, example_graph: Path
) -> None:
    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)
        await trust_and_start_stepping(hands)
        thread, first = session.run_state.thread_id, session.run_state.head
        rename_in(example_graph)
        await hands.until(session.has_new_code, "the change to be noticed; a step before that runs the old graph")

        await hands.press("F10")
        await hands.until(lambda: "write_query" in hands.editor.whole.document.graph.nodes, "the new graph to be drawn")
        await hands.until(lambda: session.run_state.thread_id == thread, "the run to be shown on it")
        await hands.until(lambda: look_of(hands, "write_query") is NodeLook.NEXT, "its next node to be marked")
        assert session.run_state.checkpoints[session.run_state.head or ""].parent_id == first

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)
        assert ("write_query",) in [row.ran for row in session.run_state.path_to(session.run_state.head)]

    travel(journey)
