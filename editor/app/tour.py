"""The two-minute tour: five hints beside the real controls, each gone when the user has done what it says, or by Next.

Opens nothing and runs nothing itself: the user does. Made by ``wiring``, which tells it the facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.debugger.run_state import Phase
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label

WIDTH_PX = 340
GAP_PX = 12
STATUS_PX = 24  # the height of the status bar: no bubble covers what it says
_ID = re.compile(r"\[([a-z_.]+)\]")
SETTLE_MS = 60  # docks that come with a run take their places before the bubble looks for its own


@dataclass(frozen=True, slots=True)
class TourFacts:
    phase: Phase = Phase.NO_RUN
    checkpoints: int = 0
    is_in_past: bool = False
    has_fork: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    title: str
    text: str
    """An action's id in square brackets stands for its key."""
    beside: str
    """Which control it stands at: a key of the widgets that the tour was given."""
    is_done: Callable[[TourFacts], bool]


HINTS = (
    Hint(
        "This is a graph",
        "A request comes in at START. A router chooses one of the dashed branches. Press [debug.step]: the editor "
        "shows the code that would run and asks once; then the run waits before the first node.",
        "canvas",
        lambda now: now.phase is Phase.PAUSED,
    ),
    Hint(
        "Step by step",
        "Press [debug.step] again, two or three times. Each press runs one step; the nodes of a step run together.",
        "canvas",
        lambda now: now.checkpoints >= 4,
    ),
    Hint(
        "What each step changed",
        "The state is on the right, what changed first. Press [debug.back] to look at the checkpoint before. "
        "Nothing is lost by looking back.",
        "state",
        lambda now: now.is_in_past,
    ),
    Hint(
        "Change the past",
        "Choose State, double-click a value, type another one, and press Fork and step. The first run stays; "
        "a second one goes on from here with your value.",
        "state",
        lambda now: now.has_fork and now.phase is not Phase.RUNNING,  # a key pressed while it steps would be lost
    ),
    Hint(
        "Run on",
        "[debug.run] runs to the end, to the next breakpoint or to a question. A click on the left edge of a node sets "
        "a breakpoint. The timeline keeps every step of both runs.",
        "timeline",
        lambda now: now.phase is Phase.FINISHED and now.checkpoints > 5,
    ),
)


class Tour(QObject):
    ended = Signal()

    def __init__(self, window: QWidget, widgets: Mapping[str, QWidget], key_of: Callable[[str], str]) -> None:
        """``widgets`` has every name that the hints stand beside; ``key_of`` tells the key of an action now."""
        super().__init__(window)
        self._window = window
        self._widgets = widgets
        self._key_of = key_of
        self._number: int | None = None
        self._facts = TourFacts()
        self.bubble = Bubble(window)
        self.bubble.next_wanted.connect(self.next)
        self.bubble.end_wanted.connect(self.end)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._place)
        window.installEventFilter(self)

    @property
    def hint(self) -> Hint | None:
        """None while there is no tour."""
        return HINTS[self._number] if self._number is not None else None

    def start(self) -> None:
        self._number = 0
        self._show()

    def next(self) -> None:
        if self._number is None:
            return
        if self._number + 1 == len(HINTS):
            self.end()
            return
        self._number += 1
        self._show()

    def end(self) -> None:
        self._number = None
        self._settle.stop()
        self.bubble.hide()
        self.ended.emit()

    def look_at(self, facts: TourFacts) -> None:
        """Something happened: perhaps what the hint asks for."""
        old, self._facts = self._facts, facts
        hint = self.hint
        if hint is not None and hint.is_done(facts) and not hint.is_done(old):
            self.next()
        elif hint is not None:
            self._settle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._number is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._settle.start()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        hint = self.hint
        assert hint is not None and self._number is not None, "a tour has begun"
        text = _ID.sub(lambda found: self._key_of(found[1]), hint.text)
        self.bubble.show_hint(hint.title, text, self._number + 1, len(HINTS))
        self._place()
        self._settle.start()

    def _place(self) -> None:
        if self.hint is None:
            return
        target = self._widgets[self.hint.beside]
        if not target.isVisible():
            target = self._widgets["canvas"]
        others = [self._place_of(each) for each in self._widgets.values() if each is not target and each.isVisible()]
        place = place_beside(self._place_of(target), self.bubble.size(), self._window.size(), others)
        self.bubble.move(place)
        self.bubble.show()
        self.bubble.raise_()

    def _place_of(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size())


class Bubble(QFrame):
    next_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setProperty("role", "hint")
        self.setFixedWidth(WIDTH_PX)
        self._place = role_label("", "caption")
        self._title = role_label("", "title", wrap=True)
        self._text = role_label("", "", wrap=True)
        self._next = text_button("Next", self.next_wanted.emit, kind="primary")
        self._end = text_button("End the tour", self.end_wanted.emit, kind="quiet")
        for button in (self._next, self._end):  # a click must not take the keyboard from the canvas
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        buttons = QHBoxLayout()
        buttons.addWidget(self._end)
        buttons.addStretch(1)
        buttons.addWidget(self._next)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        for label in (self._place, self._title, self._text):
            column.addWidget(label)
        column.addSpacing(6)
        column.addLayout(buttons)
        self.hide()

    def show_hint(self, title: str, text: str, number: int, count: int) -> None:
        self._place.setText(f"Tour, {number} of {count}")
        self._title.setText(title)
        self._text.setText(text)
        is_last = number == count
        self._next.setText("Done" if is_last else "Next")
        self._end.setVisible(not is_last)
        self.setAccessibleName(f"{title}. {text}")
        self.setFixedHeight(self._column.totalHeightForWidth(WIDTH_PX))


def place_beside(target: QRect, size: QSize, window: QSize, others: Sequence[QRect] = ()) -> QPoint:
    """Where a bubble covers nothing of its target and as little as can be of the others; else over the target.

    ``others``: what the other hints stand beside. What no hint is about may be covered.
    """
    inside = QRect(QPoint(0, 0), window)
    lowest = window.height() - size.height() - GAP_PX - STATUS_PX
    top = max(GAP_PX, min(target.top() + GAP_PX, lowest))
    left = max(GAP_PX, min(target.left() + GAP_PX, window.width() - size.width() - GAP_PX))
    right = max(GAP_PX, target.right() - size.width() - GAP_PX)
    before, behind = target.left() - size.width() - GAP_PX, target.right() + GAP_PX
    above, below = target.top() - size.height() - GAP_PX, max(target.bottom() + GAP_PX, lowest)
    corners = [QPoint(x, y) for y in (below, above) for x in (right, left)]
    corners += [QPoint(x, y) for y in (top, lowest) for x in (before, behind)]

    def covered(corner: QPoint) -> int:
        return sum(_area(QRect(corner, size).intersected(other)) for other in others)

    fitting = [corner for corner in corners if _is_free(QRect(corner, size), target, inside)]
    return min(fitting, key=covered, default=QPoint(target.left() + GAP_PX, max(GAP_PX, lowest)))


def _is_free(bubble: QRect, target: QRect, inside: QRect) -> bool:
    return inside.contains(bubble) and not bubble.intersects(target)


def _area(rect: QRect) -> int:
    return 0 if rect.isEmpty() else rect.width() * rect.height()
