"""Buttons in the kinds that the stylesheet knows. A button with only an icon gets its name for screen readers here.

Enter presses the button that has the focus, as Space does. Qt leaves Enter to a dialog's default button: Create, while
the focus stands on Cancel.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from editor.theme.icons import icon

Slot = Callable[[], object]

ICON_SIZE = QSize(20, 14)
"""The glyph is as high as it is wide and stands in the middle: the rest is room between it and the text, which Qt fixes
at 4 px in a styled button."""


class PushButton(QPushButton):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)


class ToolButton(QToolButton):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)


def text_button(text: str, on_click: Slot, *, kind: str = "", icon_name: str = "", tip: str = "") -> QPushButton:
    """`kind`: "" (outlined), "primary", "quiet" or "danger"."""
    button = PushButton(text)
    if kind:
        button.setProperty("kind", kind)
    if icon_name:
        button.setIcon(icon(icon_name, role={"primary": "on_accent", "danger": "danger"}.get(kind, "text")))
        button.setIconSize(ICON_SIZE)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: on_click())
    return button


def icon_button(icon_name: str, name: str, on_click: Slot, *, tip: str = "") -> QToolButton:
    """`name` is what it does, for the tooltip and for screen readers."""
    button = ToolButton()
    button.setIcon(icon(icon_name, role="quiet"))
    button.setIconSize(QSize(16, 16))
    button.setToolTip(tip or name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda _checked=False: on_click())
    return button


def toggle_button(icon_name: str, name: str, on_toggle: Callable[[bool], object], *, on: bool = False) -> QToolButton:
    button = icon_button(icon_name, name, lambda: None)
    button.setCheckable(True)
    button.setChecked(on)
    button.toggled.connect(on_toggle)
    return button


def _is_enter(event: QKeyEvent) -> bool:
    """Enter alone; with Ctrl it may mean something in the panel around."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.NoModifier


def set_kind(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet reads, also after the widget was shown."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
