"""Outline and palette beside a real canvas: they lead there, follow it, and what is dragged stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.app.trust import TrustStore, code_that_would_run
from editor.app.wiring import Editor
from editor.debugger.breakpoints import Breakpoint
from editor.debugger.run_state import Phase
from editor.document import commands
from editor.panels.outline_panel import OutlinePanel, in_runs
from editor.panels.palette_panel import MIME, PalettePanel, PaletteRow
from engine.graph.spec import START, EdgeSpec
from tests.editor.app.asking import Run
from tests.editor.app.test_main_window import make_editor, own_profile, until

__all__ = ["own_profile"]

# WORKAROUND: PySide6 6.12 wants QPointF in QDragEnterEvent, 6.11 and older know only QPoint.
pytestmark = pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*:DeprecationWarning")


@pytest.fixture
def editor(qapp: QApplication, loop: Any, qtbot: Any, run: Run, example_graph: Path) -> Iterator[Editor]:
    bugs: list[BaseException] = []
    editor = make_editor(qapp, bugs)
    editor.window.resize(1440, 900)
    editor.window.show()
    run(editor.start(example_graph))
    run(until(lambda: bool(editor.side.outline.rows.rows)))
    yield editor
    editor.shut_down()
    editor.window.close_now()
    editor.window.deleteLater()
    assert bugs == []


def click_row(panel: OutlinePanel, name: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    place = next(place for place, row in enumerate(panel.rows.rows) if row.name == name)
    rect = panel.view.visualRect(panel.rows.index(place))
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, keys, rect.center())


def chosen_names(panel: OutlinePanel) -> set[str]:
    return {panel.rows.rows[index.row()].name for index in panel.view.selectionModel().selectedRows()}


def show_palette(editor: Editor, run: Run) -> PalettePanel:
    editor.window.registry["view.shelf"].trigger()
    palette = editor.side.palette
    run(until(lambda: any(row.key == "function:nodes:why_a_human" for row in palette.rows.rows)))
    return palette


def test_an_opened_graph_has_its_nodes_in_the_outline_in_the_order_of_flow(editor: Editor) -> None:
    names = [row.name for row in editor.side.outline.rows.rows]

    assert set(names) == set(editor.whole.document.graph.nodes)
    assert names[0] == "classify"
    assert names[-1] == "format"
    assert names.index("generate_query") < names.index("execute_query") < names.index("answer_billing")


def test_a_clicked_row_is_selected_on_the_canvas_and_several_together(editor: Editor) -> None:
    click_row(editor.side.outline, "escalate")
    assert editor.canvas.selected_nodes() == {"escalate"}

    click_row(editor.side.outline, "format", Qt.KeyboardModifier.ControlModifier)
    assert editor.canvas.selected_nodes() == {"escalate", "format"}


def test_what_is_selected_on_the_canvas_is_selected_in_the_outline(editor: Editor) -> None:
    editor.canvas.select(["plan_search"])
    assert chosen_names(editor.side.outline) == {"plan_search"}

    editor.canvas.select([])
    assert chosen_names(editor.side.outline) == set()


def test_all_at_once_is_one_range_of_rows(editor: Editor) -> None:
    """Each range costs Qt many questions to the model; 5,000 of them took a third of a second."""
    editor.canvas.select_all()

    (whole,) = editor.side.outline.view.selectionModel().selection()
    assert (whole.top(), whole.bottom()) == (0, len(editor.side.outline.rows.rows) - 1)


@pytest.mark.parametrize(
    ("places", "runs"), [([], []), ([3], [(3, 3)]), ([0, 1, 2, 5, 7, 8], [(0, 2), (5, 5), (7, 8)])]
)
def test_rows_that_follow_each_other_are_one_range(places: list[int], runs: list[tuple[int, int]]) -> None:
    assert in_runs(places) == runs


def test_by_keyboard_the_outline_walks_and_opens(editor: Editor) -> None:
    click_row(editor.side.outline, "classify")
    QTest.keyClick(editor.side.outline.view, Qt.Key.Key_Down)
    assert editor.canvas.selected_nodes() == {"generate_query"}

    activated: list[str] = []
    editor.canvas.node_activated.connect(activated.append)
    QTest.keyClick(editor.side.outline.view, Qt.Key.Key_Return)
    assert activated == ["generate_query"]


def test_an_edit_is_followed_and_keeps_the_selection(editor: Editor, run: Run) -> None:
    editor.canvas.select(["classify"])
    editor.history.do(commands.rename_node(editor.history.document, "escalate", "call_a_human"))

    run(until(lambda: any(row.name == "call_a_human" for row in editor.side.outline.rows.rows)))

    assert chosen_names(editor.side.outline) == {"classify"}


def test_nodes_of_a_subgraph_are_gone_to_and_their_card_opens_and_closes(editor: Editor, run: Run) -> None:
    outline = editor.side.outline
    editor.canvas.select(["search_articles", "search_tickets"])
    editor.window.registry["edit.subgraph"].trigger()
    run(until(lambda: any(row.opens for row in outline.rows.rows)))
    group = next(row for row in outline.rows.rows if row.opens)

    click_row(outline, "search_tickets")
    assert editor.history.path == group.inner
    assert editor.canvas.selected_nodes() == {"search_tickets"}

    QTest.keyClick(outline.view, Qt.Key.Key_Left)  # to the card around
    assert editor.canvas.selected_nodes() == {group.name}
    QTest.keyClick(outline.view, Qt.Key.Key_Left)  # closed
    assert all(row.depth == 0 for row in outline.rows.rows)
    QTest.keyClick(outline.view, Qt.Key.Key_Right)
    assert any(row.depth == 1 for row in outline.rows.rows)


def test_a_filter_says_when_nothing_fits(editor: Editor, run: Run) -> None:
    outline = editor.side.outline
    outline.box.setText("billing")
    run(until(lambda: [row.name for row in outline.rows.rows] == ["answer_billing"]))

    outline.box.setText("no such node")
    run(until(lambda: not outline.rows.rows))

    assert outline._empty.isVisible()
    assert "no such node" in outline._empty.text


def test_rows_tell_problems_breakpoints_and_where_the_run_is(editor: Editor, run: Run, example_graph: Path) -> None:
    editor.history.do(commands.add_node(editor.history.document, "alone", (0, 600), "nodes:why_a_human"))
    editor.problems.check_now()
    words = [mark.words for mark in editor.side._marks_of(((), "alone"))]
    assert any("alone" in each for each in words)
    editor.history.undo()

    editor.session.toggle_breakpoint("classify", ())
    assert [mark.words for mark in editor.side._marks_of(((), "classify"))] == ["breakpoint, on"]

    TrustStore().trust(example_graph, code_that_would_run(example_graph))
    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))
    assert [mark.icon for mark in editor.side._marks_of(((), "classify"))] == ["next", "breakpoint"]


def test_a_module_that_is_no_python_is_one_problem_and_marks_every_node_that_needs_it(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    (example_graph.parent / "nodes.py").write_text("def broken(:\n", encoding="utf-8")
    run(editor.start(example_graph))
    editor.problems.check_now()

    names = editor.history.document.graph.nodes.keys()
    found = [problem for problem in editor.problems.problems if problem.id == "unreadable_module"]

    assert len(found) == 1
    assert names == editor.canvas.graph_scene.problem_marks.keys()
    assert all(editor.side._marks_of(((), name))[0].words == found[0].sentence for name in names)
    assert all(found[0] in editor.canvas.quick_fixes.problems_at(name) for name in names)


# The palette


def test_the_palette_has_functions_templates_notes_and_a_new_node(editor: Editor, run: Run) -> None:
    palette = show_palette(editor, run)

    groups = {row.group: row for row in reversed(palette.rows.rows)}
    assert list(groups)[::-1] == ["New", "Functions of the project", "Templates"]
    assert groups["New"].title == "New node…"
    assert {row.title for row in palette.rows.rows} >= {"Note", "Frame", "Subgraph"}
    headings = [line for line in palette.rows.lines if isinstance(line, str)]
    assert headings == ["New", "Functions of the project", "Templates"]
    assert palette.rows.flags(palette.rows.index(0)) == Qt.ItemFlag.NoItemFlags


def row_of(palette: PalettePanel, key: str) -> QPoint:
    place = next(i for i, line in enumerate(palette.rows.lines) if isinstance(line, PaletteRow) and line.key == key)
    palette.view.scrollTo(palette.rows.index(place))
    return palette.view.visualRect(palette.rows.index(place)).center()


def test_enter_puts_a_function_where_there_is_room_in_sight(editor: Editor, run: Run) -> None:
    palette = show_palette(editor, run)
    at = row_of(palette, "function:nodes:why_a_human")
    QTest.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    QTest.keyClick(palette.view, Qt.Key.Key_Return)

    assert editor.whole.document.graph.nodes["why_a_human"].fn == "nodes:why_a_human"
    card = editor.canvas.drawing.card_rect("why_a_human")
    assert editor.canvas.drawing.nodes_meeting(card) == ["why_a_human"]
    assert editor.canvas.selected_nodes() == {"why_a_human"}
    editor.history.undo()
    assert "why_a_human" not in editor.whole.document.graph.nodes


def drag(editor: Editor, key: str, to: QPointF, *, drop: bool = True) -> bool:
    """As Qt tells the canvas of it: in, over this point of the scene, then dropped or out again. Whether it may."""
    data = QMimeData()
    data.setData(MIME, key.encode())
    view = editor.canvas
    at = view.mapFromScene(to)
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(at, copy, data, left, none)
    QApplication.sendEvent(view.viewport(), entered)
    if drop:
        QApplication.sendEvent(view.viewport(), QDropEvent(QPointF(at), copy, data, left, none, QEvent.Type.Drop))
    else:
        QApplication.sendEvent(view.viewport(), QDragLeaveEvent())
    return entered.isAccepted()


def test_dropped_into_an_edge_it_stands_in_it_as_one_edit(editor: Editor, run: Run) -> None:
    show_palette(editor, run)
    before = editor.whole.document
    start, end = editor.canvas.drawing.card_rect("generate_query"), editor.canvas.drawing.card_rect("execute_query")
    middle = QPointF((start.right + end.left) / 2, (start.top + start.bottom) / 2)

    assert drag(editor, "function:nodes:why_a_human", middle)

    edges = editor.whole.document.graph.edges
    assert EdgeSpec("generate_query", "why_a_human") in edges
    assert EdgeSpec("why_a_human", "execute_query") in edges
    assert EdgeSpec("generate_query", "execute_query") not in edges
    editor.history.undo()
    assert editor.whole.document == before


def test_dragged_over_and_out_again_nothing_is_left(editor: Editor, run: Run) -> None:
    show_palette(editor, run)
    before = editor.whole.document
    calm = editor.canvas.grab().toImage()

    assert drag(editor, "function:nodes:why_a_human", QPointF(0, 400), drop=False)

    assert editor.whole.document is before
    assert editor.canvas.grab().toImage() == calm


def test_a_note_is_dropped_and_asks_for_its_words(editor: Editor, run: Run) -> None:
    show_palette(editor, run)

    assert drag(editor, "remark:note", QPointF(0, 500))

    (note,) = editor.whole.document.layout.remarks.values()
    assert note.kind == "note"


def test_a_template_is_dropped_with_all_its_nodes(editor: Editor, run: Run) -> None:
    palette = show_palette(editor, run)
    key = next(row.key for row in palette.rows.rows if row.group == "Templates")
    before = set(editor.whole.document.graph.nodes)

    assert drag(editor, key, QPointF(0, 700))

    assert len(set(editor.whole.document.graph.nodes) - before) > 1
    assert START in {name for edge in editor.whole.document.graph.edges for name in edge.sources}


def test_while_a_run_exists_nothing_can_be_dropped(editor: Editor, run: Run, example_graph: Path) -> None:
    show_palette(editor, run)
    TrustStore().trust(example_graph, code_that_would_run(example_graph))
    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))
    before = editor.whole.document

    assert not drag(editor, "function:nodes:why_a_human", QPointF(0, 400))

    assert editor.whole.document is before


def test_something_else_is_not_taken(editor: Editor, run: Run) -> None:
    show_palette(editor, run)

    assert not drag(editor, "function:nodes:no_such_function", QPointF(0, 400))


def test_a_narrow_window_begins_without_them_and_the_keys_bring_them(
    qapp: QApplication, loop: Any, qtbot: Any, run: Run, example_graph: Path
) -> None:
    bugs: list[BaseException] = []
    editor = make_editor(qapp, bugs)
    editor.window.resize(1000, 700)
    editor.window.show()
    run(editor.start(example_graph))
    try:
        assert all(not dock.isVisible() for dock in editor.side.docks.values())
        editor.window.registry["view.outline"].trigger()
        run(until(lambda: bool(editor.side.outline.rows.rows)))
        assert editor.side.docks["view.outline"].isVisible()
    finally:
        editor.shut_down()
        editor.window.close_now()
        editor.window.deleteLater()
    assert bugs == []


@pytest.mark.parametrize(
    ("how", "mark"),
    [
        ({}, "breakpoint"),
        ({"enabled": False}, "breakpoint_off"),
        ({"condition": "tries > 1"}, "breakpoint_if"),
        ({"hit_count": 3}, "breakpoint_if"),
        ({"log": "{tries}"}, "breakpoint_log"),
    ],
)
def test_a_breakpoint_has_the_shape_of_its_card_in_the_outline(editor: Editor, how: dict[str, Any], mark: str) -> None:
    editor.session.add_breakpoint(Breakpoint("", node="format", **how))

    shown = editor.side.outline.rows
    marks = next(shown.marks(row) for row in shown.rows if row.name == "format")

    assert [each.icon for each in marks] == [mark]
