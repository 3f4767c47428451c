"""A watched expression that never ends: it is ended alone; the window, the run and the other watches go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.panels.watch_panel import WatchPanel
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, ran, step, trust_and_start_stepping

pytestmark = pytest.mark.journey


def test_an_endless_expression_is_ended_alone(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await trust_and_start_stepping(hands)
        await step(hands)
        await hands.press("Ctrl+Alt+W")
        panel = hands.editor.run_panels.watch
        assert isinstance(panel, WatchPanel)
        head = hands.editor.session.run_state.head

        for expression in ("9 ** 9 ** 9", "intent.upper()"):
            panel.field.setFocus()
            hands.write(expression)
            await hands.press("Return")
        await step(hands)  # while the scout counts
        assert ran(hands) == ("generate_query",)

        def text(expression: str) -> str:
            cell = panel.rows.cell(expression, head)
            return "" if cell is None else cell.error or cell.text

        await hands.until(lambda: "longer than" in text("9 ** 9 ** 9"), "the end of the endless one")
        await hands.until(lambda: text("intent.upper()") == "'BILLING'", "the other watch")

    travel(journey)
