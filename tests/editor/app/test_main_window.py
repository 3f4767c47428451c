"""The window with everything in it, on a scripted runner: what is shown when, what is remembered, what is reachable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDockWidget, QLineEdit

from editor.app.actions import ACTIONS
from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore, code_that_would_run
from editor.app.wiring import Editor
from editor.debugger.breakpoints import Breakpoint, BreakpointLook, Where
from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_script
from editor.debugger.run_state import Phase
from editor.document import commands
from tests.editor.app.asking import Run, answering


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPGRAPH_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.001)


def make_editor(qapp: QApplication, bugs: list[BaseException]) -> Editor:
    script = support_router_script()
    return Editor(qapp, lambda: FakeBackend(script), SettingsFile(), TrustStore(), on_bug=bugs.append)


@pytest.fixture
def editor(qapp: QApplication, loop: Any, qtbot: Any) -> Iterator[Editor]:
    bugs: list[BaseException] = []
    editor = make_editor(qapp, bugs)
    editor.window.show()
    yield editor
    editor.shut_down()
    editor.window.close_now()
    editor.window.deleteLater()
    assert bugs == []


def test_the_first_window_is_not_larger_than_the_screen(editor: Editor) -> None:
    room = editor.window.screen().availableGeometry().size()
    editor.window.setMinimumSize(200, 200)
    editor.window.resize(room.width() + 300, room.height() + 300)

    editor.window.keep_on_screen()

    assert editor.window.size() == room


def test_at_first_the_welcome_page_is_shown_without_bars_and_docks(editor: Editor) -> None:
    assert editor.window.welcome.isVisible()
    assert not editor.window.tool_bar.isVisible()
    assert not editor.window.inspector_dock.isVisible()


def test_docks_that_share_a_place_have_no_title_bars_which_is_looked_at_once_for_all_of_them(
    editor: Editor, run: Run, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(editor.start(example_graph))
    window = editor.window
    looked_at: list[QDockWidget] = []
    beside = window.tabifiedDockWidgets
    monkeypatch.setattr(window, "tabifiedDockWidgets", lambda dock: looked_at.append(dock) or beside(dock))

    window.show_welcome(True)

    assert len(looked_at) == len(set(looked_at)) == len(window._docks)
    window._docks_were_shown = False
    window.show_welcome(False)
    assert window.output_dock.titleBarWidget() is not None
    assert window.problems_dock.titleBarWidget() is not None
    assert window.inspector_dock.titleBarWidget() is None
    assert window.timeline_dock.isHidden()


def test_an_opened_graph_shows_canvas_inspector_and_its_name(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))

    assert editor.canvas.isVisible()
    assert editor.window.inspector_dock.isVisible()
    assert not editor.window.state_dock.isVisible()
    assert "support_router.graph.json" in editor.window.windowTitle()
    assert editor.settings.settings.recent == (str(example_graph),)


def test_an_edit_marks_the_title_and_undo_takes_the_mark_back(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))

    editor.history.do(commands.add_node(editor.history.document, "extra", (0, 500)))
    assert editor.window.isWindowModified()
    editor.window.registry["edit.undo"].trigger()

    assert not editor.window.isWindowModified()


def test_a_run_brings_bar_state_and_timeline_and_locks_the_graph(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    editor.permission._store.trust(example_graph, code_that_would_run(example_graph))

    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))

    window = editor.window
    assert window.debug_bar.isVisible() and window.state_dock.isVisible() and window.timeline_dock.isVisible()
    assert "locked" in editor.history.locked_reason
    assert window.status.text.startswith("Paused before classify")
    assert not window.registry["edit.add_node"].isEnabled()
    assert window.registry["debug.run"].text() == "Continue"


def test_the_mouse_on_a_button_does_not_cover_what_the_run_is_doing(editor: Editor) -> None:
    """Who has clicked Continue leaves the mouse there, and wants to read what follows."""
    editor.window.registry["debug.stop"].showStatusText(editor.window)

    assert editor.window.status.currentMessage() == ""
    assert editor.window.status.text == "Ready"


def test_another_graph_is_never_drawn_with_the_run_of_the_last_one(
    editor: Editor, run: Run, example_graph: Path, tmp_path: Path
) -> None:
    """A run of 100,000 steps was counted on it, for a picture that nobody saw."""
    run(editor.start(example_graph))
    editor.permission._store.trust(example_graph, code_that_would_run(example_graph))
    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))
    editor.window.registry["debug.stop"].trigger()
    run(until(lambda: editor.session.run_state.phase is Phase.STOPPED))
    other = tmp_path / "other" / example_graph.name
    other.parent.mkdir()
    graph = json.loads(example_graph.read_text(encoding="utf-8"))
    graph["nodes"]["extra"] = {"fn": "nodes:extra"}
    other.write_text(json.dumps(graph), encoding="utf-8")
    drawn: list[object] = []
    editor.session.picture_changed.connect(lambda picture: drawn.append(dict(picture.nodes)))

    run(editor.open_and_wait(other))

    assert editor.session.graph_path == other
    assert drawn == [{}]


def test_a_closed_run_leaves_the_plain_graph_and_can_be_shown_again(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    editor.permission._store.trust(example_graph, code_that_would_run(example_graph))
    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))
    assert not editor.window.registry["debug.close"].isEnabled()
    editor.window.registry["debug.stop"].trigger()
    run(until(lambda: editor.session.run_state.phase is Phase.STOPPED))

    editor.window.registry["debug.close"].trigger()

    assert editor.session.run_state.phase is Phase.NO_RUN
    assert not editor.window.debug_bar.isVisible()
    assert not editor.window.timeline_dock.isVisible()
    assert editor.window.registry["debug.open_last_run"].isEnabled()


def test_a_file_that_is_gone_is_explained_and_leaves_the_list(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    example_graph.unlink()
    editor.history.mark_saved()

    run(answering(editor.window, editor._open(example_graph), "Close"))

    assert editor.settings.settings.recent == ()
    assert "classify" in editor.history.document.graph.nodes


def test_the_keyboard_reaches_every_visible_part_and_comes_back(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    editor.permission._store.trust(example_graph, code_that_would_run(example_graph))
    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))
    editor.canvas.setFocus()
    parts = {
        "canvas": editor.canvas,
        "state": editor.state,
        "timeline": editor.timeline,
        "outline": editor.side.outline,
    }
    reached: list[str] = []

    for _ in range(5):
        editor.window.registry["view.next_part"].trigger()
        focused = QApplication.focusWidget()
        reached += [name for name, part in parts.items() if part is focused or part.isAncestorOf(focused)]

    assert reached == ["state", "timeline", "outline", "canvas"]  # the output in between


def test_editing_the_graph_closes_its_finished_run_and_moving_a_node_does_not(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    editor.permission._store.trust(example_graph, code_that_would_run(example_graph))
    run(editor.control.start_run(stepping=False))
    run(until(lambda: editor.session.run_state.phase is Phase.FINISHED))

    editor.history.do(commands.move(editor.history.document, {"classify": (40, 400)}))
    assert editor.session.run_state.phase is Phase.FINISHED
    editor.history.do(commands.add_node(editor.history.document, "extra", (0, 500)))

    assert editor.session.run_state.phase is Phase.NO_RUN


def test_a_new_graph_is_empty_and_can_be_drawn(editor: Editor, run: Run) -> None:
    assert run(editor.files.new())

    assert editor.window.windowTitle().startswith("Untitled")
    assert editor.window.registry["edit.add_node"].isEnabled()
    assert not editor.window.registry["file.reload"].isEnabled()


def test_the_arrangement_is_remembered_by_the_next_window(
    editor: Editor, run: Run, qapp: QApplication, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    editor.window.output_dock.hide()
    editor.window.problems_dock.hide()
    editor.window.breakpoints_dock.hide()
    run(editor._close())

    later = make_editor(qapp, [])
    later.window.show()
    run(later.start(example_graph))

    assert later.window.inspector_dock.isVisible()
    assert not later.window.output_dock.isVisible()
    later.shut_down()
    later.window.close_now()
    later.window.deleteLater()


def test_a_window_closed_on_the_first_page_forgets_no_arrangement(
    editor: Editor, run: Run, qapp: QApplication, example_graph: Path
) -> None:
    run(editor._close())

    later = make_editor(qapp, [])
    later.window.show()
    run(later.start(example_graph))

    assert later.window.inspector_dock.isVisible()
    later.shut_down()
    later.window.close_now()
    later.window.deleteLater()


def test_the_chosen_theme_is_kept_and_marked(editor: Editor) -> None:
    editor.window.registry["view.theme_dark"].trigger()

    assert SettingsFile().settings.theme == "dark"
    assert editor.window.registry["view.theme_dark"].isChecked()
    editor.window.registry["view.theme_light"].trigger()


def test_every_action_has_a_handler_and_its_keys(editor: Editor) -> None:
    for row in ACTIONS:
        keys = [key.toString() for key in editor.window.registry[row.id].shortcuts()]
        assert len(keys) == len(row.keys), row.id


def test_every_control_that_takes_the_focus_has_a_name(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))

    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in (QAbstractButton, QLineEdit, QComboBox)
        for widget in editor.window.findChildren(kind)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]

    assert nameless == []


def test_saving_in_the_editor_keeps_the_trust_but_not_for_foreign_changes(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    store = editor.permission._store
    store.trust(example_graph, code_that_would_run(example_graph))
    run(editor.start(example_graph))
    rename = commands.change_node(editor.history.document, "classify", fn="nodes:answer_general")
    editor.history.do(rename)

    run(editor.files.save())
    assert editor.permission.is_given(example_graph)

    example_graph.with_name("nodes.py").write_text("print('foreign')\n")
    editor.history.do(commands.change_node(editor.history.document, "classify", fn="nodes:classify"))
    run(editor.files.save())
    assert not editor.permission.is_given(example_graph)


def test_the_view_of_a_file_is_remembered(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    editor.canvas.zoom_reset()
    editor.levels.views.write_now()

    run(editor.files.reload())

    assert editor.canvas.zoom == pytest.approx(1.0)


def test_problems_are_marked_on_the_canvas_also_those_of_modules(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    assert editor.problems.problems == ()

    editor.history.do(commands.change_node(editor.history.document, "classify", fn="nodes:nowhere"))
    editor.problems.check_now()

    assert editor.canvas.graph_scene.problem_marks["classify"]


def test_breakpoints_of_a_new_graph_follow_to_its_name_and_not_to_the_next_new_graph(
    editor: Editor, run: Run, tmp_path: Path
) -> None:
    run(editor.files.new())
    editor.history.do(commands.add_node(editor.history.document, "plan", (0, 0)))
    editor.session.toggle_breakpoint("plan")

    run(editor.files._try_write(tmp_path / "mine.graph.json"))

    assert editor.session.graph_path == tmp_path / "mine.graph.json"
    assert editor.session.breakpoints == {"plan"}
    run(editor.files.new())
    assert editor.session.breakpoints == frozenset()
    run(editor.start(tmp_path / "mine.graph.json"))
    assert editor.session.breakpoints == {"plan"}


def test_the_breakpoint_of_a_node_is_edited_and_disabled_by_keys(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    editor.canvas.select(["format"])

    editor.window.registry["debug.edit_breakpoint"].trigger()
    editor.session.change_breakpoint(replace(editor.session.breakpoint_list[0], condition="attempts > 1"))
    editor.window.registry["debug.enable_breakpoint"].trigger()

    (only,) = editor.session.breakpoint_list
    assert (only.node, only.condition, only.enabled) == ("format", "attempts > 1", False)
    assert editor.window.breakpoints_dock.isVisible()
    assert editor.breakpoints.current() == only
    assert editor.canvas.graph_scene.breakpoint_looks["format"][0] is BreakpointLook.DISABLED


def test_conditional_breakpoints_of_a_new_graph_follow_to_its_name(editor: Editor, run: Run, tmp_path: Path) -> None:
    run(editor.files.new())
    editor.history.do(commands.add_node(editor.history.document, "plan", (0, 0)))
    editor.session.add_breakpoint(Breakpoint("", Where.KEY, key="goal"))

    run(editor.files._try_write(tmp_path / "mine.graph.json"))

    assert [each.key for each in editor.session.breakpoint_list] == ["goal"]


def test_an_input_that_was_run_is_offered_by_the_next_window(
    editor: Editor, run: Run, qapp: QApplication, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    editor.permission._store.trust(example_graph, code_that_would_run(example_graph))
    editor.inputs.picker.edit.set_text('{"user_id": "mara", "message": "once more"}')
    run(editor.control.start_run(stepping=True))
    run(until(lambda: editor.session.run_state.phase is Phase.PAUSED))
    run(editor._close())

    later = make_editor(qapp, [])
    run(later.start(example_graph))

    assert later.inputs.picker.recent == ({"user_id": "mara", "message": "once more"},)
    later.shut_down()
    later.window.close_now()
    later.window.deleteLater()


def test_nodes_are_copied_and_pasted_from_the_menu(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    assert not editor.window.registry["edit.copy"].isEnabled()

    editor.canvas.select(["classify"])
    editor.window.registry["edit.copy"].trigger()
    editor.window.registry["edit.paste"].trigger()

    assert len(editor.history.document.graph.nodes) == 12
    assert editor.window.registry["edit.undo"].text().startswith("Undo Paste")


def test_a_file_that_is_gone_marks_the_title_as_not_saved(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    assert not editor.window.isWindowModified()
    example_graph.unlink()

    run(editor.files.look_at_disk())

    assert editor.window.isWindowModified()
