"""A parallel branch fails, its code is mended, and only that branch is run again. By keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from editor.panels.error_card import ErrorCard
from tests.journeys.conftest import Travel
from tests.journeys.steps import look_of, open_graph, trust_and_run
from tests.runner.small_graphs import write_graph
from tests.runner.test_pause_and_retry import NODES, PARALLEL

pytestmark = pytest.mark.journey


def test_a_failing_parallel_branch_is_mended_and_only_it_runs_again(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "parallel"
    folder.mkdir()
    graph = write_graph(
        folder, PARALLEL, NODES.replace('return {"log": ["slow"]}', "return {'log': [state['nothing']]}")
    )
    module = next(folder.glob("nodes_*.py"))

    def ran() -> list[str]:
        return sorted((folder / "ran.txt").read_text().split())

    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text("{}")
        await trust_and_run(hands, Phase.FAILED)
        looks = {node: look_of(hands, node) for node in ("quick", "slow", "join")}
        assert looks == {"quick": NodeLook.KEPT, "slow": NodeLook.FAILED, "join": NodeLook.NOT_RUN}
        card = hands.part(ErrorCard)
        assert card._kept.text() == "quick finished and will not run again.\nNot run because of slow: join."
        assert card._locals_fold.isVisible()
        assert "state" in card._locals.toPlainText()
        assert hands.window.registry["debug.retry"].text() == "Retry slow"

        module.write_text(module.read_text().replace("state['nothing']", "'slow'"))
        await hands.press("Ctrl+F5")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)
        assert ran() == ["quick", "slow", "slow"]
        assert look_of(hands, "join") is NodeLook.NEXT

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)
        assert ran() == ["join", "quick", "slow", "slow"]
        assert not session.run_state.error

    travel(journey)
