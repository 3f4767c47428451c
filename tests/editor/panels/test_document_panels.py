"""Inspector, problems and breakpoints."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from editor.document.commands import add_node, connect
from editor.document.undo_history import UndoHistory
from editor.panels.breakpoints_panel import BreakpointsPanel
from editor.panels.graph_page import counts_text
from editor.panels.inspector_panel import InspectorPanel
from editor.panels.problems_panel import FIX_ROLE, ProblemsPanel
from editor.widgets.checked_field import CheckedField
from editor.widgets.code_view import CodeView
from editor.widgets.inline_field import InlineField
from engine.graph.spec import PlainOutlet
from tests.editor.panels.scripted import Scripted

SOURCE = 'import os\n\n\ndef classify(state):\n    """What the customer wants."""\n    return {"intent": "billing"}\n'


@pytest.fixture
def inspector(qtbot: QtBot, history: UndoHistory, tmp_path: Path) -> InspectorPanel:
    (tmp_path / "nodes.py").write_text(SOURCE, encoding="utf-8")
    panel = InspectorPanel(history, tmp_path)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    return panel


def field(panel: InspectorPanel, name: str) -> InlineField:
    return next(each for each in panel.findChildren(InlineField) if each.accessibleName() == name)


def type_into(field: InlineField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_source_of_the_selected_node_is_shown_with_its_lines(inspector: InspectorPanel) -> None:
    inspector.show_nodes(["classify"])

    code = inspector.findChildren(CodeView)[0]
    assert code.isVisible()
    assert code.toPlainText().startswith("def classify(state):")
    assert field(inspector, "Function of the node").text() == "nodes:classify"


def test_a_function_that_is_not_there_is_said_in_a_sentence(inspector: InspectorPanel) -> None:
    inspector.show_nodes(["format"])

    assert not inspector.findChildren(CodeView)[0].isVisible()
    assert inspector.code.reason == "nodes.py does not define 'format'."


def test_source_that_is_not_python_is_said_and_breaks_nothing(inspector: InspectorPanel, tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("def classify(:", encoding="utf-8")

    inspector.show_nodes(["classify"])

    assert inspector.code.pane.editor.toPlainText() == "def classify(:"
    assert inspector.code.pane.problem.startswith("Line 1: ")


def test_a_new_name_renames_the_node_and_the_inspector_stays_with_it(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    inspector.show_nodes(["classify"])

    type_into(field(inspector, "Name of the node"), "triage")

    assert "triage" in history.document.graph.nodes
    assert field(inspector, "Name of the node").text() == "triage"
    history.undo()
    assert field(inspector, "Name of the node").text() == "classify"


def words_below(inspector: InspectorPanel) -> list[str]:
    """What fields say is wrong, as it can be read."""
    lines = [line for line in inspector.findChildren(CheckedField) if line.isVisible() and line.problem]
    return [label.text() for line in lines for label in line.findChildren(QLabel) if label.isVisible()]


def test_a_name_that_is_taken_is_refused_at_the_field(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes(["classify"])
    before = history.document

    type_into(field(inspector, "Name of the node"), "format")

    assert history.document is before
    assert field(inspector, "Name of the node").property("invalid") is True
    assert "format" in field(inspector, "Name of the node").toolTip()
    assert "There already is a node 'format'." in words_below(inspector)


def test_a_branch_is_renamed_in_place(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes(["classify"])

    type_into(field(inspector, "Label of branch billing"), "money")

    labels = [branch.label for branch in history.document.graph.routers["classify"][0].branches]
    assert "money" in labels and "billing" not in labels
    assert field(inspector, "Label of branch money").text() == "money"


def test_a_branchs_target_leads_to_that_node(inspector: InspectorPanel) -> None:
    inspector.show_nodes(["classify"])
    told: list[str] = []
    inspector.go_to.connect(told.append)

    target = next(b for b in inspector.findChildren(QToolButton) if b.accessibleName() == "Show plan_search")
    QCoreApplication.processEvents()  # laid out, as for somebody who sees it
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)

    assert told == ["plan_search"]


def test_with_nothing_selected_the_graph_itself_is_shown(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes([])

    type_into(field(inspector, "Name of the graph"), "help desk")

    assert history.document.graph.name == "help desk"
    assert counts_text(history.document.graph) == "11 nodes, 10 edges (1 join), 2 routers with 7 branches"


def test_a_step_limit_that_is_no_number_is_refused(inspector: InspectorPanel, history: UndoHistory) -> None:
    inspector.show_nodes([])

    type_into(field(inspector, "Recursion limit"), "many")
    assert history.document.graph.recursion_limit is None
    assert words_below(inspector)
    type_into(field(inspector, "Recursion limit"), "40")

    assert history.document.graph.recursion_limit == 40
    assert words_below(inspector) == []


def test_while_the_graph_is_locked_the_fields_are_read_only_and_the_reason_stands_above(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    inspector.show_nodes(["classify"])
    before = history.document

    inspector.set_read_only("A run is under way. Stop it to edit the graph.")
    type_into(field(inspector, "Name of the node"), "triage")
    type_into(field(inspector, "Label of branch billing"), "money")

    assert history.document is before
    assert inspector._locked.isVisible()


def test_a_node_that_is_deleted_while_it_is_shown_gives_way_to_the_graph(
    inspector: InspectorPanel, history: UndoHistory
) -> None:
    history.do(add_node(history.document, "lost", (0, 0)))
    inspector.show_nodes(["lost"])

    history.undo()

    assert field(inspector, "Name of the graph").isVisible()


# ---- problems


def test_problems_follow_the_edits_and_lead_to_their_node(qtbot: QtBot, history: UndoHistory) -> None:
    panel = ProblemsPanel(history)
    qtbot.addWidget(panel)
    panel.resize(700, 200)
    panel.show()
    _tester = QAbstractItemModelTester(panel.list.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    told: list[str] = []
    panel.go_to.connect(told.append)
    before = len(panel.problems)

    history.do(add_node(history.document, "lost", (0, 0)))
    qtbot.waitUntil(lambda: any(problem.node == "lost" for problem in panel.problems))
    place = next(i for i, problem in enumerate(panel.problems) if problem.node == "lost")
    spot = panel.list.visualRect(panel.list.model().index(place, 0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    assert told == ["lost"]
    history.undo()
    qtbot.waitUntil(lambda: len(panel.problems) == before)


def test_a_missing_function_is_a_problem_once_the_folder_is_known(
    qtbot: QtBot, history: UndoHistory, tmp_path: Path
) -> None:
    (tmp_path / "nodes.py").write_text(SOURCE, encoding="utf-8")
    panel = ProblemsPanel(history)
    qtbot.addWidget(panel)
    counts: list[tuple[int, int]] = []
    panel.count_changed.connect(lambda errors, warnings: counts.append((errors, warnings)))

    panel.set_folder(tmp_path)

    sentences = [problem.sentence for problem in panel.problems]
    assert "nodes.py does not define 'answer_billing'." in sentences
    assert "nodes.py does not define 'classify'." not in sentences
    assert counts[-1][0] == len(sentences)


def test_a_panel_that_is_gone_hears_nothing_more_of_the_history(qtbot: QtBot, history: UndoHistory) -> None:
    panel = ProblemsPanel(history)
    panel.deleteLater()
    QCoreApplication.sendPostedEvents(panel, QEvent.Type.DeferredDelete.value)

    assert history.do(connect(history.document, PlainOutlet("answer_billing"), "escalate"))


# ---- breakpoints


def test_breakpoints_are_listed_and_removed_by_key(qtbot: QtBot, scripted: Scripted) -> None:
    panel = BreakpointsPanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(300, 200)
    panel.show()
    scripted.session.toggle_breakpoint("format")
    scripted.session.toggle_breakpoint("classify")

    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)

    assert scripted.session.breakpoints == frozenset({"classify"})
    assert panel.list.count() == 1


def test_a_breakpoint_whose_node_is_gone_says_so(qtbot: QtBot, scripted: Scripted) -> None:
    panel = BreakpointsPanel(scripted.session)
    qtbot.addWidget(panel)

    scripted.session.toggle_breakpoint("renamed_away")

    assert panel.list.item(0).text() == "before renamed_away (no such node)"


def test_a_problem_is_fixed_from_the_list(qtbot: QtBot, history: UndoHistory, tmp_path: Path) -> None:
    """The scripted router has functions that are not in this folder."""
    (tmp_path / "nodes.py").write_text("", encoding="utf-8")
    (tmp_path / "routing.py").write_text("", encoding="utf-8")
    panel = ProblemsPanel(history, tmp_path)
    qtbot.addWidget(panel)
    told: list[str] = []
    panel.refused.connect(told.append)
    names = [problem.id for problem in panel.problems]
    row = names.index("unknown_function")

    panel.list.setCurrentIndex(panel.list.model().index(row, 0))
    panel.fix_current()

    assert history.undo_label.startswith("Write nodes:")
    assert len([p for p in panel.problems if p.id == "unknown_function"]) == names.count("unknown_function") - 1
    assert told == []


def test_a_row_with_a_fix_says_so_and_a_click_there_offers_it(
    qtbot: QtBot, history: UndoHistory, tmp_path: Path
) -> None:
    (tmp_path / "nodes.py").write_text("", encoding="utf-8")
    (tmp_path / "routing.py").write_text("", encoding="utf-8")
    panel = ProblemsPanel(history, tmp_path)
    qtbot.addWidget(panel)
    panel.resize(700, 200)
    panel.show()
    row = next(i for i, problem in enumerate(panel.problems) if problem.id == "unknown_function")
    index = panel.list.model().index(row, 0)
    assert index.data(FIX_ROLE)
    rect = panel.list.visualRect(index)

    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.right() - 20, rect.center().y()))

    (menu,) = panel.findChildren(QMenu)
    assert menu.actions()[0].text().startswith("Fix: ")
    menu.close()


def test_one_node_or_several_are_disabled_by_a_box(inspector: InspectorPanel, history: UndoHistory) -> None:
    def box(words: str) -> QCheckBox:
        return next(each for each in inspector.findChildren(QCheckBox) if each.text() == words)

    inspector.show_nodes(["classify"])
    box("Runs pass it by").click()
    assert history.document.graph.nodes["classify"].disabled
    assert history.undo_label == "Disable 'classify'"

    inspector.show_nodes(["classify", "format"])
    several = box("Disabled: runs pass them by")
    assert several.checkState() is Qt.CheckState.PartiallyChecked
    several.click()
    assert history.document.graph.nodes["format"].disabled
    inspector.show_nodes(["format"])
    assert box("Runs pass it by").isChecked()
    history.undo()
    assert not box("Runs pass it by").isChecked()
