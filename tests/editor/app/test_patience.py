"""Long work shows a note with Cancel after a while, and the window goes on; what is short shows nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from editor.app import document_files, patience
from editor.app.background import in_thread
from editor.app.document_files import DocumentFiles
from editor.app.patience import Cancelled, Patience, patiently
from editor.app.wiring import Editor
from editor.canvas.busy_note import BusyNote
from editor.document.document import Document
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run
from tests.editor.app.test_main_window import editor, own_profile
from tests.patience import PATIENCE_S

__all__ = ["editor", "own_profile"]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SHOW_AFTER_S", 0.0)


async def note_of(window: QWidget) -> BusyNote:
    while True:
        for note in window.findChildren(BusyNote):
            if note.isVisible():
                return note
        await asyncio.sleep(0)


def test_what_takes_long_is_told_and_its_result_is_returned(window: QWidget, run: Run) -> None:
    end = threading.Event()

    async def whole() -> tuple[str, int]:
        waiting = asyncio.get_event_loop().create_task(patiently(window, "Counting …", in_thread(_after, end, 7)))
        words = (await note_of(window)).accessibleName()
        end.set()
        return words, await waiting

    assert run(whole()) == ("Counting …", 7)
    assert not any(note.isVisible() for note in window.findChildren(BusyNote))


def test_cancel_ends_the_waiting_and_nobody_takes_the_result(window: QWidget, run: Run) -> None:
    end = threading.Event()

    async def whole() -> None:
        waiting = asyncio.get_event_loop().create_task(patiently(window, "Counting …", in_thread(_after, end, 7)))
        (await note_of(window)).button.click()
        with pytest.raises(Cancelled):
            await waiting
        end.set()

    run(whole())


def test_an_error_of_the_work_is_raised(window: QWidget, run: Run) -> None:
    async def fails() -> int:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        run(patiently(window, "Counting …", fails()))


def test_one_note_stays_from_piece_to_piece_and_cancel_is_heard_between_two(window: QWidget, run: Run) -> None:
    end = threading.Event()

    async def whole() -> tuple[int, str]:
        with Patience(window) as patience:
            reading = asyncio.get_event_loop().create_task(patience.wait_for("Reading …", in_thread(_after, end, 1)))
            note = await note_of(window)
            end.set()
            assert await reading == 1
            assert note.isVisible()
            note.button.click()
            with pytest.raises(Cancelled):
                await patience.wait_for("Laying out …", in_thread(_after, end, 2))
            assert note.isVisible()
            return await patience.wait_for("Drawing …", in_thread(_after, end, 3)), note.accessibleName()

    assert run(whole()) == (3, "Drawing …")
    assert not any(note.isVisible() for note in window.findChildren(BusyNote))


def test_several_short_pieces_that_take_long_together_are_told(
    window: QWidget, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s, end = [0.0], threading.Event()
    monkeypatch.setattr(patience, "SHOW_AFTER_S", 1_000.0)
    monkeypatch.setattr(patience, "monotonic_s", lambda: now_s[0])

    async def whole() -> str:
        with Patience(window) as several:
            await several.wait_for("Reading …", asyncio.sleep(0))
            assert not window.findChildren(BusyNote)
            now_s[0] = 1_001.0
            drawing = asyncio.get_event_loop().create_task(several.wait_for("Drawing …", in_thread(_after, end, 2)))
            words = (await note_of(window)).accessibleName()
            end.set()
            await drawing
            return words

    assert run(whole()) == "Drawing …"


def test_a_large_file_whose_opening_is_cancelled_leaves_the_window_as_it_was(
    window: QWidget, run: Run, example_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = threading.Event()
    monkeypatch.setattr(document_files, "open_and_read_ahead", lambda *_asked: _after(end, None))
    files = DocumentFiles(window, SharedHistory(UndoHistory(Document())))

    async def whole() -> bool:
        opening: Coroutine[Any, Any, bool] = files.open(example_graph)
        task = asyncio.get_event_loop().create_task(opening)
        note = await note_of(window)
        assert example_graph.name in note.accessibleName()
        note.button.click()
        is_open = await task
        end.set()
        return is_open

    assert not run(whole())
    assert not files.has_document
    files.close()


def test_the_note_stands_on_the_canvas_and_a_click_on_it_leaves_the_keyboard_where_it_was(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    editor.canvas.setFocus()
    end = threading.Event()

    async def whole() -> None:
        work = patiently(editor.window, "Counting …", in_thread(_after, end, 7))
        waiting = asyncio.get_event_loop().create_task(work)
        note = await note_of(editor.window)
        assert note.parentWidget() is editor.canvas
        QTest.mouseClick(note.button, Qt.MouseButton.LeftButton)
        with pytest.raises(Cancelled):
            await waiting
        end.set()

    run(whole())

    assert editor.window.focusWidget() is editor.canvas


def _after(end: threading.Event, value: Any) -> Any:
    assert end.wait(PATIENCE_S)
    return value
