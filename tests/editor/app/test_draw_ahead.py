"""A large graph without places is laid out beside the window before it is shown; that is no edit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow, QWidget

from editor.app import draw_ahead as module
from editor.app.document_files import DocumentFiles
from editor.app.draw_ahead import draw_ahead
from editor.app.patience import Patience
from editor.canvas.auto_layout import in_rows, tidy_positions
from editor.canvas.busy_note import BusyNote
from editor.canvas.card_text import measure_label
from editor.canvas.drawn_ahead import FROM, DrawnAhead, laid_out
from editor.canvas.graph_view import GraphView
from editor.canvas.node_shape import node_shapes
from editor.document.document import Document, normal_document
from editor.document.files import save_document
from editor.document.layout import Layout
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from tests.patience import PATIENCE_S

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def chain(length: int) -> GraphSpec:
    names = [f"n{number}" for number in range(length)]
    edges = tuple(EdgeSpec(*pair) for pair in pairwise((START, *names, END)))
    return GraphSpec(name="chain", nodes={name: NodeSpec(fn="nodes:work") for name in names}, edges=edges)


def with_routers(length: int) -> GraphSpec:
    """Some lead back."""
    graph = chain(length)
    branches = (BranchSpec("a very long label of a branch", "n2"), BranchSpec("on", END))
    routers = {f"n{number}": (RouterSpec(fn="nodes:choose", branches=branches),) for number in range(7, length, 50)}
    return replace(graph, routers=routers)


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    return window


async def drawn_ahead(window: QWidget, document: Document) -> DrawnAhead:
    with Patience(window) as patience:
        return await draw_ahead(patience, document)


def test_a_small_graph_is_not_drawn_ahead_and_one_with_places_not_laid_out(window: QWidget, run: Run) -> None:
    small, placed = Document(chain(3)), Document(chain(FROM + 1), Layout({"n0": (0, 0)}))

    assert run(drawn_ahead(window, small)) == DrawnAhead()
    assert run(drawn_ahead(window, placed)).places == ()


def test_a_large_graph_and_a_large_subgraph_get_the_places_of_the_automatic_layout(window: QWidget, run: Run) -> None:
    inner = chain(FROM + 2)
    document = Document(GraphSpec(nodes={**chain(FROM + 1).nodes, "inside": NodeSpec(graph=inner)}))

    places = run(drawn_ahead(window, document)).places

    assert [graph is wanted for (graph, _), wanted in zip(places, (document.graph, inner), strict=True)] == [True, True]
    assert places[1][1] == tidy_positions(inner, node_shapes(inner, measure_label))


def test_who_does_not_wait_gets_rows(window: QWidget, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def slow(*task: Any) -> Any:
        assert end.wait(PATIENCE_S)
        return laid_out(*task)

    monkeypatch.setattr(module, "laid_out", slow)
    graph = chain(FROM + 1)

    async def whole() -> Any:
        task = asyncio.get_event_loop().create_task(drawn_ahead(window, Document(graph)))
        while not (notes := [note for note in window.findChildren(BusyNote) if note.isVisible()]):
            await asyncio.sleep(0.01)
        words = notes[0].accessibleName()
        notes[0].button.click()
        places = (await task).places
        end.set()
        return words, places

    words, ((_, places),) = run(whole())
    assert words == f"Laying out {FROM + 1} nodes …"
    assert places == in_rows(node_shapes(graph, measure_label))


def test_a_file_without_places_is_shown_laid_out_and_is_not_changed_by_it(
    window: QWidget, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "chain.graph.json"
    save_document(path, Document(chain(FROM + 1)), None)
    history = SharedHistory(UndoHistory(Document()))
    files = DocumentFiles(window, history)
    view = GraphView(history)
    view.setParent(window)
    expected: list[Any] = []
    files.drawn.connect(expected.append)
    files.drawn.connect(view.expect)

    assert run(files.open(path))

    assert view.drawing.positions == expected[0].places[0][1]
    assert len(view.drawing.positions) == FROM + 3
    assert not history.is_modified
    assert not history.can_undo
    files.close()


@pytest.mark.parametrize("shown_before", [Document(), Document(chain(5)), Document(chain(FROM + 5))])
@pytest.mark.parametrize("is_placed", [True, False])
def test_a_drawing_made_ahead_is_what_the_canvas_would_have_drawn(
    window: QWidget, run: Run, qtbot: Any, shown_before: Document, is_placed: bool
) -> None:
    graph = with_routers(FROM + 3)
    layout = Layout({name: (40 * (number % 20), 8 * number) for number, name in enumerate(graph.nodes)})
    document = normal_document(Document(graph, layout if is_placed else Layout()))
    ahead = run(drawn_ahead(window, document))
    plain, ready = UndoHistory(shown_before), UndoHistory(shown_before)
    views = [GraphView(plain), GraphView(ready)]
    for view in views:
        qtbot.addWidget(view)

    plain.replace(document)
    views[1].expect(ahead)
    ready.replace(document)

    assert ahead.drawing is not None
    assert ahead.drawing.is_given_away
    for read in (lambda d: d.positions, lambda d: d.shapes, lambda d: d.routes, lambda d: d.graph):
        assert read(views[1].drawing) == read(views[0].drawing)
    for view in views:
        assert view.graph_scene.nodes.keys() == view.drawing.shapes.keys()
        assert all(item.route == view.drawing.routes[edge] for edge, item in view.graph_scene.edges.items())
        assert all((item.x(), item.y()) == view.drawing.positions[n] for n, item in view.graph_scene.nodes.items())
    everywhere = views[0].drawing.bounds("n7")
    assert views[1].drawing.nodes_meeting(everywhere) == views[0].drawing.nodes_meeting(everywhere)
    assert views[1].drawing.edges_at("n7") == views[0].drawing.edges_at("n7")


def test_a_drawing_made_ahead_is_taken_by_one_canvas_and_for_its_document_only(
    window: QWidget, run: Run, qtbot: Any
) -> None:
    document = normal_document(Document(with_routers(FROM + 3)))
    ahead = run(drawn_ahead(window, document))
    histories = [UndoHistory(Document()) for _ in range(3)]
    views = [GraphView(history) for history in histories]
    for view in views:
        qtbot.addWidget(view)
        view.expect(ahead)

    histories[0].replace(Document(chain(3)))
    assert ahead.drawing is not None
    assert not ahead.drawing.is_given_away
    histories[1].replace(document)
    histories[2].replace(document)

    assert views[1].drawing.routes == views[2].drawing.routes
    assert views[1].drawing.routes is not views[2].drawing.routes
