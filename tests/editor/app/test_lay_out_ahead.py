"""A large graph without places is laid out beside the window before it is shown; that is no edit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow, QWidget

from editor.app import lay_out_ahead as module
from editor.app.document_files import DocumentFiles
from editor.app.lay_out_ahead import lay_out_ahead
from editor.canvas.auto_layout import in_rows, tidy_positions
from editor.canvas.busy_note import BusyNote
from editor.canvas.card_text import measure_label
from editor.canvas.first_places import FROM, laid_out
from editor.canvas.graph_view import GraphView
from editor.canvas.node_shape import node_shapes
from editor.document.document import Document
from editor.document.files import save_document
from editor.document.layout import Layout
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, EdgeSpec, GraphSpec, NodeSpec
from tests.patience import PATIENCE_S

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def chain(length: int) -> GraphSpec:
    names = [f"n{number}" for number in range(length)]
    edges = tuple(EdgeSpec(*pair) for pair in pairwise((START, *names, END)))
    return GraphSpec(name="chain", nodes={name: NodeSpec(fn="nodes:work") for name in names}, edges=edges)


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    return window


def test_a_small_graph_or_one_with_places_is_not_laid_out_ahead(window: QWidget, run: Run) -> None:
    small, placed = Document(chain(3)), Document(chain(FROM + 1), Layout({"n0": (0, 0)}))

    assert run(lay_out_ahead(window, small)) == ()
    assert run(lay_out_ahead(window, placed)) == ()


def test_a_large_graph_and_a_large_subgraph_get_the_places_of_the_automatic_layout(window: QWidget, run: Run) -> None:
    inner = chain(FROM + 2)
    document = Document(GraphSpec(nodes={**chain(FROM + 1).nodes, "inside": NodeSpec(graph=inner)}))

    places = run(lay_out_ahead(window, document))

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
        task = asyncio.get_event_loop().create_task(lay_out_ahead(window, Document(graph)))
        while not (notes := [note for note in window.findChildren(BusyNote) if note.isVisible()]):
            await asyncio.sleep(0.01)
        words = notes[0].accessibleName()
        notes[0].button.click()
        places = await task
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
    files.laid_out.connect(expected.append)
    files.laid_out.connect(view.expect)

    assert run(files.open(path))

    assert view.drawing.positions == expected[0][0][1]
    assert len(view.drawing.positions) == FROM + 3
    assert not history.is_modified
    assert not history.can_undo
    files.close()
