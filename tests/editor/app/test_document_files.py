"""Open, save, leave, recover: nothing is lost without the user's word, and nothing is written over somebody else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from editor.app.document_files import DocumentFiles
from editor.app.recovery_offer import what_to_recover
from editor.document import commands
from editor.document.document import Document
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run, answering, dialog_of, press

pytestmark = pytest.mark.usefixtures("own_data_folder")


@pytest.fixture
def later_history() -> UndoHistory:
    return UndoHistory(Document())


@pytest.fixture
def later(window: QWidget, later_history: UndoHistory, loop: object) -> Iterator[DocumentFiles]:
    """The next start of the editor."""
    files = DocumentFiles(window, SharedHistory(later_history))
    yield files
    files.close()


def add_node(history: UndoHistory, name: str = "extra") -> None:
    assert history.do(commands.add_node(history.document, name, (0, 400)))


def test_opening_shows_the_graph_and_says_where_it_is(run: Run, files, history, example_graph: Path) -> None:
    opened: list[Path | None] = []
    files.opened.connect(opened.append)

    assert run(files.open(example_graph))

    assert opened == [example_graph]
    assert "classify" in history.document.graph.nodes
    assert not history.is_modified


def test_saving_writes_the_edit_and_a_reload_is_equal(run: Run, files, history, example_graph: Path, window) -> None:
    run(files.open(example_graph))
    add_node(history)

    assert run(files.save())

    edited = history.document
    assert not history.is_modified
    assert run(files.reload())
    assert history.document == edited


def test_a_broken_file_is_explained_and_the_open_graph_stays(run: Run, files, history, window, example_graph) -> None:
    run(files.open(example_graph))
    broken = example_graph.with_name("broken.graph.json")
    broken.write_text("{ half a file")

    assert run(answering(window, files.open(broken), "Close")) is False

    assert files.path == example_graph
    assert "classify" in history.document.graph.nodes


def test_leaving_without_edits_asks_nothing(run: Run, files, example_graph: Path) -> None:
    run(files.open(example_graph))

    assert run(files.may_leave())


@pytest.mark.parametrize(
    ("answer", "may_leave", "on_disk"), [("Save", True, True), ("Don't save", True, False), ("Cancel", False, False)]
)
def test_leaving_with_edits_does_what_the_user_says(
    run: Run, files, history, window, example_graph: Path, answer: str, may_leave: bool, on_disk: bool
) -> None:
    run(files.open(example_graph))
    add_node(history)

    assert run(answering(window, files.may_leave(), answer)) is may_leave

    assert ("extra" in example_graph.read_text()) is on_disk


def test_escape_means_cancel(run: Run, files, history, window, example_graph: Path) -> None:
    run(files.open(example_graph))
    add_node(history)

    async def escape() -> bool:
        task = asyncio.get_event_loop().create_task(files.may_leave())
        (await dialog_of(window)).reject()
        return await task

    assert run(escape()) is False


def test_a_file_changed_by_somebody_else_is_not_written_over(run: Run, files, history, window, example_graph) -> None:
    run(files.open(example_graph))
    add_node(history)
    theirs = example_graph.read_text().replace('"support_router"', '"theirs"')
    example_graph.write_text(theirs)

    assert run(answering(window, files.save(), "Cancel")) is False

    assert example_graph.read_text() == theirs
    assert history.is_modified


def test_a_changed_file_without_edits_here_is_read_again(run: Run, files, history, example_graph: Path) -> None:
    run(files.open(example_graph))
    example_graph.write_text(example_graph.read_text().replace('"support_router"', '"theirs"'))

    run(files.look_at_disk())

    assert history.document.graph.name == "theirs"


def test_the_same_text_written_again_is_no_change(run: Run, files, history, example_graph: Path) -> None:
    run(files.open(example_graph))
    add_node(history)
    example_graph.write_text(example_graph.read_text())

    run(files.look_at_disk())

    assert history.is_modified


def test_a_conflict_is_asked_about_once(run: Run, files, history, window, example_graph: Path) -> None:
    run(files.open(example_graph))
    add_node(history)
    example_graph.write_text(example_graph.read_text().replace('"support_router"', '"theirs"'))

    run(answering(window, files.look_at_disk(), "Keep mine"))
    run(files.look_at_disk())

    assert "extra" in history.document.graph.nodes


def test_a_deleted_file_leaves_the_document_unsaved(run: Run, files, history, example_graph: Path) -> None:
    run(files.open(example_graph))
    example_graph.unlink()

    run(files.look_at_disk())

    assert history.is_modified


def test_a_deleted_file_is_written_again_by_a_save_without_a_question(
    run: Run, files, history, example_graph: Path
) -> None:
    run(files.open(example_graph))
    example_graph.unlink()
    run(files.look_at_disk())

    assert run(files.save())

    assert example_graph.is_file()
    assert not history.is_modified


def test_save_as_takes_the_new_name(run: Run, files, history, window, example_graph: Path) -> None:
    run(files.open(example_graph))
    add_node(history)
    target = example_graph.with_name("copy")

    async def save_as() -> bool:
        task = asyncio.get_event_loop().create_task(files.save_as())
        dialog = await dialog_of(window)
        assert isinstance(dialog, QFileDialog)
        dialog.selectFile(str(target))
        dialog.accept()
        return await task

    assert run(save_as())

    assert files.path == example_graph.with_name("copy.graph.json")
    assert "extra" in files.path.read_text()
    assert "extra" not in example_graph.read_text()


def test_a_file_that_cannot_be_written_is_saved_elsewhere_in_one_go(
    run: Run, files, history, window, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(files.open(example_graph))
    add_node(history)
    before = example_graph.read_bytes()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != example_graph)

    async def save() -> bool:
        task = asyncio.get_event_loop().create_task(files.save())
        press(await dialog_of(window), "Save as…")
        while not isinstance(dialog := await dialog_of(window), QFileDialog):
            await asyncio.sleep(0)
        dialog.accept()  # what is proposed
        return await task

    assert run(save())

    assert files.path == example_graph.with_name("support_router-2.graph.json")
    assert "extra" in files.path.read_text() and not history.is_modified
    assert example_graph.read_bytes() == before


def test_a_save_elsewhere_can_be_turned_down(
    run: Run, files, history, window, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(files.open(example_graph))
    add_node(history)
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != example_graph)

    assert not run(answering(window, files.save(), "Cancel"))

    assert files.path == example_graph and history.is_modified


def test_a_second_question_does_not_pile_up_on_the_first(run: Run, files, history, window, example_graph) -> None:
    run(files.open(example_graph))
    add_node(history)

    async def twice() -> tuple[bool, bool]:
        first = asyncio.get_event_loop().create_task(files.may_leave())
        dialog = await dialog_of(window)
        second = await files.open(example_graph)
        dialog.reject()
        return await first, second

    assert run(twice()) == (False, False)


def test_edits_that_a_crash_left_behind_are_offered_and_can_be_undone(
    run: Run, files, history, later, later_history, window, example_graph: Path
) -> None:
    run(files.open(example_graph))
    before = history.document
    add_node(history)
    edited = history.document
    files.close()  # as a crash does, it leaves the log behind

    (unsaved,) = run(answering(window, what_to_recover(window), "Recover"))
    assert run(later.recover(unsaved))

    assert later.path == example_graph
    assert later_history.document == edited
    assert later_history.is_modified
    later_history.undo()
    assert later_history.document == before


def test_edits_that_are_thrown_away_are_not_offered_again(
    run: Run, files, history, window, example_graph: Path
) -> None:
    run(files.open(example_graph))
    add_node(history)
    files.close()

    assert run(answering(window, what_to_recover(window), "Throw away")) == ()

    assert run(what_to_recover(window)) == ()


def test_after_a_save_nothing_is_offered(run: Run, files, history, window, example_graph: Path) -> None:
    run(files.open(example_graph))
    add_node(history)
    run(files.save())
    files.close()

    assert run(what_to_recover(window)) == ()


def test_after_edits_that_were_all_taken_back_nothing_is_offered(
    run: Run, files, history, window, example_graph: Path
) -> None:
    run(files.open(example_graph))
    add_node(history)
    files.shared.journal.sync()
    history.undo()

    files.close()

    assert run(what_to_recover(window)) == ()


def test_leaving_waits_for_what_is_being_done_and_is_not_forgotten(run: Run, files, example_graph: Path) -> None:
    run(files.open(example_graph))

    async def both() -> bool:
        looking = asyncio.ensure_future(files.look_at_disk())
        await asyncio.sleep(0)
        left = await files.may_leave()
        await looking
        return left

    assert run(both())
