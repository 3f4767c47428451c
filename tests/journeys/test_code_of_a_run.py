"""A run is opened again after its code was changed: the code panel says that it shows today's."""

from __future__ import annotations

from pathlib import Path

from editor.app.hands import Hands
from editor.app.trust import code_that_would_run
from editor.debugger.run_state import Phase
from editor.panels.code_target import of_node
from tests.journeys.conftest import Travel


def test_the_code_panel_says_that_an_opened_run_ran_other_code(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        editor = hands.editor
        await editor.start(example_graph)
        editor.permission.store.trust(example_graph, code_that_would_run(example_graph))
        await editor.control.start_run(stepping=True)
        await hands.until_phase(Phase.PAUSED)
        editor.code.panel.show_target(of_node("classify"))
        assert not editor.code.panel.said_of_run
        editor.control.stop()
        await hands.until_phase(Phase.NO_RUN, Phase.STOPPED)
        nodes = example_graph.parent / "nodes.py"
        nodes.write_text(nodes.read_text(encoding="utf-8") + "\n# another day\n", encoding="utf-8")

        editor.session.open_thread()

        await hands.until(lambda: editor.code.panel.said_of_run, "it is said whose code is shown")
        assert "nodes.py as it is today" in editor.code.panel.said_of_run

    travel(journey)
