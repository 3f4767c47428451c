"""What several crashes left behind is all offered at one start, each with how much more there is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from editor.app.dialogs import QuestionDialog
from editor.app.recovery_offer import what_to_recover
from editor.document import commands
from editor.document.document import Document
from editor.document.recovery import Unsaved
from editor.document.recovery_log import RecoveryLog, recovery_folder
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run, dialog_of, press

pytestmark = pytest.mark.usefixtures("own_data_folder")


def leave_edits(path: Path | None, *nodes: str) -> None:
    """As a crash does, after these were added."""
    history = UndoHistory(Document())
    log = RecoveryLog(recovery_folder(), history.document, path, "")
    unsubscribe = history.subscribe(log.record)
    for number, name in enumerate(nodes):
        assert history.do(commands.add_node(history.document, name, (0, 100 * number)))
    log.sync()
    log.close()
    unsubscribe()


async def offered(window: QWidget, *answers: str) -> tuple[tuple[Unsaved, ...], list[str]]:
    """What was wanted, and what each question said."""
    asking = asyncio.ensure_future(what_to_recover(window))
    said = []
    for answer in answers:
        dialog = await dialog_of(window)
        assert isinstance(dialog, QuestionDialog)
        said.append(dialog.text_label.text())
        press(dialog, answer)
        while dialog.isVisible():
            await asyncio.sleep(0)
    return await asking, said


def test_all_are_asked_about_in_a_row_and_told_how_many_follow(run: Run, window: QWidget, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        leave_edits(tmp_path / f"{name}.graph.json", "one", "two")

    wanted, said = run(offered(window, "Recover", "Later", "Recover"))

    assert len({unsaved.path for unsaved in wanted}) == 2
    assert "with 2 edits not saved" in said[0] and said[0].endswith("2 more graphs were left so; asked about next.")
    assert said[1].endswith("Another graph was left so; asked about next.")
    assert "asked about next" not in said[2]


def test_what_is_left_for_later_is_offered_again_and_what_is_thrown_away_is_not(
    run: Run, window: QWidget, tmp_path: Path
) -> None:
    leave_edits(tmp_path / "a.graph.json", "one")
    leave_edits(None, "one")
    first, _said = run(offered(window, "Later", "Throw away"))

    again, said = run(offered(window, "Recover"))

    assert first == () and len(again) == 1
    assert "asked about next" not in said[0]


def test_of_one_file_only_the_newest_edits_are_offered_at_a_time(run: Run, window: QWidget, tmp_path: Path) -> None:
    leave_edits(tmp_path / "a.graph.json", "one")
    leave_edits(tmp_path / "a.graph.json", "one", "two")

    wanted, said = run(offered(window, "Recover"))

    assert len(wanted) == 1
    assert "asked about next" not in said[0]
