"""The Times tab: the totals of the run in one line, below it when each task worked. Follows the session.

While a run goes on the drawing is made anew a few times a second at most; hidden, not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.debugger.run_state import Phase
from editor.debugger.session import DebugSession
from editor.panels.times_bars import Axis, Bar, BarStore, rows_of, totals_of
from editor.panels.times_text import totals_text
from editor.panels.times_view import TimesView
from editor.widgets.buttons import icon_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.labels import ElidedLabel
from editor.widgets.seen import is_seen

REST_MS = 250
MOST_BARS = 20_000
"""Drawn at once, the newest; made ready in 60 ms and painted in as much, measured."""


class TimesPanel(QWidget):
    node_wanted = Signal(str)
    """A bar was chosen: show its node on the canvas."""

    def __init__(self, session: DebugSession, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._session = session
        self._clock = clock
        self._store = BarStore()
        self.view = TimesView()
        self.totals = ElidedLabel("", "caption")
        self._empty = EmptyState("times", "No times yet", "Each task of a run appears here where it worked.")
        self._pages = QStackedWidget()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.refresh)
        self._lay_out()
        self.view.chosen.connect(self._on_chosen)
        session.run_state_changed.connect(self._on_run_state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rest.start()

    def refresh(self) -> None:
        """Draw the run as it is now, if anybody sees it."""
        if not is_seen(self):
            return
        state = self._session.run_state
        first = self._store.place_after(state.thread_id, len(state.checkpoints))
        new = state.checkpoints.from_place(first, len(state.checkpoints))
        self._store.follow(state.thread_id, state.checkpoints, new, state.head, self._clock())
        bars, total = self._store.newest(MOST_BARS)
        axis = Axis(bars)
        self.view.show_bars(axis, rows_of(bars))
        tasks = total - sum(bar.is_part for bar in bars)
        self.totals.set_full_text(totals_text(totals_of(bars), axis.busy_s, tasks))
        self._pages.setCurrentWidget(self.view if bars else self._empty)
        if state.phase in (Phase.RUNNING, Phase.WAITING):
            self._rest.start()

    def _on_run_state(self, old: Any, new: Any) -> None:
        if old.thread_id != new.thread_id:
            self.view.fit()
        if is_seen(self) and not self._rest.isActive():
            self._rest.start()

    def _on_chosen(self, bar: Bar) -> None:
        """The moment before the step in which the task ran: there it is next, or still runs."""
        state = self._session.run_state
        after = next(
            (row for row in state.checkpoints.values() if row.parent_id == bar.checkpoint_id and bar.node in row.ran),
            None,
        )
        self._session.look_at(after.id if after is not None else bar.checkpoint_id)
        self.node_wanted.emit(bar.node)

    def _lay_out(self) -> None:
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 4)
        top.setSpacing(4)
        top.addWidget(self.totals, 1)
        middle = self.view.width
        for name, text, act in (
            ("zoom_out", "Smaller", lambda: self.view.zoom_at(0.64, middle() // 2)),
            ("zoom_in", "Larger", lambda: self.view.zoom_at(1.5625, middle() // 2)),
            ("fit", "Show all of the run", self.view.fit),
        ):
            top.addWidget(icon_button(name, text, act))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
