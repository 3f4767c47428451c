"""Title bars of docks. Those that share a place have tabs with their names; a bar below would say the same again.

Made and told by ``main_window``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget


class DockBars:
    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._are_docks_moving = False

    @contextmanager
    def looked_at_once(self) -> Iterator[None]:
        """Many docks come or go meanwhile: their bars are looked at after that, not after each of them."""
        self._are_docks_moving = True
        try:
            yield
        finally:
            self._are_docks_moving = False
            self.update()

    def update(self) -> None:
        """A dock came, went or was moved."""
        if self._are_docks_moving:
            return
        window = self._window
        for dock in window.findChildren(QDockWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            beside = [other for other in window.tabifiedDockWidgets(dock) if not other.isHidden()]
            has_bar = dock.titleBarWidget() is None
            if has_bar and beside and not dock.isFloating():
                dock.setTitleBarWidget(QWidget(dock))
            elif not has_bar and (not beside or dock.isFloating()):
                bar = dock.titleBarWidget()
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # Qt: null brings the usual bar back
                bar.deleteLater()
