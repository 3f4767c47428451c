"""Options in the inspector: typed, refused in words, taken back; for one node, for several, for all by default."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox
from pytestqt.qtbot import QtBot

from editor.document.commands import change_graph, change_node
from editor.document.undo_history import UndoHistory
from editor.panels.inspector_panel import InspectorPanel
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from editor.widgets.summary_fold import SummaryFold
from engine.graph.node_options import CacheSpec, DefaultsSpec, FallbackSpec, RetrySpec, TimeoutSpec


@pytest.fixture
def inspector(qtbot: QtBot, history: UndoHistory, tmp_path: Path) -> InspectorPanel:
    panel = InspectorPanel(history, tmp_path)
    qtbot.addWidget(panel)
    panel.resize(320, 1600)
    panel.show()
    return panel


def fold(panel: InspectorPanel, title: str) -> SummaryFold:
    (found,) = [
        each for each in panel.findChildren(SummaryFold) if each.header.text() == title and each.header.isVisible()
    ]
    return found


def open_fold(panel: InspectorPanel, *titles: str) -> SummaryFold:
    for title in titles:
        one = fold(panel, title)
        if not one.is_open:
            QTest.keyClick(one.header, Qt.Key.Key_Return)
    return fold(panel, titles[-1])


def button(panel: InspectorPanel, text: str) -> QAbstractButton:
    (found,) = [b for b in panel.findChildren(QAbstractButton) if b.text() == text and b.isVisible()]
    return found


def line(panel: InspectorPanel, name: str) -> CheckedField:
    (found,) = [
        each
        for each in panel.findChildren(CheckedField)
        if each.field.accessibleName() == name and each.field.isVisible()
    ]
    return found


def type_into(field: InlineField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_retry_is_put_on_changed_and_taken_off_each_as_one_step(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    inspector.show_nodes(["classify"])
    row = open_fold(inspector, "Options", "Retry")
    assert row.summary == "none"

    QTest.mouseClick(button(inspector, "Add retry"), Qt.MouseButton.LeftButton)
    type_into(line(inspector, "Retry, Attempts in all").field, "5")
    type_into(line(inspector, "Retry, On errors").field, "OSError")

    assert history.document.graph.nodes["classify"].retry == (RetrySpec(5, retry_on=("OSError",)),)
    assert row.summary == "5 times, from 0.5 s, on OSError"
    history.undo()
    assert history.document.graph.nodes["classify"].retry == (RetrySpec(5),)
    assert line(inspector, "Retry, On errors").field.text() == ""
    assert history.undo_label == "Change retry of 'classify'"
    QTest.mouseClick(button(inspector, "Take off"), Qt.MouseButton.LeftButton)
    assert history.document.graph.nodes["classify"].retry == ()


def test_what_cannot_be_is_said_under_the_field_and_changes_nothing(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    history.do(change_node(history.document, "classify", retry=(RetrySpec(),)))
    before = history.document
    inspector.show_nodes(["classify"])
    open_fold(inspector, "Options", "Retry")
    attempts = line(inspector, "Retry, Attempts in all")

    type_into(attempts.field, "0")

    assert "whole number from 1" in attempts.problem
    assert history.document is before
    QTest.keyClick(attempts.field, Qt.Key.Key_Escape)
    assert attempts.problem == "" and attempts.field.text() == "3"


def test_a_wrong_value_of_the_file_is_marked_where_it_is(inspector: InspectorPanel, history: UndoHistory) -> None:
    history.do(change_node(history.document, "classify", timeout=TimeoutSpec(run=0)))
    inspector.show_nodes(["classify"])

    row = open_fold(inspector, "Options", "Timeout")

    assert "with an error" in row.header.accessibleDescription()
    assert "above 0 seconds" in line(inspector, "Timeout, Whole attempt").problem


def test_a_fallback_is_added_by_its_name(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes(["classify"])
    open_fold(inspector, "Options", "Fallback")

    type_into(line(inspector, "New fallback").field, "cheap")
    assert "form 'module:name'" in line(inspector, "New fallback").problem
    type_into(line(inspector, "New fallback").field, "nodes:cheap")

    assert history.document.graph.nodes["classify"].fallback == (FallbackSpec("nodes:cheap"),)
    assert line(inspector, "New fallback").field.text() == ""


def test_destinations_are_chosen_and_taken_off(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes(["classify"])
    open_fold(inspector, "Options", "Destinations")
    (choice,) = [
        box
        for box in inspector.findChildren(QComboBox)
        if box.isVisible() and box.accessibleName() == "Add a destination"
    ]

    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_End)  # END comes last
    choice.activated.emit(choice.currentIndex())

    assert history.document.graph.nodes["classify"].destinations == ("__end__",)
    (take_off,) = [
        b for b in inspector.findChildren(QAbstractButton) if b.accessibleName() == "Take END off the destinations"
    ]
    take_off.click()
    assert history.document.graph.nodes["classify"].destinations == ()


def test_metadata_is_a_table_of_keys_and_json(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes(["classify"])
    open_fold(inspector, "Options", "Metadata")

    type_into(line(inspector, "New metadata key").field, "limits")
    type_into(line(inspector, "Metadata value of limits").field, "[1, 2]")
    type_into(line(inspector, "New metadata key").field, "owner")
    type_into(line(inspector, "Metadata value of owner").field, "Zoe")
    type_into(line(inspector, "Metadata key owner").field, "limits")

    assert history.document.graph.nodes["classify"].metadata == {"limits": [1, 2], "owner": "Zoe"}
    assert "already is a key 'limits'" in line(inspector, "Metadata key owner").problem


def test_several_nodes_are_changed_at_once_and_told_where_they_differ(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    history.do(change_node(history.document, "classify", cache=CacheSpec(60)))
    inspector.show_nodes(["classify", "escalate"])
    open_fold(inspector, "Cache")
    assert fold(inspector, "Cache").summary == "different"

    QTest.mouseClick(button(inspector, "Give all for 60 s"), Qt.MouseButton.LeftButton)

    nodes = history.document.graph.nodes
    assert nodes["classify"].cache == nodes["escalate"].cache == CacheSpec(60)
    assert fold(inspector, "Cache").summary == "for 60 s"
    type_into(line(inspector, "Cache, Keep for").field, "5")
    nodes = history.document.graph.nodes
    assert nodes["classify"].cache == nodes["escalate"].cache == CacheSpec(5)
    history.undo()
    history.undo()
    assert history.document.graph.nodes["escalate"].cache is None


def test_defaults_are_set_on_the_graph_and_shown_at_nodes(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes([])
    open_fold(inspector, "Defaults of all nodes", "Error handler")

    type_into(line(inspector, "Error handler").field, "nodes:handle")

    assert history.document.graph.defaults == DefaultsSpec(error_handler="nodes:handle")
    inspector.show_nodes(["classify"])
    open_fold(inspector, "Options")
    assert fold(inspector, "Error handler").summary == "default: nodes:handle"


def test_nothing_can_be_edited_while_the_graph_is_locked(inspector: InspectorPanel, history: UndoHistory) -> None:
    history.do(change_node(history.document, "classify", retry=(RetrySpec(),)))
    history.do(change_graph(history.document, defaults=DefaultsSpec(error_handler="n:f")))
    inspector.set_read_only("A run is going on.")
    inspector.show_nodes(["classify"])
    open_fold(inspector, "Options", "Retry")

    assert line(inspector, "Retry, Attempts in all").field.isReadOnly()
    assert not button(inspector, "Take off").isEnabled()
    assert not button(inspector, "Add another policy").isEnabled()


def test_what_is_read_stays_in_its_place_when_a_run_locks_the_graph(inspector: InspectorPanel) -> None:
    inspector.resize(320, 400)
    before = inspector._pages.geometry().topLeft()

    inspector.set_read_only("A run is going.")

    assert inspector._lock_bar.isVisible()
    QApplication.processEvents()
    assert inspector._pages.geometry().topLeft() == before
