"""Which row of a table is under the pointer, so that its delegate can light the whole of it. Qt lights one cell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QTableView

NO_ROW = -1


class RowHover(QObject):
    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._row = NO_ROW
        view.setMouseTracking(True)
        view.viewport().installEventFilter(self)
        view.verticalScrollBar().valueChanged.connect(self._on_scroll)

    def light(self, option: QStyleOptionViewItem, row: int) -> None:
        """Called by the delegate before it draws a cell's ground."""
        if row == self._row:
            option.state |= QStyle.StateFlag.State_MouseOver

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._move_to(self._view.rowAt(event.position().toPoint().y()))
        elif event.type() is QEvent.Type.Leave:
            self._move_to(NO_ROW)
        return False

    def _on_scroll(self, _value: int) -> None:
        """Another row has come under the pointer."""
        viewport = self._view.viewport()
        at = viewport.mapFromGlobal(QCursor.pos())
        self._move_to(self._view.rowAt(at.y()) if viewport.rect().contains(at) else NO_ROW)

    def _move_to(self, row: int) -> None:
        if row != self._row:
            for each in (self._row, row):
                top, height = self._view.rowViewportPosition(each), self._view.rowHeight(each)
                self._view.viewport().update(QRect(0, top, self._view.viewport().width(), height))
            self._row = row
