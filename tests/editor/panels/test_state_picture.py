"""A picture in the state is shown as a picture."""

from __future__ import annotations

import base64

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.panels.state_panel import STATE, StatePanel
from editor.widgets.picture_view import PictureView
from tests.editor.panels.scripted import Scripted
from tests.editor.widgets.test_picture_view import picture


def test_space_on_a_picture_shows_it_and_escape_goes_back(qtbot: QtBot, scripted: Scripted) -> None:
    panel = StatePanel(scripted.session)
    qtbot.addWidget(panel)
    panel.resize(420, 600)
    panel.show()
    scripted.start()
    old = scripted.head.id
    shot = "data:image/png;base64," + base64.b64encode(picture("PNG", 64, 48)).decode()
    scripted.session.fork(old, {"message": shot})
    qtbot.waitUntil(lambda: scripted.session.run_state.head != old)
    panel.show_mode(STATE)
    qtbot.waitUntil(lambda: panel._tree.view_index(("message",)).isValid() and panel._tree.isVisible())
    panel._tree.select_path(("message",))

    QTest.keyClick(panel._tree, Qt.Key.Key_Space)

    view = panel.findChildren(PictureView)[0]
    qtbot.waitUntil(lambda: view.isVisible() and view.has_picture)
    assert view.words == "64 × 48 pixels"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert panel._tree.isVisible()
