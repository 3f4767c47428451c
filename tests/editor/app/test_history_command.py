"""Orders of ``stepgraph history`` beside the window: their words, their failures, and Cancel, which ends them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from editor.app import history_command, patience
from editor.app.history_command import history
from editor.app.patience import Cancelled
from editor.canvas.busy_note import BusyNote
from tests.editor.app.asking import Run


def test_what_cannot_be_read_comes_back_as_a_sentence(run: Run, window: QWidget, tmp_path: Path) -> None:
    outcome = run(history(window, "Reading …", "list", str(tmp_path / "nothing.sqlite")))

    assert outcome.error
    assert "nothing.sqlite" in outcome.error
    assert "Traceback" not in outcome.error


def test_cancel_shows_while_it_works_and_ends_the_process(
    run: Run, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is one that waits for ever."""
    started = []
    start = history_command._started

    def start_one_that_waits(*command: str) -> object:
        started.append(start(command[0], "-c", "import threading; threading.Event().wait()"))
        return started[-1]

    monkeypatch.setattr(history_command, "_started", start_one_that_waits)
    monkeypatch.setattr(patience, "SHOW_AFTER_S", 0.0)

    async def work() -> None:
        asked = asyncio.ensure_future(history(window, "Importing a.run.jsonl …", "import"))
        while not (notes := [note for note in window.findChildren(BusyNote) if note.isVisible()]):
            await asyncio.sleep(0)
        assert notes[0].accessibleName() == "Importing a.run.jsonl …"
        notes[0].findChildren(QPushButton)[0].click()
        with pytest.raises(Cancelled):
            await asked

    run(work())

    assert started[0].returncode is not None
    assert started[0].returncode != 0
