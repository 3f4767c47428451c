"""Drawing: add a node, connect it, rename a branch, take it back and forth, save, open again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QLineEdit

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from editor.document.files import open_document
from engine.graph.spec import BranchOutlet, EdgeSpec, PlainOutlet
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, ran, trust_and_start_stepping

pytestmark = pytest.mark.journey


async def name_it(hands: Hands, name: str) -> None:
    await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field for the name")
    await hands.press("Ctrl+A")
    hands.write(name)
    await hands.press("Return")


def test_a_node_is_added_wired_and_saved_and_every_edit_can_be_undone(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        await open_graph(hands, example_graph)
        opened = history.document

        hands.double_click_scene(QPointF(1320, 330))
        await name_it(hands, "archive")
        assert "archive" in history.document.graph.nodes
        hands.drag_scene(canvas.port_position(PlainOutlet("answer_general")), canvas.port_position("archive"))
        await hands.settle()
        menus = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.inherits("QMenu")]
        for menu in menus:  # a second plain edge asks what is meant
            menu.actions()[0].trigger()
            menu.close()
        assert EdgeSpec("answer_general", "archive") in history.document.graph.edges

        row = canvas.port_position(BranchOutlet("classify", "", "general"))
        hands.double_click_scene(row - QPointF(24, 0))
        await name_it(hands, "everything else")
        labels = [branch.label for branch in history.document.graph.routers["classify"][0].branches]
        assert "everything else" in labels and "general" not in labels
        edited = history.document
        assert hands.window.isWindowModified()

        canvas.setFocus()
        for _ in range(3):
            await hands.press("Ctrl+Z")
        assert (history.document.graph, history.document.layout) == (opened.graph, opened.layout)
        assert all(module.text == module.opened for module in history.document.modules.values())
        assert not hands.window.isWindowModified()
        for _ in range(3):
            await hands.press("Ctrl+Shift+Z")
        assert history.document == edited

        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the save")
        saved = open_document(example_graph).document
        assert (saved.graph, saved.layout) == (edited.graph, edited.layout)
        assert saved.graph.nodes["archive"].fn == "nodes:archive", "named when the node was"
        assert "def archive(state: SupportState):" in (example_graph.parent / "nodes.py").read_text(encoding="utf-8")
        assert not hands.window.isWindowModified()

    travel(journey)


def test_a_node_is_deleted_and_renamed_by_keys_on_the_canvas(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        await open_graph(hands, example_graph)

        hands.click_scene(canvas.node_rect("answer_general").center())
        await hands.press("F2")
        await name_it(hands, "small_talk")
        assert "small_talk" in history.document.graph.nodes
        canvas.setFocus()
        await hands.press("Del")

        assert "small_talk" not in history.document.graph.nodes
        history.undo()
        history.undo()
        assert "answer_general" in history.document.graph.nodes

    travel(journey)


def test_the_graph_is_locked_while_a_run_exists_and_one_button_ends_that(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        await open_graph(hands, example_graph)
        await trust_and_start_stepping(hands)
        locked = history.document

        hands.click_scene(canvas.node_rect("answer_general").center())
        canvas.setFocus()
        await hands.press("Del")
        assert history.document is locked
        assert "locked" in hands.window.toast.text

        hands.click_button(hands.window.debug_bar, "Stop and edit")
        await hands.until_phase(Phase.STOPPED)
        canvas.setFocus()
        await hands.until_offered("edit.delete")
        await hands.press("Del")
        assert "answer_general" not in history.document.graph.nodes

        await hands.press("F10")  # goes on from the checkpoint, with what is drawn now
        await hands.until(lambda: ran(hands) == ("classify",), "the step")
        assert "answer_general" not in example_graph.read_text()
        assert not history.is_modified

    travel(journey)
