"""Subgraphs by the mouse: two cards become one, it is opened and edited inside, all is taken back, and it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QLineEdit

from editor.app.hands import Hands
from editor.app.templates import all_templates, create_project
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from editor.document.files import open_document
from engine.graph.spec import START, GraphSpec
from tests.journeys.conftest import Travel
from tests.journeys.steps import look_of, open_graph, trust_and_run

pytestmark = pytest.mark.journey


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    return create_project(next(each for each in all_templates() if each.name == "chain"), tmp_path, "letter")


async def name_it(hands: Hands, name: str) -> None:
    await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field for the name")
    await hands.press("Ctrl+A")
    hands.write(name)
    await hands.press("Return")


def test_two_cards_become_a_subgraph_that_is_edited_inside_and_runs(travel: Travel, chain: Path) -> None:
    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        await open_graph(hands, chain)
        opened = history.document
        first, second = sorted(opened.graph.nodes, key=lambda name: opened.layout.positions[name])[:2]

        around = canvas.node_rect(first).united(canvas.node_rect(second)).adjusted(-20, -40, 20, 60)
        hands.drag_scene(around.topLeft(), around.bottomRight())
        assert canvas.selected_nodes() == {first, second}
        await hands.press("Ctrl+Shift+G")
        await name_it(hands, "writing")
        node = history.document.graph.nodes["writing"]
        assert isinstance(node.graph, GraphSpec) and node.fn is None
        assert set(node.graph.nodes) == {first, second}

        hands.double_click_scene(canvas.node_rect("writing").center())
        await hands.until(lambda: history.path == ("writing",), "the subgraph")
        assert set(canvas.drawing.shapes) >= {START, first, second}
        canvas.fit_all()
        await hands.settle()
        before = canvas.node_rect(first).center()
        hands.drag_scene(before, before + QPointF(0, 80))
        assert canvas.node_rect(first).center() != before
        hands.click_scene(canvas.node_rect(second).center())
        await hands.press("F2")
        await name_it(hands, "enlarge")
        assert "enlarge" in history.document.graph.nodes
        edited = hands.editor.whole.document
        hands.click(hands.editor.levels.breadcrumb.steps[0])
        assert canvas.selected_nodes() == {"writing"}

        while history.can_undo:
            canvas.setFocus()
            await hands.press("Ctrl+Z")
        assert (history.document.graph, history.document.layout) == (opened.graph, opened.layout)
        assert not hands.window.isWindowModified()
        while history.can_redo:
            canvas.setFocus()
            await hands.press("Ctrl+Shift+Z")
        assert hands.editor.whole.document == edited
        assert history.path == ("writing",), "where the last edit was"
        await hands.press("Alt+Up")
        assert not history.path

        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the save")
        saved = open_document(chain).document
        assert (saved.graph, saved.layout) == (edited.graph, edited.layout)
        await trust_and_run(hands, Phase.FINISHED)
        assert look_of(hands, "writing") is NodeLook.DONE

    travel(journey)


def test_what_cannot_be_a_subgraph_is_told_in_words(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        await open_graph(hands, example_graph)
        opened = history.document

        hands.click_scene(canvas.node_rect("classify").center())
        canvas.select(["generate_query", "execute_query"])
        canvas.setFocus()
        await hands.press("Ctrl+Shift+G")

        assert history.document is opened
        assert "A subgraph ends in one way" in hands.window.toast.text

    travel(journey)
