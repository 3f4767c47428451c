"""Several windows of one process: what they share of a document, what is each one's own, and when the program ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore, code_that_would_run
from editor.app.wiring import Editor
from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_script
from editor.debugger.run_state import Phase
from editor.document import commands
from editor.document.recovery_log import recovery_folder
from editor.document.source_code import ProjectSources
from editor.document.state_commands import rename_state_key
from tests.editor.app.asking import Run, answering


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPGRAPH_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))


@pytest.fixture
def first(
    qapp: QApplication, loop: Any, run: Run, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Editor]:
    qapp.setQuitOnLastWindowClosed(False)
    # Windows become active while no loop runs; the tests look at the disk where they mean to.
    monkeypatch.setattr(Editor, "look_at_disk", lambda editor: None)
    bugs: list[BaseException] = []
    script = support_router_script()
    editor = Editor(qapp, lambda: FakeBackend(script), SettingsFile(), TrustStore(), on_bug=bugs.append)
    windows = editor.windows
    editor.window.show()
    run(editor.start(example_graph))
    yield editor
    for each in windows.editors:
        each.shut_down()
        each.window.close_now()
        each.window.deleteLater()
    assert bugs == []


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.001)


def add(editor: Editor, name: str) -> bool:
    return editor.history.do(commands.add_node(editor.history.document, name, (0, 600)))


def test_a_second_view_shows_the_same_document_and_edits_appear_in_both(first: Editor) -> None:
    second = first.windows.open_same(first)

    add(first, "by_first")
    add(second, "by_second")

    for window in (first, second):
        assert {"by_first", "by_second"} <= set(window.canvas.graph_scene.drawing.shapes)
    assert first.window.isWindowModified() and second.window.isWindowModified()
    first.history.undo()
    assert not second.history.document.has_node("by_second")
    assert "(1)" in first.window.windowTitle() and "(2)" in second.window.windowTitle()


def test_a_graph_that_is_opened_again_in_a_new_window_stands_where_it_was_left(
    first: Editor, run: Run, example_graph: Path
) -> None:
    run(until(lambda: first.canvas.shows_fitted))
    first.canvas.center_on("format")
    first.levels.views.write_now()
    middle = first.canvas.mapToScene(first.canvas.viewport().rect().center())
    run(first.files.new())

    second = first.windows.open_another(first)
    run(second.files.open(example_graph))
    run(asyncio.sleep(0))
    QApplication.processEvents()

    now = second.canvas.mapToScene(second.canvas.viewport().rect().center())
    pixel = 1 / second.canvas.transform().m11()  # scrolling rounds to whole ones
    assert abs(now.x() - middle.x()) < 1.5 * pixel
    assert abs(now.y() - middle.y()) < 1.5 * pixel


def test_selection_and_level_are_each_windows_own(first: Editor) -> None:
    second = first.windows.open_same(first)

    first.canvas.select(["classify"])

    assert not second.canvas.selected_nodes()


def test_a_window_that_opens_a_file_that_is_open_joins_it_without_reading_it(
    first: Editor, run: Run, example_graph: Path
) -> None:
    add(first, "unsaved")
    second = first.windows.open_another(first)
    assert second.window.welcome.isVisible()

    assert run(second.files.open(example_graph))

    assert second.history.document is first.history.document
    assert second.canvas.isVisible()


def test_opening_it_again_in_one_of_its_windows_loses_no_edit(first: Editor, run: Run, example_graph: Path) -> None:
    second = first.windows.open_same(first)
    add(first, "unsaved")

    assert run(second.files.open(example_graph))

    assert first.history.document.has_node("unsaved")


def test_a_window_that_goes_to_another_graph_leaves_the_document_to_the_other(
    first: Editor, run: Run, example_graph: Path
) -> None:
    second = first.windows.open_same(first)
    add(first, "unsaved")

    assert run(second.files.new())

    assert first.history.document.has_node("unsaved") and first.files.path == example_graph
    assert second.files.path is None and not second.history.document.graph.nodes
    assert "(" not in first.window.windowTitle()
    add(second, "alone")
    assert not first.history.document.has_node("alone")


def test_save_reload_and_the_saved_mark_are_shared(first: Editor, run: Run, example_graph: Path) -> None:
    second = first.windows.open_same(first)
    add(first, "kept")

    assert run(second.files.save())

    assert "kept" in example_graph.read_text()
    assert not first.window.isWindowModified() and not second.window.isWindowModified()
    assert run(first.files.save())  # knows what the other one wrote: no question


def test_one_recovery_log_is_kept_for_both_and_goes_with_the_save(first: Editor, run: Run) -> None:
    second = first.windows.open_same(first)
    add(first, "a")
    add(second, "b")

    assert len(list(recovery_folder().glob("*.journal"))) == 1
    run(first.files.save())
    assert not list(recovery_folder().glob("*.journal"))


def test_closing_one_of_two_asks_nothing_and_keeps_the_edits_closing_the_last_one_asks(first: Editor, run: Run) -> None:
    windows, second = first.windows, first.windows.open_same(first)
    add(second, "unsaved")
    gone: list[int] = []
    windows.all_closed.connect(lambda: gone.append(1))

    second.close()
    run(until(lambda: windows.editors == (first,)))
    assert first.history.document.has_node("unsaved") and not gone

    async def close_last() -> None:
        first.close()
        await until(lambda: bool(gone))

    run(answering(first.window, close_last(), "Don't save"))
    assert gone == [1]


def test_a_run_in_one_window_holds_the_document_in_the_other(first: Editor, run: Run, example_graph: Path) -> None:
    second = first.windows.open_same(first)
    first.permission.store.trust(example_graph, code_that_would_run(example_graph))
    run(first.control.start_run(stepping=True))
    run(until(lambda: first.session.run_state.phase is Phase.PAUSED))

    assert not add(second, "refused")
    assert second.session.run_state.phase is Phase.NO_RUN
    assert "another window" in second.history.locked_reason
    assert "another window" in second.window.status.right_text

    first.control.stop()
    run(until(lambda: not second.history.locked_reason))
    assert add(second, "accepted")


def test_breakpoints_belong_to_the_graph_and_are_the_same_in_both(first: Editor) -> None:
    second = first.windows.open_same(first)

    first.session.toggle_breakpoint("classify")

    assert second.session.breakpoint_list == first.session.breakpoint_list != ()
    second.session.toggle_breakpoint("classify")
    assert first.session.breakpoint_list == ()


def test_a_second_view_of_a_graph_without_a_name_has_its_breakpoints(first: Editor, run: Run) -> None:
    run(first.files.new())
    add(first, "a")
    first.session.toggle_breakpoint("a")

    second = first.windows.open_same(first)

    assert [each.node for each in second.session.breakpoint_list] == ["a"]
    assert first.session.breakpoint_list == second.session.breakpoint_list


def test_a_question_of_one_window_is_not_asked_over_by_the_other(first: Editor, run: Run, example_graph: Path) -> None:
    second = first.windows.open_same(first)
    add(first, "mine")
    told: list[str] = []
    second.files.told.connect(told.append)
    example_graph.write_text(example_graph.read_text() + "\n")

    async def both() -> bool:
        task = asyncio.get_event_loop().create_task(first.files.look_at_disk())
        await until(lambda: any(each.isVisible() for each in first.window.findChildren(QDialog)))
        done = await second.files.save()
        first.window.findChildren(QDialog)[0].reject()
        await task
        return done

    assert not run(both())
    assert any("question open" in each for each in told)


def test_watches_belong_to_the_graph_and_follow_a_renamed_key(first: Editor, example_graph: Path) -> None:
    second = first.windows.open_same(first)
    first.marks.add_watch("confidence < 0.7")
    second.marks.add_watch("intent")
    assert first.marks.now.watches == second.marks.now.watches == ("confidence < 0.7", "intent")

    sources = ProjectSources(example_graph.parent)
    first.history.do(rename_state_key(first.history.document, sources, "confidence", "certainty"))

    assert first.marks.now.watches == second.marks.now.watches == ("certainty < 0.7", "intent")


def test_all_that_a_new_window_makes_has_an_owner(first: Editor, qapp: QApplication) -> None:
    """What has none would stay in memory for each window that is ever opened."""
    before = [widget for widget in qapp.topLevelWidgets() if widget.parent() is None]

    second = first.another()

    new = [each for each in qapp.topLevelWidgets() if each.parent() is None and each not in before]
    assert new == [second.window]
