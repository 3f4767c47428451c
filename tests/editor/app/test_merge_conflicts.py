"""A graph that git left unmerged opens as one side has it, and is written only by a save."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from editor.app.document_files import DocumentFiles
from editor.app.merge_conflicts import ConflictDialog
from editor.document.conflict_sides import sides_of
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run, answering, dialog_of, press

pytestmark = pytest.mark.usefixtures("own_data_folder")

UNMERGED = """\
{
  "format": "stategraph",
  "format_version": "1.0",
  "name": "plan",
  "nodes": {
<<<<<<< HEAD
    "a": {"fn": "nodes:a"}
||||||| 1234abc
    "a": {"fn": "nodes:zero"}
=======
    "a": {"fn": "nodes:aa"}
>>>>>>> feature
  },
  "edges": []
}
"""


@pytest.fixture
def unmerged(tmp_path: Path) -> Path:
    path = tmp_path / "plan.graph.json"
    path.write_text(UNMERGED)
    return path


@pytest.mark.parametrize(("answer", "function"), [("Open HEAD", "nodes:a"), ("Open feature", "nodes:aa")])
def test_one_side_is_opened_unsaved_and_a_save_settles_the_conflict(
    run: Run, files: DocumentFiles, history: UndoHistory, window: QWidget, unmerged: Path, answer: str, function: str
) -> None:
    assert run(answering(window, files.open(unmerged), answer))

    assert history.document.graph.nodes["a"].fn == function
    assert history.is_modified
    assert unmerged.read_text() == UNMERGED

    assert run(files.save())

    assert "<<<<<<<" not in unmerged.read_text()
    assert f'"{function}"' in unmerged.read_text()
    assert not history.is_modified


def test_cancel_opens_nothing_and_writes_nothing(
    run: Run, files: DocumentFiles, history: UndoHistory, window: QWidget, unmerged: Path
) -> None:
    assert not run(answering(window, files.open(unmerged), "Cancel"))

    assert files.path is None
    assert history.document == Document()
    assert unmerged.read_text() == UNMERGED


def test_a_conflict_that_was_settled_elsewhere_is_read_again(
    run: Run, files: DocumentFiles, history: UndoHistory, window: QWidget, unmerged: Path
) -> None:
    async def work() -> bool:
        opening = asyncio.ensure_future(files.open(unmerged))
        dialog = await dialog_of(window)
        unmerged.write_text(sides_of(UNMERGED).ours)
        press(dialog, "Read again")
        return await opening

    assert run(work())
    assert history.document.graph.nodes["a"].fn == "nodes:a"
    assert not history.is_modified


def test_the_conflict_is_shown_and_enter_gives_nothing_up(run: Run, files, window: QWidget, unmerged: Path) -> None:
    async def work() -> bool:
        opening = asyncio.ensure_future(files.open(unmerged))
        dialog = await dialog_of(window)
        assert isinstance(dialog, ConflictDialog)
        assert "||||||| 1234abc" in dialog.code.toPlainText()
        assert len(dialog.code.extraSelections()) == 7
        focus = dialog.focusWidget()
        assert isinstance(focus, QPushButton)
        assert focus.text() == "Cancel"
        focus.click()
        return await opening

    assert not run(work())


def test_a_marker_without_an_end_leaves_only_the_ways_outside(
    run: Run, files: DocumentFiles, window: QWidget, unmerged: Path
) -> None:
    unmerged.write_text(UNMERGED.replace(">>>>>>> feature\n", ""))

    async def work() -> list[str]:
        opening = asyncio.ensure_future(files.open(unmerged))
        dialog = await dialog_of(window)
        words = [button.text() for button in dialog.findChildren(QPushButton)]
        press(dialog, "Cancel")
        await opening
        return words

    assert run(work()) == ["Show in text editor", "Read again", "Cancel"]


def test_an_open_graph_that_becomes_unmerged_is_asked_about_once(
    run: Run, files: DocumentFiles, window: QWidget, tmp_path: Path, unmerged: Path
) -> None:
    unmerged.write_text('{"format": "stategraph", "format_version": "1.0", "name": "plan", "nodes": {}, "edges": []}')
    assert run(files.open(unmerged))
    unmerged.write_text(UNMERGED)

    run(answering(window, files.look_at_disk(), "Cancel"))
    run(files.look_at_disk())  # would never end if it asked again
