"""The settings in the real window: what is clicked holds at once, after a restart too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QPushButton

from editor.app.key_bindings import KeyBindings
from editor.app.keys_page import KeysPage
from editor.app.settings import SettingsFile
from editor.app.settings_dialog import SettingsDialog
from editor.app.trust import TrustStore, code_that_would_run
from editor.app.wiring import Editor
from editor.widgets.empty_state import EmptyState
from editor.widgets.search_box import SearchBox
from tests.editor.app.asking import Run, dialog_of, press
from tests.editor.app.test_main_window import make_editor, own_profile, until

__all__ = ["own_profile"]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(qapp: QApplication, run: Run) -> Iterator[Editor]:
    bugs: list[BaseException] = []
    editor = make_editor(qapp, bugs)
    editor.window.show()
    yield editor
    for dialog in editor.window.findChildren(SettingsDialog):
        dialog.reject()
    run(asyncio.sleep(0))
    editor.window.registry["view.theme_light"].trigger()
    editor.shut_down()
    editor.window.close_now()
    editor.window.deleteLater()
    assert bugs == []


def open_settings(editor: Editor, run: Run) -> SettingsDialog:
    QTest.keyClick(editor.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = run(dialog_of(editor.window))
    assert isinstance(dialog, SettingsDialog)
    return dialog


def click_word(switch: Any, word: str) -> None:
    QTest.mouseClick(switch, LEFT, Qt.KeyboardModifier.NoModifier, switch.rect_of(word).center().toPoint())


def record(dialog: SettingsDialog, id: str, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.keys.select(id)
    dialog.keys.recorder.setFocus()
    QTest.keyClick(dialog.keys.recorder, key, held)


CTRL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def turn_wheel(editor: Editor, held: Qt.KeyboardModifier = PLAIN) -> None:
    middle = QPointF(editor.canvas.viewport().rect().center())
    event = QWheelEvent(
        middle, middle, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(editor.canvas.viewport(), event)


def test_the_theme_is_chosen_by_a_click_and_kept(editor: Editor, run: Run) -> None:
    dialog = open_settings(editor, run)

    click_word(dialog.theme_switch, "Dark")

    assert SettingsFile().settings.theme == "dark"
    assert editor.window.registry["view.theme_dark"].isChecked()


def test_the_wheel_scrolls_instead_of_zooming_if_that_is_chosen(editor: Editor, run: Run, example_graph: Path) -> None:
    run(editor.start(example_graph))
    dialog = open_settings(editor, run)
    click_word(dialog.wheel_switch, "Scrolls")
    zoom, top = editor.canvas.zoom, editor.canvas.verticalScrollBar().value()

    turn_wheel(editor)

    assert SettingsFile().settings.wheel == "scroll"
    assert editor.canvas.zoom == zoom
    assert editor.canvas.verticalScrollBar().value() < top
    turn_wheel(editor, CTRL)
    assert editor.canvas.zoom > zoom


def test_what_runs_stands_still_if_that_is_chosen(editor: Editor, run: Run) -> None:
    dialog = open_settings(editor, run)
    assert editor.canvas.is_motion_wanted

    dialog.motion.click()

    assert not SettingsFile().settings.motion
    assert not editor.canvas.is_motion_wanted
    dialog.motion.click()
    assert SettingsFile().settings.motion
    assert editor.canvas.is_motion_wanted


def test_a_recorded_key_works_at_once_and_in_the_next_window(
    editor: Editor, run: Run, qapp: QApplication, example_graph: Path
) -> None:
    dialog = open_settings(editor, run)
    record(dialog, "view.fit", Qt.Key.Key_R, PLAIN)
    press(dialog, "Use")
    press(dialog, "Close")
    run(editor.start(example_graph))
    editor.window.activateWindow()  # offscreen nobody gives the focus back when a dialog has closed
    run(until(lambda: QApplication.activeWindow() is editor.window))
    editor.canvas.setFocus()
    editor.canvas.zoom_reset()

    QTest.keyClick(editor.canvas, Qt.Key.Key_1)
    assert editor.canvas.zoom == 1.0
    QTest.keyClick(editor.canvas, Qt.Key.Key_R)
    assert editor.canvas.zoom < 1.0

    assert "(R)" in editor.window.registry["view.fit"].toolTip()
    later = make_editor(qapp, [])
    assert [key.toString() for key in later.window.registry["view.fit"].shortcuts()] == ["R"]
    later.shut_down()
    later.window.close_now()
    later.window.deleteLater()


def test_a_key_of_another_action_is_named_before_it_is_taken(editor: Editor, run: Run) -> None:
    dialog = open_settings(editor, run)

    record(dialog, "debug.step", Qt.Key.Key_S, CTRL)

    assert "Save" in dialog.keys.message.text()
    assert [key.toString() for key in editor.window.registry["file.save"].shortcuts()] == ["Ctrl+S"]
    press(dialog, "Take it")
    assert editor.window.registry["file.save"].shortcuts() == []
    assert [key.toString() for key in editor.window.registry["debug.step"].shortcuts()] == ["Ctrl+S"]
    press(dialog, "Reset")
    dialog.keys.select("file.save")
    press(dialog, "Reset")
    assert SettingsFile().settings.keys == {}
    assert [key.toString() for key in editor.window.registry["file.save"].shortcuts()] == ["Ctrl+S"]


def test_a_key_one_types_with_is_refused_with_the_reason(editor: Editor, run: Run) -> None:
    dialog = open_settings(editor, run)

    record(dialog, "debug.step", Qt.Key.Key_S, PLAIN)

    assert "while you type" in dialog.keys.message.text()


def test_a_forgotten_folder_is_asked_about_again(editor: Editor, run: Run, example_graph: Path) -> None:
    TrustStore().trust(example_graph, code_that_would_run(example_graph))
    run(editor.start(example_graph))
    assert editor.permission.is_given(example_graph)
    dialog = open_settings(editor, run)
    dialog.tabs.setCurrentIndex(2)
    folders: QListWidget = dialog.folders
    QTest.mouseClick(folders.viewport(), LEFT, PLAIN, folders.visualItemRect(folders.item(0)).center())

    press(dialog, "Forget this folder")

    assert folders.count() == 0
    assert not editor.permission.is_given(example_graph)


def test_a_canvas_key_given_elsewhere_moves_nodes_and_context_menus_say_it(
    editor: Editor, run: Run, example_graph: Path
) -> None:
    run(editor.start(example_graph))
    editor.canvas.select(["classify"])
    before = editor.canvas.graph_scene.drawing.positions["classify"]
    dialog = open_settings(editor, run)
    record(dialog, "move.right", Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    press(dialog, "Use")
    record(dialog, "edit.duplicate", Qt.Key.Key_Y, CTRL | Qt.KeyboardModifier.AltModifier)
    press(dialog, "Use")
    dialog.accept()
    run(asyncio.sleep(0))

    editor.canvas.setFocus()
    QTest.keyClick(editor.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert editor.canvas.graph_scene.drawing.positions["classify"] == before
    editor.window.registry["move.right"].trigger()
    assert editor.canvas.graph_scene.drawing.positions["classify"][0] > before[0]
    keys = {key: editor.canvas.key_now(key) for key in ("Ctrl+D", "Ctrl+C", "Enter", "Shift+Alt+←")}
    assert keys == {"Ctrl+D": "Ctrl+Alt+Y", "Ctrl+C": "Ctrl+C", "Enter": "Enter", "Shift+Alt+←": "Shift+Alt+←"}


def test_reset_all_gives_every_action_its_default_keys_again(editor: Editor, run: Run) -> None:
    dialog = open_settings(editor, run)
    record(dialog, "debug.step", Qt.Key.Key_F7, Qt.KeyboardModifier.NoModifier)
    press(dialog, "Use")
    record(dialog, "debug.run", Qt.Key.Key_F10, Qt.KeyboardModifier.NoModifier)
    press(dialog, "Use")

    press(dialog, "Reset all")

    assert not editor.settings.settings.keys
    assert editor.window.registry["debug.run"].shortcut().toString() == "F5"


def test_without_trusted_folders_it_is_said_when_one_would_be_there(editor: Editor, run: Run) -> None:
    dialog = open_settings(editor, run)
    dialog.tabs.setCurrentIndex(2)

    assert not dialog.folders.isVisible()
    assert any("No folder is trusted yet" in each.title for each in dialog.findChildren(EmptyState) if each.isVisible())


def test_a_key_goes_to_the_action_that_the_filter_left_in_sight(qtbot: Any) -> None:
    page = KeysPage(KeyBindings())
    qtbot.addWidget(page)
    page.show()
    box = page.findChildren(SearchBox)[0]

    box.searched.emit("undo")

    current = page.table.currentItem()
    assert current is not None
    assert current.text(0) == "Edit: Undo"
    box.searched.emit("no such action")
    assert page.table.currentItem() is None
    assert not any(button.isEnabled() for button in page.findChildren(QPushButton))
