"""A canvas at 100 % that shows what is wrong with a document."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from editor.canvas.graph_view import GraphView
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from engine.graph.problems import find_problems


def view_with_problems(qtbot: QtBot, document: Document, folder: Path) -> GraphView:
    """Closed when the test ends."""
    view = GraphView(UndoHistory(document))
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    view.set_folder(folder)
    view.show_problems(find_problems(view.document.graph))
    return view
