"""Edits one value in place: a field for its type, a choice of type, and what is wrong. Floats over the row it edits.

Enter takes the value over (Ctrl+Enter where Enter breaks a line), Escape gives up. Losing the focus does neither, so
that a half-typed value survives a look elsewhere.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor.theme.fonts import mono_font
from editor.theme.theme import current_tokens
from editor.widgets.buttons import set_kind, text_button
from editor.widgets.code_colours import CodeColours
from editor.widgets.code_view import set_mono
from editor.widgets.labels import ElidedLabel, role_label
from editor.widgets.naming import named
from editor.widgets.value_text import Parsed, ValueKind, kind_of, parse_value, text_of

LONG_TEXT = 60  # a longer text, or one with line breaks, gets a field of several lines
LEAST_WIDTH_PX = 360
LETTERS_A_LINE = 44  # that fit into a field of about that width


class ValueEditor(QFrame):
    taken_over = Signal(object)
    """The new value, only if it differs from the old one."""
    given_up = Signal()

    def __init__(self, title: str, value: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._old = value
        self._kind = kind_of(value)
        self.setProperty("role", "card")
        self.setStyleSheet(f"ValueEditor {{ border: 1px solid {current_tokens().accent}; }}")
        self.setAutoFillBackground(True)
        self.setAccessibleName(f"Edit {title}")
        self._title = ElidedLabel(title, "strong", Qt.TextElideMode.ElideMiddle)
        self._types = named(QComboBox(), "Type of the value")
        self._types.addItems([kind.value for kind in ValueKind])
        self._types.setCurrentText(self._kind.value)
        self._line = named(QLineEdit(), "New value")
        self._line.setProperty("mono", True)
        self._line.setFont(mono_font(current_tokens().font_mono_px))
        self._text = named(QPlainTextEdit(), "New value")
        self._text.setTabChangesFocus(True)
        set_mono(self._text)
        self._colours = CodeColours(self._text.document(), "json")
        self._truth = named(QComboBox(), "New value")
        self._truth.addItems(["true", "false"])
        self._fields = QStackedWidget()
        for field in (self._line, self._text, self._truth):
            self._fields.addWidget(field)
            field.installEventFilter(self)
        self._problem = role_label("", "error", wrap=True)
        self._hint = ElidedLabel("", "caption")
        self._lay_out()
        self._show_value(value)
        self._types.currentTextChanged.connect(self._change_kind)

    # ---- doors

    @property
    def kind(self) -> ValueKind:
        return self._kind

    def field(self) -> QWidget:
        """The field that is shown: a line, a text of several lines or a choice."""
        shown = self._fields.currentWidget()
        assert shown is not None, "the stack always has its three fields"
        return shown

    def set_kind(self, kind: ValueKind) -> None:
        self._types.setCurrentText(kind.value)

    def parsed(self) -> Parsed:
        field = self.field()
        if field is self._truth:
            return Parsed(self._truth.currentText() == "true")
        text = self._text.toPlainText() if field is self._text else self._line.text()
        return parse_value(text, self._kind)

    def place_over(self, row: QRect, area: QRect) -> None:
        """Lie over the row, at least LEAST_WIDTH_PX wide, and inside the area if it is large enough."""
        wide = min(max(LEAST_WIDTH_PX, row.width()), area.width() - 8)
        high = min(
            self.heightForWidth(wide) if self.hasHeightForWidth() else self.sizeHint().height(), area.height() - 8
        )
        x = max(area.left() + 4, min(row.left(), area.right() - wide - 4))
        y = max(area.top() + 4, min(row.top() - 4, area.bottom() - high - 4))
        self.setGeometry(QRect(QPoint(x, y), QSize(wide, high)))

    def open(self) -> None:
        self.show()
        self.raise_()
        self.field().setFocus()
        self._line.selectAll()

    # ---- taking over

    def take_over(self) -> None:
        parsed = self.parsed()
        self._problem.setText(parsed.problem)
        self._problem.setVisible(not parsed.ok)
        set_kind(self.field(), "invalid", not parsed.ok)
        if not parsed.ok:
            self.resize(self.width(), self.sizeHint().height())
        elif _same(parsed.value, self._old):
            self.given_up.emit()
        else:
            self.taken_over.emit(parsed.value)

    def give_up(self) -> None:
        self.given_up.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            # Later, not now: the owner deletes the editor, and its field is still handling this key.
            QTimer.singleShot(0, self.give_up)
            return True
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if self.field() is self._text and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        QTimer.singleShot(0, self.take_over)
        return True

    # ---- looks

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._types)
        bottom = QHBoxLayout()
        bottom.addWidget(self._hint, 1)
        bottom.addWidget(text_button("Cancel", self.give_up, kind="quiet"))
        bottom.addWidget(text_button("Use value", self.take_over, kind="primary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._fields)
        column.addWidget(self._problem)
        column.addLayout(bottom)
        self._problem.hide()

    def _show_value(self, value: Any) -> None:
        """Fill the field for the present kind; a value of another kind is carried over as far as it goes."""
        text = text_of(value, self._kind) if kind_of(value) is self._kind else _carried(value, self._kind)
        several_lines = self._kind is ValueKind.JSON or (
            self._kind is ValueKind.TEXT and (len(text) > LONG_TEXT or "\n" in text)
        )
        self._truth.setCurrentText("false" if text == "false" else "true")
        self._line.setReadOnly(self._kind is ValueKind.NOTHING)
        self._line.setText("" if several_lines else text)
        self._text.setPlainText(text if several_lines else "")
        shown = self._truth if self._kind is ValueKind.TRUTH else self._text if several_lines else self._line
        self._fields.setCurrentWidget(shown)
        self._fields.setFixedHeight(_height_of(text) if shown is self._text else current_tokens().control_height_px)
        self._hint.set_full_text(
            "Ctrl+Enter uses it, Esc cancels" if shown is self._text else "Enter uses it, Esc cancels"
        )
        self._colours.setDocument(self._text.document() if self._kind is ValueKind.JSON else None)

    def _change_kind(self, word: str) -> None:
        current = self.parsed()
        self._kind = ValueKind(word)
        self._problem.hide()
        self._show_value(current.value if current.ok else self._old)
        self.resize(self.width(), self.sizeHint().height())
        self.field().setFocus()


def _carried(value: Any, kind: ValueKind) -> str:
    """What is kept of a value when its type is changed: 3 becomes "3", "3" becomes 3, the rest starts empty."""
    if kind is ValueKind.JSON:
        return text_of(value, ValueKind.JSON)
    text = value if isinstance(value, str) else text_of(value, kind_of(value)) if value is not None else ""
    if kind is ValueKind.TRUTH:
        return "true" if text.lower() in ("true", "1", "yes") else "false"
    if kind is ValueKind.NUMBER:
        return text if parse_value(text, kind).ok else ""
    return "None" if kind is ValueKind.NOTHING else text


def _same(a: Any, b: Any) -> bool:
    """Equal and of one type, since 1 == True and 1 == 1.0."""
    return type(a) is type(b) and bool(a == b)


def _height_of(text: str) -> int:
    lines = min(14, max(4, text.count("\n") + 1 + len(text) // LETTERS_A_LINE))
    return lines * 17 + 16
