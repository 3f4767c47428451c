"""Two windows on one graph, by keyboard alone: an edit is seen in both, one undo list, a run of one holds the other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from editor.app.hands import Hands
from editor.app.trust import code_that_would_run
from editor.debugger.run_state import Phase
from tests.journeys.conftest import Travel


async def go_to(hands: Hands) -> None:
    hands.window.activateWindow()
    await hands.until(lambda: QApplication.activeWindow() is hands.window, "the window to be active")
    hands.editor.canvas.setFocus()


def test_two_windows_on_one_graph_edit_undo_and_run(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        first = hands.editor
        await first.start(example_graph)
        first.permission.store.trust(example_graph, code_that_would_run(example_graph))

        await hands.press("Ctrl+Alt+2")
        await hands.until(lambda: len(first.windows.editors) == 2, "there is a second window")
        second = first.windows.editors[1]
        await hands.until(lambda: second.canvas.isVisible(), "it shows the graph")
        other = Hands(second)

        await go_to(other)
        second.canvas.select(["escalate"])
        await other.press("Del")
        assert "escalate" not in first.canvas.graph_scene.drawing.shapes
        await go_to(hands)
        await hands.press("Ctrl+Z")
        assert "escalate" in second.canvas.graph_scene.drawing.shapes

        await hands.press("F10")
        await hands.until_phase(Phase.PAUSED)
        assert "another window" in second.window.status.right_text
        await go_to(other)
        second.canvas.select(["escalate"])
        await other.press("Del")
        assert "escalate" in first.canvas.graph_scene.drawing.shapes
        await go_to(hands)
        await hands.press("Shift+F5")
        await hands.until(lambda: not second.history.locked_reason, "the second window may edit again")

        await go_to(other)
        await other.press("Ctrl+W")
        await hands.until(lambda: first.windows.editors == (first,), "the second window is gone")
        assert first.files.path == example_graph and "(1)" not in first.window.windowTitle()

    travel(journey)
