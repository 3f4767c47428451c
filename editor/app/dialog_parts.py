"""What all dialogs share to the eye: the margins, the head with its icon, the row of answers. Holds no dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from editor.widgets.labels import IconLabel

ICON_PX = 28


def dialog_column(dialog: QDialog, spacing_px: int = 16) -> QVBoxLayout:
    """The column that fills the dialog, with the margins that all of them have."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 20, 24, 20)
    column.setSpacing(spacing_px)
    return column


def headline(icon_name: str, role: str, words: Sequence[QWidget | QLayout], spacing_px: int = 4) -> QHBoxLayout:
    """An icon at the upper left, and beside it the title and what is told below it."""
    column = QVBoxLayout()
    column.setSpacing(spacing_px)
    for each in words:
        if isinstance(each, QWidget):
            column.addWidget(each)
        else:
            column.addLayout(each)
    column.addStretch(1)  # labels that wrap take what room there is
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(IconLabel(icon_name, role, ICON_PX), 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return row


def answer_row(answers: Sequence[QPushButton], left: Sequence[QWidget] = ()) -> QHBoxLayout:
    """The answers at the right, what would be done last; at the left what only looks."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for each in left:
        row.addWidget(each)
    row.addStretch(1)
    for answer in answers:
        row.addWidget(answer)
    return row
