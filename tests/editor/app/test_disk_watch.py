"""Changes on disk are noticed while the window lives, and concern nobody once it is gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from editor.app.disk_watch import DiskWatch
from editor.app.wiring import Editor
from tests.editor.app.asking import Run
from tests.editor.app.test_main_window import make_editor, own_profile, until

__all__ = ["own_profile"]


@pytest.fixture
def editor(qapp: QApplication, loop: Any) -> Iterator[Editor]:
    bugs: list[BaseException] = []
    editor = make_editor(qapp, bugs)
    editor.window.show()
    yield editor
    if shiboken6.isValid(editor.window):
        editor.shut_down()
        editor.window.close_now()
        editor.window.deleteLater()
    assert bugs == []


def watch_of(editor: Editor) -> DiskWatch:
    return editor.findChildren(DiskWatch)[0]


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is watched cannot be written to in time there")
def test_a_change_of_a_module_makes_the_window_look(editor: Editor, run: Run, example_graph: Path) -> None:
    looked: list[bool] = []
    editor.window.looked_at.connect(lambda: looked.append(True))
    run(editor.start(example_graph))
    looked.clear()

    nodes = example_graph.with_name("nodes.py")
    nodes.write_text(nodes.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")

    run(until(lambda: bool(looked)))


def test_a_change_that_comes_after_the_window_is_gone_concerns_nobody(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    watch = watch_of(editor)
    assert str(example_graph) in watch.paths
    editor.shut_down()
    editor.window.close_now()

    editor.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    assert watch.paths == frozenset()
    assert not watch._settle.isActive()
