"""The sheet of shortcuts tells keys and mouse gestures."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from editor.app.key_bindings import KeyBindings
from editor.app.mouse_gestures import MOUSE_GESTURES
from editor.app.shortcut_sheet import ShortcutSheet


def test_the_sheet_lists_the_keys_of_frames_and_every_gesture_of_the_mouse(qtbot) -> None:
    sheet = ShortcutSheet(None, KeyBindings({}))
    qtbot.addWidget(sheet)

    texts = [label.text() for label in sheet.findChildren(QLabel)]

    assert "Ctrl+G" in texts
    for what, how in MOUSE_GESTURES:
        assert what in texts
        assert how in texts
