"""A canvas on a document, shown at 100 %, and a mouse for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from editor.canvas.graph_view import GraphView
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from tests.editor.canvas.test_graph_view import Hand


@pytest.fixture
def open_view(qtbot: QtBot) -> Callable[[Document], tuple[GraphView, Hand]]:
    def opened(shown: Document) -> tuple[GraphView, Hand]:
        view = GraphView(UndoHistory(shown))
        qtbot.addWidget(view)
        view.resize(1200, 700)
        view.show()
        view.zoom_reset()
        view.centerOn(450, 100)
        return view, Hand(view)

    return opened
