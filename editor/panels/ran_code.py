"""The code that a run ran, in front of today's where that is another one: a bar that says so, and both to look at.

Holds the code section of the dock. What ran is told by ``editor.app.ran_code_joints``; nothing here asks or edits.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from editor.document.module_text import why_not_shown
from editor.panels.code_pane import why_too_long
from editor.panels.code_part import first_line, part_of, shown, whole
from editor.widgets.buttons import text_button
from editor.widgets.code_view import CodeView
from editor.widgets.labels import IconLabel, role_label

WHAT_RAN, TODAYS = "Show what ran", "Show today's"


@dataclass(frozen=True)
class OtherCode:
    """A module that was another one when the shown run ran."""

    key: str
    """Its path in the graph's folder."""
    name: str
    """The definition that is looked at; "" for all of the module."""
    text: str | None
    """As it ran; None if it is not kept."""
    when: str
    """ "at step 4"; "" for now."""

    @property
    def in_past(self) -> bool:
        return bool(self.when)


class RanCode(QWidget):
    def __init__(self, section: QWidget) -> None:
        super().__init__()
        self._other: OtherCode | None = None
        self._shows_ran = False
        self._words = role_label("", wrap=True)
        self._switch = text_button(WHAT_RAN, self._turn)
        self._bar = QFrame()
        self._bar.setProperty("role", "banner-past")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(IconLabel("past", "accent"))
        row.addWidget(self._words, 1)
        row.addWidget(self._switch)
        self.view = CodeView("python", "Code that ran")
        self._pages = QStackedWidget()
        self._pages.addWidget(section)
        self._pages.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._pages, 1)
        self._bar.hide()

    @property
    def said(self) -> str:
        """Whose code is shown; "" if today's is what ran, or no run is shown."""
        return "" if self._bar.isHidden() else self._words.text()

    @property
    def shows_ran(self) -> bool:
        """What ran is in front of today's code."""
        return self._pages.currentIndex() == 1

    def show_other(self, other: OtherCode | None) -> None:
        """None: what ran is today's code. In the past what ran comes to the front, now today's does."""
        before, self._other = self._other, other
        if other is None or before is None or (before.key, before.in_past) != (other.key, other.in_past):
            self._shows_ran = other is not None and other.in_past
        self._refresh()

    def _turn(self) -> None:
        self._shows_ran = not self._shows_ran
        self._refresh()

    def _refresh(self) -> None:
        other = self._other
        text = other.text if other is not None else None
        reason = "" if text is None else why_not_shown(text) or why_too_long(text)
        shows_ran = self._shows_ran and text is not None and not reason
        self._bar.setVisible(other is not None)
        self._pages.setCurrentIndex(int(shows_ran))
        if other is None:
            return
        self._words.setText(words_of(other, reason, shows_ran=shows_ran))
        self._switch.setVisible(text is not None and not reason)
        self._switch.setText(TODAYS if shows_ran else WHAT_RAN)
        if shows_ran and text is not None:
            part = (part_of(text, other.name) if other.name else None) or whole(text)
            self.view.set_code(shown(text, part), first_line(text, part))


def words_of(other: OtherCode, reason: str, *, shows_ran: bool) -> str:
    """``reason``: why the kept text cannot be shown."""
    when = f" {other.when}" if other.when else ""
    if shows_ran:
        return f"{other.key} as it ran{when}. Today it is another one."
    today = f"{other.key} as it is today. The run that is shown ran another version of it{when}"
    if other.text is None:
        return f"{today}, which is not kept."
    return f"{today}, which cannot be shown. {reason}" if reason else f"{today}."
