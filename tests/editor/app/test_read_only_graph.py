"""The window with a graph that can only be looked at goes as any window that only shows something: by Escape."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from editor.app.read_only_graph import ReadOnlyGraph
from editor.widgets.labels import IconLabel
from tests.editor.canvas.graphs import loop


def test_escape_lets_go_of_what_is_selected_and_then_closes(qtbot: Any, window: QWidget) -> None:
    shown = ReadOnlyGraph(window, loop(), "as it was", "banner-past", (IconLabel("past", "past"), QLabel("old")))
    closed: list[int] = []
    shown.finished.connect(closed.append)
    shown.show()
    shown.canvas.select(["a"])

    qtbot.keyClick(shown.canvas, Qt.Key.Key_Escape)
    assert shown.canvas.selected_nodes() == frozenset()
    assert closed == []
    qtbot.keyClick(shown.canvas, Qt.Key.Key_Escape)

    assert len(closed) == 1
