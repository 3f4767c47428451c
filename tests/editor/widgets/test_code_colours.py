"""The colours of code: a lexer is made when there is something to colour; without a document nothing happens."""

from __future__ import annotations

import pytest
from pygments.lexer import Lexer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from editor.theme.theme import current_tokens, theme
from editor.widgets import code_colours
from editor.widgets.code_colours import CodeColours


def test_a_change_of_theme_or_a_late_timer_finds_the_document_gone(qapp: QApplication) -> None:
    document = QTextDocument("{}")
    colours = CodeColours(document, "json")

    colours.setDocument(None)  # what Qt itself does while the document is destroyed
    theme().theme_changed.emit(current_tokens(), current_tokens())
    colours._later.timeout.emit()

    assert colours.document() is None


def test_a_lexer_is_made_for_the_first_text(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = code_colours._lexer

    def noted(language: str) -> Lexer:
        made.append(language)
        return make(language)

    monkeypatch.setattr(code_colours, "_lexer", noted)
    document = QTextDocument()
    colours = CodeColours(document, "python")
    colours.rehighlight()
    assert made == []

    document.setPlainText("def f(): ...")

    colours.rehighlight()
    assert set(made) == {"python"}
