"""What the fields that open on the canvas have in common: whose keys they take, when they are left, how they go."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

_ONLY_AWAY = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""The user looks into a menu or another window and will come back."""


def keeps_its_keys(event: QEvent) -> bool:
    """Single letters and Tab belong to the field while it is open, not to the window's shortcuts. True if asked."""
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    event.accept()
    return True


def is_left(event: QFocusEvent) -> bool:
    """Whether the focus went elsewhere for good."""
    return event.reason() not in _ONLY_AWAY


def remove(field: QWidget, then: Callable[[], None]) -> None:
    """The field goes, and then the canvas under it gets the focus back, unless the user has gone elsewhere."""
    had_focus = field.hasFocus()
    viewport = field.parentWidget()
    field.hide()
    field.deleteLater()
    then()
    view = viewport.parentWidget() if viewport is not None else None
    if view is not None and had_focus:
        view.setFocus()
