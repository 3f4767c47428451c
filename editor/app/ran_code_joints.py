"""Tells the code dock what the shown run ran: at a moment of the past, and where a run is opened on changed code.

Made by ``code_joints`` with one line. The texts come from the run database; nothing is run or imported.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from PySide6.QtCore import QObject

from editor.debugger.reports import CodeThatRan
from editor.debugger.session import DebugSession, RequestHandle
from editor.panels.code_panel import CodePanel
from editor.panels.ran_code import OtherCode
from editor.widgets.seen import is_seen


class RanCodeJoints(QObject):
    def __init__(self, session: DebugSession, panel: CodePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._asked: tuple[str | None, str, str, str] | None = None
        self._request: RequestHandle | None = None
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        panel.section.pane.shown_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Asks what ran, if that can be another code than what is shown. A dock that nobody sees asks nothing."""
        pane = self._panel.section.pane
        checkpoint = self._checkpoint(pane.key) if pane.key and is_seen(self._panel) else None
        if checkpoint is None:
            self._forget()
            self._panel.ran.show_other(None)
            return
        asked = (self._session.run_state.thread_id, checkpoint, pane.key, pane.name)
        if asked != self._asked:
            self._forget()
            self._asked = asked
            show = partial(self._show, pane.key, pane.name, self._when())
            self._request = self._session.read_code(checkpoint, pane.key, show)

    def _on_change(self, _old: object, _new: object) -> None:
        self.refresh()

    def _checkpoint(self, key: str) -> str | None:
        """Where what ran may be other code: in the past, and now if the runner found that code changed."""
        state, focus = self._session.run_state, self._session.focus
        if focus.in_past(state):
            return focus.checkpoint_id
        return state.head if state.drift is not None and key in state.drift.code else None

    def _when(self) -> str:
        state, focus = self._session.run_state, self._session.focus
        row = focus.shown(state)
        if row is None or not focus.in_past(state):
            return ""
        return f"at step {row.step}" if row.step >= 0 else "when the run began"

    def _show(self, key: str, name: str, when: str, ran: CodeThatRan) -> None:
        self._request = None
        today = self._panel.section.module_text()
        is_same = ran.digest is None or today is None or _is_same(ran, today)
        self._panel.ran.show_other(None if is_same else OtherCode(key, name, ran.text, when))

    def _forget(self) -> None:
        self._asked = None
        if self._request is not None:
            self._request.cancel()
            self._request = None


def _is_same(ran: CodeThatRan, today: str) -> bool:
    """Line ends and a mark at the beginning are no difference that a person sees."""
    if ran.text is None:
        return sha256(today.encode()).hexdigest() == ran.digest
    return _plain(ran.text) == _plain(today)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
