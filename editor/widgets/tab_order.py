"""Puts widgets that were made later where they stand: without it Tab reaches them after all the others."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_before(next_one: QWidget, parts: Iterable[QWidget]) -> None:
    """Tab goes through what takes the keyboard in these parts, each from its first child to its last, then on to
    ``next_one``."""
    before = next_one.previousInFocusChain() or next_one
    while before is not next_one and not _takes_tab(before):
        before = before.previousInFocusChain() or next_one
    for part in parts:
        for widget in (part, *part.findChildren(QWidget)):
            if _takes_tab(widget) and widget.window() is next_one.window():  # the list of a picker is a window
                QWidget.setTabOrder(before, widget)
                before = widget


def _takes_tab(widget: QWidget) -> bool:
    """Qt leaves the order as it is if one of the two does not."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
