"""The banner while an earlier checkpoint is looked at: which one, that it is read-only, and the two ways out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from editor.debugger.run_state import RunState
from editor.debugger.session import DebugSession
from editor.debugger.way_to_head import is_on_way
from editor.widgets.buttons import text_button
from editor.widgets.labels import ElidedLabel, IconLabel


class PastBanner(QFrame):
    """Hidden while the head is shown. Its owner only has to place it."""

    forked = Signal()
    """A fork of the shown moment was asked for; the banner goes when it is there, and the keyboard with it."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "banner-past")
        self._text = ElidedLabel("", "strong")
        self._fork = text_button("Fork here", self._fork_here, icon_name="fork")
        self._fork.setToolTip(
            "Start a new branch from this step and pause there. To change a value, edit it in the state."
        )
        self._now = text_button("Back to now", session.back_to_now, icon_name="now")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(IconLabel("past", "past"))
        row.addWidget(self._text, 1)
        row.addWidget(self._fork)
        row.addWidget(self._now)
        session.run_state_changed.connect(self._on_change)
        session.focus_changed.connect(self._on_change)
        self._refresh()

    @property
    def text(self) -> str:
        return self._text.full_text

    def _on_change(self, _old: object, _new: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        state, focus = self._session.run_state, self._session.focus
        in_past = focus.in_past(state)
        self.setVisible(in_past)
        if in_past:
            self._text.set_full_text(where_text(state, focus.checkpoint_id))
            self._fork.setEnabled(self._session.may("fork"))

    def _fork_here(self) -> None:
        shown = self._session.focus.shown_id(self._session.run_state)
        if shown is not None:
            self._session.fork(shown, {}, None)
            self.forked.emit()


def where_text(state: RunState, checkpoint_id: str | None) -> str:
    """ "Step 4 of 9. Read-only." and, on an abandoned branch, that it is one."""
    row = state.checkpoints.get(checkpoint_id) if checkpoint_id is not None else None
    head = state.checkpoints.get(state.head) if state.head is not None else None
    if row is None or head is None:
        return ""
    if row.step < 0:
        return f"The input, before step 0 of {head.step}. Read-only."
    if row.step <= head.step and is_on_way(state, row.id):
        return f"Step {row.step} of {head.step}. Read-only."
    return f"Step {row.step} of another branch. Read-only."
