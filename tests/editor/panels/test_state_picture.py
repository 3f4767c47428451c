"""A picture in the state is shown as a picture."""

from __future__ import annotations

import base64

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.panels.state_panel import STATE, StatePanel
from editor.widgets.picture_view import PictureView
from editor.widgets.value_viewer import ValueViewer
from tests.editor.panels.scripted import Scripted
from tests.editor.widgets.test_picture_view import picture


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_on_a_picture_shows_it_and_escape_goes_back(qtbot: QtBot, scripted: Scripted, key: Qt.Key) -> None:
    panel = StatePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(420, 600)
    panel.show()
    scripted.start()
    shot = "data:image/png;base64," + base64.b64encode(picture("PNG", 64, 48)).decode()
    select_message(qtbot, panel, scripted, shot)

    QTest.keyClick(panel._tree, key)

    view = panel.findChildren(PictureView)[0]
    qtbot.waitUntil(lambda: view.isVisible() and view.has_picture)
    assert view.words == "64 × 48 pixels"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert panel._tree.isVisible()


def test_what_is_too_large_to_be_edited_is_shown_instead(qtbot: QtBot, scripted: Scripted) -> None:
    panel = StatePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(420, 600)
    panel.show()
    scripted.start()
    select_message(qtbot, panel, scripted, "much " * 100_000)

    QTest.keyClick(panel._tree, Qt.Key.Key_Return)

    viewer = panel.findChildren(ValueViewer)[0]
    qtbot.waitUntil(viewer.isVisible)
    assert viewer.text.toPlainText().startswith("much much")
    assert panel._toast.text == "message is too large, or of a kind that JSON cannot hold, to be edited here."


def select_message(qtbot: QtBot, panel: StatePanel, scripted: Scripted, value: str) -> None:
    """A fork whose message is that value, selected in the tree."""
    old = scripted.head.id
    scripted.session.fork(old, {"message": value})
    qtbot.waitUntil(lambda: scripted.session.run_state.head != old)
    panel.show_mode(STATE)
    qtbot.waitUntil(lambda: panel._tree.view_index(("message",)).isValid() and panel._tree.isVisible())
    panel._tree.select_path(("message",))
