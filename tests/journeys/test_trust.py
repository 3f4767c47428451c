"""Opening runs nothing; the first run asks; a refusal runs nothing either."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_run

pytestmark = pytest.mark.journey


@pytest.fixture
def canary(example_folder: Path) -> Path:
    """A file that exists as soon as the example's module was executed."""
    canary = example_folder / "executed"
    nodes = example_folder / "nodes.py"
    nodes.write_text(f"open({str(canary)!r}, 'w').close()\n" + nodes.read_text().replace("from __future__", "# "))
    return canary


def test_opening_looking_and_saving_execute_nothing(travel: Travel, example_graph: Path, canary: Path) -> None:
    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        hands.click_scene(hands.editor.canvas.node_rect("classify").center())
        await hands.press("Ctrl+S")
        await hands.settle()

        assert not canary.exists()

    travel(journey)


def test_a_refusal_runs_nothing_and_leaves_no_run(travel: Travel, example_graph: Path, canary: Path) -> None:
    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await hands.press("F5")
        dialog = await hands.dialog("trust")
        hands.click_button(dialog, "Cancel")
        await hands.until(lambda: not dialog.isVisible(), "the dialog to go")
        await hands.settle()

        assert not canary.exists()
        assert hands.editor.session.run_state.phase is Phase.NO_RUN
        assert not (example_graph.parent / ".stepgraph").exists()

    travel(journey)


def test_a_trusted_folder_is_not_asked_about_again_until_its_code_changes(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await trust_and_run(hands, Phase.FINISHED)

        session, first = hands.editor.session, hands.editor.session.run_state.thread_id
        await hands.press("F5")
        await hands.until(
            lambda: session.run_state.thread_id != first and session.run_state.phase is Phase.FINISHED, "the second run"
        )

        routing = example_graph.with_name("routing.py")
        routing.write_text(routing.read_text() + "\n# changed by somebody\n")
        await hands.press("F5")
        dialog = await hands.dialog("trust")
        assert "routing.py  (changed)" in [dialog.files.item(row).text() for row in range(dialog.files.count())]
        assert dialog.shown.changes.isVisible() and "+# changed by somebody" in dialog.shown.changes.toPlainText()
        hands.click_button(dialog, "Cancel")

    travel(journey)
