"""What a screen reader is told of the nodes on the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible

from editor.canvas.accessible_graph import AccessibleNode, AccessibleRemark
from editor.canvas.graph_view import GraphView
from editor.debugger.breakpoints import BreakpointLook
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from editor.document import commands
from editor.document.remark_commands import add_frame, add_note, delete_remarks
from editor.document.undo_history import UndoHistory
from engine.graph.problems import Problem, Severity
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import loop

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description


@pytest.fixture
def canvas(qtbot, qapp) -> tuple[GraphView, UndoHistory]:
    history = UndoHistory(loop())
    view = GraphView(history)
    qtbot.addWidget(view)
    view.resize(1200, 700)
    view.show()
    view.fit_all()
    return view, history


def nodes_of(view: GraphView) -> list[AccessibleNode]:
    graph = QAccessible.queryAccessibleInterface(view)
    return [child for i in range(graph.childCount()) if isinstance(child := graph.child(i), AccessibleNode)]


def test_every_node_is_an_entry_of_the_list_from_left_to_right(canvas) -> None:
    view, _ = canvas

    graph = QAccessible.queryAccessibleInterface(view)
    nodes = nodes_of(view)

    assert (graph.role(), graph.text(NAME)) == (QAccessible.Role.List, "Graph")
    assert [node.name for node in nodes] == [START, "a", "b", "c", END]
    assert {node.role() for node in nodes} == {QAccessible.Role.ListItem}
    assert [graph.indexOfChild(node) for node in nodes] == [0, 1, 2, 3, 4]


def test_a_node_says_its_name_its_state_and_its_edges(canvas) -> None:
    view, _ = canvas
    view.show_run(RunPicture(nodes={"b": NodeMoment(NodeLook.FAILED)}))

    node = next(node for node in nodes_of(view) if node.name == "b")

    assert node.text(NAME).startswith("b, ")
    assert "failed" in node.text(NAME)
    assert all(other in node.text(DESCRIPTION) for other in ("a", "again", "done", "END"))


def test_a_node_says_what_is_wrong_with_it_and_how_its_breakpoint_stops(canvas) -> None:
    view, _ = canvas
    text = "Node 'b' has no function."
    view.show_problems([Problem("no_function", Severity.ERROR, text, "Choose one.", node="b")])
    view.graph_scene.show_breakpoint_looks({"b": (BreakpointLook.CONDITIONAL, "=")})

    described = {node.name: node.text(DESCRIPTION) for node in nodes_of(view)}

    assert described["b"].startswith(f"Breakpoint: conditional. {text} from b by")
    assert not any(text in words for name, words in described.items() if name != "b")


def test_a_node_stands_where_its_card_is_on_the_screen(canvas) -> None:
    view, _ = canvas
    graph = QAccessible.queryAccessibleInterface(view)
    node = nodes_of(view)[1]

    middle = view.viewport().mapToGlobal(view.mapFromScene(view.node_rect("a").center()))

    assert node.rect().contains(middle)
    assert graph.childAt(middle.x(), middle.y()) is node


def test_the_selected_node_is_said_to_be_selected(canvas) -> None:
    view, _ = canvas

    view.select(["b"])

    selected = [node.name for node in nodes_of(view) if node.state().selected]
    focus = QAccessible.queryAccessibleInterface(view).focusChild()
    assert selected == ["b"]
    assert focus.text(NAME).startswith("b, ")


def test_a_node_that_is_gone_is_not_valid_any_more(canvas) -> None:
    view, history = canvas
    node = next(node for node in nodes_of(view) if node.name == "c")

    history.do(commands.delete(history.document, ["c"]))

    assert not node.isValid()
    assert node.text(NAME) == ""
    assert [other.name for other in nodes_of(view)] == [START, "a", "b", END]
    assert QAccessible.queryAccessibleInterface(view).indexOfChild(node) == -1


def test_the_other_parts_of_the_canvas_can_be_reached_too(canvas) -> None:
    view, _ = canvas
    view.find_bar.open()

    graph = QAccessible.queryAccessibleInterface(view)
    names = [graph.child(i).text(NAME) for i in range(5, graph.childCount())]

    assert graph.childCount() > 5
    assert len(names) == graph.childCount() - 5


def test_frames_and_notes_are_entries_behind_the_nodes_and_say_what_stands_there(canvas) -> None:
    view, history = canvas
    history.do(add_frame(history.document, (100, -60, 240, 180), "Plan"))
    history.do(add_note(history.document, (900, 300), "Ask Zoë"))
    graph = QAccessible.queryAccessibleInterface(view)

    frame, note = [each for each in nodes_of(view) if isinstance(each, AccessibleRemark)]

    assert [each.name for each in nodes_of(view)][:5] == [START, "a", "b", "c", END]
    assert (frame.text(NAME), frame.text(DESCRIPTION)) == ("frame 'Plan'", "around 'a'")
    assert (note.text(NAME), note.text(DESCRIPTION)) == ("note 'Ask Zoë'", "")
    assert [graph.indexOfChild(each) for each in (frame, note)] == [5, 6]
    view.setFocus()
    view.select((), (), [note.key])
    assert note.state().selected
    assert not frame.state().selected
    assert graph.childAt(*note.rect().center().toTuple()) is note
    history.do(delete_remarks(history.document, [note.key]))
    assert not note.isValid()
    assert note.text(NAME) == ""
    assert graph.indexOfChild(note) == -1
    assert frame.isValid()
