"""A line that is edited in place, with its unit behind it and, below it, the sentence that says what is wrong."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from editor.theme.theme import current_tokens
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label


def title_beside(text: str) -> QLabel:
    """The title of a row of a form: it stays in the middle of the line when words appear below."""
    label = role_label(text, "quiet")
    label.setFixedHeight(current_tokens().control_height_px)
    return label


class CheckedField(QWidget):
    def __init__(self, field: InlineField, unit: str = "") -> None:
        super().__init__()
        self.field = field
        self._problem = role_label("", "error", wrap=True)
        self._problem.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        if unit:
            row.addWidget(role_label(unit, "quiet"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._problem)
        field.problem_changed.connect(self._show)

    @property
    def problem(self) -> str:
        return self._problem.text()

    def _show(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self.field.setAccessibleDescription(text)
