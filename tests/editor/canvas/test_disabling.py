"""Disabling by key on the canvas, and what is seen of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.canvas.graph_view import GraphView
from editor.document.undo_history import UndoHistory
from engine.graph.spec import START
from tests.editor.canvas.graphs import loop


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory(loop())


@pytest.fixture
def view(qtbot: QtBot, history: UndoHistory) -> GraphView:
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.zoom_reset()
    view.centerOn(450, 100)
    return view


@pytest.fixture
def said(view: GraphView) -> list[str]:
    words: list[str] = []
    view.message.connect(words.append)
    return words


def disabled(history: UndoHistory) -> list[str]:
    return [name for name, node in history.document.graph.nodes.items() if node.disabled]


def test_d_disables_what_is_selected_and_the_cards_show_it(
    view: GraphView, history: UndoHistory, said: list[str]
) -> None:
    view.select(["a", "b"])
    before = view.grab().toImage()

    QTest.keyClick(view, Qt.Key.Key_D)
    assert disabled(history) == ["a", "b"]
    assert said[-1].startswith("They are disabled")
    assert view.grab().toImage() != before
    assert "disabled" in view.accessibleDescription()
    QTest.keyClick(view, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert disabled(history) == []
    assert view.grab().toImage() == before


def test_from_afar_a_disabled_card_is_told_from_the_others(view: GraphView) -> None:
    view.zoom_at(view.viewport().rect().center(), 0.4)
    view.select(["a"])
    before = view.grab().toImage()

    QTest.keyClick(view, Qt.Key.Key_D)

    assert view.grab().toImage() != before


def test_start_alone_is_not_disabled_and_the_reason_is_said(
    view: GraphView, history: UndoHistory, said: list[str]
) -> None:
    view.select([START])

    QTest.keyClick(view, Qt.Key.Key_D)

    assert not history.can_undo
    assert said == ["Select a node to disable it. START and END belong to every graph."]


def test_while_a_run_locks_the_graph_nothing_is_disabled(
    view: GraphView, history: UndoHistory, said: list[str]
) -> None:
    view.set_read_only("A run is open.")
    view.select(["a"])

    QTest.keyClick(view, Qt.Key.Key_D)

    assert disabled(history) == []
    assert said == ["A run is open."]
