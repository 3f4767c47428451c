"""A text field for JSON: coloured, indenting, and a line below that says what is wrong and where."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from editor.widgets.buttons import set_kind
from editor.widgets.code_colours import CodeColours
from editor.widgets.code_view import set_mono
from editor.widgets.labels import role_label
from editor.widgets.value_text import Parsed, parse_json, parse_json_object

WRAPPED_CHARACTERS = 5_000  # one line of 1 MB freezes a wrapped text field for 110 s, measured
CHECK_AFTER_MS = 250  # a problem shown while somebody is still typing a word is only noise


class JsonEdit(QWidget):
    changed = Signal()
    submitted = Signal()
    """Ctrl+Enter."""

    def __init__(self, name: str, *, only_objects: bool = False, may_be_empty: bool = False) -> None:
        super().__init__()
        self._may_be_empty = may_be_empty
        self._parse = parse_json_object if only_objects else parse_json
        self.field = _Field(name)
        self.field.setToolTip("Ctrl+Enter to send")
        self._colours = CodeColours(self.field.document(), "json")
        self._problem = role_label("", "error", wrap=True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.field, 1)
        column.addWidget(self._problem)
        self.setFocusProxy(self.field)
        self._check = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._check.timeout.connect(self.show_problem)
        self.field.textChanged.connect(self._on_text)
        self.field.submitted.connect(self.submitted)

    def set_value(self, value: Any) -> None:
        self.field.setPlainText(json.dumps(value, indent=2, ensure_ascii=False))
        self.show_problem()

    def set_text(self, text: str) -> None:
        self.field.setPlainText(text)
        self.show_problem()

    def text(self) -> str:
        return self.field.toPlainText()

    def parsed(self) -> Parsed:
        """Without text, where there may be none: None."""
        text = self.text()
        return Parsed(None) if self._may_be_empty and not text.strip() else self._parse(text)

    def problem(self) -> str:
        """The sentence under the field; "" if the text is fine."""
        return self._problem.text()

    def show_problem(self) -> Parsed:
        """Check now and say what is wrong. Returns what was read."""
        self._check.stop()
        parsed = self.parsed()
        self._problem.setText(parsed.problem)
        self._problem.setVisible(not parsed.ok)
        set_kind(self.field, "invalid", not parsed.ok)
        return parsed

    def go_to_problem(self) -> None:
        """Put the cursor where the mistake is."""
        parsed = self.show_problem()
        if parsed.at is not None:
            cursor = self.field.textCursor()
            cursor.setPosition(min(parsed.at, len(self.text())))
            self.field.setTextCursor(cursor)
        self.field.setFocus()

    def _wrap_if_short(self) -> None:
        longest = max(map(len, self.text().split("\n")))
        mode = QPlainTextEdit.LineWrapMode
        self.field.setLineWrapMode(mode.WidgetWidth if longest <= WRAPPED_CHARACTERS else mode.NoWrap)

    def _on_text(self) -> None:
        self._wrap_if_short()
        if self.parsed().ok:
            self.show_problem()
        else:
            self._check.start()
        self.changed.emit()


class _Field(QPlainTextEdit):
    submitted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        set_mono(self)
        self.setAccessibleName(name)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
        elif is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._break_line()
        else:
            super().keyPressEvent(event)

    def _break_line(self) -> None:
        """A new line starts as deep as this one, one deeper after an opening bracket."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        after = cursor.block().text()[cursor.positionInBlock() :]
        indent = before[: len(before) - len(before.lstrip())]
        opened = before.rstrip().endswith(("{", "["))
        cursor.insertText("\n" + indent + ("  " if opened else ""))
        if opened and after.lstrip()[:1] in ("}", "]") and after.strip():
            place = cursor.position()
            cursor.insertText("\n" + indent)
            cursor.setPosition(place, QTextCursor.MoveMode.MoveAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
