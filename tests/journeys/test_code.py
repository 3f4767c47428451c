"""The code of a node is changed in the window: typed, saved, run; mended after a failure; changed by somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from editor.panels.code_pane import CodePane
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, ran, trust_and_run

pytestmark = pytest.mark.journey


async def open_code(hands: Hands, node: str) -> CodePane:
    """Enter on the selected card; the keyboard is in the code then."""
    hands.editor.canvas.setFocus()
    hands.editor.canvas.select([node])
    await hands.press("Return")
    pane = hands.editor.code.panel.section.pane
    await hands.until(lambda: pane.isVisible() and pane.editor.hasFocus(), "the code")
    assert pane.name
    return pane


def put_caret(pane: CodePane, behind: str) -> None:
    place = pane.editor.text().index(behind) + len(behind)
    pane.editor.select(place, place)


def output(hands: Hands) -> str:
    model = hands.window.parts.output.lines  # type: ignore[attr-defined]  # an OutputPanel, a QWidget to the window
    return "\n".join(str(model.index(row).data()) for row in range(model.rowCount()))


def test_a_line_is_typed_saved_and_run(travel: Travel, example_graph: Path, example_folder: Path) -> None:
    nodes = example_folder / "nodes.py"
    before = nodes.read_bytes()

    async def journey(hands: Hands) -> None:
        history = hands.editor.history
        await open_graph(hands, example_graph)
        await trust_and_run(hands, Phase.FINISHED)
        pane = await open_code(hands, "classify")
        put_caret(pane, 'how sure is that?"""')

        await hands.press("Return")
        hands.write('print("typed in the window")')
        await hands.until(lambda: hands.window.isWindowModified(), "the edit")
        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the save")
        written = b'how sure is that?"""\n    print("typed in the window")\n'
        assert nodes.read_bytes() == before.replace(b'how sure is that?"""\n', written)

        await hands.press("Ctrl+Shift+F5")  # the code is our own: no question
        await hands.until_phase(Phase.RUNNING, Phase.FINISHED)
        await hands.until(lambda: "typed in the window" in output(hands), "the printed line")
        await hands.until_phase(Phase.FINISHED)

        pane.editor.setFocus()
        while history.can_undo:
            await hands.press("Ctrl+Z")
        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the second save")
        assert nodes.read_bytes() == before

    travel(journey)


def test_a_failed_node_is_mended_in_the_window_and_tried_again(
    travel: Travel, example_graph: Path, example_folder: Path
) -> None:
    nodes = example_folder / "nodes.py"
    good = nodes.read_text()
    nodes.write_text(good.replace("    draft = model.describe_invoices(", "    draft = model.describe_invoice("))

    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await trust_and_run(hands, Phase.FAILED)
        pane = await open_code(hands, "answer_billing")
        put_caret(pane, "model.describe_invoice")
        hands.write("s")
        assert "describe_invoices(" in pane.editor.text()

        hands.click_button(hands.editor.error, "Retry")
        await hands.until_phase(Phase.FINISHED)

        assert ran(hands) == ("format",)
        assert nodes.read_text() == good

    travel(journey)


def test_code_is_locked_while_it_runs_and_stop_and_edit_unlocks_it(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        await hands.press("F10")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)
        pane = await open_code(hands, "classify")
        text = pane.editor.text()
        hands.write("x")
        assert pane.editor.text() == text
        assert "while a run exists" in hands.editor.history.modules_locked_reason

        hands.click_button(hands.editor.code.panel, "Stop and edit")
        await hands.until_phase(Phase.STOPPED)
        pane.editor.setFocus()
        hands.write("x")
        assert pane.editor.text() != text

    travel(journey)


def test_another_program_changes_the_module_too(travel: Travel, example_graph: Path, example_folder: Path) -> None:
    nodes = example_folder / "nodes.py"

    async def journey(hands: Hands) -> None:
        history, files = hands.editor.history, hands.editor.files
        await open_graph(hands, example_graph)
        pane = await open_code(hands, "format")
        put_caret(pane, '"""')
        hands.write("Ours. ")
        theirs = nodes.read_text(encoding="utf-8").replace("ordinary functions", "plain functions")
        nodes.write_text(theirs, encoding="utf-8")

        hands.editor.tasks.start(files.look_at_disk())
        hands.click_button(await hands.dialog("question"), "Take theirs")
        await hands.until(lambda: history.document.modules["nodes.py"].text == theirs, "their version")
        assert "Ours. " not in pane.editor.text()

        pane.editor.setFocus()
        await hands.press("Ctrl+Z")
        assert "Ours. " in pane.editor.text()
        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the save")
        assert "Ours. " in nodes.read_text(encoding="utf-8")

        nodes.write_text(theirs, encoding="utf-8")  # nothing is unsaved here now: read again silently
        await files.look_at_disk()
        assert "Ours. " not in pane.editor.text()
        assert not history.is_modified

    travel(journey)
