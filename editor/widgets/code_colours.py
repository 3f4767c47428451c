"""Colours code by its language, with pygments. Whole-document lexing, so that triple quotes come out right.

The texts here are small (a function, a JSON value); 150 lines take 3 ms, measured.
Used by ``code_view`` and ``json_edit``.
"""

from __future__ import annotations

from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import DiffLexer, JsonLexer, PythonLexer, PythonTracebackLexer
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String, _TokenType
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from editor.theme.theme import current_tokens, theme

LARGEST_COLOURED = 200_000  # characters; lexing more would be felt while typing

_COLOURS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "code_comment"),
    (String.Doc, "code_comment"),
    (String, "code_string"),
    (Number, "code_number"),
    (Literal.Date, "code_string"),
    (Keyword, "code_keyword"),
    (Name.Builtin, "code_type"),
    (Name.Class, "code_type"),
    (Name.Exception, "code_type"),
    (Name.Function, "code_name"),
    (Name.Decorator, "code_name"),
    (Name.Tag, "code_name"),
    (Generic.Inserted, "added"),
    (Generic.Deleted, "removed"),
    (Generic.Subheading, "code_comment"),
)
"""The first row whose token holds the lexed one decides."""

Span = tuple[int, int, str]


class CodeColours(QSyntaxHighlighter):
    """`language`: "python", "json", "traceback" or "diff"."""

    def __init__(self, document: QTextDocument, language: str) -> None:
        super().__init__(document)
        self._lexer = _lexer(language)
        self._text: str | None = None
        self._lines: list[list[Span]] = []
        theme().theme_changed.connect(self._recolour)

    def highlightBlock(self, text: str) -> None:
        self._lex()
        number = self.currentBlock().blockNumber()
        if number < len(self._lines):
            for start, length, colour in self._lines[number]:
                form = QTextCharFormat()
                form.setForeground(QColor(getattr(current_tokens(), colour)))
                self.setFormat(start, length, form)

    def _lex(self) -> None:
        text = self.document().toPlainText()
        if text != self._text:
            self._text = text
            self._lines = lines_of_spans(text, self._lexer) if len(text) <= LARGEST_COLOURED else []

    def _recolour(self, _old: object, _new: object) -> None:
        self.rehighlight()


def lines_of_spans(text: str, lexer: Lexer) -> list[list[Span]]:
    """For each line the coloured spans (start, length, token name)."""
    lines: list[list[Span]] = [[]]
    column = 0
    for token, value in lexer.get_tokens(text):
        colour = next((name for kind, name in _COLOURS if token in kind), None)
        for i, part in enumerate(value.split("\n")):
            if i:
                lines.append([])
                column = 0
            if colour and part:
                lines[-1].append((column, len(part), colour))
            column += len(part)
    return lines


@cache
def _lexer(language: str) -> Lexer:
    makers = {"python": PythonLexer, "json": JsonLexer, "traceback": PythonTracebackLexer, "diff": DiffLexer}
    return makers[language](stripnl=False)
