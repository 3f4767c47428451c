"""What a window costs is counted, not timed: widgets that exist are styled anew with each change of theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore
from editor.app.wiring import Editor
from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_script
from editor.theme.palette import apply_theme
from tests.editor.app.asking import Run

MOST_WIDGETS = 1_100
"""900 stood in the window when this was written; with every form of the inspector made ahead it had 1,600."""
MOST_SHEETS = 8
"""Widgets whose own style sheet says what no rule for many can, such as the zoom of one code editor."""


@pytest.fixture
def editor(qapp: QApplication, loop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Editor]:
    monkeypatch.setenv("STEPGRAPH_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    script = support_router_script()
    bugs: list[BaseException] = []
    editor = Editor(qapp, lambda: FakeBackend(script), SettingsFile(), TrustStore(), on_bug=bugs.append)
    editor.window.show()
    yield editor
    editor.shut_down()
    editor.window.close_now()
    editor.window.deleteLater()
    assert bugs == []


def test_a_window_with_a_graph_has_few_widgets_and_hardly_a_sheet_beside_the_one(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    run(editor.start(example_graph))

    widgets = editor.window.findChildren(QWidget)
    assert len(widgets) < MOST_WIDGETS
    assert len([widget for widget in widgets if widget.styleSheet()]) <= MOST_SHEETS


def test_a_change_of_theme_leaves_the_style_as_it_is(editor: Editor, qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    style = qapp.style()

    apply_theme(qapp, "dark")

    assert qapp.style() is style
    apply_theme(qapp, "light")
