"""The choice of what the shown checkpoint is compared with, above the difference. Rules: ``compare_base``."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from editor.debugger.own_marks import OwnMarks, PinnedCheckpoint
from editor.debugger.run_state import CheckpointRow
from editor.debugger.session import DebugSession
from editor.panels.compare_base import Base, Kind, base_id, name_of, other_heads
from editor.widgets.buttons import toggle_button
from editor.widgets.labels import role_label
from editor.widgets.naming import named


class ComparePicker(QWidget):
    changed = Signal()
    """Another base is chosen, or the pinned one is another."""

    def __init__(self, session: DebugSession, marks: OwnMarks) -> None:
        super().__init__()
        self._session = session
        self._marks = marks
        self._base = Base()
        self._entries: tuple[Base, ...] = ()
        """What the lines of the box stand for."""
        self.box = named(_Box(self._fill), "Compare with")
        self.pin = toggle_button("pin", "Keep this step to compare with", self._pin)
        self.pin.setToolTip("Keep this step to compare others with it")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 8)
        row.setSpacing(8)
        row.addWidget(role_label("Compared with", "quiet"))
        row.addWidget(self.box, 1)
        row.addWidget(self.pin)
        self.box.activated.connect(self._on_chosen)
        marks.changed.connect(self._on_marks)
        session.run_state_changed.connect(self._on_run_state)
        session.focus_changed.connect(self._on_focus)
        self._fill()

    def base_of(self, row: CheckpointRow) -> str | None:
        """The checkpoint that this one is compared with; None: the empty state."""
        return base_id(self._base, row, self._session.run_state)

    def compare_with(self, checkpoint_id: str) -> None:
        """As if it had been chosen from the list."""
        self._take(Base(Kind.CHECKPOINT, checkpoint_id))

    def pin_checkpoint(self, checkpoint_id: str) -> None:
        """Keep this one to compare others with it, and do so now."""
        thread_id = self._session.run_state.thread_id
        if thread_id is not None:
            self._marks.pin_checkpoint(PinnedCheckpoint(thread_id, checkpoint_id))
            self.compare_with(checkpoint_id)

    def reset(self) -> None:
        """With the step before."""
        self._take(Base())

    def _take(self, base: Base) -> None:
        if base != self._base:
            self._base = base
            self._fill()
            self.changed.emit()

    def _pinned_id(self) -> str:
        pinned = self._marks.now.checkpoint
        is_here = pinned is not None and pinned.thread_id == self._session.run_state.thread_id
        return pinned.checkpoint_id if pinned is not None and is_here else ""

    def _fill(self, *, with_heads: bool = True) -> None:
        """Bring the list up to date. Called before it is opened, too: forks may have been added.

        ``with_heads``: those of other branches as well, which are looked for in the whole run.
        """
        state, shown = self._session.run_state, self._session.focus.shown(self._session.run_state)
        entries: dict[Base, str] = {Base(): "the step before", Base(Kind.START): "the start of the run"}
        branches = {branch.head: branch.name for branch in state.branches if branch.name}
        pinned = state.checkpoints.get(self._pinned_id())
        if pinned is not None:
            entries[Base(Kind.CHECKPOINT, pinned.id)] = f"pinned: {name_of(pinned)}"
        for head in other_heads(state, shown.id) if shown is not None and with_heads else ():
            branch = branches.get(head.id, "now" if head.id == state.head else "other branch")
            entries.setdefault(Base(Kind.CHECKPOINT, head.id), f"{branch}: {name_of(head)}")
        picked = state.checkpoints.get(self._base.checkpoint_id)
        if picked is not None:
            entries.setdefault(self._base, name_of(picked))
        self.box.clear()
        self._entries = tuple(entries)
        self.box.addItems(list(entries.values()))
        self.box.setCurrentIndex(list(entries).index(self._base) if self._base in entries else 0)
        self._show_pin()

    def _show_pin(self) -> None:
        shown = self._session.focus.shown_id(self._session.run_state)
        self.pin.blockSignals(True)
        self.pin.setChecked(bool(shown) and shown == self._pinned_id())
        self.pin.blockSignals(False)

    def _on_focus(self, _old: Any, _new: Any) -> None:
        self._show_pin()

    def _pin(self, is_on: bool) -> None:
        state = self._session.run_state
        shown = self._session.focus.shown_id(state)
        if shown is not None and state.thread_id is not None:
            self._marks.pin_checkpoint(PinnedCheckpoint(state.thread_id, shown) if is_on else None)

    def _on_chosen(self, index: int) -> None:
        if 0 <= index < len(self._entries):
            self._take(self._entries[index])

    def _on_marks(self, _old: Any, _new: Any) -> None:
        self._fill()

    def _on_run_state(self, old: Any, new: Any) -> None:
        if old.thread_id != new.thread_id:
            self._base = Base()
            self._fill(with_heads=False)


class _Box(QComboBox):
    def __init__(self, fill: Any) -> None:
        super().__init__()
        self._fill = fill
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def showPopup(self) -> None:
        self._fill()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._fill()  # the arrow keys choose without opening it
        super().focusInEvent(event)
