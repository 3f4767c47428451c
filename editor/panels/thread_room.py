"""How much room the listed runs take, asked a few runs at a time, and the line below the list that tells it.

Used by ``threads_panel``. A run that has not changed since is not measured again.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor.debugger.reports import Room, ThreadRow
from editor.debugger.session import DebugSession
from editor.debugger.session_questions import RequestHandle
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label
from engine.time_travel.size_words import bytes_text

AT_ONCE = 4
"""Measuring a long run reads all of its rows, up to a second; other questions are answered in between."""
MOST_MEASURED = 200
"""The newest ones. Of older ones the size is not shown."""
WORTH_GIVING_BACK = 100_000
"""Bytes. Less is not worth a button."""


class ThreadRoom(QObject):
    measured = Signal()
    """``sizes`` has more than before."""
    told = Signal(object)
    """(Room): of the whole file."""

    def __init__(self, session: DebugSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._request: RequestHandle | None = None
        self._waiting: list[ThreadRow] = []
        self._known: dict[tuple[str, int, str], int] = {}
        self.sizes: dict[str, int] = {}
        """By thread, in bytes."""

    def measure(self, rows: Sequence[ThreadRow]) -> None:
        """Ask for those that are new or have changed. What was asked before is not wanted any more."""
        self.forget()
        newest = rows[:MOST_MEASURED]
        self.sizes = {row.thread_id: self._known[_mark(row)] for row in newest if _mark(row) in self._known}
        self._waiting = [row for row in newest if _mark(row) not in self._known]
        if rows:
            self._ask()

    def forget(self) -> None:
        if self._request is not None:
            self._request.cancel()

    def _ask(self) -> None:
        asked, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]

        def done(room: Room) -> None:
            self._known.update(
                {_mark(row): room.threads[row.thread_id] for row in asked if row.thread_id in room.threads}
            )
            self.sizes.update(room.threads)
            self.measured.emit()
            self.told.emit(room)
            if self._waiting:
                self._ask()

        self._request = self._session.measure_threads([row.thread_id for row in asked], done)


def _mark(row: ThreadRow) -> tuple[str, int, str]:
    return row.thread_id, row.checkpoints, row.updated_at


class RoomLine(QWidget):
    """ "These runs take 12 MB on the disk" and, after something was deleted, the button that gives its room back."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self._session = session
        self._words = role_label("", "caption")
        self.button = text_button(
            "Give back",
            self.give_back,
            kind="quiet",
            tip="Makes the file of the runs smaller by what was deleted. Takes as long as copying the file.",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    def show_room(self, room: Room) -> None:
        is_worth_it = room.free >= WORTH_GIVING_BACK
        free = f", {bytes_text(room.free)} of it left by what was deleted" if is_worth_it else ""
        self._words.setText(f"The runs take {bytes_text(room.file)} on the disk{free}")
        self.button.setVisible(is_worth_it)
        self.button.setEnabled(True)
        self.setVisible(room.file > 0)

    def give_back(self) -> None:
        self.button.setEnabled(False)
        self._session.give_room_back(self.show_room, lambda: self.button.setEnabled(True))
