"""What is shown of a node, router or state; what is said where there is no code; and the stub that is offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from editor.document.commands import change_graph, change_node, connect, rename_node
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.panels.code_help import CodeHelp
from editor.panels.code_panel import CodePanel
from editor.panels.code_section import CodeSection
from editor.panels.code_target import STATE, CodeTarget, of_node, of_router
from editor.panels.ran_code import OtherCode
from engine.graph.spec import BranchSpec, GraphSpec, NodeSpec, PlainOutlet, RouterSpec

NODES = "from state import State\n\n\ndef f(state: State):\n    return {}\n"


@pytest.fixture
def history() -> UndoHistory:
    nodes = {"a": NodeSpec(fn="nodes:f"), "b": NodeSpec(), "c": NodeSpec(fn="nodes:missing"), "d": NodeSpec(fn="x")}
    routers = {"a": (RouterSpec("nodes:f", (BranchSpec("yes", "b"),)), RouterSpec(None, (), "by"))}
    return UndoHistory(Document(GraphSpec("g", "state:State", nodes, (), routers)))


@pytest.fixture
def panel(qtbot: QtBot, history: UndoHistory, tmp_path: Path) -> Iterator[CodePanel]:
    (tmp_path / "nodes.py").write_text(NODES, encoding="utf-8")
    (tmp_path / "state.py").write_text("class State(dict):\n    topic: str\n", encoding="utf-8")
    owner = QObject()
    help = CodeHelp(owner)
    panel = CodePanel(history, help)
    qtbot.addWidget(panel)
    panel.set_folder(tmp_path)
    panel.resize(500, 400)
    panel.show()
    yield panel
    help.close()


def text(panel: CodePanel) -> str:
    return panel.section.pane.editor.toPlainText()


def test_nodes_routers_and_the_state_are_in_the_list_and_shown(panel: CodePanel, history: UndoHistory) -> None:
    items = [panel.chooser.itemText(i) for i in range(panel.chooser.count())]

    assert items == [
        "a   nodes:f",
        "b",
        "c   nodes:missing",
        "d   x",
        "Router of a   nodes:f",
        "State   state:State",
    ]
    for target, begin in ((of_node("a"), "def f("), (of_router("a", ""), "def f("), (STATE, "class State")):
        panel.show_target(target)
        assert text(panel).startswith(begin)
        assert panel.chooser.currentData().key() == target.key()


@pytest.mark.parametrize(
    ("node", "reason", "offer"),
    [
        ("b", "No function is chosen yet.", "Write a function"),
        ("c", "nodes.py does not define 'missing'.", "Write 'missing'"),
        ("d", "There is no module 'x' beside the graph.", None),
    ],
)
def test_where_there_is_no_code_the_reason_is_said_and_a_stub_offered(
    panel: CodePanel, node: str, reason: str, offer: str | None
) -> None:
    panel.show_node(node)

    assert panel.section.reason == reason
    button = panel.section._write
    assert (button.text() if not button.isHidden() else None) == offer


def test_the_offered_stub_is_written_shown_and_undone_in_one_step(panel: CodePanel, history: UndoHistory) -> None:
    panel.show_node("b")

    panel.section.write_stub()

    assert history.document.graph.nodes["b"].fn == "nodes:b"
    assert text(panel).startswith("def b(state: State):")
    history.undo()
    assert panel.section.reason == "No function is chosen yet."
    assert history.document.modules["nodes.py"].text == NODES


def test_a_missing_function_is_written_as_the_graph_names_it(panel: CodePanel, history: UndoHistory) -> None:
    panel.show_node("c")

    panel.section.write_stub()

    assert text(panel).startswith("def missing(state: State):")
    assert not panel.section.reason


def test_it_stays_with_a_renamed_node_and_follows_its_function(panel: CodePanel, history: UndoHistory) -> None:
    panel.show_node("a")
    history.do(rename_node(history.document, "a", "first"))

    assert panel.section.target.node == "first"
    history.do(change_node(history.document, "first", fn="state:State"))
    assert text(panel).startswith("class State")
    history.do(change_graph(history.document, state=None))
    assert text(panel).startswith("class State")


def test_the_whole_module_and_back(panel: CodePanel) -> None:
    panel.show_node("a")

    panel.section.toggle_whole()
    assert text(panel) == NODES
    panel.section.toggle_whole()
    assert text(panel).startswith("def f(")


def test_a_definition_in_another_module_is_shown_here_and_one_elsewhere_outside(
    panel: CodePanel, tmp_path: Path, qtbot: QtBot
) -> None:
    outside: list[tuple[Path, int]] = []
    panel.section.open_source.connect(lambda path, line: outside.append((path, line)))
    panel.show_node("a")

    panel.section.pane.place_wanted.emit(tmp_path / "state.py", 2)

    assert panel.section.target == CodeTarget(module="state.py")
    assert panel.section.pane.editor.line() == 2
    panel.section.pane.place_wanted.emit(Path("/usr/lib/python3/json/__init__.py"), 7)
    assert outside == [(Path("/usr/lib/python3/json/__init__.py"), 7)]


def test_another_document_shows_nothing_of_the_last_one(panel: CodePanel, history: UndoHistory) -> None:
    panel.show_node("a")

    history.replace(Document())

    assert text(panel) == ""
    assert panel.section.reason == "Select a node to see its code."
    assert panel.chooser.count() == 0


def test_code_that_a_shown_run_did_not_run_is_said_to_be_todays(panel: CodePanel) -> None:
    panel.show_target(of_node("a"))
    assert not panel.said_of_run

    panel.ran.show_other(OtherCode("nodes.py", "a", None, ""))

    assert panel.said_of_run.endswith("which is not kept.")
    assert not panel.ran.shows_ran


@pytest.mark.parametrize(("text", "why"), [("x = 1\0", "cannot be shown here"), ("x" * 200_000, "more than can be")])
def test_code_that_ran_and_cannot_be_shown_is_said_so(panel: CodePanel, text: str, why: str) -> None:
    panel.ran.show_other(OtherCode("nodes.py", "", text, "at step 4"))

    assert why in panel.said_of_run
    assert not panel.ran.shows_ran


def test_what_was_chosen_stays_from_step_to_step_of_the_past(panel: CodePanel) -> None:
    panel.ran.show_other(OtherCode("nodes.py", "", "x = 1", "at step 4"))
    assert panel.ran.shows_ran
    assert panel.ran.view.toPlainText() == "x = 1"

    button = next(button for button in panel.ran.findChildren(QPushButton) if button.text() == "Show today's")
    button.click()
    panel.ran.show_other(OtherCode("nodes.py", "", "x = 2", "at step 5"))

    assert not panel.ran.shows_ran
    assert "at step 5" in panel.said_of_run


def test_an_edit_lists_only_what_it_touched_anew(panel: CodePanel, history: UndoHistory) -> None:
    before = {target.key(): target for target in panel.chooser.listed}
    panel.show_target(of_node("c"))

    history.do(rename_node(history.document, "b", "z"))

    after = panel.chooser.listed
    assert [target.title for target in after] == ["a", "c", "d", "z", "Router of a", "State"]
    assert all(
        target is before[target.key()] for target in after if target.node in ("a", "c", "d") and not target.is_router
    )
    assert panel.chooser.currentData().key() == of_node("c").key()


def test_an_edit_that_changes_no_name_resets_no_list(panel: CodePanel, history: UndoHistory, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.chooser.model().modelReset):
        history.do(connect(history.document, PlainOutlet("b"), "c"))


@pytest.mark.parametrize("width", [420, 150])
def test_the_button_that_writes_a_function_is_seen_whole_in_the_inspector(
    qtbot: QtBot, history: UndoHistory, tmp_path: Path, width: int
) -> None:
    (tmp_path / "nodes.py").write_text(NODES, encoding="utf-8")
    owner = QObject()
    help = CodeHelp(owner)
    section = CodeSection(history, help, "Code of the node", is_large=False)
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(section, 0, Qt.AlignmentFlag.AlignTop)
    window.resize(width, 400)
    section.set_folder(tmp_path)

    section.show_target(of_node("c").now(history.document))
    window.show()  # the button has its style only now

    (write,) = [b for b in section.findChildren(QPushButton) if b.text() == "Write 'missing'"]
    qtbot.waitUntil(lambda: write.visibleRegion().boundingRect().height() >= write.sizeHint().height(), timeout=30_000)
    help.close()


def test_what_has_code_is_listed_when_the_panel_is_seen(panel: CodePanel, history: UndoHistory) -> None:
    panel.hide()
    listed = panel.chooser.listed

    history.do(rename_node(history.document, "b", "z"))

    assert panel.chooser.listed is listed
    panel.show()
    assert [target.title for target in panel.chooser.listed] == ["a", "c", "d", "z", "Router of a", "State"]
