"""The table of actions made into Qt's actions, kept up to date. Owned by the main window.

The one QAction of a row is shared by menu, tool bars and palette, so that all of them agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from editor.app.actions import ACTIONS, ActionRow, Scope, action, shown_key, tooltip
from editor.app.key_bindings import KeyBindings
from editor.app.situation import Situation
from editor.theme.icons import icon
from editor.widgets.key_words import key_words

Handlers = Mapping[str, Callable[[], object]]


class ActionRegistry(QObject):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._keys = KeyBindings()
        self._given_up: frozenset[str] = frozenset()
        """Keys of the table for the canvas that no action has now. The canvas knows them by itself and must not act."""
        self._now = Situation()
        self._shown: dict[str, tuple[str, bool]] = {}
        """Action -> (text, whether it can be done), as Qt has it. Asking Qt costs more than all the rest."""
        self._actions = {row.id: self._make(row) for row in ACTIONS}
        self._choices = QActionGroup(self)
        for row in ACTIONS:
            if row.is_choice:
                self._choices.addAction(self._actions[row.id])
        self.update_for(self._now)

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def connect_handlers(self, handlers: Handlers, canvas: QWidget) -> None:
        """Says what each action does, and gives the canvas its own keys. Every row must have a handler."""
        missing = self._actions.keys() ^ handlers.keys()
        assert not missing, f"actions and handlers do not match: {', '.join(sorted(missing))}"
        canvas.installEventFilter(self)
        for id, handler in handlers.items():
            self._actions[id].triggered.connect(lambda _checked=False, handler=handler: handler())
            owner = canvas if action(id).scope is Scope.CANVAS else self._window
            owner.addAction(self._actions[id])

    @property
    def keys(self) -> KeyBindings:
        return self._keys

    def key_in_words(self, id: str) -> str:
        """For a sentence: the action's first key, or its name in the menu if it has none."""
        keys = self._keys.of(id)
        return shown_key(keys[0]) if keys else f"“{action(id).text}”"

    def key_instead_of(self, key: str) -> str:
        """What the action has now that has this key in the table, as menus write it; "" if it has none."""
        portable = key.replace("←", "Left").replace("→", "Right").replace("↑", "Up").replace("↓", "Down")
        owner = next((row.id for row in ACTIONS if portable in row.keys), None)
        if owner is None:
            return key
        keys = self._keys.of(owner)
        return key if portable in keys else shown_key(keys[0]) if keys else ""

    def set_keys(self, keys: KeyBindings) -> None:
        """From now on the actions have these keys, also in menus and tooltips."""
        self._keys = keys
        for row in ACTIONS:
            self._actions[row.id].setShortcuts([QKeySequence(key) for key in keys.of(row.id)])
        held = {key for row in ACTIONS for key in keys.of(row.id)}
        of_canvas = {key for row in ACTIONS if row.scope is Scope.CANVAS for key in row.keys}
        self._given_up = frozenset(of_canvas - held)
        self._shown = {}  # the keys stand in the tooltips
        self.update_for(self._now)
        key_words().use(self.key_instead_of)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The canvas does not see the keys that were taken from its actions."""
        if self._given_up and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return QKeySequence(event.keyCombination()).toString() in self._given_up
        return super().eventFilter(watched, event)

    def update_for(self, now: Situation) -> None:
        """Sets text, tooltip and whether it can be done."""
        self._now = now
        for row in ACTIONS:
            text, is_enabled = row.text_now(now) if row.text_now else row.text, row.enabled(now)
            before = self._shown.get(row.id)
            if before == (text, is_enabled):
                continue
            self._shown[row.id] = (text, is_enabled)
            qt_action = self._actions[row.id]
            if before is None or before[0] != text:
                qt_action.setText(text)
                qt_action.setIconText(f" {text.removesuffix('…')}")  # the gap between icon and text in a tool button
                qt_action.setToolTip(tooltip(row, self._keys.of(row.id), text))
            qt_action.setEnabled(is_enabled)

    def _make(self, row: ActionRow) -> QAction:
        qt_action = QAction(row.text, self)
        qt_action.setObjectName(row.id)
        qt_action.setMenuRole(QAction.MenuRole.NoRole)
        if row.icon:
            qt_action.setIcon(icon(row.icon, role=_icon_role(row)))
        qt_action.setShortcuts([QKeySequence(key) for key in self._keys.of(row.id)])
        qt_action.setShortcutContext(
            Qt.ShortcutContext.WidgetShortcut if row.scope is Scope.CANVAS else Qt.ShortcutContext.WindowShortcut
        )
        qt_action.setAutoRepeat(
            row.id in ("debug.step", "debug.back", "debug.forward", "view.zoom_in", "view.zoom_out")
            or row.id.startswith("move.")
        )
        qt_action.setCheckable(row.is_choice)
        return qt_action


def _icon_role(row: ActionRow) -> str:
    return {
        "debug.run": "success",
        "debug.stop": "danger",
        "debug.breakpoint": "breakpoint",
    }.get(row.id, "text")
