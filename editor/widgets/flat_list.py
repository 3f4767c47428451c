"""The list of a panel: rows from edge to edge, drawn by a delegate, never wider than the panel, in every theme."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView

from editor.theme.theme import theme


class FlatList(QListView):
    """A subclass says what keys and clicks mean, and sets its delegate."""

    def __init__(self, rows: QAbstractItemModel, name: str, *, same_height: bool = True) -> None:
        """``name``: what a screen reader says. ``same_height``: of all rows, so that only those in sight are asked."""
        super().__init__()
        self.setModel(rows)
        self.setProperty("flat", True)
        self.setAccessibleName(name)
        self.setUniformItemSizes(same_height)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme().theme_changed.connect(self._repaint)

    def _repaint(self, _old: object, _new: object) -> None:
        self.viewport().update()
