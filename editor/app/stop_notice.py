"""Tells somebody who looks elsewhere that a long run has stopped: a message of the desktop, a mark in the task bar, and
a message in the window when it is looked at again.

Only for runs that went on for a while, and only while the window is not the active one. Can be turned off in the
settings. Called by ``wiring`` with one line.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from editor.app.run_words import run_words
from editor.debugger.focus import Focus
from editor.debugger.run_state import Phase, RunState
from editor.panels.timeline_text import duration_text

if TYPE_CHECKING:
    from editor.app.wiring import Editor

LONG_S = 10.0
"""Who started a run that takes less still looks at it."""
SHOWN_MS = 10_000
_GOING = (Phase.STARTING, Phase.RUNNING)


class StopNotice(QObject):
    def __init__(self, editor: Editor, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(editor)
        self._editor = editor
        self._clock = clock
        self._since_s: float | None = None
        self._tray: QSystemTrayIcon | None = None
        self._news = ""
        """What was told and not seen yet: many desktops have no place for the message, so the window says it, too."""
        editor.window.looked_at.connect(self._on_look)
        editor.session.run_state_changed.connect(self._on_run_state)

    def _on_run_state(self, old: RunState, new: RunState) -> None:
        if new.phase in _GOING:
            self._news = ""
            if old.phase not in _GOING or self._since_s is None:
                self._since_s = self._clock()
            return
        since_s, self._since_s = self._since_s, None
        if since_s is None or new.phase in (Phase.NO_RUN, Phase.STOPPING, Phase.STOPPED):
            return  # nothing ran, or the user stopped it himself
        went_s = self._clock() - since_s
        window, settings = self._editor.window, self._editor.settings.settings
        if went_s >= LONG_S and settings.tell_when_stopped and not window.isActiveWindow():
            self.tell(new, went_s)

    def tell(self, state: RunState, went_s: float) -> None:
        """In the desktop's way, if it has one; the window's entry in the task bar asks for a look in any case."""
        words = run_words(state, Focus(), time.time()).text
        title = self._editor.window.windowTitle().replace("[*]", "")
        self._news = f"{words} · after {duration_text(went_s)}"
        self.show_message(title, self._news)
        QApplication.alert(self._editor.window)

    def show_message(self, title: str, text: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._editor.window.windowIcon(), self)
            self._tray.messageClicked.connect(self._on_clicked)
        self._tray.show()
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, SHOWN_MS)

    def _on_look(self) -> None:
        window, news = self._editor.window, self._news
        if news and window.isActiveWindow():
            self._news = ""
            window.toast.say(f"While you were away: {news}")

    def _on_clicked(self, _reason: Any = None) -> None:
        self._editor.window.come_to_front()
        if self._tray is not None:
            self._tray.hide()
