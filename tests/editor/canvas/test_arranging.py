"""Align and distribute: the arithmetic, and by keys in a window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.canvas.arranging import AXES, SIDES, aligned, distributed
from editor.canvas.graph_view import GraphView
from editor.canvas.shapes import Rect
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import document

SHIFT_ALT = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
CARDS = {"a": Rect(0, 0, 180, 56), "b": Rect(300, 100, 180, 56), "end": Rect(900, 40, 72, 32)}


@pytest.mark.parametrize(
    ("side", "corners"),
    [
        ("left", [(0, 0), (0, 100), (0, 40)]),
        ("right", [(792, 0), (792, 100), (900, 40)]),
        ("top", [(0, 0), (300, 0), (900, 0)]),
        ("bottom", [(0, 100), (300, 100), (900, 124)]),
        ("centre", [(396, 0), (396, 100), (450, 40)]),
        ("middle", [(0, 50), (300, 50), (900, 62)]),
    ],
)
def test_aligning_brings_one_side_to_one_line(side: str, corners: list[tuple[float, float]]) -> None:
    assert list(aligned(CARDS, side).values()) == corners


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=3),
        st.builds(Rect, *(st.integers(-500, 500),) * 2, st.integers(1, 200), st.integers(1, 200)),
        min_size=3,
        max_size=8,
    ),
    st.sampled_from(sorted(AXES)),
)
def test_distributing_makes_equal_gaps_and_changes_only_one_axis(cards: dict[str, Rect], axis: str) -> None:
    placed = distributed(cards, axis)

    across = axis == "across"
    size = {name: card.width if across else card.height for name, card in cards.items()}
    rows = sorted((corner[0 if across else 1], size[name]) for name, corner in placed.items())
    order = list(placed)
    starts = [placed[name][0 if across else 1] for name in order]
    gaps = [starts[i + 1] - starts[i] - size[order[i]] for i in range(len(order) - 1)]
    assert len(rows) == len(cards)
    assert max(gaps) - min(gaps) < 1e-6
    assert all(placed[name][1 if across else 0] == (card.top if across else card.left) for name, card in cards.items())


@given(st.sampled_from(sorted(SIDES)))
def test_aligning_twice_is_aligning_once(side: str) -> None:
    once = {name: Rect(*corner, *CARDS[name][2:]) for name, corner in aligned(CARDS, side).items()}

    twice = aligned(once, side)

    assert twice == {name: (card.left, card.top) for name, card in once.items()}


@pytest.fixture
def canvas(qtbot, qapp) -> tuple[GraphView, UndoHistory]:
    history = UndoHistory(document({START: (0, 0), "a": (200, 40), "b": (480, 200), "c": (1000, 80), END: (1400, 0)}))
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    return view, history


def test_keys_align_the_selection_as_one_edit(canvas) -> None:
    view, history = canvas
    view.select(["a", "b", "c"])

    QTest.keyClick(view, Qt.Key.Key_Up, SHIFT_ALT)

    places = history.document.layout.positions
    assert [places[name][1] for name in "abc"] == [40, 40, 40]
    assert history.undo_label == "Align top"
    history.undo()
    assert not history.can_undo


def test_keys_distribute_the_selection(canvas) -> None:
    view, history = canvas
    view.select(["a", "b", "c"])

    QTest.keyClick(view, Qt.Key.Key_H, SHIFT_ALT)

    places = history.document.layout.positions
    assert [places[name] for name in "abc"] == [(200, 40), (600, 200), (1000, 80)]


@pytest.mark.parametrize(("key", "needed"), [(Qt.Key.Key_Left, 2), (Qt.Key.Key_V, 3)])
def test_too_few_nodes_are_said_and_nothing_moves(canvas, key: Qt.Key, needed: int) -> None:
    view, history = canvas
    told: list[str] = []
    view.message.connect(told.append)
    view.select(["a"])

    QTest.keyClick(view, key, SHIFT_ALT)

    assert told == [f"Select at least {needed} nodes to do this."]
    assert not history.can_undo
