"""The viewer: which values it takes, records as a table, long texts, more rows on demand, the way back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from editor.widgets.preview_node import PreviewNode, preview_from_json
from editor.widgets.record_table import cell_text, record_table
from editor.widgets.value_viewer import LONGEST_LINE, ValueViewer, broken, may_view
from engine.serialization.preview import preview, preview_at

INVOICES = [{"id": 1, "amount": 49.0}, {"id": 2, "amount": 7.5, "note": "two  words"}]


def seen(value: Any) -> PreviewNode:
    return preview_from_json(preview(value, path=("rows",)), ("rows",))


def test_records_become_rows_with_all_their_keys_as_columns() -> None:
    table = record_table(seen(INVOICES))

    assert table is not None
    assert table.columns == ("id", "amount", "note")
    assert [[cell_text(cell) for cell in row] for row in table.rows] == [["1", "49.0", ""], ["2", "7.5", "two words"]]


def test_a_dict_of_records_is_a_table_with_its_keys_before_the_rows() -> None:
    table = record_table(seen({"ada": {"age": 36}, "bob": {"age": 40}}))

    assert table is not None
    assert table.names == ("ada", "bob")


@pytest.mark.parametrize("value", [[], [1, 2], [[1], [2]], "text", [{"a": 1}, 2], [{"a": 1}, {"b": 2}, {"c": 3}]])
def test_other_values_are_no_tables(value: Any) -> None:
    assert record_table(seen(value)) is None


def test_only_what_has_more_to_show_is_viewed() -> None:
    assert may_view(seen("a long text"))
    assert may_view(seen(INVOICES))
    assert may_view(seen({"a": [1]}))
    assert not may_view(seen(3))
    assert not may_view(seen(list(range(100_000))))


def test_a_line_that_would_freeze_the_field_is_broken() -> None:
    text = "x" * (3 * LONGEST_LINE + 1) + "\nshort"

    assert max(map(len, broken(text).split("\n"))) == LONGEST_LINE
    assert broken(text).replace("\n", "") == text.replace("\n", "")
    assert all(line.endswith("word ") for line in broken("word " * LONGEST_LINE).split("\n")[:-1])


@pytest.fixture
def viewer(qtbot: QtBot) -> ValueViewer:
    viewer = ValueViewer()
    qtbot.addWidget(viewer)
    viewer.resize(420, 400)
    viewer.show()
    return viewer


def test_the_table_keeps_qts_rules_copies_a_cell_and_opens_one(viewer: ValueViewer) -> None:
    _tester = QAbstractItemModelTester(viewer.table.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    wanted: list[Any] = []
    viewer.view_wanted.connect(wanted.append)

    viewer.show_value(("rows",), seen(INVOICES))
    viewer.table.setCurrentIndex(viewer.table.rows.index(1, 2))
    QTest.keyClick(viewer.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(viewer.table, Qt.Key.Key_Return)

    assert QGuiApplication.clipboard().text() == "two words"
    assert wanted == [("rows", 1, "note")]


def test_more_rows_are_asked_for_and_added(viewer: ValueViewer) -> None:
    records = [{"id": i} for i in range(250)]
    asked: list[Any] = []
    viewer.more_wanted.connect(lambda path, start: asked.append((path, start)))

    def page(start: int) -> PreviewNode:
        return preview_from_json(preview_at({"rows": records}, ("rows",), start, 200), ("rows",))

    viewer.show_value(("rows",), page(0))
    button = next(button for button in viewer.findChildren(QPushButton) if button.isVisible())
    assert button.text() == "50 more"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    viewer.add_more(("rows",), page(200))

    assert asked == [(("rows",), 200)]
    assert viewer.table.rows.rowCount() == 250
    assert not button.isVisible()


def test_a_text_is_shown_with_its_line_breaks_and_escape_goes_back(viewer: ValueViewer) -> None:
    closed: list[bool] = []
    viewer.closed.connect(lambda: closed.append(True))

    viewer.show_value(("draft",), seen("Dear Ada,\nall is well."))
    assert viewer.text.toPlainText() == "Dear Ada,\nall is well."
    QTest.keyClick(viewer.text, Qt.Key.Key_Escape)

    assert closed == [True]


def test_a_very_long_text_comes_in_parts(viewer: ValueViewer) -> None:
    letter = "One line of a letter.\n" * 3_000
    asked: list[Any] = []
    viewer.more_wanted.connect(lambda path, start: asked.append((path, start)))

    def part(start: int) -> PreviewNode:
        return preview_from_json(preview_at({"letter": letter}, ("letter",), start, 50_000), ("letter",))

    viewer.show_value(("letter",), part(0))
    button = next(button for button in viewer.findChildren(QPushButton) if button.isVisible())
    assert button.text() == "16,000 more"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    viewer.add_more(("letter",), part(50_000))

    assert asked == [(("letter",), 50_000)]
    assert viewer.text.toPlainText().replace("\n", "") == letter.replace("\n", "")
    assert not button.isVisible()


def test_anything_else_is_shown_as_json(viewer: ValueViewer) -> None:
    viewer.show_value(("query",), seen({"sql": "select 1", "limit": 5}))

    assert viewer.code.toPlainText() == '{\n  "sql": "select 1",\n  "limit": 5\n}'
