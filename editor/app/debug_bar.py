"""The small tool bar above the canvas while a run exists, and at its right end why the graph is locked.

Shows the registry's actions, so texts, keys and conditions are theirs. ``wiring`` shows and hides it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from editor.app.action_registry import ActionRegistry
from editor.widgets.buttons import ToolButton, text_button
from editor.widgets.labels import IconLabel, role_label

WITH_TEXT = ("debug.run", "debug.step", "debug.into", "debug.out", "debug.back", "debug.stop")
LEAST_WIDTH_PX = 360  # all buttons as icons, and "Stop and edit"
ORDER = (
    "debug.run",
    "debug.pause",
    "debug.step",
    "debug.into",
    "debug.out",
    "debug.back",
    "debug.forward",
    "",
    "debug.restart",
    "debug.stop",
    "debug.close",
    "debug.retry",
    "debug.skip",
    "debug.force",
)
ONLY_WHEN_USEFUL = ("debug.retry", "debug.skip", "debug.force")
"""Seldom possible: shown only while they can do something, at the end, so that nothing else moves."""
ONLY_WITH_SUBGRAPHS = ("debug.into", "debug.out")
"""Shown once one of them can do something, and from then on, so that the bar does not jump while one steps."""


class DebugBar(QFrame):
    edit_wanted = Signal()
    """The user pressed "Stop and edit"."""

    def __init__(self, registry: ActionRegistry) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setObjectName("debug bar")
        self.setAccessibleName("Debugging")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        self._fitted: tuple[object, ...] = ()
        """What the texts were fitted to last: the room, and what was to be shown in it."""
        self._texts: dict[str, QToolButton] = {}
        """The buttons with a text, in the order in which they keep it when there is little room."""
        for id in ORDER:
            button = action_button(registry[id], with_text=id in WITH_TEXT + ONLY_WHEN_USEFUL) if id else upright_line()
            row.addWidget(button)
            if isinstance(button, QToolButton) and id in WITH_TEXT + ONLY_WHEN_USEFUL:
                self._texts[id] = button
            if id in ONLY_WHEN_USEFUL:
                _show_while_enabled(button, registry[id])
            elif id in ONLY_WITH_SUBGRAPHS:
                _show_once_enabled(button, registry[id], registry["debug.into"])
        row.addStretch(1)
        self._lock = QWidget()
        lock_row = QHBoxLayout(self._lock)
        lock_row.setContentsMargins(0, 0, 0, 0)
        lock_row.setSpacing(6)
        self._lock_text = role_label("Graph locked", "quiet")
        lock_row.addWidget(IconLabel("lock", "quiet", 14))
        lock_row.addWidget(self._lock_text)
        lock_row.addWidget(text_button("Stop and edit", self.edit_wanted.emit, kind="quiet"))
        row.addWidget(self._lock)

    def minimumSizeHint(self) -> QSize:
        """Narrower than its texts: a text that comes and goes must not push the docks beside the canvas about."""
        return QSize(LEAST_WIDTH_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_texts()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a button has come, gone, or says something else
            self._fit_texts()
        return super().event(event)

    def _fit_texts(self) -> None:
        """As many texts as there is room for. Those that come and go first lose theirs; tooltips have them all."""
        shown = [button for button in self._texts.values() if not button.isHidden()]
        wanted = (self.width(), self._lock.isHidden(), *(button.text() for button in shown))
        if wanted == self._fitted:
            return
        self._fitted = wanted
        self._lock_text.show()
        for button in shown:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for part in (self._lock_text, *reversed(shown)):
            if self._wanted_width() <= self.width():
                return
            if isinstance(part, QToolButton):
                part.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            else:
                part.hide()

    def _wanted_width(self) -> int:
        layout = self.layout()
        assert layout is not None, "made with it"
        layout.invalidate()
        return layout.sizeHint().width()

    def show_lock(self, reason: str) -> None:
        """Empty: the graph can be edited."""
        self._lock.setVisible(bool(reason))
        self._lock.setToolTip(reason)
        self._lock_text.setAccessibleName(reason or "Graph locked")


def action_button(action: QAction, *, with_text: bool) -> QToolButton:
    """A button for one action, which keeps text, tooltip and state by itself."""
    button = ToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(16, 16))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolButtonStyle(
        Qt.ToolButtonStyle.ToolButtonTextBesideIcon if with_text else Qt.ToolButtonStyle.ToolButtonIconOnly
    )
    button.setAccessibleName(action.text())
    action.changed.connect(lambda: button.setAccessibleName(action.text()))
    return button


def _show_while_enabled(button: QWidget, action: QAction) -> None:
    button.setVisible(action.isEnabled())
    action.changed.connect(lambda: button.setVisible(action.isEnabled()))


def _show_once_enabled(button: QWidget, *actions: QAction) -> None:
    def look() -> None:
        if any(action.isEnabled() for action in actions):
            button.setVisible(True)

    button.setVisible(False)
    look()
    for action in actions:
        action.changed.connect(look)


def upright_line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "upright-line")
    line.setFixedWidth(13)
    return line
