"""A question above a list before something goes for good: the words, a field if one is needed, no and the deed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.widgets.buttons import text_button
from editor.widgets.labels import IconLabel, role_label


class AskBar(QFrame):
    """Hidden until it asks. Escape and the first button answer no; then the keyboard goes back to where it was.

    With a field the words have a line of their own, so that they are read whole in a narrow dock too.
    """

    def __init__(self, deed: str, do: Callable[[], None], *, no: str = "Keep", field: QWidget | None = None) -> None:
        super().__init__()
        self._do = do
        self._field = field
        self._asked_from: QWidget | None = None
        self._words = role_label("", "strong", wrap=True)
        self.keep_button = text_button(no, self.keep)
        self.deed_button = text_button(deed, self._on_deed, kind="danger")
        self.setProperty("role", "banner-failed")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(12, 4, 8, 4)
        lines.setSpacing(4)
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(IconLabel("warning", "failed"))
        said.addWidget(self._words, 1)
        lines.addLayout(said)
        answers = said
        if field is not None:
            answers = QHBoxLayout()
            answers.setSpacing(8)
            answers.addWidget(role_label(field.accessibleName()))
            answers.addWidget(field)
            answers.addStretch(1)
            lines.addLayout(answers)
        answers.addWidget(self.keep_button)
        answers.addWidget(self.deed_button)
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    def ask(self, words: str, back_to: QWidget) -> None:
        """``back_to`` gets the keyboard after the answer."""
        self.say(words)
        self._asked_from = back_to
        self.show()
        (self._field or self.keep_button).setFocus()

    def say(self, words: str) -> None:
        """Other words for the same question."""
        self._words.setText(words)

    def keep(self) -> None:
        self.hide()
        if self._asked_from is not None:
            self._asked_from.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.keep()
        else:
            super().keyPressEvent(event)

    def _on_deed(self) -> None:
        self.keep()
        self._do()
