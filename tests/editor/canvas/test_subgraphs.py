"""Subgraphs on the canvas: made from a selection, dissolved, added by the search; told in words where not possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QLineEdit, QMenu

from editor.canvas.graph_view import GraphView
from editor.canvas.hit import Hit, HitKind
from editor.canvas.node_offers import OfferKind, offers_to_add
from editor.canvas.shapes import Point
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, GraphSpec, NodeSpec
from tests.editor.document.builders import graph_of

PLACES = {START: (-150, 12), "a": (0, 0), "b": (260, 0), "c": (520, 0), END: (800, 12)}


@pytest.fixture
def view(qtbot: Any) -> Iterator[GraphView]:
    graph = graph_of((START, "a"), ("a", "b"), ("b", "c"), ("c", END))
    view = GraphView(UndoHistory(Document(graph, Layout(PLACES))))
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.show()
    yield view
    view.naming.close()
    view.search.close()


def told(view: GraphView) -> list[str]:
    sentences: list[str] = []
    view.message.connect(sentences.append)
    return sentences


def test_the_selection_becomes_a_selected_subgraph_whose_name_is_asked(view: GraphView) -> None:
    view.select(["a", "b", START])

    view.subgraphs.make()

    assert view.selected_nodes() == {"subgraph"}
    assert [field.text() for field in view.findChildren(QLineEdit) if field.isVisible()] == ["subgraph"]
    assert isinstance(view.document.graph.nodes["subgraph"].graph, GraphSpec)
    assert view.subgraphs.chosen() == "subgraph"


def test_dissolving_selects_what_was_inside_and_is_one_step(view: GraphView) -> None:
    opened = view.document
    view.select(["a", "b"])
    view.subgraphs.make()
    view.naming.close()

    view.subgraphs.dissolve()

    assert view.selected_nodes() == {"a", "b"}
    assert view.document == opened
    history = view._history
    assert history.undo() and history.undo() and not history.can_undo
    assert view.document == opened


def test_what_is_not_possible_is_told_and_changes_nothing(view: GraphView) -> None:
    sentences, opened = told(view), view.document

    view.subgraphs.make()
    view.select(["a"])
    view.subgraphs.dissolve()
    view.set_read_only("A run exists.")
    view.subgraphs.make()

    assert sentences == [
        "Select the nodes that shall become a subgraph.",
        "Select one subgraph to dissolve it.",
        "A run exists.",
    ]
    assert view.document is opened


def test_nodes_that_run_beside_the_new_subgraph_are_told(qtbot: Any) -> None:
    graph = graph_of((START, "p"), ("p", "a"), ("a", "b"), ("b", "d"), ("p", "x"), ("x", "d"), ("d", END))
    view = GraphView(UndoHistory(Document(graph)))
    qtbot.addWidget(view)
    view.show()
    sentences = told(view)
    view.select(["a", "b"])

    view.subgraphs.make()

    assert sentences == ["What runs beside it now waits for all of the subgraph: 'x'."]
    view.naming.close()


def test_cards_without_a_place_keep_the_one_on_the_screen(qtbot: Any) -> None:
    graph = graph_of((START, "a"), ("a", "b"), ("b", "c"), ("c", END))
    view = GraphView(UndoHistory(Document(graph)))
    qtbot.addWidget(view)
    view.show()
    shown = dict(view.drawing.positions)
    view.select(["a", "b"])

    view.subgraphs.make()

    inside = view.document.layout.subgraphs["subgraph"].positions
    assert (inside["a"], inside["b"]) == (shown["a"], shown["b"])
    assert view.document.position_of("c") == shown["c"]
    view.naming.close()


def test_the_menu_offers_what_is_possible(view: GraphView) -> None:
    def rows(node: str) -> list[str]:
        view.select([node])
        menu = QMenu()
        view.subgraphs._add_to_menu(menu, Hit(HitKind.BODY, node))
        return [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]

    view.select(["a"])
    view.subgraphs.make()
    view.naming.close()

    assert rows("b") == ["Make a subgraph"]
    assert rows("subgraph") == ["Open subgraph", "Make a subgraph", "Dissolve subgraph"]
    assert rows(START) == []


def test_the_search_adds_an_empty_subgraph_and_other_graph_files(view: GraphView, tmp_path: Path, qtbot: Any) -> None:
    (tmp_path / "billing.graph.json").write_text("{}", encoding="utf-8")
    (tmp_path / "own.graph.json").write_text("{}", encoding="utf-8")
    view.set_folder(tmp_path)
    view.search.shelf.own_file = tmp_path / "own.graph.json"
    view.add_node_at(QPointF(0, 300))
    popup = view.search.popup
    assert popup is not None
    qtbot.waitUntil(lambda: any(offer.kind is OfferKind.GRAPH for offer in popup.offers()))
    offers = {offer.title: offer for offer in popup.offers()}
    assert "own" not in offers

    assert view.search._take(offers["billing"], Point(0, 300), None)
    assert view.search._take(offers["Subgraph"], Point(300, 300), None)

    assert view.document.graph.nodes["billing"] == NodeSpec(graph="billing.graph.json")
    assert view.document.graph.nodes["subgraph"] == NodeSpec(graph=GraphSpec("", "state:S"))


def test_a_subgraph_is_offered_for_its_first_letters_only() -> None:
    document = Document(graph_of((START, "a"), ("a", END)))

    def titles(text: str) -> list[str]:
        return [offer.title for offer in offers_to_add(text, document, (), None, ("shared.graph.json",))]

    assert titles("") == ["New node…", "shared", "Subgraph"]
    assert titles("sub")[0] == "Subgraph"
    assert "Subgraph" not in titles("graph")
    assert "shared" in titles("sha")
