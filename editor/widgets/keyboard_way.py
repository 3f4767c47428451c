"""Where the keyboard goes when a part that has it is hidden: to a place of choice, not to whatever Qt finds next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget


class KeyboardWay(QObject):
    """Belongs to the part; works for as long as both live."""

    def __init__(self, part: QWidget, then: QWidget) -> None:
        super().__init__(part)
        self._part, self._then = part, then
        part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Told before Qt moves the keyboard on. A whole window that is hidden takes its keyboard along.
        if event.type() == QEvent.Type.Hide and watched is self._part and self._part.window().isVisible():
            focused = QApplication.focusWidget()
            if focused is not None and (focused is self._part or self._part.isAncestorOf(focused)):
                self._then.setFocus()
        return super().eventFilter(watched, event)
