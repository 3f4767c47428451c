"""Says what went wrong: what, where, the way out; details folded; everything can be copied.

Three looks for three causes (style.md 43): the user's input, the environment, and a bug of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.theme.fonts import mono_font
from editor.theme.icons import icon
from editor.widgets.buttons import text_button
from editor.widgets.labels import role_label

MOST_DETAIL = 100_000  # characters; a longer text would freeze the widget


class Cause(Enum):
    INPUT = "input"
    ENVIRONMENT = "environment"
    OUR_BUG = "our bug"
    NOTE = "note"  # nothing went wrong


@dataclass(frozen=True)
class ErrorText:
    """What the dialog shows. ``way_out`` is a sentence that tells what can be done."""

    title: str
    text: str
    way_out: str = ""
    detail: str = ""
    cause: Cause = Cause.INPUT

    def as_report(self) -> str:
        return "\n\n".join(filter(None, (self.title, self.text, self.way_out, self.detail))) + "\n"


class ErrorDialog(QDialog):
    def __init__(self, parent: QWidget | None, error: ErrorText) -> None:
        super().__init__(parent)
        self.setObjectName("error")
        self.setWindowTitle("Stepgraph")
        self._error = error
        self.detail = QPlainTextEdit(error.detail[:MOST_DETAIL])
        self.detail.setReadOnly(True)
        self.detail.setFont(mono_font())
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.detail.setAccessibleName("Details")
        self.detail.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.detail.setMinimumSize(QSize(560, 200))
        self.detail.hide()
        whole = dialog_column(self, 20)
        whole.addLayout(self._words())
        whole.addWidget(self.detail, 1)
        whole.addLayout(self._buttons())

    def _words(self) -> QHBoxLayout:
        name, role = {
            Cause.INPUT: ("warning", "next"),
            Cause.ENVIRONMENT: ("warning", "next"),
            Cause.OUR_BUG: ("bug", "failed"),
            Cause.NOTE: ("graph", "accent"),
        }[self._error.cause]
        text = role_label(self._error.text, wrap=True)
        text.setMinimumWidth(400)
        words = [role_label(self._error.title, "title", wrap=True), text]
        if self._error.way_out:
            words.append(role_label(self._error.way_out, "quiet", wrap=True))
        return headline(name, role, words, 8)

    def _buttons(self) -> QHBoxLayout:
        left = []
        if self._error.detail:
            self._toggle = text_button("Show details", self._toggle_detail, kind="quiet", icon_name="collapse")
            left.append(self._toggle)
        copy = text_button("Copy report", self.copy_report, icon_name="copy")
        close = text_button("Close", self.accept, kind="primary")
        close.setDefault(True)
        return answer_row((copy, close), left)

    def copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self._error.as_report())

    def _toggle_detail(self) -> None:
        showing = self.detail.isHidden()
        self.detail.setVisible(showing)
        self._toggle.setText("Hide details" if showing else "Show details")
        self._toggle.setIcon(icon("expand" if showing else "collapse", role="text"))
        self.adjustSize()
