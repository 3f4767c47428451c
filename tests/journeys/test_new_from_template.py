"""From the first page to a run of one's own: a template is chosen, named, created, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from editor.app.hands import Hands
from editor.app.new_dialog import NewDialog
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel
from tests.journeys.steps import trust_and_run

pytestmark = pytest.mark.journey


def card(hands: Hands, title: str) -> QToolButton:
    found = [b for b in hands.window.findChildren(QToolButton) if b.text() == title and b.isVisible()]
    return found[-1]  # the dialog lies above the first page


def test_a_template_on_the_first_page_becomes_a_graph_that_runs(travel: Travel, tmp_path: Path) -> None:
    async def journey(hands: Hands) -> None:
        hands.editor.settings.change(lambda now: replace(now, projects_folder=str(tmp_path)))
        hands.click(card(hands, "Map and reduce"))
        dialog = await hands.dialog("new")
        await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field for the name")
        hands.write("a/b")
        assert isinstance(dialog, NewDialog)
        assert not dialog._create.isEnabled()
        await hands.press("Ctrl+A")
        hands.write("descriptions")
        hands.click_button(dialog, "Create")
        graph = tmp_path / "descriptions" / "descriptions.graph.json"
        await hands.until(lambda: hands.editor.files.path == graph, "the new graph")

        await hands.settle()
        assert hands.editor.canvas.isVisible()
        assert hands.editor.problems.problems == ()
        await trust_and_run(hands, Phase.FINISHED)

        state = hands.editor.session.run_state
        assert [row.ran for row in state.checkpoints.values()][-1] == ("combine",)

    travel(journey)


def test_the_name_follows_the_template_until_it_is_typed(travel: Travel, tmp_path: Path) -> None:
    async def journey(hands: Hands) -> None:
        (tmp_path / "router").mkdir()
        hands.editor.settings.change(lambda now: replace(now, projects_folder=str(tmp_path)))
        await hands.press("Ctrl+Shift+N")
        dialog = await hands.dialog("new")
        assert isinstance(dialog, NewDialog)
        assert dialog.name == "chain"
        hands.click(card(hands, "Router"))
        assert dialog.name == "router_2"

        dialog.name_field.setFocus()
        await hands.press("Ctrl+A")
        hands.write("letters")
        hands.click(card(hands, "Tool loop"))

        assert dialog.name == "letters"
        assert dialog.template.name == "tool_loop"
        await hands.press("Esc")
        await hands.until(lambda: not dialog.isVisible(), "the dialog to close")
        assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name == "letters"] == []

    travel(journey)
