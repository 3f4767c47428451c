"""Qt's loop joined with asyncio's, as in the running editor, and a window to ask questions in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QWidget

from editor.app.document_files import DocumentFiles
from editor.document.document import Document
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run
from tests.patience import PATIENCE_S
from tests.qt_loop import LoopOfTests


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    loop = LoopOfTests(qapp)
    asyncio.set_event_loop(loop)
    with loop:
        yield loop
        _give_up_all(loop)
    asyncio.set_event_loop(None)


def _give_up_all(loop: qasync.QEventLoop) -> None:
    """As ``asyncio.run`` does at its end: no task is left pending."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Run:
    """Runs a coroutine to its end on Qt's loop; fails after ``PATIENCE_S``."""
    return lambda work: loop.run_until_complete(asyncio.wait_for(work, PATIENCE_S))


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    window = QWidget()
    window.resize(900, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recovery logs and settings of the test stay with it."""
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory(Document())


@pytest.fixture
def files(window: QWidget, history: UndoHistory, loop: object) -> Iterator[DocumentFiles]:
    files = DocumentFiles(window, SharedHistory(history))
    yield files
    files.close()
