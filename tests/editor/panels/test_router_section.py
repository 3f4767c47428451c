"""Routers in the inspector: what decides, branches added, renamed, led, moved and removed, several on one node."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from editor.document.commands import add_router
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.panels.inspector_panel import InspectorPanel
from editor.panels.router_card import ROWS_AT_ONCE, RouterCard, _Handle
from editor.panels.router_section import RouterSection
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from editor.widgets.segmented import Segmented
from editor.widgets.target_picker import TargetPicker
from engine.graph.spec import START, BranchSpec, GraphSpec, NodeSpec, RouterSpec

CONDITIONS = (
    BranchSpec("few", "escalate", "tries < 3"),
    BranchSpec("many", None, "tries > 9"),
    BranchSpec("else", "__end__"),
)


@pytest.fixture
def section(qtbot: QtBot, history: UndoHistory) -> RouterSection:
    """The routers of ``format``, which has a router of conditions, following the history."""
    history.do(add_router(history.document, "format", None, CONDITIONS))
    made = RouterSection(history)
    qtbot.addWidget(made)
    made.resize(320, 700)
    show(made, history)
    unsubscribe = history.subscribe(lambda _event: show(made, history))
    made.destroyed.connect(unsubscribe)
    made.show()
    return made


def show(section: RouterSection, history: UndoHistory) -> None:
    section.show_routers("format", history.document.graph.routers.get("format", ()), {"tries"})


def router(history: UndoHistory, index: int = 0) -> RouterSpec:
    return history.document.graph.routers["format"][index]


def labels(history: UndoHistory) -> list[str]:
    return [branch.label for branch in router(history).branches]


def named(section: RouterSection, name: str) -> QWidget:
    (found,) = [w for w in section.findChildren(QWidget) if w.accessibleName() == name and w.isVisible()]
    return found


def click(section: RouterSection, name: str) -> None:
    found = named(section, name)
    assert isinstance(found, QAbstractButton)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def field(section: RouterSection, name: str) -> InlineField:
    found = named(section, name)
    assert isinstance(found, InlineField)
    return found


def type_into(field: InlineField, text: str, *, enter: bool = True) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    if enter:
        QTest.keyClick(field, Qt.Key.Key_Return)


def problem_of(field: InlineField) -> str:
    holder = field.parentWidget()
    assert isinstance(holder, CheckedField)
    return holder.problem


def test_a_condition_is_checked_while_it_is_typed_and_taken_when_it_can_be(
    section: RouterSection, history: UndoHistory
) -> None:
    when = field(section, "Condition of branch few")

    type_into(when, "tries <", enter=False)
    assert problem_of(when).startswith("This is no expression")
    QTest.keyClick(when, Qt.Key.Key_Return)
    assert router(history).branches[0].when == "tries < 3"
    type_into(when, "trys < 2", enter=False)
    assert problem_of(when) == "The state has no key 'trys'."
    type_into(when, "tries < 2")

    assert router(history).branches[0].when == "tries < 2"


def test_branches_are_renamed_added_and_removed_and_else_stays_last(
    section: RouterSection, history: UndoHistory
) -> None:
    type_into(field(section, "Label of branch few"), "many")
    assert "already is a branch 'many'" in problem_of(field(section, "Label of branch few"))
    type_into(field(section, "Label of branch few"), "again")
    click(section, "Add a branch to router")
    assert labels(history) == ["again", "many", "branch", "else"]
    focused = QApplication.focusWidget()
    assert focused is not None and focused.accessibleName() == "Condition of branch branch"
    click(section, "Remove branch many")
    click(section, "Remove branch else")
    assert labels(history) == ["again", "branch"]
    click(section, "Add an else to router")

    assert labels(history) == ["again", "branch", "else"]
    assert router(history).branches[-1].when is None


def test_a_branch_is_led_to_another_node_and_nowhere(section: RouterSection, history: UndoHistory) -> None:
    picker = named(section, "Target of branch few")
    assert isinstance(picker, TargetPicker)
    assert picker.count() == 1  # filled when it is asked

    picker.setFocus()
    QTest.keyClick(picker, Qt.Key.Key_End)
    assert router(history).branches[0].target == "__end__"
    picker = named(section, "Target of branch few")
    assert isinstance(picker, TargetPicker)
    QTest.keyClick(picker, Qt.Key.Key_Home)
    picker = named(section, "Target of branch few")
    assert isinstance(picker, TargetPicker)
    assert picker.currentText() == "not connected"

    assert router(history).branches[0].target is None


def test_the_targets_stand_below_each_other_whether_connected_or_not(section: RouterSection) -> None:
    section.layout().activate()

    lefts = {picker.mapTo(section, QPoint(0, 0)).x() for picker in section.findChildren(TargetPicker)}

    assert len(section.findChildren(TargetPicker)) == 3
    assert len(lefts) == 1


def test_alt_and_arrows_move_a_branch_and_the_focus_goes_with_it(section: RouterSection, history: UndoHistory) -> None:
    field(section, "Condition of branch few").setFocus()

    QTest.keyClick(field(section, "Condition of branch few"), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)

    assert labels(history) == ["many", "few", "else"]
    focused = QApplication.focusWidget()
    assert focused is not None and focused.accessibleName() == "Condition of branch few"
    QTest.keyClick(focused, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert labels(history) == ["many", "few", "else"]  # the else stays last
    history.undo()
    assert labels(history) == ["few", "many", "else"]


def test_a_branch_is_dragged_by_its_handle(section: RouterSection, history: UndoHistory) -> None:
    QApplication.processEvents()  # laid out
    first, second = section.findChildren(_Handle)
    row = second.parentWidget().parentWidget()
    below = first.mapFromGlobal(row.mapToGlobal(QPoint(0, row.height() - 2)))

    QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    QTest.mouseMove(first, QPoint(0, below.y() // 2))
    QTest.mouseMove(first, below)
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=below)

    assert labels(history) == ["many", "few", "else"]


def test_a_function_takes_the_place_of_conditions_and_back(section: RouterSection, history: UndoHistory) -> None:
    (switch,) = section.findChildren(Segmented)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect_of("Function").center().toPoint())
    type_into(field(section, "Function of router"), "routing:choose")

    assert router(history).fn == "routing:choose"
    assert {branch.when for branch in router(history).branches} == {None}
    history.undo()
    history.undo()
    assert router(history).branches == CONDITIONS


def test_a_second_router_is_added_named_and_removed(section: RouterSection, history: UndoHistory) -> None:
    QTest.mouseClick(
        next(b for b in section.findChildren(QAbstractButton) if b.text() == "Add another router"),
        Qt.MouseButton.LeftButton,
    )
    assert len(section.findChildren(RouterCard)) >= 2
    type_into(field(section, "Name of router route"), "tone")
    assert router(history, 1).name == "tone"
    type_into(field(section, "Name of router tone"), "")
    assert "already has a router" in problem_of(field(section, "Name of router tone"))
    click(section, "Remove router tone")

    assert len(history.document.graph.routers["format"]) == 1


def test_a_router_is_shown_with_the_keyboard_at_what_decides(qtbot: QtBot) -> None:
    conditions = RouterSpec(None, (BranchSpec("many", "a", "n > 1"), BranchSpec("else", "b")), "second")
    history = UndoHistory(
        Document(
            GraphSpec(
                nodes={"a": NodeSpec(), "b": NodeSpec()},
                routers={START: (RouterSpec("r:go", (BranchSpec("x", "a"),)),), "a": (RouterSpec("r:f"), conditions)},
            )
        )
    )
    panel = InspectorPanel(history, None)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    panel.activateWindow()
    assert QTest.qWaitForWindowActive(panel)

    panel.show_router("a", "second")
    focused = QApplication.focusWidget()
    assert isinstance(focused, InlineField)
    assert focused.text() == "n > 1"
    panel.show_router(START, "")
    focused = QApplication.focusWidget()
    assert isinstance(focused, InlineField)
    assert focused.text() == "r:go"


def test_a_router_of_hundreds_of_branches_shows_a_hundred_at_a_time_and_always_a_new_one(
    qtbot: QtBot, history: UndoHistory
) -> None:
    history.do(add_router(history.document, "format", "r:f", tuple(BranchSpec(f"b{i}", None) for i in range(230))))
    section = RouterSection(history)
    qtbot.addWidget(section)
    show(section, history)
    section.show()

    def pickers() -> int:
        return sum(picker.isVisible() for picker in section.findChildren(TargetPicker))

    assert pickers() == ROWS_AT_ONCE
    click(section, "Show 100 more of 230 branches")
    assert pickers() == 2 * ROWS_AT_ONCE
    section.add_branch("", is_else=False)
    show(section, history)
    assert pickers() == 231
    assert not [each for each in section.findChildren(QAbstractButton) if "more of" in each.text() and each.isVisible()]


def test_a_branch_can_be_read_at_the_least_width(qtbot: QtBot) -> None:
    router = RouterSpec(None, (BranchSpec("billing", "a", "n > 1"), BranchSpec("else", "a")))
    graph = GraphSpec(nodes={"a": NodeSpec("n:f")}, routers={"a": (router,)})
    panel = InspectorPanel(UndoHistory(Document(graph)), None)
    qtbot.addWidget(panel)
    panel.show_nodes(["a"])
    panel.show()

    panel.resize(1, 700)

    (card,) = panel.findChildren(RouterCard)
    label = next(field for field in card.fields if field.text() == "billing")
    targets = card.findChildren(TargetPicker)

    def is_inside(part: QWidget) -> bool:
        return part.mapTo(panel, part.rect().topRight()).x() < panel.width()

    qtbot.waitUntil(lambda: all(map(is_inside, targets)), timeout=30_000)
    assert len(targets) == 2
    titles = [part for part in card.findChildren(QLabel) if part.text().startswith("R") and part.isVisible()]
    assert titles == []  # "R…" would tell nothing
    assert label.width() >= label.fontMetrics().horizontalAdvance("billing") + 20


@pytest.mark.parametrize("routers", [1, 12])
def test_a_node_with_more_branches_than_the_window_is_high_scrolls(qtbot: QtBot, tmp_path: Path, routers: int) -> None:
    (tmp_path / "n.py").write_text("def f(state):\n    return {}\n", encoding="utf-8")
    branches = tuple(BranchSpec(f"b{number}", "a") for number in range(30 // routers))
    spec = tuple(RouterSpec("r:f", branches, f"r{number}" if number else "") for number in range(routers))
    panel = InspectorPanel(
        UndoHistory(Document(GraphSpec(nodes={"a": NodeSpec("n:f")}, routers={"a": spec}))), tmp_path
    )
    qtbot.addWidget(panel)
    panel.resize(340, 600)
    panel.show_nodes(["a"])
    panel.show()

    def is_readable() -> bool:
        fields = [field for card in panel.findChildren(RouterCard) for field in card.fields]
        tops = sorted(field.mapTo(panel, QPoint(0, 0)).y() for field in fields)
        return all(below - above >= 28 for above, below in pairwise(tops))

    qtbot.waitUntil(is_readable, timeout=30_000)
    assert any(bar.maximum() > 0 for bar in panel.findChildren(QScrollBar) if bar.isVisible())
