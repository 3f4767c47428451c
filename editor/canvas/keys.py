"""The keys of the canvas, as one table: (key, modifiers) -> what the view does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

_Key, _Held = Qt.Key, Qt.KeyboardModifier
_NONE, _CTRL, _SHIFT, _ALT = _Held.NoModifier, _Held.ControlModifier, _Held.ShiftModifier, _Held.AltModifier

BIG_NUDGE = 6
"""Steps of the grid that Shift makes of one."""

_KEYS: dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[GraphView], object]] = {
    (_Key.Key_1, _NONE): lambda view: view.fit_all(),
    (_Key.Key_0, _NONE): lambda view: view.zoom_reset(),
    (_Key.Key_Exclam, _SHIFT): lambda view: view.fit_all(),
    (_Key.Key_ParenRight, _SHIFT): lambda view: view.zoom_reset(),
    (_Key.Key_Plus, _NONE): lambda view: view.zoom_in(),
    (_Key.Key_Plus, _SHIFT): lambda view: view.zoom_in(),
    (_Key.Key_Equal, _NONE): lambda view: view.zoom_in(),
    (_Key.Key_Minus, _NONE): lambda view: view.zoom_out(),
    (_Key.Key_Period, _NONE): lambda view: view.fit_selection(),
    (_Key.Key_Delete, _NONE): lambda view: view.delete_selection(),
    (_Key.Key_Backspace, _NONE): lambda view: view.delete_selection(),
    (_Key.Key_Delete, _CTRL): lambda view: view.delete_and_heal_selection(),
    (_Key.Key_F2, _NONE): lambda view: view.rename_selection(),
    (_Key.Key_Return, _NONE): lambda view: view.activate_selection(),
    (_Key.Key_Enter, _NONE): lambda view: view.activate_selection(),
    (_Key.Key_Tab, _NONE): lambda view: view.add_node_at(),
    (_Key.Key_F6, _CTRL): lambda view: view.leave(),
    (_Key.Key_Question, _SHIFT): lambda view: _ask_for_help(view),
    (_Key.Key_Question, _NONE): lambda view: _ask_for_help(view),
    (_Key.Key_A, _CTRL): lambda view: view.select_all(),
    (_Key.Key_F, _CTRL): lambda view: view.find_bar.open(),
    (_Key.Key_P, _CTRL): lambda view: view.find_bar.open(),
    (_Key.Key_F3, _NONE): lambda view: view.find_bar.step(1),
    (_Key.Key_F3, _SHIFT): lambda view: view.find_bar.step(-1),
    (_Key.Key_Period, _CTRL): lambda view: view.open_fixes(),
    (_Key.Key_G, _CTRL): lambda view: view.remarks.frame_selection(),
    (_Key.Key_N, _SHIFT): lambda view: view.remarks.add_note(),
    (_Key.Key_E, _NONE): lambda view: view.connect_selection(),
    (_Key.Key_J, _NONE): lambda view: view.joining.switch(),
    (_Key.Key_D, _NONE): lambda view: view.disabling.switch(),
    (_Key.Key_BracketRight, _NONE): lambda view: view.fan_outs.step_selected(1),
    (_Key.Key_BracketLeft, _NONE): lambda view: view.fan_outs.step_selected(-1),
    (_Key.Key_B, _CTRL): lambda view: view.disabling.switch(),
    (_Key.Key_Left, _SHIFT | _ALT): lambda view: view.align("left"),
    (_Key.Key_Right, _SHIFT | _ALT): lambda view: view.align("right"),
    (_Key.Key_Up, _SHIFT | _ALT): lambda view: view.align("top"),
    (_Key.Key_Down, _SHIFT | _ALT): lambda view: view.align("bottom"),
    (_Key.Key_C, _SHIFT | _ALT): lambda view: view.align("centre"),
    (_Key.Key_M, _SHIFT | _ALT): lambda view: view.align("middle"),
    (_Key.Key_H, _SHIFT | _ALT): lambda view: view.distribute("across"),
    (_Key.Key_V, _SHIFT | _ALT): lambda view: view.distribute("down"),
    (_Key.Key_C, _CTRL): lambda view: view.copying.copy(),
    (_Key.Key_X, _CTRL): lambda view: view.copying.cut(),
    (_Key.Key_V, _CTRL): lambda view: view.copying.paste(),
    (_Key.Key_D, _CTRL): lambda view: view.copying.duplicate(),
    (_Key.Key_Left, _NONE): lambda view: view.walk("left"),
    (_Key.Key_Right, _NONE): lambda view: view.walk("right"),
    (_Key.Key_Up, _NONE): lambda view: view.walk("up"),
    (_Key.Key_Down, _NONE): lambda view: view.walk("down"),
    (_Key.Key_Left, _SHIFT): lambda view: view.walking.extend("left"),
    (_Key.Key_Right, _SHIFT): lambda view: view.walking.extend("right"),
    (_Key.Key_Up, _SHIFT): lambda view: view.walking.extend("up"),
    (_Key.Key_Down, _SHIFT): lambda view: view.walking.extend("down"),
    (_Key.Key_L, _NONE): lambda view: view.walking.step_line(1),
    (_Key.Key_L, _SHIFT): lambda view: view.walking.step_line(-1),
    (_Key.Key_Left, _CTRL | _ALT): lambda view: view.remarks.stretch(-1, 0),
    (_Key.Key_Right, _CTRL | _ALT): lambda view: view.remarks.stretch(1, 0),
    (_Key.Key_Up, _CTRL | _ALT): lambda view: view.remarks.stretch(0, -1),
    (_Key.Key_Down, _CTRL | _ALT): lambda view: view.remarks.stretch(0, 1),
    (_Key.Key_Left, _CTRL): lambda view: view.nudge(-1, 0),
    (_Key.Key_Right, _CTRL): lambda view: view.nudge(1, 0),
    (_Key.Key_Up, _CTRL): lambda view: view.nudge(0, -1),
    (_Key.Key_Down, _CTRL): lambda view: view.nudge(0, 1),
    (_Key.Key_Left, _CTRL | _SHIFT): lambda view: view.nudge(-BIG_NUDGE, 0),
    (_Key.Key_Right, _CTRL | _SHIFT): lambda view: view.nudge(BIG_NUDGE, 0),
    (_Key.Key_Up, _CTRL | _SHIFT): lambda view: view.nudge(0, -BIG_NUDGE),
    (_Key.Key_Down, _CTRL | _SHIFT): lambda view: view.nudge(0, BIG_NUDGE),
}


def _ask_for_help(view: GraphView) -> None:
    view.help_wanted.emit()


def press(view: GraphView, event: QKeyEvent) -> bool:
    """Do what the key says; False if it says nothing here."""
    held = event.modifiers() & ~_Held.KeypadModifier
    act = _KEYS.get((Qt.Key(event.key()), held))
    if act is not None:
        act(view)
        event.accept()
    return act is not None
