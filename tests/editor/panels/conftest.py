"""A session over the scripted support router, and the light theme, for every test of the panels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.debugger.fake_support_router import support_router_graph, support_router_script
from editor.document.document import Document
from editor.document.undo_history import UndoHistory
from editor.theme.palette import apply_theme
from tests.editor.panels.scripted import Scripted


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> None:
    apply_theme(qapp, "light")


@pytest.fixture
def scripted(qtbot: QtBot, tmp_path: Path) -> Iterator[Scripted]:
    """Nothing has run yet."""
    made = Scripted(qtbot, tmp_path, support_router_script())
    yield made
    made.session.close()


@pytest.fixture
def failing(qtbot: QtBot, tmp_path: Path) -> Iterator[Scripted]:
    """``search_tickets`` raises; its sibling ``search_articles`` does not."""
    made = Scripted(qtbot, tmp_path, support_router_script(failing_node="search_tickets"))
    yield made
    made.session.close()


@pytest.fixture
def history() -> UndoHistory:
    return UndoHistory(Document(support_router_graph()))
