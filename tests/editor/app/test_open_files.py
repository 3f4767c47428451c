"""The second window on a file is told and the first one comes to front; nothing is left that would lie later."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from editor.app.document_files import GO_THERE, OPEN_TWICE, DocumentFiles
from editor.app.open_files import OpenFile
from editor.document import commands
from editor.document.document import Document
from editor.document.shared_history import SharedHistory
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run, answering

CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from editor.app.open_files import OpenFile
app = QCoreApplication([])
file = OpenFile(app)
file.hold(Path(sys.argv[1]))
print("held", flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))


@pytest.fixture
def new_files(window: QWidget) -> Any:
    made: list[DocumentFiles] = []

    def make() -> DocumentFiles:
        made.append(DocumentFiles(window, SharedHistory(UndoHistory(Document()))))
        return made[-1]

    yield make
    for files in made:
        files.close()


Make = Callable[[], DocumentFiles]


def test_a_file_of_another_window_is_left_there_and_that_window_comes_to_front(
    new_files: Make, run: Run, window: QWidget, example_graph: Path, qtbot: Any
) -> None:
    first, second = new_files(), new_files()
    assert run(first.open(example_graph))

    with qtbot.waitSignal(first.wanted_in_front):
        assert not run(answering(window, second.open(example_graph), GO_THERE))

    assert second.path is None


def test_two_windows_on_one_file_lose_no_edit(new_files: Make, run: Run, window: QWidget, example_graph: Path) -> None:
    first, second = new_files(), new_files()
    run(first.open(example_graph))
    assert run(answering(window, second.open(example_graph), OPEN_TWICE))
    for files, name in ((first, "by_first"), (second, "by_second")):
        files._history.do(commands.add_node(files._history.document, name, (0, 600)))

    assert run(first.save())
    assert not run(answering(window, second.save(), "Cancel"))

    assert "by_first" in example_graph.read_text()
    assert second._history.document.has_node("by_second")


def test_a_closed_window_has_the_file_no_more(new_files: Make, run: Run, example_graph: Path) -> None:
    first, second = new_files(), new_files()
    run(first.open(example_graph))
    first.close()

    assert run(second.open(example_graph))


def test_the_own_file_is_opened_again_without_a_question(new_files: Make, run: Run, example_graph: Path) -> None:
    files = new_files()
    run(files.open(example_graph))

    assert run(files.open(example_graph))
    assert run(files.reload())


def test_another_spelling_of_the_path_is_the_same_file(qapp: Any, tmp_path: Path) -> None:
    real, link = tmp_path / "a.graph.json", tmp_path / "b.graph.json"
    real.write_text("{}")
    link.symlink_to(real)
    owner = QObject()
    first, second = OpenFile(owner), OpenFile(owner)
    first.hold(real)

    assert second.is_elsewhere(link)
    first.release()
    assert not second.is_elsewhere(link)


def test_a_file_saved_under_another_name_is_held_under_that(qapp: Any, tmp_path: Path) -> None:
    owner = QObject()
    first, second = OpenFile(owner), OpenFile(owner)
    first.hold(tmp_path / "a.graph.json")
    first.hold(tmp_path / "b.graph.json")

    assert not second.is_elsewhere(tmp_path / "a.graph.json")
    assert second.is_elsewhere(tmp_path / "b.graph.json")
    first.release()


@pytest.mark.skipif(sys.platform == "win32", reason="there a pipe goes with its process")
def test_a_window_that_crashed_does_not_keep_the_file(qapp: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.graph.json"
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(path)], capture_output=True, env=dict(os.environ))
    assert crashed.stdout.strip() == b"held"
    owner = QObject()
    first, second = OpenFile(owner), OpenFile(owner)

    assert not first.is_elsewhere(path)
    first.hold(path)

    assert second.is_elsewhere(path)
    first.release()


def test_an_empty_window_is_not_needed_once_the_user_went_to_the_one_that_has_the_file(
    new_files: Make, run: Run, window: QWidget, example_graph: Path, qtbot: Any
) -> None:
    first, second = new_files(), new_files()
    run(first.open(example_graph))

    with qtbot.waitSignal(second.not_needed):
        run(answering(window, second.open(example_graph), GO_THERE))


def test_looking_whether_somebody_has_the_file_brings_nobody_to_front(
    new_files: Make, run: Run, window: QWidget, example_graph: Path
) -> None:
    first, second = new_files(), new_files()
    told: list[int] = []
    first.wanted_in_front.connect(lambda: told.append(1))
    run(first.open(example_graph))

    run(answering(window, second.open(example_graph), "Cancel"))

    assert told == []
