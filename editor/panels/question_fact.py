"""One thing that a question is about, with its label: words as words, lists and dicts as code in a field that scrolls.

Used by ``question_form`` and ``inbox_form``.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from editor.theme.fonts import mono_font
from editor.theme.theme import current_tokens
from editor.widgets.code_view import CodeView
from editor.widgets.labels import role_label

MOST_CODE_PX = 132  # about six lines


def fact_widget(label: str, text: str, *, is_code: bool) -> QWidget:
    box = QFrame()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    if label:
        column.addWidget(role_label(label, "caption"))
    column.addWidget(_code(label, text) if is_code and "\n" in text else _words(text, is_code=is_code))
    return box


def _words(text: str, *, is_code: bool) -> QWidget:
    value = role_label(text, wrap=True)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if is_code:
        value.setFont(mono_font(current_tokens().font_mono_px))
    return value


def _code(label: str, text: str) -> QWidget:
    """A list or dict, in a field of its own that scrolls: the reply below must stay in sight."""
    code = CodeView("json", label or "What the question is about", numbers=False)
    code.setProperty("flat", False)
    code.set_code(text)
    code.setFixedHeight(min(MOST_CODE_PX, code.text_height()))
    return code
