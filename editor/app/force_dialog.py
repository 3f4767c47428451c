"""Shows where a decision of the user would lead before it is made. Opened by ``debug_verbs``; carries nothing out."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.debugger.reports import ForkPreview
from editor.panels.fork_draft import next_text
from editor.widgets.buttons import set_kind, text_button
from editor.widgets.labels import ElidedLabel, IconLabel, role_label

WIDTH_PX = 460


class ForceDialog(QDialog):
    """Accepted means: do it. ``then`` says how the run goes on."""

    def __init__(self, parent: QWidget | None, title: str, text: str, do: str, do_and_go: str) -> None:
        """``do`` and ``do_and_go``: what the buttons say."""
        super().__init__(parent)
        self.setObjectName("force branch")
        self.setWindowTitle(title)
        self.then = "pause"
        self._next_icon = IconLabel("branch", "quiet", 16)
        self._next = role_label("Looking which node would be next …", "quiet", wrap=True)
        self._take = text_button(do, lambda: self._accept("pause"), kind="primary")
        self._go = text_button(do_and_go, lambda: self._accept("resume"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._next_icon)
        line.addWidget(self._next, 1)
        words = (ElidedLabel(title, "title"), role_label(text, "quiet", wrap=True), line)
        whole = dialog_column(self, 20)
        whole.addLayout(headline("branch", "accent", words, 12))
        whole.addLayout(answer_row((text_button("Cancel", self.reject), self._go, self._take)))
        self._take.setDefault(True)
        self._enable(False)
        self.setMinimumWidth(WIDTH_PX)

    def show_preview(self, preview: ForkPreview) -> None:
        self._next.setText(next_text(preview))
        set_kind(self._next, "role", "error" if preview.error else "strong")
        self._next_icon.set_icon("error" if preview.error else "next", "failed" if preview.error else "next")
        self._enable(not preview.error)
        self.adjustSize()

    @property
    def next_text(self) -> str:
        return self._next.text()

    def _accept(self, then: str) -> None:
        self.then = then
        self.accept()

    def _enable(self, on: bool) -> None:
        self._take.setEnabled(on)
        self._go.setEnabled(on)
        if on:
            self._take.setFocus()
