"""The whole row under the pointer is lit, and one only."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableWidget
from pytestqt.qtbot import QtBot

from editor.widgets.row_hover import RowHover

LIT = QStyle.StateFlag.State_MouseOver


@pytest.fixture
def table(qtbot: QtBot) -> QTableWidget:
    table = QTableWidget(4, 3)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    return table


def lit_rows(hover: RowHover) -> list[int]:
    found = []
    for row in range(4):
        option = QStyleOptionViewItem()
        hover.light(option, row)
        if option.state & LIT:
            found.append(row)
    return found


def move_to(table: QTableWidget, row: int) -> None:
    QTest.mouseMove(table.viewport(), QPoint(120, table.rowViewportPosition(row) + 5))


def test_the_row_under_the_pointer_is_lit_and_none_when_it_has_left(table: QTableWidget) -> None:
    hover = RowHover(table)

    assert lit_rows(hover) == []
    for row in (2, 1):
        move_to(table, row)
        assert lit_rows(hover) == [row]
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert lit_rows(hover) == []


def test_after_a_scroll_the_row_that_came_under_the_pointer_is_lit(
    table: QTableWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.setRowCount(100)
    hover = RowHover(table)
    move_to(table, 1)
    at = table.viewport().mapToGlobal(QPoint(120, table.rowViewportPosition(1) + 5))
    monkeypatch.setattr(QCursor, "pos", lambda: at)

    table.verticalScrollBar().setValue(2)

    assert lit_rows(hover) == [3]


def test_every_cell_of_both_rows_is_drawn_again(table: QTableWidget, qtbot: QtBot) -> None:
    drawn: set[tuple[int, int]] = set()

    class Noting(QStyledItemDelegate):
        def paint(self, painter, option, index):  # type: ignore[no-untyped-def]  # Qt's
            drawn.add((index.row(), index.column()))

    table.setItemDelegate(Noting(table))
    RowHover(table)
    move_to(table, 0)
    table.viewport().repaint()
    drawn.clear()

    move_to(table, 2)

    qtbot.waitUntil(lambda: drawn >= {(row, column) for row in (0, 2) for column in range(3)}, timeout=30_000)
