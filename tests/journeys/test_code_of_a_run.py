"""A run is looked at after its code was changed: the code panel says whose code it shows, and shows what ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.app.trust import code_that_would_run
from editor.debugger.run_state import Phase
from editor.panels.code_target import of_node
from editor.panels.ran_code import TODAYS, WHAT_RAN
from tests.journeys.conftest import Travel
from tests.journeys.steps import step

pytestmark = pytest.mark.journey


def change(example_graph: Path) -> None:
    nodes = example_graph.parent / "nodes.py"
    text = nodes.read_text(encoding="utf-8")
    assert "def classify(state" in text
    nodes.write_text(text.replace("def classify(state", "# another day\ndef classify(state"), encoding="utf-8")


async def paused_at_the_first_step(hands: Hands, example_graph: Path) -> None:
    editor = hands.editor
    await editor.start(example_graph)
    editor.permission.store.trust(example_graph, code_that_would_run(example_graph))
    await editor.control.start_run(stepping=True)
    await hands.until_phase(Phase.PAUSED)
    editor.code.panel.show_target(of_node("classify"))
    editor.code.toggle()
    await hands.until(editor.code.panel.isVisible, "the code dock")


def test_an_opened_run_shows_the_code_it_ran_beside_todays(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        editor, ran = hands.editor, hands.editor.code.panel.ran
        await paused_at_the_first_step(hands, example_graph)
        assert not ran.said
        editor.control.stop()
        await hands.until_phase(Phase.NO_RUN, Phase.STOPPED)
        before = (example_graph.parent / "nodes.py").read_text(encoding="utf-8")
        change(example_graph)

        editor.session.open_thread()

        await hands.until(lambda: ran.said, "it is said whose code is shown")
        assert ran.said == "nodes.py as it is today. The run that is shown ran another version of it."
        assert not ran.shows_ran
        hands.click_button(ran, WHAT_RAN)
        assert ran.shows_ran
        assert ran.view.toPlainText() in before
        assert "def classify(state" in ran.view.toPlainText()
        assert ran.said == "nodes.py as it ran. Today it is another one."
        hands.click_button(ran, TODAYS)
        assert not ran.shows_ran

    travel(journey)


def test_a_past_step_shows_the_code_that_made_it(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        editor, ran = hands.editor, hands.editor.code.panel.ran
        await paused_at_the_first_step(hands, example_graph)
        editor.canvas.setFocus()
        await step(hands)
        change(example_graph)
        editor.permission.store.trust(example_graph, code_that_would_run(example_graph))
        await step(hands)
        assert not ran.said, "what runs now is today's code"

        editor.session.step_back()
        await hands.until(lambda: ran.said, "it is said whose code is shown")
        assert ran.said == "nodes.py as it ran at step 1. Today it is another one."
        assert ran.shows_ran
        assert "# another day" not in ran.view.toPlainText()

        editor.session.back_to_now()
        await hands.until(lambda: not ran.said, "now it is today's code")
        assert not ran.shows_ran

    travel(journey)
