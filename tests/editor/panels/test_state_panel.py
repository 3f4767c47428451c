"""The state panel over a scripted run: diff, tree, edit in place, fork."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from editor.debugger.run_state import Phase
from editor.panels.diff_rows import FoldRow, KeyRow
from editor.panels.diff_view import DiffView
from editor.panels.fork_bar import ForkBar
from editor.panels.state_panel import READING, StatePanel
from editor.widgets.empty_state import EmptyState
from editor.widgets.segmented import Segmented
from editor.widgets.toast import Toast
from editor.widgets.value_editor import ValueEditor
from editor.widgets.value_tree import MARK_ROLE
from editor.widgets.value_view import ValueView
from editor.widgets.value_viewer import ValueViewer
from engine.runner import requests
from engine.time_travel.state_diff import StateDiff, diff_states
from tests.editor.panels.scripted import Scripted


@pytest.fixture
def panel(qtbot: QtBot, scripted: Scripted) -> StatePanel:
    panel = StatePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    return panel


def diff_of(panel: StatePanel) -> DiffView:
    return panel.findChildren(DiffView)[0]


def keys_of(panel: StatePanel) -> list[str]:
    return [row.key for row in diff_of(panel).rows.rows if isinstance(row, KeyRow)]


def tree_of(panel: StatePanel) -> ValueView:
    return next(view for view in panel.findChildren(ValueView) if type(view) is ValueView)


def bar_of(panel: StatePanel) -> ForkBar:
    return panel.findChildren(ForkBar)[0]


def button(panel: StatePanel, text: str) -> QPushButton:
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text)


def open_editor_on(qtbot: QtBot, panel: StatePanel, key: str) -> ValueEditor:
    """Double-click the first change of a key in the diff."""
    view = diff_of(panel)
    qtbot.waitUntil(lambda: key in keys_of(panel))
    row = next(i for i, row in enumerate(view.rows.rows) if isinstance(row, KeyRow) and row.key == key)
    spot = view.row_rect(row + 1).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: any(editor.isVisible() for editor in panel.findChildren(ValueEditor)))
    return next(editor for editor in panel.findChildren(ValueEditor) if editor.isVisible())


def change(qtbot: QtBot, panel: StatePanel, key: str, text: str) -> None:
    """With real keys: double-click, type over, Enter."""
    editor = open_editor_on(qtbot, panel, key)
    QTest.keyClick(editor.field(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor.field(), text)
    QTest.keyClick(editor.field(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bar_of(panel).isVisible())


def test_before_a_run_the_panel_says_how_to_start_one(panel: StatePanel) -> None:
    assert "F5" in panel.findChildren(EmptyState)[0].text


def test_after_a_step_the_changed_keys_are_shown_and_the_rest_is_folded(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()

    scripted.step()

    qtbot.waitUntil(lambda: keys_of(panel) == ["intent", "confidence", "attempts", "trace"])
    last = diff_of(panel).rows.rows[-1]
    assert isinstance(last, FoldRow) and last.text == "2 unchanged"


def test_each_step_shows_its_own_diff_with_reducer_chips(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()

    scripted.step(4)

    qtbot.waitUntil(lambda: keys_of(panel) == ["attempts", "trace", "query"])
    chips = {row.key: row.chip for row in diff_of(panel).rows.rows if isinstance(row, KeyRow)}
    assert chips == {"attempts": "replace", "trace": "append +1", "query": "~1"}


def test_looking_at_the_past_shows_the_diff_of_that_moment(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(3)

    scripted.session.look_at(scripted.after("classify").id)

    qtbot.waitUntil(lambda: "intent" in keys_of(panel))


def test_the_state_tab_shows_all_keys_and_the_filter_narrows_them(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step(2)
    words = panel.findChildren(Segmented)[0]

    QTest.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.rect_of("State").center().toPoint())
    qtbot.waitUntil(lambda: tree_of(panel).row_count() == 7)
    QTest.keyClicks(panel._filter, "classify")

    qtbot.waitUntil(lambda: tree_of(panel).row_count() == 1)


def test_branches_opened_in_the_tree_stay_open_from_step_to_step(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step()
    panel.show_mode("State")
    qtbot.waitUntil(lambda: tree_of(panel).row_count() > 0)
    tree_of(panel).expand(tree_of(panel).view_index(("trace",)))

    scripted.step()

    qtbot.waitUntil(lambda: tree_of(panel).view_index(("trace", 1)).isValid())
    assert ("trace",) in tree_of(panel).opened_paths()


def test_an_edit_opens_the_fork_bar_with_the_node_that_would_be_next(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step()

    change(qtbot, panel, "intent", "technical")

    qtbot.waitUntil(lambda: bar_of(panel).next_text == "Next will be plan_search (was generate_query).")
    assert scripted.requests(requests.Fork) == []
    preview = scripted.requests(requests.PreviewFork)[-1]
    assert (preview.changes, preview.as_node) == ({"intent": "technical"}, "classify")


def test_fork_and_step_makes_the_branch_and_runs_the_other_node(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step(4)
    moment = scripted.after("classify")
    scripted.session.look_at(moment.id)
    change(qtbot, panel, "intent", "technical")

    QTest.mouseClick(button(panel, "Fork and step"), Qt.MouseButton.LeftButton)
    scripted.rest()
    qtbot.waitUntil(lambda: scripted.head.ran == ("plan_search",))

    fork = scripted.requests(requests.Fork)[-1]
    assert (fork.checkpoint_id, fork.changes, fork.as_node, fork.then) == (
        moment.id,
        {"intent": "technical"},
        "classify",
        "step",
    )
    assert not bar_of(panel).isVisible()


def test_fork_and_continue_runs_on_to_the_end(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    change(qtbot, panel, "intent", "general")

    QTest.mouseClick(button(panel, "Fork and continue"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: scripted.session.run_state.phase is Phase.FINISHED)
    assert "answer_general" in {node for row in scripted.session.run_state.checkpoints.values() for node in row.ran}


def test_discard_forgets_the_edit_and_forks_nothing(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    change(qtbot, panel, "intent", "technical")

    QTest.mouseClick(button(panel, "Discard"), Qt.MouseButton.LeftButton)

    assert not bar_of(panel).isVisible()
    assert scripted.requests(requests.Fork) == []


def test_another_node_in_whose_name_asks_again_what_is_next(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step()
    change(qtbot, panel, "intent", "technical")
    picker = next(box for box in bar_of(panel).findChildren(QComboBox) if box.accessibleName() == "Write as node")

    picker.setCurrentText("format")
    picker.activated.emit(picker.currentIndex())

    qtbot.waitUntil(lambda: bar_of(panel).next_text == "Next will be the end (was generate_query).")


def test_a_draft_waits_at_its_checkpoint_while_another_one_is_looked_at(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step(2)
    moment = scripted.after("classify")
    scripted.session.look_at(moment.id)
    change(qtbot, panel, "intent", "technical")

    scripted.session.back_to_now()
    assert not bar_of(panel).isVisible()
    scripted.session.look_at(moment.id)

    assert bar_of(panel).isVisible()


def test_an_edited_value_is_marked_in_the_tree(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    change(qtbot, panel, "intent", "technical")

    panel.show_mode("State")

    qtbot.waitUntil(lambda: tree_of(panel).view_index(("intent",), 1).data() == "'technical'")


def test_escape_in_the_editor_changes_nothing(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    editor = open_editor_on(qtbot, panel, "intent")

    QTest.keyClick(editor.field(), Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: not any(editor.isVisible() for editor in panel.findChildren(ValueEditor)))
    assert not bar_of(panel).isVisible()


def test_a_value_cannot_be_edited_while_the_run_is_under_way_and_the_panel_says_so(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step()
    qtbot.waitUntil(lambda: bool(keys_of(panel)))
    scripted.session.resume()
    assert scripted.session.run_state.phase is Phase.RUNNING

    panel._edit(("intent",))

    assert panel.findChildren(Toast)[0].text == "Pause the run to edit a value."
    scripted.rest()


def test_stepping_on_after_the_editor_was_opened_closes_it(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    open_editor_on(qtbot, panel, "intent")

    scripted.step()

    assert not any(editor.isVisible() for editor in panel.findChildren(ValueEditor))


def test_the_pencil_of_a_row_opens_the_editor_with_one_click(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step()
    qtbot.waitUntil(lambda: "intent" in keys_of(panel))
    view = diff_of(panel)
    row = view.row_rect(1)

    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row.right() - 28, row.top() + 12))

    qtbot.waitUntil(lambda: any(editor.isVisible() for editor in panel.findChildren(ValueEditor)))


def test_the_pencil_in_the_tree_opens_the_editor_too(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    panel.show_mode("State")
    qtbot.waitUntil(lambda: tree_of(panel).view_index(("intent",)).isValid())
    row = tree_of(panel).visualRect(tree_of(panel).view_index(("intent",), 1))

    spot = QPoint(row.right() - 14, row.center().y())
    QTest.mouseClick(tree_of(panel).viewport(), Qt.MouseButton.LeftButton, pos=spot)

    qtbot.waitUntil(lambda: any(editor.isVisible() for editor in panel.findChildren(ValueEditor)))


def test_the_tree_marks_what_the_step_changed_and_what_is_edited(
    qtbot: QtBot, panel: StatePanel, scripted: Scripted
) -> None:
    scripted.start()
    scripted.step()
    change(qtbot, panel, "intent", "technical")

    panel.show_mode("State")

    qtbot.waitUntil(lambda: tree_of(panel).view_index(("intent",)).isValid())
    marks = {key: tree_of(panel).view_index((key,), 1).data(MARK_ROLE) for key in ("user_id", "intent", "confidence")}
    assert marks == {"user_id": "", "intent": "edited", "confidence": "changed"}


def test_space_views_a_value_and_escape_goes_back_to_it(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step(4)
    panel.show_mode("State")
    tree = tree_of(panel)
    qtbot.waitUntil(lambda: tree.select_path(("rows",)))

    QTest.keyClick(tree, Qt.Key.Key_Space)
    viewer = panel.findChildren(ValueViewer)[0]
    qtbot.waitUntil(viewer.isVisible)
    assert viewer.path == ("rows",)
    QTest.keyClick(viewer, Qt.Key.Key_Escape)

    assert tree.isVisible()
    assert tree.current_path() == ("rows",)


def test_another_moment_closes_the_viewer(qtbot: QtBot, panel: StatePanel, scripted: Scripted) -> None:
    scripted.start()
    scripted.step()
    panel.show_mode("State")
    tree = tree_of(panel)
    qtbot.waitUntil(lambda: tree.select_path(("message",)))
    QTest.keyClick(tree, Qt.Key.Key_Space)
    qtbot.waitUntil(panel.findChildren(ValueViewer)[0].isVisible)

    scripted.session.step_back()

    qtbot.waitUntil(tree.isVisible)


def test_a_state_that_takes_long_to_read_is_not_shown_as_the_one_before(
    qtbot: QtBot, scripted: Scripted, panel: StatePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Callable[[StateDiff], None]] = []
    monkeypatch.setattr(panel._reader, "read_diff", lambda before, after, on_done, on_problem: held.append(on_done))
    scripted.session.run_and_step({})
    empty = panel.findChildren(EmptyState)[0]

    qtbot.waitUntil(lambda: empty.isVisible() and empty.text == READING[1], timeout=30_000)
    held[-1](diff_states({}, {"topic": "billing"}))

    assert diff_of(panel).isVisible()
    assert keys_of(panel) == ["topic"]
