"""Opens the settings and does what is chosen there: at once in the window, and in what is kept per user."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from editor.app.dialogs import answer_of
from editor.app.key_bindings import KeyBindings
from editor.app.settings import WheelChoice
from editor.app.settings_dialog import SettingsDialog

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def show_settings(editor: Editor) -> None:
    now = editor.settings.settings
    trusted = editor.permission.trusted_folders()
    keys, tells = editor.window.registry.keys, now.tell_when_stopped
    dialog = SettingsDialog(editor.window, now.theme, now.wheel, keys, trusted, tells=tells, moves=now.motion)
    dialog.motion_chosen.connect(partial(_choose_motion, editor))
    dialog.telling_chosen.connect(partial(_choose_telling, editor))
    dialog.theme_chosen.connect(editor.choose_theme)
    dialog.wheel_chosen.connect(partial(_choose_wheel, editor))
    dialog.keys_changed.connect(partial(_choose_keys, editor))
    dialog.folder_forgotten.connect(partial(_forget_folder, editor))
    editor.tasks.start(answer_of(dialog))


def _choose_wheel(editor: Editor, choice: WheelChoice) -> None:
    editor.settings.change(lambda now: replace(now, wheel=choice))
    for each in editor.windows.editors:
        each.canvas.wheel_scrolls = choice == "scroll"


def _choose_motion(editor: Editor, moves: bool) -> None:
    editor.settings.change(lambda now: replace(now, motion=moves))
    for each in editor.windows.editors:
        each.canvas.is_motion_wanted = moves


def _choose_telling(editor: Editor, tells: bool) -> None:
    editor.settings.change(lambda now: replace(now, tell_when_stopped=tells))


def _choose_keys(editor: Editor, bindings: KeyBindings) -> None:
    editor.settings.change(lambda now: replace(now, keys=bindings.chosen))
    for each in editor.windows.editors:
        each.window.registry.set_keys(bindings)


def _forget_folder(editor: Editor, folder: str) -> None:
    editor.permission.withdraw_folder(folder)
    for each in editor.windows.editors:
        each.trust_may_have_gone()
