"""After a run something is changed: the cards of the nodes that would run otherwise today say so, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.app.trust import code_that_would_run
from editor.debugger.run_state import Phase
from editor.debugger.stale_nodes import CODE, WIRING
from editor.document.commands import change_node
from tests.journeys.conftest import Travel

pytestmark = pytest.mark.journey


async def stepped_twice(hands: Hands, graph: Path) -> None:
    editor = hands.editor
    await editor.start(graph)
    editor.permission.store.trust(graph, code_that_would_run(graph))
    await editor.control.start_run(stepping=True)
    await hands.until_phase(Phase.PAUSED)
    for number in (1, 2):
        before = editor.session.run_state.head
        editor.session.step()
        await hands.until(lambda before=before: editor.session.run_state.head != before, f"step {number} is over")
        await hands.until_phase(Phase.PAUSED)


def stale(hands: Hands) -> dict[str, str]:
    return dict(hands.editor.canvas.graph_scene.stale)


def test_a_card_whose_code_or_wiring_changed_since_its_run_says_so(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        editor = hands.editor
        await stepped_twice(hands, example_graph)
        ran = {node for row in editor.session.run_state.checkpoints.values() for node in row.ran}
        assert "classify" in ran
        assert stale(hands) == {}
        editor.control.stop()
        await hands.until_phase(Phase.NO_RUN, Phase.STOPPED)

        nodes = example_graph.parent / "nodes.py"
        text = nodes.read_text(encoding="utf-8")
        nodes.write_text(text.replace('"attempts": 0,', '"attempts": 0 + 0,'), encoding="utf-8")
        editor.window.looked_at.emit()

        await hands.until(lambda: stale(hands), "the triangle")
        assert stale(hands) == {"classify": CODE}
        assert editor.canvas.graph_scene.nodes["classify"].look.style.icon == "stale"
        nodes.write_text(text, encoding="utf-8")
        editor.window.looked_at.emit()
        await hands.until(lambda: not stale(hands), "all is as it ran")

        editor.whole.do(change_node(editor.whole.document, "format", defer=True))
        editor.whole.do(change_node(editor.whole.document, "classify", defer=True))
        await hands.until(lambda: stale(hands), "the triangle")
        assert stale(hands) == {"classify": WIRING}, "what did not run is not told of"
        editor.control.close_run()
        await hands.until(lambda: not stale(hands), "no run, no word of it")
        editor.session.open_thread()
        await hands.until(lambda: stale(hands), "the triangle of the opened run")
        editor.whole.undo()
        await hands.until(lambda: not stale(hands), "undone")

    travel(journey)
