"""A run is done, the window closed; opened again another day it shows its output, also at the moments of its past."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from editor.panels.output_panel import OutputPanel
from engine.runner import client
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_run
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.journey


def shown(hands: Hands) -> list[str]:
    ring = hands.part(OutputPanel)._shown_lines().ring
    return [line.text for line in ring.shown]


def test_an_earlier_run_and_its_moments_show_what_the_nodes_wrote(
    travel: Travel, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "GRACE_S", PATIENCE_S)  # a runner that is killed may not have written down all
    written: list[str] = []

    async def first_day(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await trust_and_run(hands, Phase.FINISHED)
        await hands.until(lambda: sum("->" in line for line in shown(hands)) == 2, "the output of both queries")
        written.extend(shown(hands))

    async def another_day(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)
        session.open_thread()
        await hands.until(lambda: shown(hands) == written, "what was kept of the run")

        state = session.run_state
        printed = next(row for row in state.checkpoints.values() if "execute_query" in row.ran)
        before = state.checkpoints[printed.parent_id or ""]
        session.look_at(before.id)
        panel = hands.part(OutputPanel)
        await hands.until(lambda: panel.past_step == before.step, "the moment before the query")
        assert shown(hands) == []
        session.look_at(printed.id)
        await hands.until(lambda: panel.past_step == printed.step, "the moment after the query")
        assert shown(hands) == [line for line in written if "->" in line][:1] != []  # the query runs twice
        session.back_to_now()
        await hands.until(lambda: shown(hands) == written, "now again")

    travel(first_day)
    travel(another_day)
