"""F6 in the middle of a parallel step: the window says what is waited for, and what has finished is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import look_of, open_graph, trust_and_run
from tests.runner.small_graphs import write_graph
from tests.runner.test_pause_and_retry import NODES, PARALLEL

pytestmark = pytest.mark.journey


def test_a_pause_waits_for_what_runs_and_says_so(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "parallel"
    folder.mkdir()
    graph = write_graph(folder, PARALLEL, NODES)
    gate = folder / "gate"
    gate.touch()

    async def journey(hands: Hands) -> None:
        status, pause = hands.window.status, hands.window.registry["debug.pause"]
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text("{}")
        await trust_and_run(hands, Phase.RUNNING)
        await hands.until(lambda: look_of(hands, "quick") is NodeLook.DONE, "the quick node's end")
        await hands.until(lambda: look_of(hands, "slow") is NodeLook.RUNNING, "the slow node's start")

        await hands.press("F6")
        await hands.until(lambda: status.text.startswith("Pausing after slow …"), "the words for a pause to come")
        assert not pause.isEnabled()

        gate.unlink()
        await hands.until_phase(Phase.PAUSED)
        assert (look_of(hands, "quick"), look_of(hands, "slow")) == (NodeLook.DONE, NodeLook.DONE)
        assert status.text == "Paused before join · step 1"

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)
        assert sorted((folder / "ran.txt").read_text().split()) == ["join", "quick", "slow"]

    travel(journey)
